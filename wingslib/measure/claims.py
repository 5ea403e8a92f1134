"""The source chapter's claims, judged by what was measured here."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from functools import cache

from wingslib import machine, paths
from wingslib.errors import ParameterError
from wingslib.measure.intervals import Interval


@dataclass(frozen=True)
class Claim:
    """One sentence of the chapter: its words, where they stand, what is measured for it.

    A claim of kind "speedup" has a `threshold`; a "fact" is true or not, and may name a number too. `cores`
    usable cores are needed to test it.
    """

    id: str
    notebook: str
    text: str
    where: str
    metric: str
    kind: str
    cores: int
    threshold: float | None = None


@dataclass(frozen=True)
class Verdict:
    """A claim beside its measurement: "met", "not met", "can't tell" or "not testable here", with the reason."""

    claim: Claim
    measured: Interval | None
    word: str
    reason: str


@cache
def _all_claims() -> tuple[Claim, ...]:
    with open(paths.data() / "claims.toml", "rb") as file:
        return tuple(Claim(**row) for row in tomllib.load(file)["claim"])


def load_claims(notebook: str | None = None) -> list[Claim]:
    """Return the claims of data/claims.toml, of one notebook or all, in the order of the file."""
    return [claim for claim in _all_claims() if notebook in (None, claim.notebook)]


def judge(claim_id: str, evidence: Interval | bool | None, reason: str = "") -> Verdict:
    """Judge a claim by its evidence: the Interval of a speedup, or whether a fact was seen to hold, with the `reason`.

    A claim that needs more cores than this machine may use is "not testable here", whatever the evidence. A speedup is
    "met" if its whole interval reaches the threshold, "not met" if none of it does. Without evidence (None, or an interval
    without bounds) it is "can't tell".

    Raises:
        ParameterError: an unknown claim, or evidence of the wrong kind.
    """
    known = {claim.id: claim for claim in load_claims()}
    if claim_id not in known:
        raise ParameterError(f"claim is {claim_id!r}; known are {', '.join(known)}.")
    claim = known[claim_id]
    usable = machine.usable_cores()
    if claim.cores > usable:
        return Verdict(claim, None, "not testable here", f"needs {claim.cores} cores, this machine has {usable}")
    if evidence is None:
        return Verdict(claim, None, "can't tell", reason or "not measured")
    if claim.kind == "speedup" and claim.threshold is not None and isinstance(evidence, Interval):
        if math.isinf(evidence.high):
            return Verdict(claim, None, "can't tell", "one round has no interval")
        word = "met" if evidence.low >= claim.threshold else "not met" if evidence.high < claim.threshold else "can't tell"
        return Verdict(claim, evidence, word, reason)
    if claim.kind == "fact" and isinstance(evidence, bool):
        return Verdict(claim, None, "met" if evidence else "not met", reason)
    allowed = "the Interval of a speedup" if claim.kind == "speedup" else "True or False"
    raise ParameterError(f"evidence for {claim_id!r} is {evidence!r}; allowed is {allowed}. Measure it first.")

"""Judging the chapter's claims."""

from __future__ import annotations

import math

import pytest

from wingslib import machine, paths
from wingslib.errors import ParameterError
from wingslib.measure import claims
from wingslib.measure.claims import judge, load_claims
from wingslib.measure.intervals import Interval

TOML = """
[[claim]]
id = "seven"
notebook = "01_a"
text = "7x faster!"
where = "Workflow 1"
metric = "speedup"
kind = "speedup"
threshold = 6
cores = 1

[[claim]]
id = "eight"
notebook = "02_b"
text = "8x"
where = "Workflow 2"
metric = "speedup"
kind = "speedup"
threshold = 8
cores = 8

[[claim]]
id = "so"
notebook = "02_b"
text = "it is so"
where = "Workflow 2"
metric = "whether it is so"
kind = "fact"
cores = 1
threshold = 0.1
"""


@pytest.fixture
def known(monkeypatch, tmp_path):
    """Three claims on a machine of two cores."""
    (tmp_path / "claims.toml").write_text(TOML)
    monkeypatch.setattr(paths, "data", lambda: tmp_path)
    monkeypatch.setattr(machine, "usable_cores", lambda: 2)
    claims._all_claims.cache_clear()
    yield
    claims._all_claims.cache_clear()


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [(6.0, 7.0, "met"), (5.9, 7.0, "can't tell"), (5.0, 6.0, "can't tell"), (5.0, 5.9, "not met")],
)
def test_a_speedup_is_judged_by_its_whole_interval(known, low, high, word):
    """Met if all of it reaches the threshold, not met if none does."""
    verdict = judge("seven", Interval((low + high) / 2, low, high), "seen here")
    assert (verdict.word, verdict.reason, verdict.measured.low) == (word, "seen here", low)
    assert verdict.claim.threshold == 6


@pytest.mark.parametrize(("evidence", "word"), [(True, "met"), (False, "not met")])
def test_a_fact_holds_or_not(known, evidence, word):
    """Facts have no interval."""
    assert (judge("so", evidence).word, judge("so", evidence).measured) == (word, None)


def test_a_claim_that_needs_more_cores_is_not_testable(known):
    """Whatever the evidence."""
    for evidence in (None, Interval(9, 9, 9)):
        verdict = judge("eight", evidence)
        assert (verdict.word, verdict.measured) == ("not testable here", None)
        assert verdict.reason == "needs 8 cores, this machine has 2"


def test_an_unknown_claim_lists_the_known(known):
    """The message shows what was asked and what there is."""
    with pytest.raises(ParameterError, match="claim is 'nine'; known are seven, eight, so"):
        judge("nine", True)


@pytest.mark.parametrize(("claim", "evidence"), [("seven", True), ("so", Interval(1, 1, 1))])
def test_evidence_of_the_wrong_kind_is_refused(known, claim, evidence):
    """A speedup needs an Interval, a fact True or False."""
    with pytest.raises(ParameterError, match=f"evidence for '{claim}' is"):
        judge(claim, evidence)


@pytest.mark.parametrize(("claim", "evidence"), [("seven", None), ("so", None), ("seven", Interval(7, 0, math.inf))])
def test_without_evidence_nothing_is_judged(known, claim, evidence):
    """No measurement, or one round without an interval, is neither met nor not met."""
    verdict = judge(claim, evidence)
    assert (verdict.word, verdict.measured) == ("can't tell", None)
    assert verdict.reason


def test_claims_of_one_notebook(known):
    """In the order of the file."""
    assert [claim.id for claim in load_claims("02_b")] == ["eight", "so"]
    assert [claim.id for claim in load_claims()] == ["seven", "eight", "so"]


def test_the_committed_claims_are_well_formed():
    """Ids are unique, and a speedup has a threshold."""
    found = load_claims()
    assert found
    assert len({claim.id for claim in found}) == len(found)
    for claim in found:
        assert claim.kind in ("speedup", "fact")
        assert claim.threshold is not None or claim.kind == "fact"
        assert claim.cores >= 1

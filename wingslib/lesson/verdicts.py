"""The claims of the source chapter that the open notebook judges."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from wingslib.lesson.page import current

if TYPE_CHECKING:
    from wingslib.measure import Interval, Verdict
    from wingslib.views import Picture

NEVER = "never judged in this run"


def judge(claim_id: str, evidence: Interval | bool | None, reason: str = "") -> Verdict:
    """Judge a claim by its evidence, as `measure.judge` does, and keep the verdict for `claims`."""
    from wingslib.measure import judge as judged

    verdict = judged(claim_id, evidence, reason)
    current().verdicts[claim_id] = verdict
    return verdict


def claims() -> Picture:
    """Return the chart of this notebook's claims; its reading ends with those that nothing has judged."""
    from wingslib.views import claims as chart

    found = verdicts()
    picture = chart(found)
    left = [verdict.claim.id for verdict in found if verdict.reason == NEVER]
    if left:
        picture = dataclasses.replace(picture, reading=f"{picture.reading} {NEVER.capitalize()}: {', '.join(left)}.")
    return picture


def verdicts() -> list[Verdict]:
    """Return a verdict for each claim of this notebook, in the order of data/claims.toml."""
    from wingslib.measure import Verdict, load_claims

    page = current()
    return [page.verdicts.get(claim.id) or Verdict(claim, None, "can't tell", NEVER) for claim in load_claims(page.name)]


def claim_texts() -> list[str]:
    """Return what the chapter says, one line a claim of this notebook: the same on every machine."""
    from wingslib.measure import load_claims

    return [f"“{claim.text}” ({claim.where})" for claim in load_claims(current().name)]

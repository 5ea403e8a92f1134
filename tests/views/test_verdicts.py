"""Claims as words and as a table."""

from __future__ import annotations

import pytest

from wingslib.measure.claims import Claim, Verdict
from wingslib.measure.intervals import Interval
from wingslib.views import claims, verdicts
from wingslib.views.verdicts import against_claim, claims_reading, claims_title

SEVEN = Claim("seven", "01", "7x <faster>", "Workflow 1", "speedup", "speedup", 1, 7)
EIGHT = Claim("eight", "02", "8x on 8 cores", "Workflow 2", "speedup", "speedup", 8, 8)
MET = Verdict(SEVEN, Interval(14, 13, 15), "met", "")
UNTESTED = Verdict(EIGHT, None, "not testable here", "needs 8 cores, this machine has 2")


FACT = Claim("fact", "00", "it waits", "Workflow 1", "a fact", "fact", 1)
UNTOLD, FAILED = Verdict(FACT, None, "can't tell", "never judged"), Verdict(FACT, None, "not met", "it does not")


def test_facts_alone_have_no_axis(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of words needs no ratios; one number among them brings the axis back."""
    drawn: list[int] = []
    monkeypatch.setattr(verdicts, "_ratios", lambda card, shares, *rest: drawn.append(len(shares)))
    claims([UNTOLD, FAILED], stamp="synthetic")
    assert drawn == []
    claims([UNTOLD, MET], stamp="synthetic")
    assert drawn == [1]


def test_measured_is_set_against_the_claim() -> None:
    """Twice the claimed speedup stands at 2."""
    assert against_claim(MET) == Interval(2, 13 / 7, 15 / 7)
    assert against_claim(UNTESTED) is None


def test_title_counts_testable_claims_only() -> None:
    """What this machine cannot test is no failure."""
    assert claims_title([MET, UNTESTED]) == "One of one testable claim is met"
    assert claims_title([UNTESTED]) == "No claim is testable on this machine"
    assert claims_title([MET, UNTOLD]) == "One of two testable claims is met; 1 can't tell"
    assert claims_reading([MET, UNTOLD, FAILED]) == "1 of 3 testable claims met, 1 not met, 1 can't tell."
    assert claims_reading([MET, UNTESTED]).startswith("1 of 1 testable claims met; 1 not testable here: need 8 cores")

"""Claims as words and as a table."""

from __future__ import annotations

from wingslib.measure.claims import Claim, Verdict
from wingslib.measure.comparison import Interval
from wingslib.views import claims_table_html
from wingslib.views.verdicts import against_claim, claims_reading, claims_title

SEVEN = Claim("seven", "01", "7x <faster>", "Workflow 1", "speedup", "speedup", 1, 7)
EIGHT = Claim("eight", "02", "8x on 8 cores", "Workflow 2", "speedup", "speedup", 8, 8)
MET = Verdict(SEVEN, Interval(14, 13, 15), "met", "")
UNTESTED = Verdict(EIGHT, None, "not testable here", "needs 8 cores, this machine has 2")


def test_measured_is_set_against_the_claim() -> None:
    """Twice the claimed speedup stands at 2."""
    assert against_claim(MET) == Interval(2, 13 / 7, 15 / 7)
    assert against_claim(UNTESTED) is None


def test_title_counts_testable_claims_only() -> None:
    """What this machine cannot test is no failure."""
    assert claims_title([MET, UNTESTED]) == "One of one testable claim is met"
    assert claims_title([UNTESTED]) == "No claim is testable on this machine"
    assert claims_reading([MET, UNTESTED]).startswith("1 of 1 testable claims met; 1 not testable here: need 8 cores")


def test_table_has_a_caption_scopes_signs_and_no_colour() -> None:
    """It can be read aloud, follows any theme, and escapes the chapter's words."""
    table = claims_table_html([MET, UNTESTED])
    assert "<caption>" in table
    assert table.count('scope="col"') == 6
    assert table.count('scope="row"') == 2
    assert "✓ met" in table
    assert "– not testable here" in table
    assert "7x &lt;faster&gt;" in table
    assert "color" not in table

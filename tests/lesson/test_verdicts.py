"""A notebook's claims are judged, kept and shown; what nothing has judged says so."""

from __future__ import annotations

import pytest

from wingslib import machine, store
from wingslib.lesson import page, verdicts
from wingslib.measure import load_claims


@pytest.fixture(autouse=True)
def opened(monkeypatch):
    """Open 00 on a quickly described machine, and end its session afterwards."""
    monkeypatch.setattr(page, "_page", None)
    monkeypatch.setattr(page, "describe", lambda *_: machine.describe(0.0))
    yield page.begin("00_start_here", profile="smoke", workers=2)
    store.end()


def test_a_verdict_is_kept():
    """What was judged stands in the list of this notebook's claims, in their order; the rest was never judged."""
    judged = verdicts.judge("infinite-resources", False, "2 usable cores")
    found = verdicts.verdicts()
    assert [verdict.claim for verdict in found] == load_claims("00_start_here")
    assert judged in found
    assert {verdict.reason for verdict in found if verdict is not judged} == {"never judged in this run"}


def test_claims_names_what_nothing_has_judged():
    """The reading of the claims chart ends with the claims that nothing has judged."""
    verdicts.judge("infinite-resources", False, "2 usable cores")
    left = [claim.id for claim in load_claims("00_start_here") if claim.id != "infinite-resources"]
    picture = verdicts.claims()
    assert picture.kind == "claims"
    assert picture.reading.endswith(f" Never judged in this run: {', '.join(left)}.")


def test_claim_texts_are_the_chapters_words():
    """The texts do not depend on what was judged."""
    before = verdicts.claim_texts()
    verdicts.judge("infinite-resources", False)
    assert before == verdicts.claim_texts()
    assert before[0] == "“Scale … across infinite resources” (The Wings' Wisdom)"

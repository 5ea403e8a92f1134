"""Orphans: what tasks did after one of them had failed."""

from __future__ import annotations

import pytest

from tests.views.samples import fates as sample
from wingslib import views
from wingslib.views import fates


def test_what_was_done_after_the_error_went_on() -> None:
    """Only work that ended well and late is an orphan's."""
    assert fates.fate_of(views.Fate("a", 0, 2, "done"), 1) == "went on"
    assert fates.fate_of(views.Fate("a", 0, 1, "done"), 1) == "done"
    assert fates.fate_of(views.Fate("a", 0, 2, "cancelled"), 1) == "cancelled"


def test_title_and_reading_count_the_orphans_of_each_way() -> None:
    """Failed tasks are neither done nor gone on."""
    picture = views.orphans(sample(), stamp="synthetic")
    assert picture.title == "gather: 2 went on after the error; TaskGroup: none"
    assert picture.reading == (
        "gather raised after 42 ms: 1 done, 2 went on; TaskGroup raised after 42 ms: 1 done, 2 cancelled."
    )


def test_lanes_show_the_wait_the_loss_and_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """An orphan is hatched from the error on, and both panels share one time axis."""
    drawn: list[tuple[float, float, bool]] = []
    monkeypatch.setattr(fates, "rectangles", lambda ax, corners, **style: drawn.append((*corners[0][:2], "hatch" in style)))
    views.orphans(sample(), stamp="synthetic")
    assert [(start, end) for start, end, hatch in drawn if hatch] == [(0.042, 0.06), (0.042, 0.06)]
    assert {end for _, end, _ in drawn[::2][:1]} == {0.06}

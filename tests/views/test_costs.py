"""Growth: marks at the data, the law over them, and names that do not cover each other."""

from __future__ import annotations

from typing import Any

import pytest

from tests.views.samples import GROWTH
from wingslib import views
from wingslib.views.card import Card


@pytest.fixture
def panels(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Collect the axes of the card that is drawn."""
    found: list[Any] = []
    save = Card.save
    monkeypatch.setattr(Card, "save", lambda card, *rest: (found.extend(card.figure.axes), save(card, *rest))[1])
    return found


def test_both_panels_hold_the_points_as_given(panels: list[Any]) -> None:
    """Seconds left, megabytes right; what is under 0.1 MB stands at 0.1, which a log axis needs."""
    views.growth(GROWTH, longest=0.5, item_seconds=16e-6, stamp="synthetic")
    time, memory = ([list(line.get_ydata()) for line in ax.lines] for ax in panels)
    assert time[:2] == [[0.501, 0.52, 2.3], [0.501, 0.51, 1.9]]
    assert memory == [[0.1, 1.5, 135.0], [0.1, 0.8, 1.1]]


def test_the_law_is_dashed_and_marked_where_both_parts_are_equal(panels: list[Any]) -> None:
    """At longest ÷ item seconds the law is twice the longest wait."""
    views.growth(GROWTH, longest=0.5, item_seconds=16e-6, stamp="synthetic")
    law, mark = panels[0].lines[2:]
    assert law.get_linestyle() == "--"
    assert law.get_ydata()[-1] == pytest.approx(0.5 + 1.6)
    assert (mark.get_xdata()[0], mark.get_ydata()[0]) == (pytest.approx(31_250), 1.0)


def test_no_mark_stands_where_no_task_count_reaches(panels: list[Any]) -> None:
    """A law that turns beyond the measured counts is not marked."""
    views.growth(GROWTH, longest=5.0, item_seconds=16e-6, stamp="synthetic")
    assert len(panels[0].lines) == 3


def test_names_of_equal_ends_do_not_cover_each_other(panels: list[Any]) -> None:
    """Two ways that take the same time are written one above the other."""
    views.growth({"gather": GROWTH["gather"], "stream": GROWTH["gather"]}, longest=0.5, item_seconds=1e-5, stamp="synthetic")
    low, high = sorted((text.get_window_extent() for text in panels[1].texts), key=lambda frame: frame.y0)
    assert low.y1 <= high.y0


def test_title_has_the_memory_and_the_reading_the_law() -> None:
    """Two figures in the title, three in the reading."""
    picture = views.growth(GROWTH, longest=0.5, item_seconds=16e-6, stamp="synthetic")
    assert picture.title == "100,000 tasks: gather 140 MB, stream 1.1 MB"
    assert picture.reading.endswith("0.50 s + n · 16 µs doubles the wait at 31,000 tasks.")
    assert "gather 100,000 tasks in 2.30 s with 135 MB" in picture.reading

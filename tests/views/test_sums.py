"""Mends on the way to a true count, and sums that scatter or do not."""

from __future__ import annotations

from typing import Any

import pytest

from wingslib import views
from wingslib.views.card import Card

COUNTS = {"the program": 131, "every use": 635, "every word": 54_964}
STEPS = ["count each use", "cut words out"]
SHARED = {1: 0.1 + 0.2 + 0.3, 2: 0.1 + (0.2 + 0.3), 3: 0.1 + 0.2 + 0.3}
INDEXED = dict.fromkeys((1, 2, 3), 0.1 + (0.2 + 0.3))


@pytest.fixture
def panels(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Collect the axes of the card that is drawn."""
    found: list[Any] = []
    save = Card.save
    monkeypatch.setattr(Card, "save", lambda card, *rest: (found.extend(card.figure.axes), save(card, *rest))[1])
    return found


def test_each_mend_is_told_with_its_factor() -> None:
    """Two factors between three counts, and the whole one in the title."""
    picture = views.mends(COUNTS, STEPS, stamp="synthetic")
    assert picture.title == "It says 131, the truth is 54,964: 420 times as many"
    assert picture.reading == (
        "The program: 131; every use: 635, × 4.85 (count each use); every word: 54,964, × 86.6 (cut words out)."
    )


def test_bars_end_at_their_counts(panels: list[Any]) -> None:
    """They begin at 1, on a log axis that holds the largest."""
    views.mends(COUNTS, STEPS, stamp="synthetic")
    assert panels[0].get_xscale() == "log"
    assert [bar.get_paths()[0].get_extents().x1 for bar in panels[0].collections] == [131, 635, 54_964]
    assert [bar.get_paths()[0].get_extents().x0 for bar in panels[0].collections] == [1, 1, 1]


def test_sums_are_counted_bit_by_bit() -> None:
    """What differs in the last place is another sum."""
    picture = views.scatter({"shared out": SHARED, "by index": INDEXED}, stamp="synthetic")
    assert picture.title == "3 worker counts, different sums: shared out 2, by index 1"
    shared, indexed = picture.reading.split("; ")
    assert shared == "Shared out: 2 different sums for 3 worker counts, up to 1 unit of the last place apart"
    assert indexed == "by index: one sum for 3 worker counts."


def test_a_dot_a_sum_and_a_line_only_where_all_are_one(panels: list[Any]) -> None:
    """Heights are units of the last place above the smallest sum."""
    views.scatter({"shared out": SHARED, "by index": INDEXED}, stamp="synthetic")
    dots, line = panels[0].lines
    assert (list(dots.get_xdata()), list(dots.get_ydata()), dots.get_linestyle()) == ([1, 2, 3], [1.0, 0.0, 1.0], "None")
    assert (list(line.get_ydata()), line.get_linestyle()) == ([0.0, 0.0, 0.0], "-")


def test_names_do_not_cover_each_other(panels: list[Any]) -> None:
    """Also where two ways end at the same sum."""
    views.scatter({"shared out": INDEXED, "by index": INDEXED}, stamp="synthetic")
    low, high = sorted((text.get_window_extent() for text in panels[0].texts), key=lambda frame: frame.y0)
    assert low.y1 <= high.y0

"""Roofs: marks at the data, the law over them, names that cover nothing, and a title that says what lies above."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import Any

import pytest

from wingslib import views
from wingslib.measure.intervals import Interval
from wingslib.views.roofs import RoofPoint, roof_reading

WORDS = {"law_words": "min(2, 1 ÷ share)", "across": "share that holds the lock", "stamp": "synthetic"}
UNDER = [
    RoofPoint("a sixth", 0.16, Interval(1.98, 1.9, 2.06), "threads"),
    RoofPoint("half", Interval(0.48, 0.45, 0.51), Interval(1.9, 1.85, 1.95), "threads"),
    RoofPoint("nearly all", 0.88, Interval(1.07, 1.05, 1.09), "processes"),
]


def law(share: float) -> float:
    """Return the most that two threads gain."""
    return min(2.0, 1 / share)


def marks(ax: Any) -> list[tuple[float, float]]:
    """Return where the means stand."""
    return [(line.get_xdata()[0], line.get_ydata()[0]) for line in ax.lines if line.get_marker() not in ("None", None, "")]


def test_points_stand_at_their_place_and_speedup(drawn: list[Any]) -> None:
    """Each mean is drawn once, a place with an interval gets a level bar, and the roof is dashed."""
    views.roof(UNDER, law, **WORDS)
    assert marks(drawn[0]) == [(0.16, 1.98), (0.48, 1.9), (0.88, 1.07)]
    level = [list(line.get_xdata()) for line in drawn[0].lines if list(line.get_ydata()) == [1.9, 1.9]]
    assert [0.45, 0.51] in level
    [line] = [line for line in drawn[0].lines if line.get_linestyle() == "--"]
    assert all(y == law(x) for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True))
    assert drawn[0].get_xscale() == "linear"


def test_a_log_axis_holds_places_of_many_sizes(drawn: list[Any]) -> None:
    """The roof goes over the whole of it, in growing steps."""
    points = [RoofPoint("a dict a page", 1.1, 0.9, "processes"), RoofPoint("a dict a chunk", 300.0, 1.8, "processes")]
    views.roof(points, lambda ratio: min(2.0, ratio), law_words="work ÷ transfer", across="ratio", log=True, stamp="synthetic")
    assert drawn[0].get_xscale() == "log"
    [line] = [line for line in drawn[0].lines if line.get_linestyle() == "--"]
    assert all(one < other for one, other in pairwise(line.get_xdata()))
    assert min(line.get_xdata()) < 1.1 < 300 < max(line.get_xdata())


def test_names_cover_neither_each_other_nor_the_roof(drawn: list[Any]) -> None:
    """Four points at nearly one place get four readable names inside the card, away from the roof."""
    crowd = [RoofPoint(f"work of kind {number}", 0.9 + 0.01 * number, 1.0 + 0.01 * number, "threads") for number in range(4)]
    views.roof(crowd, law, **WORDS)
    ax = drawn[0]
    frames = [text.get_window_extent() for text in ax.texts]
    assert len(frames) == 4
    assert not any(one.overlaps(other) for one, other in combinations(frames, 2))
    line = next(line for line in ax.lines if line.get_linestyle() == "--")
    assert not any(frame.contains(*point) for frame in frames for point in ax.transData.transform(line.get_xydata()))
    assert all(frame.x0 > 0 and frame.x1 < ax.figure.bbox.width for frame in frames)


@pytest.mark.parametrize(
    ("speedups", "title"),
    [
        ((1.9, 1.5), "Both lie under the roof"),
        ((1.9, 2.4), "B lies above the roof"),
        ((2.3, 2.4), "Two lie above the roof"),
    ],
)
def test_the_title_says_what_lies_above(speedups: tuple[float, float], title: str) -> None:
    """Above is what has its whole interval above the law."""
    points = [
        RoofPoint(name, 0.5, Interval(mean, mean - 0.1, mean + 0.1), "threads")
        for name, mean in zip("ab", speedups, strict=True)
    ]
    assert views.roof(points, law, **WORDS).title == title


def test_an_interval_of_the_place_counts_too() -> None:
    """A speedup above the law of the mean share is not above it if a smaller share is as likely."""
    point = RoofPoint("a", Interval(0.8, 0.6, 0.99), Interval(1.5, 1.4, 1.6), "threads")
    assert not point.above(law)
    assert point._replace(at=0.8).above(law)


def test_the_reading_has_each_speedup_and_its_roof() -> None:
    """As many as 35 words hold, the rest counted."""
    assert roof_reading(UNDER, law) == "A sixth 1.98× under 2.00×; half 1.90× under 2.00×; nearly all 1.07× under 1.14×."
    many = roof_reading(UNDER * 5, law)
    assert len(many.split()) <= 35
    assert many.endswith("more.")

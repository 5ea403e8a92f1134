"""Crossings: marks at the data, dashed lines through them, and a size named where both ends bear it out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.views.samples import CROSSING, MACHINE, costs, sure
from wingslib import views
from wingslib.views import crossings
from wingslib.views.card import Foot

TOLD = "Which way is ahead, and from where on: can't tell"


def diamonds(ax: Any) -> list[float]:
    """Return where another way gets ahead."""
    return [float(line.get_xdata()[0]) for line in ax.lines if line.get_marker() == "D"]


def test_the_crossing_is_where_both_lines_take_as_long(drawn: list[Any]) -> None:
    """1 + n · 0.3 µs and 12 µs + n · 4 ns are equal at 37; both lines are dashed, both axes logarithmic."""
    picture = views.crossing(CROSSING, across="characters", stamp="synthetic")
    assert diamonds(drawn[0]) == [pytest.approx(37.2, rel=0.03)]
    assert sum(line.get_linestyle() == "--" and len(line.get_xdata()) > 2 for line in drawn[0].lines) == 2
    assert (drawn[0].get_xscale(), drawn[0].get_yscale()) == ("log", "log")
    assert picture.title == "From 37 characters on Rust is ahead"
    assert picture.reading.startswith(
        "Python 1.0 µs + n · 0.30 µs; Rust 12 µs + n · 4.0 ns; Rust ahead from 37 characters; lines off"
    )


def test_the_marks_are_the_measurements_inside_the_axes(drawn: list[Any]) -> None:
    """Samples, intervals and plain numbers stand where they were given."""
    views.crossing({"Python": [(10, 1.0), (90, sure(9.0))], "Rust": [(10, [3.0, 3.0]), (90, [4.0, 4.0])]}, stamp="synthetic")
    ax = drawn[0]
    marks = {(line.get_xdata()[0], round(line.get_ydata()[0], 9)) for line in ax.lines if line.get_marker() in ("s", "P")}
    assert marks == {(10, 1.0), (90, 9.0), (10, 3.0), (90, 4.0)}
    assert ax.get_xlim()[0] < 10 < 90 < ax.get_xlim()[1]
    assert ax.get_ylim()[0] < 1 < 9 < ax.get_ylim()[1]


def test_a_sample_far_from_the_mean_is_seen(drawn: list[Any]) -> None:
    """The axis holds every round, whatever the means are; a falling line has its minus."""
    ways = {"Python": [(10, [1.0] * 9 + [50.0]), (90, [9.0, 0.01])], "Rust": [(10, 3.0), (90, 2.0)]}
    picture = views.crossing(ways, stamp="synthetic")
    assert drawn[0].get_ylim()[0] < 0.01 < 50 < drawn[0].get_ylim()[1]
    assert "Rust 3.1 s − n · 12 ms" in picture.reading


def test_three_ways_cross_where_the_lowest_changes(drawn: list[Any]) -> None:
    """A meeting of two that a third has passed is not marked."""
    ways = {"Python": costs(1e-6, 3e-7), "Rust, lists": costs(6e-6, 4e-8), "Rust, columns": costs(22e-6, 4e-9)}
    picture = views.crossing(ways, across="rows", stamp="synthetic")
    assert diamonds(drawn[0]) == [pytest.approx(19.2, rel=0.05), pytest.approx(444, rel=0.05)]
    assert picture.title == "From 440 rows on Rust, columns is ahead"
    assert "Rust, lists ahead from 19 rows; Rust, columns ahead from 440 rows" in picture.reading


@pytest.mark.parametrize(
    ("ways", "title"),
    [
        ({"Python": costs(1e-3, 3e-4), "Rust": costs(1e-5, 4e-9)}, "Rust is ahead at every size measured"),
        ({"a": [(1, 1.0), (9, 9.0)], "b": [(1, 1.0), (9, 9.0)]}, TOLD),
        (
            {"a": [(1, sure(1.0, 0.9)), (9, sure(9.0, 0.9))], "b": [(1, sure(2.0, 0.9)), (9, sure(3.0, 0.9))]},
            TOLD,
        ),
        ({"a": costs(1e-6, 3e-9), "b": [(n, 1.02 * a[0]) for n, a in costs(1e-6, 3e-9)]}, TOLD),
        ({"a": [(1, 1.0), (10, 10.0), (100, 20.0)], "b": [(1, 5.0), (10, 5.2), (100, 25.0)]}, TOLD),
        ({"a": [(1, 1.0), (10, 5.0), (100, 50.0)], "b": [(1, 5.0), (10, 5.2), (100, 82.0)]}, TOLD),
        ({"a": [(1, 5.0), (10, 9.0), (100, 60.0)], "b": [(1, 4.9), (10, 11.0), (100, 50.0)]}, TOLD),
        ({"a": [(1, 1.0), (2, 2.0)], "b": [(3, 2.0), (4, 1.5)]}, TOLD),
        ({"a": [(1, 1.0), (9, 9.0)], "b": [(1, 3.0), (9, 4.0)]}, "From about 3 items on b is ahead"),
        ({"a": costs(1e-6, 3e-7, 0.4), "b": costs(12e-6, 4e-9, 0.4)}, "From 25 to 47 items on b is ahead"),
        ({"a": costs(1e-6, 3e-7), "b" * 50: costs(12e-6, 4e-9)}, "Another way is ahead from 37 on"),
        ({"a" * 50: costs(1e-6, 3e-9), "b": costs(12e-6, 4e-9)}, "One way is ahead at every size measured"),
    ],
)
def test_the_title_says_no_more_than_was_measured(ways: Any, title: str) -> None:
    """A crossing counts if the intervals at the smallest and the largest shared size say who is ahead."""
    assert views.crossing(ways, stamp="synthetic").title == title


def test_a_crossing_outside_what_was_measured_is_not_drawn(drawn: list[Any]) -> None:
    """The lines go on, the evidence does not."""
    views.crossing({"a": [(1, 1.0), (2, 2.0)], "b": [(1, 9.0), (2, 9.0)]}, stamp="synthetic")
    assert diamonds(drawn[0]) == []


@pytest.mark.parametrize(
    ("names", "markers"),
    [
        ("Python Rust", "sP"),
        ("a Rust", "sP"),
        ("Rust a b", "Pso"),
        ("Rust,lists Rust,columns", "Ps"),
        ("threads Rust x", "oPs"),
    ],
)
def test_a_way_that_has_an_engines_name_wears_its_look(names: str, markers: str, drawn: list[Any]) -> None:
    """The others take what no name asks for, no look twice."""
    views.crossing({name: [(1, 1.0), (9, place + 2.0)] for place, name in enumerate(names.split())}, stamp="synthetic")
    marks = [str(line.get_marker()) for line in drawn[0].lines if line.get_zorder() == 5]
    assert list(dict.fromkeys(marks)) == list(markers)


def test_a_smoke_run_names_the_subject_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a smoke run shows is no evidence."""
    monkeypatch.setattr(crossings, "foot_of", lambda stamp: Foot(MACHINE.stamp(), smoke=True))
    assert views.crossing(CROSSING).title == "Seconds of each size"

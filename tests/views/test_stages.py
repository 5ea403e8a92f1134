"""Pipelines: the lanes of each stage, and the queues under their bound."""

from __future__ import annotations

import pytest

from wingslib import views
from wingslib.measure import flow
from wingslib.views import rows, stages

STEPS = [(0.002, 1), (0.004, 2), (0.008, 1)]
NAMES = ("fetch", "render", "save")


def model(bound: int | None = 2, steps: list[tuple[float, int]] = STEPS) -> object:
    """Return thirty items on a virtual clock."""
    return flow(steps, 30, bound, NAMES)


def test_lanes_are_grouped_by_stage_and_wear_its_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    """One lane for each worker, in the engine of its stage."""
    drawn: list[tuple[int, str]] = []
    monkeypatch.setattr(rows, "lane", lambda ax, row, top, bar, engine: drawn.append((row.worker, engine)))
    views.pipeline(model(), engines=["coroutines", "processes", "threads"], stamp="synthetic")
    assert drawn == [(0, "coroutines"), (1, "processes"), (2, "processes"), (3, "threads")]
    assert [(name, len(lanes)) for name, lanes in stages.groups(model())] == [("fetch", 1), ("render", 2), ("save", 1)]


def test_the_title_names_the_stage_that_sets_the_pace() -> None:
    """One alone, two alike, or none that is full."""
    assert views.pipeline(model(), stamp="synthetic").title == "Save sets the pace: 98 % filled"
    twins = model(steps=[(0.002, 1), (0.004, 1), (0.008, 2)])
    assert views.pipeline(twins, stamp="synthetic").title == "Render and save set the pace: 92 % and 92 % filled"
    short = flow([(1.0, 1), (1.0, 1)], 2, names=NAMES[:2])
    assert views.pipeline(short, stamp="synthetic").title == "No stage is full; fetch, the fullest, is at 67 %"


def test_the_reading_has_the_items_the_wall_and_how_full_each_stage_was() -> None:
    """Every stage with its workers."""
    assert views.pipeline(model(), stamp="synthetic").reading == (
        "30 items through 3 stages took 0.25 s; filled: fetch (1) 24 %, render (2) 24 %, save (1) 98 %."
    )


def test_a_horizon_keeps_the_time_axis(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shorter run does not stretch."""
    ends: list[float] = []
    monkeypatch.setattr(rows, "time_axis", lambda ax, wall, words: ends.append(wall))
    views.pipeline(model(), stamp="synthetic", horizon=2.0)
    views.depths(model(), bound=2, stamp="synthetic", horizon=2.0)
    assert ends == [2.0, 2.0]


@pytest.mark.parametrize(
    ("drawn", "bound", "title"),
    [
        (2, 2, "Every queue reaches its bound of 2, none passes it"),
        (2, 3, "No queue reaches its bound of 3"),
        (2, 1, "A queue passes its bound of 1: 2 items"),
        (None, None, "Without a bound a queue grows to 22 items"),
    ],
)
def test_the_title_says_what_became_of_the_bound(drawn: int | None, bound: int | None, title: str) -> None:
    """A queue that passes its bound is not passed over."""
    assert views.depths(model(drawn), bound=bound, stamp="synthetic").title == title


def test_one_queue_at_its_bound_is_not_all() -> None:
    """A stage that is never waited for leaves the queue before it empty."""
    quick = model(steps=[(0.002, 1), (0.008, 1), (0.001, 1)])
    assert views.depths(quick, bound=2, stamp="synthetic").title == "A queue reaches its bound of 2, none passes it"


def test_the_reading_has_the_most_and_the_mean_of_each_queue() -> None:
    """Peaks are whole numbers, means are over the whole run."""
    assert views.depths(model(), bound=2, stamp="synthetic").reading == (
        "Items in the queue before render 2 at most, 1.5 on average; before save 2 at most, 1.8 on average; the bound is 2."
    )
    assert stages.mean_depth([(0.0, 2), (1.0, 1), (3.0, 0)], 4.0) == 1.0
    assert stages.peak([]) == stages.mean_depth([], 0.0) == 0

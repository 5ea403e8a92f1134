"""Runaways: an item without an end runs off the edge, the others end where they ended."""

from __future__ import annotations

import math
from typing import Any

import pytest

from wingslib import views
from wingslib.engines.run import Span, Timeline
from wingslib.views import rows


def killed(stuck: tuple[int, ...] = (4,), wall: float = 3.0) -> Timeline:
    """Return ten items on three threads, 0.1 s each, of which `stuck` never end."""
    line = Timeline("threads", 3, cold=True, wall=wall)
    free = [0.0, 0.0, 0.0]
    for item in range(10):
        worker = min(range(3), key=free.__getitem__)
        start, end = free[worker], math.inf if item in stuck else free[worker] + 0.1
        free[worker] = end
        if start < math.inf:
            line.add(Span(worker, item, 1, 0.0, start, end, end, end - start, 0.01))
    return line


@pytest.fixture
def lanes(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Collect the lanes that are drawn."""
    found: list[Any] = []
    lane = rows.lane
    monkeypatch.setattr(rows, "lane", lambda ax, row, *rest: (found.append((ax, row)), lane(ax, row, *rest))[1])
    return found


def test_the_bar_of_a_hanging_item_runs_off_the_edge(lanes: list[Any]) -> None:
    """The axis ends at twice the last end; the item's box reaches to it, and so does its arrow."""
    views.hangs(killed(), stamp="synthetic")
    ax = lanes[0][0]
    edge = ax.get_xlim()[1]
    assert edge == pytest.approx(2 * 0.4)
    ends = {row.worker: row.boxes[-1].end for _, row in lanes}
    assert ends[1] == edge
    assert max(end for worker, end in ends.items() if worker != 1) < edge
    assert [line.get_xdata()[0] for line in ax.lines if line.get_marker() == ">"] == [edge]


def test_a_run_in_which_nothing_ends_is_drawn_to_its_end(lanes: list[Any]) -> None:
    """Without any end the axis goes to where it was killed."""
    picture = views.hangs(killed(stuck=(0, 1, 2)), stamp="synthetic")
    assert lanes[0][0].get_xlim()[1] == 3.0
    assert picture.title == "0 items end, three never do"


def test_a_run_killed_early_ends_there(lanes: list[Any]) -> None:
    """The axis never goes beyond the run."""
    views.hangs(killed(wall=0.6), stamp="synthetic")
    assert lanes[0][0].get_xlim()[1] == 0.6


def test_title_and_reading_name_who_never_ended() -> None:
    """How many ended, until when, and which item of which worker did not."""
    picture = views.hangs(killed(), stamp="synthetic")
    assert picture.title == "9 items end, one never does"
    assert picture.reading == "9 items ended within 400 ms; item 4 on worker 1 had not when the run was killed after 3.0 s."

"""The plain numbers behind a timeline."""

from __future__ import annotations

import pytest

from tests.views.samples import loop_timeline, pool_timeline
from wingslib.engines.run import Span, Timeline
from wingslib.views.areas import bins, in_flight, lanes, shares


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_drawn_boxes_fill_exactly_the_timelines_filled_share(workers: int) -> None:
    """The boxes of all lanes, over workers × wall, are `Timeline.filled`."""
    line = pool_timeline(workers=workers, message=0.003)
    drawn = sum(box.end - box.start for row in lanes(line) for box in row.boxes)
    assert drawn / (workers * line.wall) == pytest.approx(line.filled, rel=1e-12)


def test_boxes_overhead_and_idle_tile_each_lane() -> None:
    """Nothing of a lane is left out and nothing is drawn twice."""
    line = pool_timeline(message=0.003)
    for row in lanes(line):
        parts = [(box.start, box.end) for box in row.boxes] + row.overhead + ([row.idle] if row.idle else [])
        assert sum(end - start for start, end in parts) == pytest.approx(line.wall, rel=1e-12)


def test_shares_sum_to_one() -> None:
    """Filled, start-up, messages and idle make up the whole frame."""
    found = shares(pool_timeline(message=0.003))
    assert found.filled + found.startup + found.messages + found.idle == pytest.approx(1, rel=1e-12)
    assert min(found.filled, found.startup, found.messages, found.idle) > 0


def test_a_worker_that_never_got_an_item_has_an_idle_lane() -> None:
    """A lane is drawn for every worker that was paid for."""
    line = Timeline("processes", 2, cold=False, wall=1.0)
    line.add(Span(0, 0, 1, 0, 0, 1, 1, 1, 1))
    assert lanes(line)[1].idle == (0.0, 1.0)
    assert shares(line).idle == 0.5


def test_bins_keep_the_filled_share() -> None:
    """The mean height of a lane's bins is its filled share."""
    line = pool_timeline(items=2_000, message=0.001, cpu=0.5)
    for row in lanes(line):
        held, computed = bins(row, line.wall)
        assert sum(held) / len(held) == pytest.approx(row.filled, rel=1e-9)
        assert sum(computed) / len(computed) == pytest.approx(0.5 * row.filled, rel=1e-9)


def test_solid_height_is_capped_at_the_box() -> None:
    """CPU seconds above the wall time fill the box and no more, but the ratio is kept to be written."""
    box = lanes(pool_timeline(cpu=1.9))[0].boxes[0]
    assert box.solid == 1.0
    assert box.ratio == pytest.approx(1.9)


def test_in_flight_counts_tasks_under_way() -> None:
    """All seven tasks are under way at the beginning, and the mean is the busy time over the wall."""
    line = loop_timeline()
    counts = in_flight(line)
    assert counts[0] == pytest.approx(7)
    assert sum(counts) / len(counts) == pytest.approx(sum(line.busy.values()) / line.wall)


def test_steps_that_an_item_covers_in_part_count_in_part() -> None:
    """An item from 0.5 s to 3.25 s covers half of the first second, all of the next two and a quarter of the fourth."""
    line = Timeline("coroutines", 2, cold=False, wall=5.0)
    line.add(Span(0, 0, 1, 0, 0.5, 3.25, 3.25, 2.75, 0))
    line.add(Span(1, 1, 1, 0, 2.25, 2.5, 2.5, 0.25, 0))
    assert in_flight(line, 5) == [0.5, 1.0, 1.25, 0.25, 0.0]

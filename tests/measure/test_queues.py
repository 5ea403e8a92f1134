"""A pipeline on a virtual clock: no queue passes its bound, nothing is lost, and the law foresees its seconds."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wingslib.errors import ParameterError
from wingslib.measure.queues import ahead, bottleneck, flow, pace, pipeline_law

STEPS = st.lists(st.tuples(st.sampled_from([0.5, 1.0, 2.0, 4.0, 8.0]), st.integers(1, 5)), min_size=1, max_size=4)
BOUNDS = st.none() | st.integers(1, 10)


@given(STEPS, st.integers(1, 40), BOUNDS)
def test_every_item_goes_through_all_stages_in_order(steps, items, bound):
    """Each stage has each item once, after the stage before, and no worker has two at once."""
    line = flow(steps, items, bound).timeline
    assert len(line.spans) == items * len(steps)
    for item in range(items):
        own = [span for span in line.spans if span.first == item]
        assert [span.busy_seconds for span in own] == pytest.approx([seconds for seconds, _ in steps])
        assert all(after.started >= before.finished - 1e-9 for before, after in pairwise(own))
    for worker in range(line.workers):
        own = sorted((span.started, span.finished) for span in line.spans if span.worker == worker)
        assert all(after[0] >= before[1] - 1e-9 for before, after in pairwise(own))


@given(STEPS, st.integers(1, 40), st.integers(1, 10))
def test_no_queue_passes_its_bound(steps, items, bound):
    """Depths stay from 0 to the bound, and end at 0."""
    for depths in flow(steps, items, bound).depths:
        assert all(0 <= depth <= bound for _, depth in depths)
        assert depths[-1][1] == 0


@given(STEPS, st.integers(1, 40), BOUNDS)
def test_the_law_holds_to_within_one_turn_of_the_slowest_stage(steps, items, bound):
    """Whatever the bound: fill + items · pace."""
    slowest = max(seconds for seconds, _ in steps)
    assert abs(flow(steps, items, bound).timeline.wall - pipeline_law(items, steps)) < slowest


@pytest.mark.parametrize(
    ("workers", "seconds", "slowest"),
    [((1, 1, 1), 0.806, 2), ((2, 2, 1), 0.806, 2), ((1, 1, 2), 0.41, 1), ((1, 1, 4), 0.41, 1), ((1, 2, 4), 0.212, 0)],
)
def test_only_more_workers_in_the_slowest_stage_help(workers, seconds, slowest):
    """Stages of 2, 4 and 8 ms: the bottleneck moves as it is widened."""
    steps = list(zip((0.002, 0.004, 0.008), workers, strict=True))
    assert pipeline_law(100, steps) == pytest.approx(seconds)
    assert flow(steps, 100, 2).timeline.wall == pytest.approx(seconds)
    assert bottleneck(steps) == slowest


def test_a_full_queue_holds_the_stage_before():
    """Stages of 1 and 3 s, a queue of 1: the first may be two items ahead, and then keeps pace with the second."""
    run = flow([(1.0, 1), (3.0, 1)], 5, bound=1, names=("make", "save"))
    made = [span.started for span in run.timeline.spans if span.worker == 0]
    assert made == [0, 1, 2, 4, 7]
    assert run.depths == ([(1.0, 0), (2.0, 1), (4.0, 1), (7.0, 1), (10.0, 1), (13.0, 0)],)
    assert run.stages == ("make", "save")
    assert run.timeline.engine == "simulated"


def test_without_a_bound_the_queue_grows():
    """The first stage runs away, and the wall is the same."""
    free, held = (flow([(1.0, 1), (3.0, 1)], 30, bound) for bound in (None, 2))
    assert max(depth for _, depth in free.depths[0]) == 20
    assert max(depth for _, depth in held.depths[0]) == 2
    assert free.timeline.wall == held.timeline.wall == 91


def test_pace_is_the_slowest_stage_over_its_workers():
    """Four workers on 8 s are as quick as one on 2 s; the first of equals is named."""
    assert pace([(2.0, 1), (8.0, 4)]) == 2.0
    assert bottleneck([(2.0, 1), (8.0, 4)]) == 0


def test_ahead_counts_the_first_stage_until_the_last_begins():
    """All of it came first, or stairs, or nothing at all."""
    blocks = [(stage, item) for stage in ("make", "render", "save") for item in range(5)]
    assert ahead(blocks) == 5
    assert ahead(sorted(blocks, key=lambda event: event[1])) == 1
    assert ahead([]) == 0


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: flow([], 3), "steps is empty"),
        (lambda: flow([(0, 1)], 3), "seconds is 0"),
        (lambda: flow([(1.0, 0)], 3), "workers is 0"),
        (lambda: flow([(1.0, 1)], 0), "items is 0"),
        (lambda: flow([(1.0, 1)], 3, 0), "bound is 0"),
        (lambda: pace([]), "steps is empty"),
        (lambda: pipeline_law(0, [(1.0, 1)]), "items is 0"),
    ],
)
def test_a_wrong_argument_is_named(call, match):
    """No stage, no seconds, no workers, no items, no room."""
    with pytest.raises(ParameterError, match=match):
        call()

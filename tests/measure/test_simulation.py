"""List scheduling on a virtual clock."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wingslib.errors import ParameterError
from wingslib.measure.simulation import POLICIES, chunk_sizes, graham_bounds, lower_bound, schedule, simulate
from wingslib.workloads.tasks import durations as drawn

DURATIONS = st.lists(st.floats(1e-3, 10.0), min_size=1, max_size=40)


@settings(deadline=None)
@given(DURATIONS, st.integers(1, 8))
def test_the_makespan_keeps_grahams_bounds(durations, workers):
    """At least max(mean load, longest item), at most twice that."""
    wall = schedule(durations, workers).wall
    least = max(sum(durations) / workers, max(durations))
    assert least * (1 - 1e-9) <= wall <= (2 - 1 / workers) * least * (1 + 1e-9)


@settings(deadline=None)
@given(DURATIONS, st.integers(1, 6), st.integers(1, 7))
def test_a_worker_has_one_chunk_at_a_time_and_none_is_lost(durations, workers, chunk):
    """All items are there once; no worker overlaps itself; a chunk starts when the first worker is free."""
    spans = schedule(durations, workers, chunk).spans
    assert sum(span.count for span in spans) == len(durations)
    free = [0.0] * workers
    for span in spans:
        assert span.started == pytest.approx(min(free))
        assert span.started >= free[span.worker]
        free[span.worker] = span.finished


def test_graham_by_hand():
    """Items 3, 1, 1, 3 on two workers: 0 takes 3, 1 takes 1 and 1 and then 3: five seconds."""
    timeline = schedule([3, 1, 1, 3], 2)
    assert [(span.worker, span.started, span.finished) for span in timeline.spans] == [
        (0, 0, 3),
        (1, 0, 1),
        (1, 1, 2),
        (1, 2, 5),
    ]
    assert timeline.wall == 5
    assert timeline.engine == "simulated"


def test_start_up_and_messages_are_paid():
    """Workers are ready after the start-up, and each chunk costs a message."""
    timeline = schedule([1.0] * 4, 2, chunk=2, message_seconds=0.25, startup=3.0)
    assert timeline.cold
    assert timeline.wall == pytest.approx(3.0 + 0.25 + 2.0)


def test_nothing_takes_no_time():
    """No items, no spans; wrong counts are refused."""
    assert schedule([], 2).wall == 0.0
    for wrong in ({"workers": 0}, {"workers": 2, "chunk": 0}):
        with pytest.raises(ParameterError):
            schedule([1.0], **wrong)


@settings(deadline=None)
@given(st.sampled_from(list(POLICIES)), st.integers(0, 3000), st.integers(1, 20))
def test_chunks_hold_every_item_once(policy, n, workers):
    """They sum to n, none is empty, and no policy but one at a time needs more chunks than workers · (2 + log2 n)."""
    sizes = chunk_sizes(policy, n, workers)
    assert sum(sizes) == n
    assert all(size >= 1 for size in sizes)
    assert policy == "one at a time" or len(sizes) <= workers * (2 + n.bit_length())
    assert policy == "one at a time" or sizes == sorted(sizes, reverse=True)


def test_chunk_sizes_by_hand():
    """A hundred items for four workers."""
    assert chunk_sizes("static", 102, 4) == [26, 26, 25, 25]
    assert chunk_sizes("guided", 100, 4) == [25, 19, 14, 11, 8, 6, 5, 3, 3, 2, 1, 1, 1, 1]
    assert chunk_sizes("factoring", 100, 4) == [13] * 4 + [6] * 4 + [3] * 4 + [2] * 4 + [1] * 4
    assert chunk_sizes("one at a time", 3, 4) == [1, 1, 1]
    assert chunk_sizes("static", 2, 4) == [1, 1]


@settings(deadline=None)
@given(DURATIONS, st.integers(1, 8))
def test_one_at_a_time_is_list_scheduling(durations, workers):
    """In any order it keeps Graham's first bound, over the lower bound itself."""
    wall = simulate(durations, "one at a time", workers).wall
    assert wall == schedule(durations, workers).wall
    assert wall <= graham_bounds(workers)[0] * lower_bound(durations, workers) * (1 + 1e-9)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(1, 3))
def test_largest_first_keeps_grahams_second_bound(durations, workers):
    """Over the shortest of all schedules, found by trying each."""
    hands = itertools.product(range(workers), repeat=len(durations))
    best = min(
        max(sum(each for each, to in zip(durations, hand, strict=True) if to == one) for one in range(workers))
        for hand in hands
    )
    assert schedule(sorted(durations, reverse=True), workers).wall <= graham_bounds(workers)[1] * best + 1e-9
    assert best >= lower_bound(durations, workers)


def test_grahams_worst_cases_are_reached():
    """Twelve small ones and then the monster; 3 3 2 2 2 on two workers."""
    late = [1] * 12 + [4]
    assert schedule(late, 4).wall / lower_bound(late, 4) == pytest.approx(graham_bounds(4)[0])
    worst = [3, 3, 2, 2, 2]
    assert schedule(worst, 2).wall / lower_bound(worst, 2) == pytest.approx(graham_bounds(2)[1])


def test_handing_out_beats_static_on_skew_and_ties_on_equal_items():
    """In the middle of 99 draws; on sorted items always."""

    def gains(kind):
        loads = [drawn(kind, 24, seed) for seed in range(99)]
        return sorted(simulate(one, "static", 4).wall / simulate(one, "one at a time", 4).wall for one in loads)

    assert gains("constant")[0] == gains("constant")[-1] == pytest.approx(1)
    assert min(gains("exponential")[49], gains("lognormal")[49]) > 1.1
    assert gains("sorted")[0] > 1.2


def test_sizes_of_ones_own_are_simulated_too():
    """The message is paid for each; sizes that lose an item are refused."""
    assert simulate([1.0] * 5, [3, 2], 2, 0.5).wall == 3.5
    for wrong in ([3, 1], [5, 0], [6]):
        with pytest.raises(ParameterError, match="of 5 items"):
            simulate([1.0] * 5, wrong, 2)


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: simulate([1.0], "fair", 2), "policy is 'fair'; allowed is one of static, one at a time, guided, factoring"),
        (lambda: simulate([1.0], "static", 0), "workers is 0"),
        (lambda: chunk_sizes("static", -1, 2), "n is -1"),
        (lambda: lower_bound([1.0], 0), "workers is 0"),
        (lambda: graham_bounds(0), "workers is 0"),
    ],
)
def test_wrong_arguments_are_named(call, match):
    """With what is allowed."""
    with pytest.raises(ParameterError, match=match):
        call()


def test_the_bound_of_nothing_is_nothing():
    """No items take no time under any policy."""
    assert lower_bound([], 3) == 0
    assert [simulate([], policy, 3).wall for policy in POLICIES] == [0.0] * 4

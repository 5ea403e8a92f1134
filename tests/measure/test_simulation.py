"""List scheduling on a virtual clock."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wingslib.errors import ParameterError
from wingslib.measure.simulation import schedule

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

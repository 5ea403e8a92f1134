"""The five factors: their product is exact, and each loss moves its own."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines import work
from wingslib.engines import processes, serial, threads
from wingslib.engines.run import Span, Timeline
from wingslib.measure.efficiency import Split, mean_split, split

pytestmark = pytest.mark.usefixtures("nothing_left")


def made(spans, wall, workers=2, cold=False):
    """A timeline from (worker, started, finished, compute seconds)."""
    timeline = Timeline("made", workers, cold=cold, wall=wall)
    for worker, started, finished, compute in spans:
        timeline.add(Span(worker, 0, 1, 0.0, started, finished, finished, compute, compute))
    return timeline


SPAN = st.tuples(st.integers(0, 3), st.floats(0, 5), st.floats(1e-3, 5), st.floats(0.01, 1.5))


@settings(deadline=None)
@given(st.lists(SPAN, min_size=1, max_size=12), st.floats(0.1, 50), st.booleans(), st.floats(0.01, 5), st.floats(0, 0.5))
def test_the_factors_multiply_to_speedup_over_workers(spans, serial_seconds, cold, tail, outside):
    """Within 1e-12, whatever the timeline: product = T / (p · W), and the first three fill the picture."""
    spans = [(worker, start, start + busy, busy * share) for worker, start, busy, share in spans]
    timeline = made(spans, max(end for _, _, end, _ in spans) + tail, workers=4, cold=cold)
    seconds = timeline.wall + outside
    parts = split(timeline, serial_seconds, seconds)
    assert parts.product == pytest.approx(serial_seconds / seconds / 4, rel=1e-12)
    assert parts.speedup == pytest.approx(serial_seconds / seconds, rel=1e-12)
    inner = split(timeline, serial_seconds).factors()
    filled = inner["start-up"] * inner["balance"] * inner["dispatch"]
    assert filled == pytest.approx(timeline.filled, rel=1e-12)


IDEAL = [(0, 0.0, 10.0, 10.0), (1, 0.0, 10.0, 10.0)]


@pytest.mark.parametrize(
    ("factor", "timeline", "value"),
    [
        ("start-up", made([(0, 5.0, 15.0, 10.0), (1, 5.0, 15.0, 10.0)], 15.0, cold=True), 2 / 3),
        ("balance", made([(0, 0.0, 15.0, 15.0), (1, 0.0, 5.0, 5.0)], 15.0), 2 / 3),
        ("dispatch", made([(0, 2.0, 12.0, 10.0), (1, 2.0, 12.0, 10.0)], 15.0), 2 / 3),
        ("serialisation", made([(0, 0.0, 15.0, 10.0), (1, 0.0, 15.0, 10.0)], 15.0), 2 / 3),
        ("work", made([(0, 0.0, 15.0, 15.0), (1, 0.0, 15.0, 15.0)], 15.0), 2 / 3),
    ],
)
def test_a_planted_loss_moves_its_own_factor_alone(factor, timeline, value):
    """Each loss of a third shows in its own factor; the other four stay 1."""
    factors = split(timeline, 20.0).factors()
    assert factors.pop(factor) == pytest.approx(value)
    assert list(factors.values()) == pytest.approx([1.0] * 4)
    assert split(timeline, 20.0).smallest == factor
    assert split(timeline, 20.0).speedup == pytest.approx(4 / 3)


def test_an_ideal_run_loses_nothing():
    """All factors are 1 and the speedup is the number of workers."""
    parts = split(made(IDEAL, 10.0), 20.0)
    assert list(parts.factors()) == ["start-up", "balance", "dispatch", "serialisation", "work"]
    assert list(parts.factors().values()) == [1.0] * 5
    assert parts.speedup == 2.0


def test_workers_that_never_worked_count_as_imbalance():
    """Balance averages over the workers that were asked for."""
    assert split(made([(0, 0.0, 10.0, 10.0)], 10.0, workers=4), 10.0).balance == 0.25


def test_the_mean_of_rounds_keeps_the_product():
    """Factors are geometric means, so the product of means is the mean of products."""
    rounds = [Split(0.9, 0.8, 0.7, 0.9, 1.1, 2), Split(0.5, 0.9, 0.95, 0.6, 0.8, 2)]
    assert mean_split(rounds).product == pytest.approx(math.sqrt(rounds[0].product * rounds[1].product), rel=1e-12)


def test_a_run_that_computed_nothing_cannot_be_split():
    """It says so."""
    with pytest.raises(ValueError, match="no efficiency to split"):
        split(Timeline("made", 2, cold=False, wall=1.0), 1.0)


def lost(run, serial_seconds):
    return split(run.timeline, serial_seconds).factors()


def test_real_start_up_is_seen():
    """Two new processes for almost no work: start-up loses most."""
    factors = lost(processes.map(work.spin, [0.005] * 2, workers=2, chunk=1), 0.01)
    assert min(factors, key=factors.get) == "start-up"


def test_real_skew_is_seen():
    """One long item beside one short one on two threads: balance loses most."""
    items = [0.4, 0.02]
    factors = lost(threads.map(work.nap, items, workers=2), serial.map(work.nap, items).timeline.wall)
    assert min(factors, key=factors.get) == "balance"
    assert factors["balance"] < 0.75


def test_real_pickling_is_seen():
    """Results of eight megabytes that take no time to make: serialisation loses most inside the workers."""
    with processes.pool(workers=1) as pool:
        pool.map(work.megabytes, range(2), chunk=1)
        factors = lost(pool.map(work.megabytes, range(10), chunk=1), 1e-3)
    assert factors["serialisation"] < 0.7
    assert factors["serialisation"] < min(factors["start-up"], factors["balance"])

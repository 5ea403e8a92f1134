"""The laws at hand values, and the fit of one."""

from __future__ import annotations

import math

import pytest

from wingslib.errors import ParameterError
from wingslib.measure.intervals import Interval
from wingslib.measure.laws import WaitLaw, chunk_law, fit_wait_law, line


@pytest.mark.parametrize(
    ("items", "chunk", "workers", "startup", "seconds"),
    [
        (100, 1, 2, 0.0, 50 * 0.1 + 100 * 0.01),
        (100, 10, 2, 0.0, 5 * 10 * 0.1 + 10 * 0.01),
        (100, 50, 2, 0.3, 0.3 + 1 * 50 * 0.1 + 2 * 0.01),
        (100, 34, 2, 0.0, 2 * 34 * 0.1 + 3 * 0.01),  # just after a jump: a last, nearly empty wave
        (100, 1000, 2, 0.0, 100 * 0.1 + 0.01),  # one chunk has no more than all items
    ],
)
def test_hand_values(items, chunk, workers, startup, seconds):
    """start-up + waves · chunk · item + messages."""
    assert chunk_law(items, chunk, workers, 0.1, 0.01, startup) == pytest.approx(seconds)


def test_the_saw_jumps_where_a_wave_begins():
    """From chunk 50 to 49 two workers suddenly take two waves for 100 items; above 50 the one wave only grows."""
    assert chunk_law(100, 49, 2, 0.1, 0.0) > 1.9 * chunk_law(100, 50, 2, 0.1, 0.0)
    assert chunk_law(100, 51, 2, 0.1, 0.0) == pytest.approx(1.02 * chunk_law(100, 50, 2, 0.1, 0.0))


@pytest.mark.parametrize("wrong", [{"items": 0}, {"chunk": 0}, {"workers": 1.5}])
def test_wrong_counts_are_refused(wrong):
    """Counts are whole numbers ≥ 1."""
    with pytest.raises(ParameterError):
        chunk_law(**({"items": 10, "chunk": 2, "workers": 2, "item_seconds": 0.1, "message_seconds": 0.0} | wrong))


def test_the_wait_law_at_hand_values():
    """Ten thousand waits of half a second at 20 µs each take 0.7 s; from 25,000 on their handling takes longer."""
    law = WaitLaw(0.5, Interval(20e-6, 19e-6, 21e-6))
    assert law.seconds(10_000) == pytest.approx(0.7)
    assert law.takeover == pytest.approx(25_000)


def test_waits_that_cost_nothing_are_never_taken_over():
    """Without a cost for each item the wait is all there is."""
    assert WaitLaw(0.5, Interval(0.0, 0.0, 0.0)).takeover == math.inf


def test_the_fit_finds_the_law_that_made_the_walls():
    """Points on the law give it back, without width."""
    law = fit_wait_law(0.5, {n: 0.5 + n * 16e-6 for n in (10, 1_000, 100_000)})
    assert law.item_seconds.mean == pytest.approx(16e-6)
    assert law.item_seconds.high - law.item_seconds.low < 1e-12


def test_the_fit_says_how_sure_it_is():
    """Strewn points give an interval around their mean slope: here by hand, with Student's t for two degrees of freedom."""
    law = fit_wait_law(1.0, {1: 1.0 + 2.0, 2: 1.0 + 1.5, 3: 1.0 + 3.0})
    half = 4.30265 * math.sqrt((1.0**2 + 0.5**2 + 0.0**2) / 2 / 14)
    assert law.item_seconds.mean == pytest.approx(1.0)
    assert law.item_seconds.low == pytest.approx(1.0 - half, rel=1e-4)
    assert law.item_seconds.high == pytest.approx(1.0 + half, rel=1e-4)


def test_one_point_has_no_bounds():
    """A single wall gives a slope and no certainty."""
    found = fit_wait_law(0.5, {100: 0.6}).item_seconds
    assert (found.mean, found.low, found.high) == (pytest.approx(0.001), 0.0, math.inf)


@pytest.mark.parametrize(("longest", "walls"), [(0.5, {}), (0, {1: 1.0}), (0.5, {0: 1.0}), (0.5, {1.5: 1.0})])
def test_a_fit_of_nothing_is_refused(longest, walls):
    """No walls, counts that are none, and a wait that is none."""
    with pytest.raises(ParameterError):
        fit_wait_law(longest, walls)


def test_a_line_through_its_own_points_is_found_without_width():
    """Start and slope come back, and the error is nothing."""
    found = line((n, 2e-6 + n * 3e-9) for n in (10, 1_000, 100_000))
    assert (found.start, found.each) == (pytest.approx(2e-6), pytest.approx(3e-9))
    assert found.error(1_000) < 1e-12


def test_the_small_sizes_of_a_line_count_as_much_as_the_large():
    """1 % more at 10,000 items leaves the start, which plain squares would move by half of itself."""
    found = line([(1, 1.001), (10, 1.01), (100, 1.1), (10_000, 1.01 * 11.0)])
    assert found.start == pytest.approx(1.0, rel=0.01)


def test_the_error_of_a_line_by_hand():
    """At the middle of two equal weights and a third: Student's t times the weighted root of the residuals."""
    found = line([(0, 1.0), (1, 1.0), (2, 1.0), (1, 1.0), (0, 1.0)])
    assert (found.start, found.each, found.error(1)) == (
        pytest.approx(1.0),
        pytest.approx(0.0, abs=1e-15),
        pytest.approx(0.0, abs=1e-7),
    )
    strewn = line([(1, 1.0), (2, 2.0), (3, 2.0)])
    weights, sizes, seconds = (1.0, 0.25, 0.25), (1, 2, 3), (1.0, 2.0, 2.0)
    left = sum(w * (y - strewn.seconds(n)) ** 2 for w, n, y in zip(weights, sizes, seconds, strict=True))
    middle = sum(w * n for w, n in zip(weights, sizes, strict=True)) / sum(weights)
    assert strewn.error(middle) == pytest.approx(12.7062 * math.sqrt(left / sum(weights)), rel=1e-4)


def test_two_points_make_a_line_that_may_err_without_end():
    """There is nothing left to tell how well it fits."""
    assert line([(1, 1.0), (2, 2.0)]).error(1) == math.inf


def test_lines_meet_where_both_take_as_long():
    """1 + n and 5 + n / 2 are equal at 8; lines side by side never are."""
    flat, steep = line([(2, 6.0), (4, 7.0), (6, 8.0)]), line([(2, 3.0), (4, 5.0), (6, 7.0)])
    assert flat.meets(steep).mean == pytest.approx(8)
    assert math.isnan(flat.meets(flat).mean)
    one, two = line([(2, 6.1), (4, 6.9), (6, 8.1)]), line([(2, 3.2), (4, 4.9), (6, 7.1)])
    met = one.meets(two)
    both = math.hypot(one.error(met.mean), two.error(met.mean))
    assert met.high - met.mean == pytest.approx(met.mean - met.low) == pytest.approx(both / (two.each - one.each))


@pytest.mark.parametrize("points", [[], [(1, 1.0)], [(1, 1.0), (1, 2.0)], [(1, 0.0), (2, 1.0)], [(1, -1.0), (2, 1.0)]])
def test_a_line_of_too_little_is_refused(points):
    """Fewer than two sizes, and seconds that are none."""
    with pytest.raises(ParameterError):
        line(points)

"""The statistical bars on the real clock; takes minutes, so it runs only with `-m slow`."""

from __future__ import annotations

import time

import pytest

from wingslib.measure.comparison import compare

TRIES = 20


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_the_bars_hold_on_this_machine():
    """20 tries each: 2 × is always faster, 20 % more is slower at least 14 times, at most 3 races of equals exclude 1."""
    items = _calibrated(0.02)
    base = lambda: _work(items)  # noqa: E731
    twice, slower, false = 0, 0, 0
    for _ in range(TRIES):
        twice += _race(base, lambda: _work(items // 2)).verdict("other") == "faster"
        slower += _race(base, lambda: _work(items * 6 // 5)).verdict("other") == "slower"
        equal = _race(base, base).speedup("other")
        false += not equal.low <= 1 <= equal.high
    assert twice == TRIES
    assert slower >= 14
    assert false <= 3


def _race(base, other):
    return compare("evidence", {"base": base, "other": other}, budget=5, check=lambda one, two: True)


def _work(items: int) -> int:
    return sum(number * number for number in range(items))


def _calibrated(seconds: float) -> int:
    """Return how many items take about `seconds` here."""
    items = 10_000
    began = time.perf_counter()
    _work(items)
    return max(10, int(items * seconds / (time.perf_counter() - began)))

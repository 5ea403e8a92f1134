"""Numbers and ticks as they are written."""

from __future__ import annotations

import pytest

from wingslib.measure.intervals import Interval
from wingslib.views.scales import apart, log_limits, ratio_ticks
from wingslib.views.wording import about, counted, digits, fitted, percent, plain, ratio, seconds, text_width, wrapped


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (digits(1.845), "1.84"),
        (digits(9.996), "10.0"),
        (digits(12345), "12,300"),
        (digits(0), "0"),
        (digits(0.00123, 2), "0.0012"),
        (plain(2.0), "2"),
        (plain(0.05), "0.05"),
        (plain(100.0), "100"),
        (ratio(0.94), "0.94"),
        (ratio(37.0), "37.0"),
        (ratio(0.004), "0.0040"),
        (seconds(0.58), "0.58 s"),
        (seconds(0.0081), "8.1 ms"),
        (seconds(8.1e-6), "8.1 µs"),
        (percent(0.834), "83 %"),
        (percent(0.046), "4.6 %"),
        (percent(1.0), "100 %"),
        (counted(1, "item"), "1 item"),
        (counted(2, "process"), "2 processes"),
        (counted(1000, "guess"), "1,000 guesses"),
        (about(Interval(1.84, 1.6, 2.1)), "1.6 to 2.1 times"),
        (about(Interval(5.9, 5.8, 6.0)), "5.9 times"),
    ],
)
def test_numbers_are_written_with_the_figures_they_deserve(written: str, expected: str) -> None:
    """Significant figures, no exponents, units that suit."""
    assert written == expected


@pytest.mark.parametrize(("low", "high"), [(0.9, 1.1), (0.5, 2.2), (0.04, 150), (0.001, 1.3), (1e-6, 1e6)])
def test_ratio_axes_have_one_to_five_ticks(low: float, high: float) -> None:
    """Ticks inside the limits, few enough to be read."""
    ticks = ratio_ticks(low, high)
    assert 1 <= len(ticks) <= 5
    assert all(low <= tick <= high for tick in ticks)


def test_ticks_too_near_to_one_another_are_left_out_but_one_stays() -> None:
    """Labels never touch."""
    assert apart([0.5, 0.9, 1, 1.1, 2], 1.5) == [0.5, 1, 2]


def test_log_limits_hold_the_values_with_a_margin() -> None:
    """Marks never lie on the frame, and equal values get an axis too."""
    low, high = log_limits([0.5, 2])
    assert low < 0.5
    assert high > 2
    low, high = log_limits([1, 1])
    assert low < 1 < high


def test_text_is_cut_or_broken_to_its_room() -> None:
    """What does not fit ends in …; what fits is unchanged."""
    assert fitted("short", 5, 10) == "short"
    cut = fitted("a very long text", 0.5, 10)
    assert cut.endswith("…")
    assert text_width(cut, 10) <= 0.5
    assert wrapped("one two three four five six", 0.7, 10).count("\n") == 1

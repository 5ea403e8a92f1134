"""Axes of ratios and of seconds: their limits, ticks and tick labels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from wingslib.views import theme
from wingslib.views.wording import plain, text_width

if TYPE_CHECKING:
    from wingslib.measure.intervals import Interval

FINE = (0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 2, 3)


def ratio_ticks(low: float, high: float, most: int = 5, factor: float = 1.0) -> list[float]:
    """Return ticks for a log axis from `low` to `high`: 1, 2 and 5 of each decade, or fewer so that at most
    `most` remain, each at least `factor` from the next.
    """
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    choices: list[list[float]] = (
        [[float(tick) for tick in FINE], [0.5, 0.7, 1, 1.5, 2, 3], [0.5, 0.7, 1, 1.5, 2], [0.5, 1, 2], [0.6, 1, 1.7]]
        if low > 0.4 and high < 4
        else []
    )
    choices += [[step * 10.0**decade for decade in decades for step in steps] for steps in ((1, 2, 5), (1, 3), (1,))]
    choices += [[10.0**decade for decade in decades if decade % every == 0] for every in (2, 3)]
    for ticks in choices:
        inside = [tick for tick in ticks if low <= tick <= high]
        if 2 <= len(inside) <= most and all(after / before >= factor for before, after in pairwise(inside)):
            return inside
    return inside


def apart(ticks: Sequence[float], factor: float) -> list[float]:
    """Return the ticks without those nearer than `factor` to their neighbour; 1 stays."""
    middle = min(ticks, key=lambda tick: abs(math.log(tick)), default=1.0)
    kept = [middle]
    for tick in sorted((tick for tick in ticks if tick < middle), reverse=True):
        kept += [tick] if kept[-1] / tick >= factor else []
    kept = kept[::-1]
    for tick in sorted(tick for tick in ticks if tick > middle):
        kept += [tick] if tick / kept[-1] >= factor else []
    return kept


def _least_factor(ax: Axes, low: float, high: float, inches: float, upright: bool) -> float:
    """Return the factor between two ticks that are `inches` apart."""
    frame = ax.get_window_extent()
    length = (frame.height if upright else frame.width) / ax.figure.dpi
    return math.exp(inches / length * math.log(high / low))


def held(points: Sequence[float], intervals: Sequence[Interval], beyond: float = 3.0) -> list[float]:
    """Return the values that an axis must hold: all points, and the intervals as far as `beyond` times past the points.

    Intervals of few rounds may reach to 0 and infinity, and an axis that held them would show no points.
    """
    means = [*points, *(each.mean for each in intervals)]
    low, high = min(means) / beyond, max(means) * beyond
    return [*means, *(min(max(end, low), high) for each in intervals for end in (each.low, each.high))]


def log_limits(values: Sequence[float], least: float = 1.25) -> tuple[float, float]:
    """Return limits that hold `values` with a margin, and reach at least 1 ÷ `least` to `least` round their middle."""
    low, high = min(values), max(values)
    room = max(0.08 * math.log(high / low), 0.0)
    low, high = low * math.exp(-room), high * math.exp(room)
    middle = math.sqrt(low * high)
    return min(low, middle / least), max(high, middle * least)


def ratio_axis(ax: Axes, values: Sequence[float], unit: str = "×", upright: bool = False, most: int = 5) -> None:
    """Make one axis logarithmic over `values`, with ticks at 1, 2 and 5."""
    low, high = log_limits(values)
    axis = ax.yaxis if upright else ax.xaxis
    (ax.set_yscale if upright else ax.set_xscale)("log")
    (ax.set_ylim if upright else ax.set_xlim)(low, high)
    ticks = ratio_ticks(low, high, most, _least_factor(ax, low, high, 0.22 if upright else 0.4, upright))
    suffix = unit if unit in ("×", "") else f" {unit}"
    widest = max((text_width(f"{plain(tick)}{suffix}", theme.BODY) for tick in ticks), default=0.3)
    kept = apart(ticks, _least_factor(ax, low, high, 0.22 if upright else widest + 0.1, upright))
    axis.set_minor_locator(NullLocator())
    axis.set_major_locator(FixedLocator(kept))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{plain(value)}{suffix}"))


def linear_axis(axis: Axis, most: int = 5, unit: str = "", scale: float = 1.0) -> None:
    """Give an axis at most that many plain ticks, in steps of 1, 2 or 5, written times `scale` and with `unit`."""
    axis.set_major_locator(MaxNLocator(most, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{plain(value * scale)}{unit}"))


def value_axis(ax: Axes, values: Sequence[float]) -> str:
    """Scale the x axis for seconds from 0, or logarithmically over more than a factor of 10; return its words."""
    high = max(values)
    scale, unit = (1.0, "seconds") if high >= 0.1 else (1e3, "milliseconds") if high >= 1e-4 else (1e6, "microseconds")
    if high > 10 * min(values):
        ratio_axis(ax, values, most=4)
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: plain(value * scale)))
        return f"{unit}, log scale"
    ax.set_xlim(0, 1.06 * high)
    linear_axis(ax.xaxis, 4, scale=scale)
    return unit

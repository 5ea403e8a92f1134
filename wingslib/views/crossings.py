"""Crossings: ways whose cost is start + n · each, and from which size on another of them is ahead."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from matplotlib.ticker import FuncFormatter

from wingslib.measure.intervals import Interval, ratio_interval
from wingslib.measure.laws import Line, line
from wingslib.views import theme
from wingslib.views.card import Card, Stamp, dots, foot_of, interval, names_at_ends, note, themed, value_label
from wingslib.views.picture import Picture
from wingslib.views.scales import held, ratio_axis
from wingslib.views.wording import as_interval, capital, counted, digits, fitted, percent, seconds, shorter, text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEIGHT, LEFT, TOP, BOTTOM = 3.9, 0.80, 0.92, 0.84
MOST_RIGHT = 2.4
MOST = 60  # characters of a title
LOOKS = ("serial", "rust", "threads", "processes", "coroutines", "interpreters", "cluster")
Points = Mapping[str, Sequence[tuple[int, "Interval | Sequence[float] | float"]]]


class Way(NamedTuple):
    """One way: its look, the seconds of each size, the samples where they were given, and its fitted line."""

    look: str
    seconds: dict[int, Interval]
    samples: dict[int, Sequence[float]]
    line: Line


class Change(NamedTuple):
    """From `at` items on, `after` is ahead."""

    at: Interval
    after: str


@themed
def crossing(points: Points, *, across: str = "items", title: str | None = None, stamp: Stamp = None) -> Picture:
    """Draw the seconds of each way at each size on log axes, its fitted line dashed, and where another gets ahead.

    `points` are (n, seconds) of each way: samples, their interval or one number. `across` says what n counts.
    """
    ways, foot = _ways(points), foot_of(stamp)
    found = changes(ways)
    words = title or ("Seconds of each size" if foot.smoke else crossing_title(ways, found, across))
    subtitle = "seconds, log axes · dot = one round · bar = 95 % interval · dashed = start + n · each"
    sizes = {size for way in ways.values() for size in way.seconds}
    card = Card(words, HEIGHT, foot, f"{counted(len(sizes), 'size')} · {counted(len(ways), 'way')}", subtitle)
    names = {name: [fitted(words, MOST_RIGHT - 0.2, theme.SMALL) for words in (name, _law(way))] for name, way in ways.items()}
    right = 0.2 + max(text_width(words, theme.SMALL) for both in names.values() for words in both)
    ax = card.axes(LEFT, TOP, right, BOTTOM)
    ratio_axis(ax, sorted(sizes), unit="")
    single = [each for way in ways.values() for found in way.samples.values() for each in found]
    ratio_axis(ax, held(single, [value for way in ways.values() for value in way.seconds.values()]), upright=True)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: seconds(value, 1)))
    ax.grid(axis="y")
    value_label(ax, across)
    for way in ways.values():
        _way(ax, way)
    names_at_ends(ax, {"\n".join(names[name]): way.seconds[max(way.seconds)].mean for name, way in ways.items()})
    for place, change in enumerate(found):
        _change(ax, change, ways[change.after].line, across, place)
    return card.save("crossing", crossing_reading(ways, found, across))


def _ways(points: Points) -> dict[str, Way]:
    free = [look for look in LOOKS if not any(look in name.lower() for name in points)]
    ways: dict[str, Way] = {}
    for name, rows in points.items():
        taken = {way.look for way in ways.values()}
        own = [look for look in LOOKS if look in name.lower() and look not in taken]
        look = (own or [look for look in free if look not in taken] or LOOKS)[0]
        samples = {size: value for size, value in rows if isinstance(value, Sequence)}
        means = {size: as_interval(value) for size, value in rows if not isinstance(value, Sequence)}
        means |= {size: ratio_interval(value, [1.0] * len(value)) for size, value in samples.items()}
        ways[name] = Way(look, means, samples, line((size, value.mean) for size, value in means.items()))
    return ways


def shared(ways: Mapping[str, Way]) -> list[int]:
    """Return the sizes that every way was measured at."""
    return sorted(set.intersection(*(set(way.seconds) for way in ways.values())))


def changes(ways: Mapping[str, Way]) -> list[Change]:
    """Return where, between the smallest and the largest shared size, the lowest of the lines is another than before."""
    sizes = shared(ways)
    if not sizes:
        return []
    at, found = float(sizes[0]), list[Change]()
    ahead = min(ways, key=lambda name: ways[name].line.seconds(at))
    while True:
        flatter = [name for name in ways if ways[name].line.each < ways[ahead].line.each]
        meetings = [Change(ways[ahead].line.meets(ways[name].line), name) for name in flatter]
        later = [each for each in meetings if at < each.at.mean <= sizes[-1]]
        if not later:
            return found
        found.append(min(later, key=lambda each: each.at.mean))
        at, ahead = found[-1].at.mean, found[-1].after


def leader(ways: Mapping[str, Way], size: int) -> str | None:
    """Name the way that is ahead of all others at a measured size beyond doubt."""
    best = min(ways, key=lambda name: ways[name].seconds[size].mean)
    sure = all(ways[best].seconds[size].high < way.seconds[size].low for name, way in ways.items() if name != best)
    return best if sure else None


def _way(ax: Axes, way: Way) -> None:
    sizes = sorted(way.seconds)
    steps = [sizes[0] * (sizes[-1] / sizes[0]) ** (step / 60) for step in range(61)]
    line = [(step, way.line.seconds(step)) for step in steps if way.line.seconds(step) > 0]
    ax.plot(*zip(*line, strict=True), color=theme.SOLID[way.look], linewidth=1.5, dashes=(4, 2), zorder=2)
    for size, value in way.seconds.items():
        if size in way.samples:
            dots(ax, [size] * len(way.samples[size]), way.samples[size], way.look, shift=(-9, 0), spread="x")
        interval(ax, size, value, way.look, upright=True)


def _law(way: Way) -> str:
    return f"{seconds(way.line.start)} {'−' if way.line.each < 0 else '+'} n · {seconds(abs(way.line.each))}"


def _change(ax: Axes, change: Change, law: Line, across: str, place: int) -> None:
    """Mark where another gets ahead, with its interval, and write how many that are at the top, where no line is yet."""
    low, high = ax.get_xlim()
    at, frame = change.at.mean, ax.get_window_extent()
    ax.axvline(at, color=theme.INK, linestyle=(0, (1, 2)), linewidth=1.5, zorder=1)
    if math.isfinite(change.at.high):
        ends = [max(low, change.at.low), min(high, change.at.high)]
        ax.plot(ends, [law.seconds(at)] * 2, color=theme.INK, linewidth=2.6, solid_capstyle="butt", zorder=6)
    ax.plot([at], [law.seconds(at)], "D", markersize=7, color=theme.INK, markeredgecolor=theme.CARD, zorder=7)
    before = (ax.transData.transform((at, 1))[0] - frame.x0) / ax.figure.dpi
    words = fitted(f"{digits(at, 2)} {across}", max(before, frame.width / ax.figure.dpi - before) - 0.1, theme.BODY, bold=True)
    left = text_width(words, theme.BODY, bold=True) + 0.1 < before
    style: dict[str, Any] = {"xycoords": ax.get_xaxis_transform(), "weight": "bold", "ground": True, "zorder": 8}
    note(ax, words, (at, 1), (-5 if left else 5, -8 - 16 * place), ha="right" if left else "left", **style)


def _place(at: Interval) -> str:
    """Return a size as words: its mean, its ends where they are over 10 % from it, about its mean if they say nothing."""
    if at.high - at.low <= 0.2 * at.mean:
        return digits(at.mean, 2)
    return f"{digits(at.low, 2)} to {digits(at.high, 2)}" if 0 < at.low <= at.high < math.inf else f"about {digits(at.mean, 1)}"


def crossing_title(ways: Mapping[str, Way], found: Sequence[Change], across: str) -> str:
    """Say from which size on another way is ahead, or that one is at all, if the measurements say so too."""
    leaders = [leader(ways, size) for size in shared(ways)] or [None]
    if not found and len(set(leaders)) == 1 and leaders[0]:
        alone = f"{capital(leaders[0])} is ahead at every size measured"
        return alone if len(alone) <= MOST else "One way is ahead at every size measured"
    if not found or leaders[0] in (None, found[-1].after) or leaders[-1] != found[-1].after:
        return "Which way is ahead, and from where on: can't tell"
    words = f"From {_place(found[-1].at)} {across} on {found[-1].after} is ahead"
    return words if len(words) <= MOST else f"Another way is ahead from {_place(found[-1].at)} on"


def crossing_reading(ways: Mapping[str, Way], found: Sequence[Change], across: str) -> str:
    """Say the lines, where they cross, and how far the marks lie off them."""
    laws = [f"{name} {_law(way)}" for name, way in ways.items()]
    off = max(abs(way.line.seconds(n) / value.mean - 1) for way in ways.values() for n, value in way.seconds.items())
    tail = [f"{each.after} ahead from {_place(each.at)} {across}" for each in found]
    tail = [*shorter(tail, 14), f"lines off by up to {percent(round(off, 3))}"]
    return capital("; ".join([*shorter(laws, 32 - len(" ".join(tail).split())), *tail])) + "."

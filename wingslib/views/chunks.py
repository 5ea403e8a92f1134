"""The saw: the speedup that chunks of each size bring, measured at a few sizes and drawn by the model at all of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from wingslib.views import theme
from wingslib.views.card import Card, Stamp, foot_of, interval, note, themed, value_label
from wingslib.views.picture import Picture
from wingslib.views.scales import held, linear_axis
from wingslib.views.wording import as_interval, bounds, counted, digits, ratio

if TYPE_CHECKING:
    from wingslib.measure.intervals import Interval

HEIGHT = 3.7
Law = Callable[[int], float]
MOST_POINTS = 3_000


@themed
def saw(
    points: Mapping[int, Interval | float],
    law: Law | None = None,
    *,
    items: int,
    workers: int,
    now: int | None = None,
    before: int | None = None,
    stamp: Stamp = None,
) -> Picture:
    """Draw the speedup measured at each chunk size (`points`), and `law(chunk)` dashed over all of them.

    `now` marks the chunk that a slider stands at, `before` the one it left.
    """
    found = {chunk: as_interval(value) for chunk, value in sorted(points.items())}
    subtitle = f"speedup over serial · mark = measured, bar = 95 % interval{' · dashed = model' if law else ''}"
    foot = foot_of(stamp)
    words = "Chunks of different sizes" if foot.smoke else saw_title(found, items, workers)
    card = Card(words, HEIGHT, foot, f"{counted(items, 'item')} · {counted(workers, 'worker')}", subtitle)
    ax = card.axes(0.72, 0.98, 0.30, 0.84)
    sizes = range(1, items + 1, max(1, items // MOST_POINTS)) if law else ()
    model = [law(chunk) for chunk in sizes] if law else []
    _scales(ax, max(held(model or [1.0], list(found.values()))), items)
    ax.plot(sizes, model, color=theme.SOFT, linewidth=1.5, dashes=(4, 2), zorder=2)
    for place, colour in ((before, theme.TINT["processes"]), (now, theme.INK)):
        if place is not None:
            ax.axvline(place, color=colour, linewidth=1.8, zorder=1)
    for chunk, value in found.items():
        interval(ax, chunk, value, "processes", upright=True)
    _marks(ax, found, items, workers)
    return card.save("saw", saw_reading(found, items, workers))


def _scales(ax: Any, high: float, items: int) -> None:
    ax.set_xscale("log")
    ax.set_xlim(0.85, items * 1.18)
    ticks = [step * 10**power for power in range(7) for step in (1, 2, 5) if step * 10**power <= items]
    ax.xaxis.set_major_locator(FixedLocator(ticks if len(ticks) <= 12 else [tick for tick in ticks if str(tick)[0] == "1"]))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    ax.set_ylim(0, 1.16 * high)
    linear_axis(ax.yaxis, unit="×")
    ax.grid(axis="y")
    ax.axhline(1, color=theme.AXIS, linewidth=1.2, zorder=1)
    value_label(ax, "items in a chunk, log scale")


def uneven(items: int, workers: int) -> int:
    """Return the chunk size that makes one chunk more than there are workers: fewest messages of two waves."""
    return math.ceil(items / (workers + 1))


def best_of(found: Mapping[int, Interval]) -> int:
    """Return the measured chunk size with the best mean."""
    return max(found, key=lambda chunk: found[chunk].mean)


def _marks(ax: Any, found: Mapping[int, Interval], items: int, workers: int) -> None:
    best, odd = best_of(found), uneven(items, workers)
    top = min(found[best].high, ax.get_ylim()[1])
    note(ax, f"best: {best:,}", (best, top), (0, 13), ha="center", weight="bold", ground=True, zorder=7)
    if odd in found and odd != best:
        ax.vlines([odd], 0, found[odd].low, color=theme.INK, linestyle=(0, (1, 2)), linewidth=1.5, zorder=2)
        words, low = f"{workers + 1} chunks: {odd:,}", 0.1 * ax.get_ylim()[1]
        note(ax, words, (odd, low), (-6, 0), ha="right", ground=True, zorder=3)


def saw_title(found: Mapping[int, Interval], items: int, workers: int) -> str:
    """Name the best measured chunk size, and what one chunk too many costs where it was measured."""
    best, odd = best_of(found), uneven(items, workers)
    equals = _as_good(found, best)
    which = f"{best:,}" if len(equals) == 1 else f"{equals[0]:,} to {equals[-1]:,}"
    text = f"Chunks of {which} are best here: {digits(found[best].mean, 2)}×"
    longer = f"{text}; {workers + 1} chunks: {digits(found[odd].mean, 2)}×" if odd in found and odd not in equals else text
    return longer if len(longer) <= 60 else text


def _as_good(found: Mapping[int, Interval], best: int) -> list[int]:
    """Return the sizes round the best one whose intervals overlap with its own."""
    sizes, top = list(found), found[best]
    first = last = sizes.index(best)
    while first > 0 and _overlap(found[sizes[first - 1]], top):
        first -= 1
    while last + 1 < len(sizes) and _overlap(found[sizes[last + 1]], top):
        last += 1
    return sizes[first : last + 1]


def _overlap(one: Interval, other: Interval) -> bool:
    return one.low <= other.high and other.low <= one.high


def saw_reading(found: Mapping[int, Interval], items: int, workers: int) -> str:
    """Say the best measured chunk with its interval, and what happens with one chunk more than workers."""
    best, odd = best_of(found), uneven(items, workers)
    width = f" ({bounds(found[best])})" if found[best].low < found[best].high else ""
    text = f"Of {counted(len(found), 'chunk size')} measured, {best:,} is best with {ratio(found[best].mean)}×{width}"
    if odd in found and odd != best:
        many = f"{workers + 1} chunks for {counted(workers, 'worker')}"
        text += f"; {odd:,}, which makes {many}, gives {ratio(found[odd].mean)}×"
    return text + (f"; chunks of one: {ratio(found[1].mean)}×." if 1 in found and best != 1 else ".")


def at_chunk(chunk: int, found: Mapping[int, Interval], items: int, workers: int, law: Law | None) -> str:
    """Say how many chunks and waves one size makes, what was measured and what the model says."""
    chunks = math.ceil(items / chunk)
    shape = f"{counted(chunks, 'message')}, {counted(math.ceil(chunks / workers), 'wave')} on {counted(workers, 'worker')}"
    model = f", model {ratio(law(chunk))}×" if law else ""
    return f"Chunks of {chunk:,}: {shape}; measured {ratio(found[chunk].mean)}×{model}."

"""The saw: what chunks of each size bring, measured at a few sizes and drawn by the model at all of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullFormatter, NullLocator

from wingslib.views import theme
from wingslib.views.card import Card, Stamp, foot_of, interval, themed, value_label
from wingslib.views.picture import Picture
from wingslib.views.scales import ratio_axis
from wingslib.views.wording import as_interval, bounds, counted, measure, plain

if TYPE_CHECKING:
    from wingslib.measure.comparison import Interval

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
    unit: str = "×",
    engine: str = "processes",
    now: int | None = None,
    before: int | None = None,
    title: str | None = None,
    stamp: Stamp = None,
) -> Picture:
    """Draw what was measured at each chunk size (`points`), and `law(chunk)` dashed over all of them.

    `unit` is "×" (speedup, more is better) or "s" (seconds). `now` marks the chunk that a slider stands at, `before`
    the one it left.
    """
    found = {chunk: as_interval(value) for chunk, value in sorted(points.items())}
    dashes = " · dashed = model" if law else ""
    subtitle = f"{'speedup over serial' if unit == '×' else 'seconds'} · mark = measured, bar = 95 % interval{dashes}"
    foot = foot_of(stamp)
    words = title or ("Chunks of different sizes" if foot.smoke else saw_title(found, items, workers, unit))
    card = Card(words, HEIGHT, foot, f"{counted(items, 'item')} · {counted(workers, 'worker')}", subtitle)
    ax = card.axes(0.72, 0.98, 0.30, 0.84)
    model = _model(law, items) if law else {}
    _scales(ax, found, model, items, unit)
    ax.plot(list(model), list(model.values()), color=theme.SOFT, linewidth=1.5, dashes=(4, 2), zorder=2)
    for place, colour in ((before, theme.TINT[theme.family(engine)]), (now, theme.INK)):
        if place is not None:
            ax.axvline(place, color=colour, linewidth=1.8, zorder=1)
    for chunk, value in found.items():
        interval(ax, chunk, value, engine, upright=True)
    _marks(ax, found, items, workers, unit)
    return card.save("saw", saw_reading(found, items, workers, unit))


def _model(law: Law, items: int) -> dict[int, float]:
    step = max(1, items // MOST_POINTS)
    return {chunk: law(chunk) for chunk in range(1, items + 1, step)}


def _scales(ax: Any, found: Mapping[int, Interval], model: Mapping[int, float], items: int, unit: str) -> None:
    ax.set_xscale("log")
    ax.set_xlim(0.85, items * 1.18)
    ticks = [float(step * 10**power) for power in range(7) for step in (1, 2, 5) if step * 10**power <= items]
    ax.xaxis.set_major_locator(FixedLocator(ticks if len(ticks) <= 12 else [tick for tick in ticks if f"{tick:g}"[0] == "1"]))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    values = [*(value.high for value in found.values()), *(value.low for value in found.values()), *model.values()]
    if min(values) > 0 and max(values) > 20 * min(values):
        ratio_axis(ax, values, unit, upright=True)
    else:
        ax.set_ylim(0, 1.16 * max(values))
        ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{plain(value)}{'×' if unit == '×' else ' s'}"))
    ax.grid(axis="y")
    if unit == "×":
        ax.axhline(1, color=theme.AXIS, linewidth=1.2, zorder=1)
    value_label(ax, "items in a chunk, log scale")


def uneven(items: int, workers: int) -> int:
    """Return the chunk size that makes one chunk more than there are workers: fewest messages of two waves."""
    return math.ceil(items / (workers + 1))


def best_of(found: Mapping[int, Interval], unit: str) -> int:
    """Return the measured chunk size with the best mean."""
    return (max if unit == "×" else min)(found, key=lambda chunk: found[chunk].mean)


def _marks(ax: Any, found: Mapping[int, Interval], items: int, workers: int, unit: str) -> None:
    best, odd = best_of(found, unit), uneven(items, workers)
    _mark(ax, best, found[best], f"best: {best:,}", up=unit == "×")
    if odd in found and odd != best:
        low = ax.get_ylim()[0]
        ax.vlines([odd], low, found[odd].low, color=theme.INK, linestyle=(0, (1, 2)), linewidth=1.5, zorder=2)
        words = f"{workers + 1} chunks: {odd:,}"
        ax.annotate(
            words,
            (odd, 0.07),
            xycoords=ax.get_xaxis_transform(),
            xytext=(-6, 0),
            textcoords="offset points",
            ha="right",
            size=theme.BODY,
        )


def _mark(ax: Any, chunk: int, value: Interval, words: str, up: bool) -> None:
    at, shift = (value.high, 13) if up else (value.low, -15)
    ground = {"facecolor": theme.CARD, "edgecolor": "none", "pad": 1.5}
    style: dict[str, Any] = {"ha": "center", "va": "center", "size": theme.BODY, "weight": "bold", "bbox": ground, "zorder": 7}
    ax.annotate(words, (chunk, at), xytext=(0, shift), textcoords="offset points", **style)


def saw_title(found: Mapping[int, Interval], items: int, workers: int, unit: str = "×") -> str:
    """Name the best measured chunk size, and what one chunk too many costs where it was measured."""
    best, odd = best_of(found, unit), uneven(items, workers)
    equals = _as_good(found, best)
    which = f"{best:,}" if len(equals) == 1 else f"{equals[0]:,} to {equals[-1]:,}"
    text = f"Chunks of {which} are best here: {measure(found[best].mean, unit, 2)}"
    longer = (
        f"{text}; {workers + 1} chunks: {measure(found[odd].mean, unit, 2)}" if odd in found and odd not in equals else text
    )
    return longer if len(longer) <= 60 else text


def _as_good(found: Mapping[int, Interval], best: int) -> list[int]:
    sizes, top = list(found), found[best]
    first = last = sizes.index(best)
    while first > 0 and _overlap(found[sizes[first - 1]], top):
        first -= 1
    while last + 1 < len(sizes) and _overlap(found[sizes[last + 1]], top):
        last += 1
    return sizes[first : last + 1]


def _overlap(one: Interval, other: Interval) -> bool:
    return one.low <= other.high and other.low <= one.high


def saw_reading(found: Mapping[int, Interval], items: int, workers: int, unit: str = "×") -> str:
    """Say the best measured chunk with its interval, and what happens with one chunk more than workers."""
    best, odd = best_of(found, unit), uneven(items, workers)
    width = f" ({bounds(found[best])})" if found[best].low < found[best].high else ""
    text = f"Of {counted(len(found), 'chunk size')} measured, {best:,} is best with {measure(found[best].mean, unit)}{width}"
    if odd in found and odd != best:
        many = f"{workers + 1} chunks for {counted(workers, 'worker')}"
        text += f"; {odd:,}, which makes {many}, gives {measure(found[odd].mean, unit)}"
    return text + f"; chunks of one: {measure(found[1].mean, unit)}." if 1 in found and best != 1 else text + "."


def at_chunk(chunk: int, found: Mapping[int, Interval], items: int, workers: int, law: Law | None, unit: str = "×") -> str:
    """Say how many chunks and waves one size makes, what was measured and what the model says."""
    chunks = math.ceil(items / chunk)
    waves = math.ceil(chunks / workers)
    shape = f"{counted(chunks, 'message')}, {counted(waves, 'wave')} on {counted(workers, 'worker')}"
    text = f"Chunks of {chunk:,}: {shape}; measured {measure(found[chunk].mean, unit)}"
    return text + (f", model {measure(law(chunk), unit)}." if law else ".")

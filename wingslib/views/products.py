"""Products: a speedup as the product of its factors, each as long as its logarithm."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from wingslib.measure.intervals import product
from wingslib.views import theme
from wingslib.views.card import WIDTH, Card, Stamp, foot_of, note, row_label, rows_axes, themed, value_label
from wingslib.views.picture import Picture
from wingslib.views.scales import held, ratio_axis
from wingslib.views.wording import (
    about,
    as_interval,
    bounds,
    capital,
    chosen,
    counted,
    label_margin,
    ratio,
    shorter,
    text_width,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from wingslib.measure.intervals import Interval

PITCH, TOP, BOTTOM = 0.46, 1.00, 0.84
LOOKS = ("serial", "rust", "threads", "processes", "interpreters", "cluster", "coroutines")
MOST = 60  # characters of a title
HALF = 0.3  # of a bar's height, in rows
Parts = Mapping[str, "Interval | float"]


@themed
def factors(
    parts: Parts,
    *,
    whole: Interval | float | None = None,
    claimed: float | None = None,
    guess: float | None = None,
    title: str | None = None,
    stamp: Stamp = None,
) -> Picture:
    """Draw the factors of a speedup in turn on a log axis, each beginning where the one before ends, and their product.

    `whole` is the product as measured at once; without it its interval is the widest that those of the factors allow.
    `claimed` is a line, `guess` (of the product) a ring. A single factor is its own product, drawn once.
    """
    found = {name: as_interval(part) for name, part in parts.items()}
    total = product(found.values()) if whole is None else as_interval(whole)
    rows = [*found.items(), *([("together", total)] if len(found) > 1 else [])]
    foot = foot_of(stamp)
    ring = " · ring = your guess" * (guess is not None)
    words = title or ("A speedup and its factors" if foot.smoke else factors_title(found, total, claimed))
    subtitle = f"times as fast, log scale · line in a bar = 95 % interval{ring}"
    card = Card(words, TOP + PITCH * len(rows) + BOTTOM, foot, counted(len(found), "factor"), subtitle)
    left, right = (
        label_margin([name for name, _ in rows]),
        0.32 + max(text_width(bounds(value), theme.SMALL) for _, value in rows),
    )
    ax = rows_axes(card, len(rows), left, TOP, right, BOTTOM)
    starts = _scale(ax, found, total, [each for each in (claimed, guess) if each and each > 0])
    for place, (name, value) in enumerate(rows):
        colour = theme.SOLID[LOOKS[place % len(LOOKS)]] if place < len(found) else theme.SOFT
        _row(ax, place, starts[place], value, colour)
        bold = len(found) > 1 and name == _largest(found)
        _words(card, (left, WIDTH - right), TOP + PITCH * (place + 0.5), name, value, bold)
    if len(found) > 1:
        _together(ax, len(found), [*starts[:-1], math.prod(part.mean for part in found.values())], total, guess)
    _marks(ax, len(rows) - 1, claimed, guess)
    return card.save("factors", factors_reading(found, total, claimed, guess))


def _scale(ax: Axes, found: Mapping[str, Interval], total: Interval, marks: Sequence[float]) -> list[float]:
    """Scale the axis so that all is seen, and return where each row begins: the last, if it is the product, at 1."""
    starts = [1.0]
    for value in found.values():
        starts.append(starts[-1] * value.mean)
    shown = [_moved(value, start) for value, start in zip(found.values(), starts, strict=False)]
    ratio_axis(ax, held([*starts, *marks], [*shown, total]))
    ax.axvline(1, color=theme.AXIS, linewidth=1.2, zorder=1)
    ax.grid(axis="x", zorder=0)
    value_label(ax, "slower  ◂  product so far  ▸  faster")
    return [*starts[:-1], 1.0]


def _moved(value: Interval, start: float) -> Interval:
    return type(value)(start * value.mean, start * value.low, start * value.high)


def _row(ax: Axes, place: int, start: float, value: Interval, colour: str) -> None:
    """Draw one factor from where it begins, with its interval at its end."""
    end = start * value.mean
    ax.barh([place], [end - start], 2 * HALF, start, color=colour, zorder=2)
    if math.isfinite(value.high):
        low, high = ax.get_xlim()
        ends = [max(low, start * value.low), min(high, start * value.high)]
        for line, width in ((theme.CARD, 5.2), (theme.INK, 2.6)):
            ax.plot(ends, [place, place], color=line, linewidth=width, solid_capstyle="butt", zorder=4)


def _words(card: Card, ends: tuple[float, float], y: float, name: str, value: Interval, bold: bool) -> None:
    """Write the name left of a row, and its ratio and bounds right of it."""
    row_label(card, name, ends[0], y)
    x = ends[1] + 0.12
    card.text(x, y - 0.09, f"{ratio(value.mean)}×", weight="bold" if bold else "normal")
    if value.low < value.high:
        card.text(x, y + 0.09, bounds(value), theme.SMALL, color=theme.SOFT)


def _together(ax: Axes, place: int, edges: Sequence[float], total: Interval, guess: float | None) -> None:
    """Draw the factors end to end if each is a gain, with numbers where marks leave room; else the row stays one bar."""
    if list(edges) != sorted(edges):
        return
    low, high = ax.get_xlim()
    inch = ax.get_window_extent().width / ax.figure.dpi / math.log(high / low)
    for number, (start, end) in enumerate(pairwise(edges)):
        look, words = LOOKS[number % len(LOOKS)], f"{ratio(end / start)}×"
        ax.barh([place], [end - start], 2 * HALF, start, color=theme.SOLID[look], zorder=3)
        middle = math.sqrt(start * end)
        free = [end / middle, *([total.low / middle] if total.low > 0 else [])]
        free += [max(guess / middle, middle / guess)] if guess and guess > 0 else []
        if text_width(words, theme.BODY) / 2 + 0.1 < inch * math.log(min(free)):
            style: dict[str, Any] = {"ha": "center", "va": "center_baseline", "color": theme.on_solid(look), "zorder": 5}
            note(ax, words, (middle, place), **style)
    ax.vlines(edges[1:-1], place - HALF, place + HALF, color=theme.CARD, linewidth=1.2, zorder=4)


def _marks(ax: Axes, last: int, claimed: float | None, guess: float | None) -> None:
    if claimed:
        ax.axvline(claimed, color=theme.INK, linewidth=1.5, zorder=1)
        note(ax, f"the chapter: {chosen(claimed, '×')}", (claimed, -0.5), (0, 8), ha="center", size=theme.SMALL)
    if guess and guess > 0:
        ring: dict[str, Any] = {"markerfacecolor": theme.CARD, "markeredgecolor": theme.INK, "markeredgewidth": 1.6}
        ax.plot([guess], [last], "o", markersize=9, zorder=6, **ring)


def _largest(found: Mapping[str, Interval]) -> str | None:
    """Name the factor that is larger than all others beyond doubt."""
    best = max(found, key=lambda name: found[name].mean)
    sure = all(found[best].low > value.high for name, value in found.items() if name != best)
    return best if sure else None


def factors_title(found: Mapping[str, Interval], total: Interval, claimed: float | None = None) -> str:
    """Say the product, if it is a gain or a loss beyond doubt, and the largest factor, or what a single one reaches."""
    if total.low <= 1 <= total.high:
        return "Gain or loss of the whole: can't tell"
    if len(found) == 1:
        return _single(capital(next(iter(found))), total, claimed)
    head, name = f"{about(total)} as fast", _largest(found)
    if total.mean < 1:
        return head
    if name is None:
        return f"{head}; largest factor: can't tell"
    words = f"{head}; largest factor: {name}"
    return words if len(words) <= MOST else f"{head}; largest factor: {ratio(found[name].mean)}×"


def _single(name: str, total: Interval, claimed: float | None) -> str:
    words = f"{about(total)} as fast"
    if claimed:
        side = "past" if total.low > claimed else "short of" if total.high < claimed else "near"
        words += f", {side} the {chosen(claimed, '×')}"
    return f"{name}: {words}" if len(name) + len(words) + 2 <= MOST else capital(words)


def factors_reading(
    found: Mapping[str, Interval], total: Interval, claimed: float | None = None, guess: float | None = None
) -> str:
    """Multiply out as many factors as 35 words hold, and say what was claimed and guessed."""
    parts = [f"{name} {ratio(value.mean)}×" for name, value in found.items()]
    whole = f"{ratio(total.mean)}×" + (f" ({bounds(total)})" if total.low < total.high else "")
    rest = [f"the chapter says {chosen(claimed, '×')}"] if claimed else []
    rest += [f"you guessed {chosen(guess, '×')}"] if guess else []
    head = f"{', '.join(shorter(parts, 20))}: together {whole}" if len(found) > 1 else f"{next(iter(found))} {whole}"
    return capital("; ".join([head, *rest])) + "."

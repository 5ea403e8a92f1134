"""Memory: what ways of doing the same work hold while they run, beside a budget."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any

from wingslib.views import theme
from wingslib.views.card import Card, Stamp, foot_of, hatched, names_at_ends, note, themed
from wingslib.views.comparisons import TITLE_LENGTH
from wingslib.views.picture import Picture
from wingslib.views.rows import time_axis
from wingslib.views.scales import linear_axis
from wingslib.views.wording import capital, digits, fitted, seconds

HEIGHT, MARKS = 3.9, 8
LEFT, TOP, RIGHT, BOTTOM = 0.62, 0.92, 1.40, 0.84
Samples = Sequence[tuple[float, float]]


@themed
def memory(
    ways: Mapping[str, Samples],
    *,
    budget: float | None = None,
    looks: Sequence[str] = ("processes", "serial", "threads"),
    title: str | None = None,
    stamp: Stamp = None,
) -> Picture:
    """Draw the (seconds, MB above the start) of each way as steps, with its peak; above the `budget` in MB is hatched.

    `looks` names the engines whose colour and marker the ways wear, in their order.
    """
    foot = foot_of(stamp)
    words = title or ("Memory above the start of the run" if foot.smoke else memory_title(ways, budget))
    subtitle = "memory above the start of the run, in MB · children included · step = one sample"
    count = sum(map(len, ways.values()))
    card = Card(words, HEIGHT, foot, f"{count:,} samples", subtitle)
    ax = card.axes(LEFT, TOP, RIGHT, BOTTOM)
    _scale(ax, ways, budget)
    ends = {}
    for (name, samples), look in zip(ways.items(), looks, strict=False):
        _steps(ax, samples, look)
        ends[f"{fitted(name, RIGHT - 0.15, theme.SMALL)}\npeak {_megabytes(_peak(samples))}"] = samples[-1][1]
    if budget is not None:
        _budget(ax, ways, budget)
        ends[f"budget\n{_megabytes(budget)}"] = budget
    names_at_ends(ax, ends)
    return card.save("memory", memory_reading(ways, budget))


def _peak(samples: Samples) -> float:
    return max(0.0, *(megabytes for _, megabytes in samples))


def crossing(samples: Samples, budget: float) -> float | None:
    """Return the second of the first sample over the budget, or None."""
    return next((at for at, megabytes in samples if megabytes > budget), None)


def _scale(ax: Any, ways: Mapping[str, Samples], budget: float | None) -> None:
    wall = max(at for samples in ways.values() for at, _ in samples)
    top = max(1.0, 1.12 * max(*map(_peak, ways.values()), 1.1 * (budget or 0.0)))
    ax.set_xlim(0, wall or 1.0)
    ax.set_ylim(0, top)
    ax.grid(axis="y")
    linear_axis(ax.yaxis)
    time_axis(ax, wall, "since the run began")


def _steps(ax: Any, samples: Samples, look: str) -> None:
    times, held = [at for at, _ in samples], [max(0.0, megabytes) for _, megabytes in samples]
    name = theme.family(look)
    ax.step(times, held, where="post", color=theme.SOLID[name], linewidth=1.5, zorder=3)
    places = [bisect_left(times, ax.get_xlim()[1] * (mark + 0.5) / MARKS) for mark in range(MARKS)]
    places = [place for place in places if place < len(times)] or [len(times) // 2]
    style: dict[str, Any] = {"color": theme.SOLID[name], "markeredgecolor": theme.CARD, "markersize": 7, "zorder": 4}
    ax.plot([times[place] for place in places], [held[place] for place in places], theme.MARKER[name], **style)


def _budget(ax: Any, ways: Mapping[str, Samples], budget: float) -> None:
    ax.axhspan(budget, ax.get_ylim()[1], zorder=0, **hatched("//", theme.UNTESTABLE, theme.UNTESTABLE_LINE))
    ax.axhline(budget, color=theme.INK, linewidth=1.5, zorder=2)
    for samples in ways.values():
        at = crossing(samples, budget)
        if at is not None:
            ax.plot([at], [budget], "x", color=theme.INK, markersize=8, markeredgewidth=2.2, zorder=6)
            late = at > ax.get_xlim()[1] / 2
            shift, side = ((-8, 10), "right") if late else ((8, -10), "left")
            note(ax, f"over at {seconds(at)}", (at, budget), shift, ha=side, ground=not late, zorder=7)


def _megabytes(value: float) -> str:
    return f"{digits(value, 2)} MB" if value >= 1 else "under 1 MB"


def memory_title(ways: Mapping[str, Samples], budget: float | None) -> str:
    """Say which ways keep to the budget, or else the peaks."""
    if budget is None:
        peaks = [_megabytes(_peak(samples)) for samples in ways.values()]
        told = capital("; ".join(f"{name} {peak}" for name, peak in zip(ways, peaks, strict=True)))
        return told if len(told) <= TITLE_LENGTH else f"Peaks of {', '.join(peaks)}"
    over = [name for name, samples in ways.items() if crossing(samples, budget) is not None]
    kept = [name for name in ways if name not in over]
    if not over or not kept:
        return f"{'All stay under' if kept else 'None stays under'} {_megabytes(budget)}"
    return f"{capital(' and '.join(kept))} under {_megabytes(budget)}; {' and '.join(over)} over it"


def memory_reading(ways: Mapping[str, Samples], budget: float | None) -> str:
    """Say each way's peak, and from when on it is over the budget."""
    parts = []
    for name, samples in ways.items():
        told = f"{name} peaks at {_megabytes(_peak(samples))}"
        if budget is not None:
            at = crossing(samples, budget)
            told += f", under the budget of {_megabytes(budget)}" if at is None else f", over the budget from {seconds(at)} on"
        parts.append(told)
    return capital("; ".join(parts)) + "."

"""Sums: bars that a mend at a time brings to the truth, and the sums that many worker counts give."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from wingslib.views import theme
from wingslib.views.card import Card, Stamp, foot_of, names_at_ends, note, row_label, rows_axes, themed, value_label
from wingslib.views.picture import Picture
from wingslib.views.scales import linear_axis, ratio_axis
from wingslib.views.wording import capital, counted, digits, fitted, label_margin, ratio

PITCH, BAR, RIGHT = 0.78, 0.36, 1.55
LOOKS = ("serial", "processes", "threads")


@themed
def mends(
    counts: Mapping[str, int], steps: Sequence[str], *, unit: str = "", title: str | None = None, stamp: Stamp = None
) -> Picture:
    """Draw the counts as bars on a log axis, from the wrong one to the right one, and between two bars the mend.

    `steps` says what each mend does: one text fewer than there are counts. `unit` says what was counted, and in what.
    """
    labels, values = list(counts), list(counts.values())
    words = title or mends_title(values)
    card = Card(
        words,
        0.86 + PITCH * len(labels) + 0.80,
        foot_of(stamp),
        unit,
        "count, log scale · between two bars: one mend, and its factor",
    )
    left = label_margin(labels, 1.2, 2.0)
    ax = rows_axes(card, len(labels), left, 0.86, 0.95, 0.84)
    ratio_axis(ax, [1, *values], unit="")
    for place, value in enumerate(values):
        half = BAR / 2 / PITCH
        ax.fill_between(
            [1, value],
            place - half,
            place + half,
            color=theme.SOLID["processes" if place < len(values) - 1 else "serial"],
            linewidth=0,
        )
        note(ax, f"{value:,}", (value, place), (6, 0), weight="bold", size=theme.LABEL)
        row_label(card, labels[place], left, 0.86 + PITCH * (place + 0.5))
    for place, step in enumerate(steps):
        words = f"↓ × {ratio(values[place + 1] / values[place])}: {step}"
        note(ax, words, (1, place + 0.5), (6, 0), color=theme.SOFT, ground=True)
    value_label(ax, "count")
    return card.save("mends", mends_reading(counts, steps))


def mends_title(values: Sequence[int]) -> str:
    """Say how far the first count is from the last."""
    return f"It says {values[0]:,}, the truth is {values[-1]:,}: {digits(values[-1] / values[0], 2)} times as many"


def mends_reading(counts: Mapping[str, int], steps: Sequence[str]) -> str:
    """Say each count, and by what factor each mend moves it."""
    (first, before), *rest = counts.items()
    parts = [f"{first}: {before:,}"]
    for step, (name, value) in zip(steps, rest, strict=True):
        parts.append(f"{name}: {value:,}, × {ratio(value / before)} ({step})")
        before = value
    return capital("; ".join(parts)) + "."


@themed
def scatter(ways: Mapping[str, Mapping[int, float]], *, title: str | None = None, stamp: Stamp = None) -> Picture:
    """Draw the sum that each way gives for each number of workers, in units of the last place above the least of all."""
    least = min(value for found in ways.values() for value in found.values())
    unit = math.ulp(least)
    card = Card(
        title or scatter_title(ways),
        3.7,
        foot_of(stamp),
        "the same numbers in every sum",
        "distance from the smallest sum, in units of the last binary place · mark = one sum",
    )
    ax = card.axes(0.62, 0.92, RIGHT, 0.84)
    ends = {}
    for (name, found), look in zip(ways.items(), LOOKS, strict=False):
        places = list(found), [(value - least) / unit for value in found.values()]
        line = "-" if len(set(found.values())) == 1 else "none"
        style: dict[str, Any] = {"color": theme.SOLID[look], "markeredgecolor": theme.CARD, "markersize": 8, "linewidth": 1.5}
        ax.plot(*places, theme.MARKER[look], linestyle=line, clip_on=False, zorder=4, **style)
        ends[f"{fitted(name, RIGHT - 0.15, theme.SMALL)}\n{_many(found)}"] = places[1][-1]
    counts = sorted({count for found in ways.values() for count in found})
    ax.set_xlim(counts[0] - 0.5, counts[-1] + 0.5)
    ax.set_ylim(bottom=-0.6)
    ax.grid(axis="y")
    linear_axis(ax.yaxis)
    linear_axis(ax.xaxis, len(counts))
    value_label(ax, "workers")
    names_at_ends(ax, ends)
    return card.save("scatter", scatter_reading(ways))


def _many(found: Mapping[int, float]) -> str:
    return counted(len(set(found.values())), "different sum") if len(set(found.values())) > 1 else "one sum"


def scatter_title(ways: Mapping[str, Mapping[int, float]]) -> str:
    """Say how many different sums each way gives."""
    count = len(next(iter(ways.values())))
    different = ", ".join(f"{name} {len(set(found.values()))}" for name, found in ways.items())
    return f"{count} worker counts, different sums: {different}"


def scatter_reading(ways: Mapping[str, Mapping[int, float]]) -> str:
    """Say how many different sums each way gives, and how far apart in units of the last place."""
    parts = []
    for name, found in ways.items():
        low, high = min(found.values()), max(found.values())
        width = f", up to {counted(round((high - low) / math.ulp(low)), 'unit')} of the last place apart" if high > low else ""
        parts.append(f"{name}: {_many(found)} for {counted(len(found), 'worker count')}{width}")
    return capital("; ".join(parts)) + "."

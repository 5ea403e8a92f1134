"""A service and those who ask it: who asked when, against what is allowed, and how the refused come back."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes

from wingslib.engines.run import Run, Timeline
from wingslib.views import theme
from wingslib.views.areas import lanes, tally
from wingslib.views.card import Card, Stamp, foot_of, key, note, themed
from wingslib.views.picture import Picture
from wingslib.views.rows import BOTTOM, RIGHT, TOP, beside, frame, rectangles, time_axis
from wingslib.views.scales import linear_axis
from wingslib.views.wording import counted, plain, seconds, wrapped
from wingslib.workloads.load import Counts, busiest

MOST_LANES, PITCH, SHARE, FEW = 16, 0.14, 0.8, 50
HAIRLINES, WALL = 100, 2.0
HISTOGRAM, BETWEEN = 1.10, 0.42
WIDTHS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
ROW, MOMENT = 0.86, 0.05
CROSS: dict[str, Any] = {"color": theme.INK, "markersize": 3.5, "markeredgewidth": 0.8, "clip_on": False}


@themed
def requests(
    source: Run[Any] | Timeline,
    *,
    allowed: float | None = None,
    counts: Counts | None = None,
    title: str | None = None,
    stamp: Stamp = None,
) -> Picture:
    """Draw when places were taken: a lane a place, or of a crowd every so many requests, those that failed with an ×.

    With `allowed`, the requests a second that the service takes, those that came are counted under the lanes: by the
    service's own `counts`, or else when a place took them (which is too early where they wait for a rate).
    """
    line, errors = (source.timeline, set(source.errors)) if isinstance(source, Run) else (source, set())
    starts = [span.started for span in line.spans] if counts is None else [each - counts.starts[0] for each in counts.starts]
    most = None if allowed is None else busiest(sorted(starts))
    below, crowd = 0.0 if allowed is None else BETWEEN + HISTOGRAM, line.workers > MOST_LANES
    height = WALL if crowd else max(0.3, line.workers * PITCH)
    sample = f"{counted(len(line.spans), 'request')} · {counted(line.workers, 'place')}"
    words = title or requests_title(line, len(errors), most, allowed)
    card = Card(words, TOP + height + below + BOTTOM, foot_of(stamp), sample)
    key(card, [("under way, × = refused" if crowd and errors else "place taken", {"facecolor": theme.TINT["coroutines"]})])
    ax = frame(card, line.wall, height, BOTTOM + below)
    (_crowd if crowd else _lanes)(ax, line, errors)
    if allowed is not None:
        ax.tick_params(labelbottom=False)
        ax.set_xlabel("")
        _histogram(card, starts, line.wall, allowed)
    return card.save("requests", requests_reading(line, len(errors), most, allowed))


def _lanes(ax: Axes, line: Timeline, failed: set[int]) -> None:
    edges = len(line.spans) < FEW * line.workers
    for place, row in enumerate(lanes(line)):
        top, foot = (place + (1 - SHARE) / 2) * PITCH, (place + (1 + SHARE) / 2) * PITCH
        rectangles(ax, [(each.start, each.end, top, foot) for each in row.boxes], facecolor=theme.TINT["coroutines"])
        if edges:
            ax.vlines([each.end for each in row.boxes], top, foot, color=theme.CARD, linewidth=1.2)
        lost = [each.end for each in row.boxes if each.first in failed]
        ax.plot(lost, [(top + foot) / 2] * len(lost), "x", **CROSS)
    beside(ax, PITCH / 2, "place 1", size=theme.SMALL)
    if line.workers > 1:
        beside(ax, (line.workers - 0.5) * PITCH, f"{line.workers}", size=theme.SMALL)


def _crowd(ax: Axes, line: Timeline, failed: set[int]) -> None:
    """Draw some hundred of very many requests as hairlines, in the order in which they were asked."""
    spans = sorted(line.spans, key=lambda span: span.first)
    shown = spans[:: math.ceil(len(spans) / HAIRLINES)]
    height = {span.first: WALL * (place + 0.5) / len(shown) for place, span in enumerate(shown)}
    ys = [height[span.first] for span in shown]
    starts, ends = [span.started for span in shown], [span.finished for span in shown]
    ax.hlines(ys, starts, ends, color=theme.TINT["coroutines"], linewidth=1.0)
    lost = [span for span in shown if span.first in failed]
    ax.plot([span.finished for span in lost], [height[span.first] for span in lost], "x", **CROSS)
    beside(ax, 0.08, "request 1")
    beside(ax, WALL - 0.08, f"{len(spans):,}")
    if len(shown) < len(spans):
        beside(ax, WALL / 2, right=f"a line is\n1 of {math.ceil(len(spans) / len(shown))}", size=theme.SMALL, color=theme.SOFT)


def _histogram(card: Card, starts: Sequence[float], wall: float, allowed: float) -> None:
    """Count starts in steps of time, as requests a second, with the allowed number as a line."""
    width = next((width for width in WIDTHS if wall / width <= 40), WIDTHS[-1])
    steps = max(1, math.ceil(wall / width))
    rates = [count / width for count in tally(starts, steps * width, steps)]
    ax = card.axes(1.06, card.height - BOTTOM - HISTOGRAM, RIGHT, BOTTOM)
    edges = [place * width for place in range(steps + 1)]
    ax.stairs(rates, edges, fill=True, color=theme.TINT["coroutines"], linewidth=0)
    ax.set_xlim(0, wall)
    ax.set_ylim(0, 1.15 * max(*rates, allowed))
    linear_axis(ax.yaxis, 3)
    ax.axhline(allowed, color=theme.INK, linewidth=1.2)
    note(ax, f"allowed\n{plain(allowed)}", (wall, allowed), (6, 0), size=theme.SMALL, linespacing=1.0)
    card.text(0.20, card.height - BOTTOM - HISTOGRAM - 0.16, "requests a second", theme.SMALL, color=theme.SOFT)
    time_axis(ax, wall, "since the run began")


def requests_title(line: Timeline, lost: int, most: int | None, allowed: float | None) -> str:
    """Say how many came in the busiest second, or how many were refused."""
    if most is not None and allowed is not None:
        return f"{most:,} requests in the busiest second; allowed are {plain(allowed)}"
    who = f"{line.workers:,} at {'once' if line.workers > MOST_LANES else 'a time'}" if line.workers > 1 else "One at a time"
    return f"{who}: {len(line.spans) - lost:,} answered, {f'{lost:,}' if lost else 'none'} refused"


def requests_reading(line: Timeline, lost: int, most: int | None, allowed: float | None) -> str:
    """Say how many requests took how long, and what the service made of them."""
    head = f"{counted(len(line.spans), 'request')}, at most {line.workers:,} under way, took {seconds(line.wall)}: "
    if most is not None and allowed is not None:
        head += f"{most:,} in the busiest second, where {plain(allowed)} are allowed; "
    return f"{head}{len(line.spans) - lost:,} answered, {lost:,} refused."


@themed
def retries(ways: Mapping[str, Counts], *, title: str | None = None, stamp: Stamp = None) -> Picture:
    """Draw when a service was asked, a row for each way to come back after a refusal, all in the same scale."""
    counts = {way: [start - min(each.starts) for start in each.starts] for way, each in ways.items()}
    wall = 1.02 * max(max(starts) for starts in counts.values()) + MOMENT
    height = TOP + len(ways) * ROW + BOTTOM
    subtitle = f"requests in each {seconds(MOMENT)} · the first is the same for all"
    card = Card(title or retries_title(ways), height, foot_of(stamp), counted(len(ways), "way"), subtitle)
    steps = math.ceil(wall / MOMENT)
    tallies = {way: tally(starts, steps * MOMENT, steps) for way, starts in counts.items()}
    most = max(max(found) for found in tallies.values())
    for place, (way, found) in enumerate(tallies.items()):
        ax = card.axes(1.30, TOP + place * ROW + 0.12, 0.96, height - TOP - (place + 1) * ROW)
        ax.stairs(found, [step * MOMENT for step in range(steps + 1)], fill=True, color=theme.SOLID["coroutines"], linewidth=0)
        ax.set_xlim(0, steps * MOMENT)
        ax.set_ylim(0, 1.05 * most)
        ax.set_yticks([])
        ax.tick_params(labelbottom=place == len(ways) - 1)
        middle = TOP + place * ROW + 0.12 + (ROW - 0.12) / 2
        card.text(1.20, middle, wrapped(way, 1.02, theme.LABEL), ha="right", linespacing=1.1)
        card.text(7.0 - 0.88, middle, f"{ways[way].requests:,} asked\n{ways[way].refused:,} refused", theme.SMALL)
    time_axis(ax, steps * MOMENT, "since all were refused")
    return card.save("retries", retries_reading(ways))


def second_wave(counts: Counts) -> int:
    """Return the most requests that came within a moment, after the first ones."""
    later = [start for start in counts.starts if start > min(counts.starts) + MOMENT]
    return busiest(later, MOMENT)


def retries_title(ways: Mapping[str, Counts]) -> str:
    """Say how large the largest wave was that came back, for the first and the last way."""
    first, *_, last = map(second_wave, ways.values())
    return f"Back at one moment: {first} in the first row, {last} in the last"


def retries_reading(ways: Mapping[str, Counts]) -> str:
    """Say for each way how many were refused, and its largest wave after the first."""
    parts = [
        f"{way}: {each.refused:,} of {each.requests:,} refused, {second_wave(each):,} back together"
        for way, each in ways.items()
    ]
    return f"{'; '.join(parts)}."

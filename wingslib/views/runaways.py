"""Runaways: a run that had to be killed, because one of its items never ended."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from wingslib.engines.run import Span, Spans, Timeline
from wingslib.views import rows, theme
from wingslib.views.areas import Lane, lanes
from wingslib.views.card import Card, Stamp, key, themed
from wingslib.views.picture import Picture
from wingslib.views.timelines import lane_name, line_foot, sample_of
from wingslib.views.wording import counted, seconds, spelled, wait

BEYOND = 2.0  # the axis ends at this many times the last end, so that the others are not squeezed


@themed
def hangs(line: Timeline, *, title: str | None = None, stamp: Stamp = None) -> Picture:
    """Draw a run that was killed after `line.wall`: an item whose `finished` is infinite runs off the edge.

    The axis ends soon after the last item that ended.
    """
    stuck, ended = parted(line)
    edge = min(line.wall, BEYOND * max((span.finished for span in ended), default=line.wall))
    cut = replace(line, wall=edge, spans=Spans(replace(span, finished=min(span.finished, edge)) for span in line.spans))
    drawn = lanes(cut)
    pitch = rows.pitch_for(len(drawn))
    height = len(drawn) * pitch + 0.1
    card = Card(title or hangs_title(line), rows.TOP + height + rows.BOTTOM, line_foot(line, stamp), sample_of(line))
    key(card, rows.states(cut, drawn))
    ax = rows.frame(card, edge, height, words=f"since the run began; killed after {seconds(line.wall)}")
    for place, row in enumerate(drawn):
        _lane(ax, cut, row, 0.05 + place * pitch, 0.84 * pitch, [span for span in stuck if span.worker == row.worker])
    return card.save("hangs", hangs_reading(line))


def parted(line: Timeline) -> tuple[list[Span], list[Span]]:
    """Return the spans that never ended, and those that did."""
    stuck = [span for span in line.spans if math.isinf(span.finished)]
    return stuck, [span for span in line.spans if math.isfinite(span.finished)]


def _lane(ax: Any, line: Timeline, row: Lane, top: float, bar: float, stuck: Sequence[Span]) -> None:
    rows.lane(ax, row, top, bar, line.engine)
    middle = top + bar / 2
    rows.beside(ax, middle, lane_name(line, row.worker))
    if stuck:
        arrow: dict[str, Any] = {"color": theme.INK, "markersize": 7, "clip_on": False, "zorder": 7}
        ax.plot([line.wall], [middle], ">", **arrow)
        ax.plot([stuck[0].started, line.wall], [middle, middle], color=theme.INK, linewidth=1.2, zorder=6)
        where = (stuck[0].started + line.wall) / 2
        ax.text(where, middle, f"item {stuck[0].first}", size=theme.SMALL, ha="center", va="center", bbox=rows.GROUND, zorder=8)
        rows.beside(ax, middle, right="  no end", size=theme.SMALL, weight="bold")
    else:
        rows.beside(ax, middle, right="  done", size=theme.SMALL, color=theme.SOFT)


def hangs_title(line: Timeline) -> str:
    """Say how many items ended, and how many lanes run off the edge."""
    stuck, ended = parted(line)
    many = f"{spelled(len(stuck))} never {'does' if len(stuck) == 1 else 'do'}"
    return f"{counted(len(ended), 'item')} {'ends' if len(ended) == 1 else 'end'}, {many}"


def hangs_reading(line: Timeline) -> str:
    """Say until when items ended, and which had not when the run was killed."""
    stuck, ended = parted(line)
    last = max((span.finished for span in ended), default=0.0)
    who = ", ".join(f"item {span.first} on {lane_name(line, span.worker)}" for span in stuck[:3])
    more = f" and {len(stuck) - 3} more" if len(stuck) > 3 else ""
    head = f"{counted(len(ended), 'item')} ended within {wait(last)}"
    return f"{head}; {who}{more} had not when the run was killed after {seconds(line.wall)}."

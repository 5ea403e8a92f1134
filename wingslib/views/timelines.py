"""Timelines: a lane a worker, solid where it computes, pale where the item waits, hatched overhead, grey idleness.

`timeline` picks the form that suits: boxes, bins where they would be too small, tasks of an event loop, a number in
flight where there are too many lanes, and totals where no single spans were kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wingslib.engines.run import Run, Timeline
from wingslib.views import captions, theme
from wingslib.views.areas import MOST_BOXES, Lane, enlarged, lanes, shares
from wingslib.views.card import Card, Foot, Stamp, foot_of, hatched, key, themed, value_label
from wingslib.views.loops import flight, loop_tasks
from wingslib.views.picture import Picture
from wingslib.views.rows import (
    BOTTOM,
    LEFT,
    PARTS,
    RIGHT,
    STRIP,
    TOP,
    beside,
    binned,
    frame,
    lane,
    outline,
    pitch_for,
    queue_line,
    rectangles,
    share_of,
    states,
    strip,
    time_axis,
    way_back,
)
from wingslib.views.wording import counted, percent, seconds

MOST_LANES = 64
ENLARGED = 0.98


@themed
def timeline(
    source: Run[Any] | Timeline, *, title: str | None = None, stamp: Stamp = None, horizon: float | None = None
) -> Picture:
    """Draw where the workers' time went. `horizon` (seconds) keeps the time axis, and the form, the same
    over several pictures.
    """
    line = source.timeline if isinstance(source, Run) else source
    foot = line_foot(line, stamp)
    if not line.complete:
        return _totals(line, title, foot)
    rows = lanes(line)
    if line.engine == "coroutines":
        return loop_tasks(line, title, foot)
    if len(rows) > MOST_LANES:
        return flight(line, title, foot)
    if horizon is None and any(len(row.boxes) > MOST_BOXES for row in rows):
        return _binned(line, rows, title, foot)
    return _boxes(line, rows, title, foot, horizon or line.wall)


def line_foot(line: Timeline, stamp: Stamp) -> Foot:
    """Return the foot of a timeline: unless told, "simulated" replaces the machine."""
    return foot_of("simulated" if stamp is None and line.engine == "simulated" else stamp)


def sample_of(line: Timeline) -> str:
    """Return the stamp's right text."""
    items = counted(captions.items_of(line), "item")
    return items if line.engine == "serial" else f"{items} · {counted(line.workers, 'worker')}"


def _boxes(line: Timeline, rows: Sequence[Lane], title: str | None, foot: Foot, horizon: float) -> Picture:
    height = len(rows) * pitch_for(len(rows)) + 2 * STRIP
    card = Card(title or captions.lane_title(line), TOP + height + BOTTOM, foot, sample_of(line))
    key(card, states(line, rows))
    ax = frame(card, horizon, height)
    _strips(ax, line, height)
    draw_rows(ax, line, rows, STRIP)
    return card.save("timeline", captions.lane_reading(line))


def _strips(ax: Any, line: Timeline, height: float) -> None:
    last = shares(line).last
    times = [span.submitted for span in line.spans if span is not last]
    strip(ax, times, 0, "submitted", "CPU" if line.engine == "threads" else "filled")
    strip(ax, [span.received for span in line.spans if span is not last], height - STRIP, "received")
    if last is not None and line.engine != "serial":
        queue_line(ax, last, STRIP / 2)
        way_back(ax, last, height - STRIP)


def draw_rows(ax: Any, line: Timeline, rows: Sequence[Lane], top: float, parts: Sequence[str] = PARTS) -> None:
    """Draw all lanes with their names and shares, and outline the last item."""
    pitch, last = pitch_for(len(rows)), shares(line).last
    bar = 0.84 * pitch
    for place, row in enumerate(rows):
        y = top + place * pitch + 0.5 * (pitch - bar)
        if len(row.boxes) > MOST_BOXES:
            binned(ax, row, line.wall, y, bar, line.engine)
        else:
            lane(ax, row, y, bar, line.engine, parts)
        if len(rows) <= 16 or place % 4 == 0:
            beside(ax, y + bar / 2, lane_name(line, row.worker), share_of(row, line))
        if last is not None and last.worker == row.worker and line.engine != "serial" and "grey" in parts:
            outline(ax, last, y, bar)


def lane_name(line: Timeline, worker: int) -> str:
    """Return what stands left of a lane."""
    return "loop" if line.engine == "serial" else f"worker {worker}"


def _binned(line: Timeline, rows: Sequence[Lane], title: str | None, foot: Foot) -> Picture:
    pitch = 0.59 if len(rows) <= 2 else pitch_for(len(rows))
    height = len(rows) * pitch + 2 * STRIP
    card = Card(title or captions.lane_title(line), TOP + height + BOTTOM + ENLARGED, foot, sample_of(line))
    key(card, states(line, rows))
    words = f"since the run began (height = share of each {seconds(line.wall / 175)})"
    ax = frame(card, line.wall, height, BOTTOM + ENLARGED, words)
    _strips(ax, line, height)
    for place, row in enumerate(rows):
        y = STRIP + (place + 0.08) * pitch
        binned(ax, row, line.wall, y, 0.84 * pitch, line.engine)
        if len(rows) <= 16 or place % 4 == 0:
            beside(ax, y + 0.42 * pitch, lane_name(line, row.worker), share_of(row, line))
    _enlarge(card, line, max(rows, key=lambda row: len(row.boxes)))
    return card.save("timeline", captions.lane_reading(line))


def _enlarge(card: Card, line: Timeline, row: Lane) -> None:
    boxes = enlarged(row)
    start, end = boxes[0].start, boxes[-1].end
    span, name = end - start, theme.family(line.engine)
    ax = card.axes(LEFT, card.height - BOTTOM - 0.33, RIGHT, BOTTOM)
    ax.set_xlim(0, span)
    ax.set_ylim(0.33, 0)
    ax.set_yticks([])
    rectangles(ax, [(0, span, 0, 0.33)], **hatched())
    rectangles(ax, [(box.start - start, box.end - start, 0, 0.33) for box in boxes], facecolor=theme.TINT[name])
    solid = [(box.start - start, box.end - start, 0.33 * (1 - box.solid), 0.33) for box in boxes]
    rectangles(ax, solid, facecolor=theme.SOLID[name])
    beside(ax, 0.08, f"{lane_name(line, row.worker)},", size=theme.SMALL)
    beside(ax, 0.25, "enlarged", size=theme.SMALL)
    each = sum(box.end - box.start for box in boxes) / len(boxes)
    time_axis(ax, span, f"after {seconds(start)}: chunks of {seconds(each)}, a new one every {seconds(span / len(boxes))}")


def _totals(line: Timeline, title: str | None, foot: Foot) -> Picture:
    workers = sorted({*range(line.workers), *line.busy})
    pitch = pitch_for(len(workers))
    height = len(workers) * pitch + 0.1
    sample = f"over {len(line.spans):,} chunks · {counted(line.workers, 'worker')}"
    card = Card(title or captions.totals_title(line), TOP + height + BOTTOM, foot, sample)
    name = theme.family(line.engine)
    key(
        card,
        [
            ("in the function", {"facecolor": theme.SOLID[name]}),
            ("other work on items", {"facecolor": theme.TINT[name]}),
            ("the rest", hatched()),
        ],
    )
    ax = frame(card, 100, height)
    value_label(ax, "share of the wall time in % (totals only: the order is not known)")
    for place, worker in enumerate(workers):
        busy, compute = (100 * part.get(worker, 0.0) / line.wall for part in (line.busy, line.compute))
        y, floor = 0.1 + place * pitch, 0.1 + (place + 0.84) * pitch
        rectangles(ax, [(busy, 100, y, floor)], **hatched())
        rectangles(ax, [(0, busy, y, floor)], facecolor=theme.TINT[name])
        rectangles(ax, [(0, min(busy, compute), y, floor)], facecolor=theme.SOLID[name])
        if len(workers) <= 16 or place % 4 == 0:
            beside(ax, (y + floor) / 2, lane_name(line, worker), percent(busy / 100))
    return card.save("timeline", captions.totals_reading(line))

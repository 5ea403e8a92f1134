"""Timelines: a lane a worker, solid where it computes, pale where the item waits, hatched overhead, grey idleness.

`timeline` picks the form that suits: boxes, bins where they would be too small, tasks of an event loop, a number in
flight where there are too many lanes, and totals where no single spans were kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wingslib.engines.run import Run, Timeline
from wingslib.views import captions, theme
from wingslib.views.areas import MOST_BOXES, Lane, enlarged, lanes, shares
from wingslib.views.card import Card, hatched, key, machine_stamp, themed, value_label
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
from wingslib.views.wording import capital, counted, percent, seconds, wait

MOST_LANES = 64
ENLARGED = 0.98


@themed
def timeline(
    source: Run[Any] | Timeline, *, title: str | None = None, stamp: str | None = None, horizon: float | None = None
) -> Picture:
    """Draw where the workers' time went. `horizon` (seconds) keeps the time axis the same over several pictures."""
    line = source.timeline if isinstance(source, Run) else source
    foot = stamp_of(line) if stamp is None else stamp
    if not line.complete:
        return _totals(line, title, foot)
    rows = lanes(line)
    if line.engine == "coroutines":
        return loop_tasks(line, title, foot)
    if len(rows) > MOST_LANES:
        return flight(line, title, foot)
    if any(len(row.boxes) > MOST_BOXES for row in rows):
        return _binned(line, rows, title, foot)
    return _boxes(line, rows, title, foot, horizon or line.wall)


def stamp_of(line: Timeline) -> str:
    """Return the stamp's left text: "simulated" replaces the machine."""
    return "simulated" if line.engine == "simulated" else machine_stamp()


def sample_of(line: Timeline) -> str:
    """Return the stamp's right text."""
    items = counted(captions.items_of(line), "item")
    return items if line.engine == "serial" else f"{items} · {counted(line.workers, 'worker')}"


def _boxes(line: Timeline, rows: Sequence[Lane], title: str | None, stamp: str, horizon: float) -> Picture:
    height = len(rows) * pitch_for(len(rows)) + 2 * STRIP
    card = Card(title or captions.lane_title(line), TOP + height + BOTTOM, stamp=stamp, sample=sample_of(line))
    key(card, states(line, rows))
    ax = frame(card, horizon, height)
    _strips(ax, line, height)
    _rows(ax, line, rows, STRIP)
    return card.save("timeline", captions.lane_reading(line))


def _strips(ax: Any, line: Timeline, height: float) -> None:
    last = shares(line).last
    times = [span.submitted for span in line.spans if span is not last]
    strip(ax, times, 0, "submitted", "CPU" if line.engine == "threads" else "filled")
    strip(ax, [span.received for span in line.spans if span is not last], height - STRIP, "received")
    if last is not None and line.engine != "serial":
        queue_line(ax, last, STRIP / 2)
        way_back(ax, last, height - STRIP)


def _rows(ax: Any, line: Timeline, rows: Sequence[Lane], top: float, parts: Sequence[str] = PARTS) -> None:
    pitch, last = pitch_for(len(rows)), shares(line).last
    bar = 0.84 * pitch
    for place, row in enumerate(rows):
        y = top + place * pitch + 0.5 * (pitch - bar)
        lane(ax, row, y, bar, line.engine, parts)
        if len(rows) <= 16 or place % 4 == 0:
            beside(ax, y + bar / 2, lane_name(line, row.worker), share_of(row, line))
        if last is not None and last.worker == row.worker and line.engine != "serial" and "grey" in parts:
            outline(ax, last, y, bar)


def lane_name(line: Timeline, worker: int) -> str:
    """Return what stands left of a lane."""
    return "loop" if line.engine == "serial" else f"worker {worker}"


def _binned(line: Timeline, rows: Sequence[Lane], title: str | None, stamp: str) -> Picture:
    pitch = 0.59 if len(rows) <= 2 else pitch_for(len(rows))
    height = len(rows) * pitch + 2 * STRIP
    card = Card(title or captions.lane_title(line), TOP + height + BOTTOM + ENLARGED, stamp=stamp, sample=sample_of(line))
    key(card, states(line, rows))
    words = f"since the run began (height = share of each {seconds(line.wall / 175)})"
    ax = frame(card, line.wall, height, BOTTOM + ENLARGED, words)
    _strips(ax, line, height)
    for place, row in enumerate(rows):
        y = STRIP + (place + 0.08) * pitch
        binned(ax, row, y, 0.84 * pitch, line.engine)
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


def _totals(line: Timeline, title: str | None, stamp: str) -> Picture:
    workers = sorted({*range(line.workers), *line.busy})
    pitch = pitch_for(len(workers))
    height = len(workers) * pitch + 0.1
    sample = f"over {len(line.spans):,} chunks · {counted(line.workers, 'worker')}"
    card = Card(title or captions.totals_title(line), TOP + height + BOTTOM, stamp=stamp, sample=sample)
    name = theme.family(line.engine)
    key(card, [("in the function", {"facecolor": theme.SOLID[name]}), ("other work on items", {"facecolor": theme.TINT[name]}), ("the rest", hatched())])
    ax = frame(card, 100, height)
    value_label(ax, "share of the wall time in % (totals only: the order is not known)")
    for place, worker in enumerate(workers):
        busy, compute = (100 * part.get(worker, 0.0) / line.wall for part in (line.busy, line.compute))
        y, foot = 0.1 + place * pitch, 0.1 + (place + 0.84) * pitch
        rectangles(ax, [(busy, 100, y, foot)], **hatched())
        rectangles(ax, [(0, busy, y, foot)], facecolor=theme.TINT[name])
        rectangles(ax, [(0, min(busy, compute), y, foot)], facecolor=theme.SOLID[name])
        if len(workers) <= 16 or place % 4 == 0:
            beside(ax, (y + foot) / 2, lane_name(line, worker), percent(busy / 100))
    return card.save("timeline", captions.totals_reading(line))


STEPS = {
    "pale": ("Pale: the time in which a worker holds an item", "pale"),
    "solid": ("Solid: of that, the time on a core", "solid"),
    "hatched": ("Hatched: start-up and messages, before an item", "hatched"),
    "grey": ("Grey: idle after the last item, and paid for", "grey"),
}


@themed
def timeline_parts(source: Run[Any] | Timeline, *, stamp: str | None = None) -> list[Picture]:
    """Draw one timeline in four steps, pale, solid, hatched and grey, each with the share of the frame that it adds."""
    line = source.timeline if isinstance(source, Run) else source
    rows, foot = lanes(line), stamp_of(line) if stamp is None else stamp
    return [_part(line, rows, PARTS[: step + 1], foot) for step in range(len(PARTS))]


def _part(line: Timeline, rows: Sequence[Lane], parts: Sequence[str], stamp: str) -> Picture:
    height = len(rows) * pitch_for(len(rows)) + 0.1
    card = Card(STEPS[parts[-1]][0], TOP + height + BOTTOM, stamp=stamp, sample=sample_of(line))
    key(card, states(line, rows, parts))
    ax = frame(card, line.wall, height)
    beside(ax, -0.1, right="filled", size=theme.SMALL, color=theme.SOFT)
    _rows(ax, line, rows, 0.05, parts)
    return card.save("timeline part", part_reading(line, parts[-1]))


def part_reading(line: Timeline, part: str) -> str:
    """Say which share of workers × wall one part of the picture takes."""
    found = shares(line)
    paid = len(lanes(line)) * line.wall
    cpu = sum((box.end - box.start) * box.solid for row in lanes(line) for box in row.boxes)
    share = {"pale": found.filled, "solid": cpu / paid, "hatched": found.startup + found.messages, "grey": found.idle}[part]
    words = {
        "pale": "a worker held an item",
        "solid": "a worker computed",
        "hatched": "start-up and messages",
        "grey": "idle after the last item",
    }[part]
    return f"{capital(part)}: {seconds(share * paid)} of the {seconds(paid)} paid for ({counted(line.workers, 'worker')} × {seconds(line.wall)}), {percent(share)}: {words}."


@themed
def starts(lines: Mapping[str, Timeline], *, title: str | None = None, stamp: str | None = None) -> Picture:
    """Draw several timelines, a group of lanes each, on one time axis; made for the start methods of processes."""
    wall = max(line.wall for line in lines.values())
    groups = {name: lanes(line) for name, line in lines.items()}
    count = sum(len(rows) for rows in groups.values())
    pitch, gap = pitch_for(count), 0.16
    height = count * pitch + gap * (len(lines) - 1) + 0.1
    first = next(iter(lines.values()))
    card = Card(title or starts_title(lines), TOP + height + BOTTOM, stamp=stamp_of(first) if stamp is None else stamp, sample=sample_of(first))
    key(card, states(first, [row for rows in groups.values() for row in rows]))
    ax = frame(card, wall, height)
    beside(ax, -0.1, right="took", size=theme.SMALL, color=theme.SOFT)
    y = 0.05
    for name, rows in groups.items():
        _group(ax, lines[name], name, rows, y, pitch)
        y += len(rows) * pitch + gap
    return card.save("starts", starts_reading(lines))


def _group(ax: Any, line: Timeline, name: str, rows: Sequence[Lane], top: float, pitch: float) -> None:
    for place, row in enumerate(rows):
        lane(ax, row, top + place * pitch, 0.84 * pitch, line.engine)
    beside(ax, top + len(rows) * pitch / 2, name, wait(line.wall))
    ax.vlines([line.wall], top, top + (len(rows) - 0.16) * pitch, color=theme.INK, linewidth=1.2, clip_on=False)


def starts_title(lines: Mapping[str, Timeline]) -> str:
    """Name the method whose first worker was ready first, and when."""
    ready = {name: line.startup for name, line in lines.items()}
    quick, slow = min(ready, key=lambda name: ready[name]), max(ready, key=lambda name: ready[name])
    return f"{capital(quick)} is ready after {wait(ready[quick])}, {slow} after {wait(ready[slow])}"


def starts_reading(lines: Mapping[str, Timeline]) -> str:
    """Say for each method when its first worker was ready and when the run ended."""
    parts = [f"{name} ready after {wait(line.startup)}, done after {wait(line.wall)}" for name, line in lines.items()]
    return f"{capital('; '.join(parts))}."

"""Timelines: a lane a worker, solid where it computes, pale where the item waits, hatched overhead, grey idleness.

`timeline` picks the form that suits: boxes, bins where they would be too small, tasks of an event loop, a number in
flight where there are too many lanes, and totals where no single spans were kept. `timeline_parts` tells one run in
steps, `starts` sets several on one time axis.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wingslib.engines.run import Run, Timeline
from wingslib.views import captions, rows, theme
from wingslib.views.areas import BINS, MOST_BOXES, Lane, enlarged, lanes, shares
from wingslib.views.card import Card, Foot, Stamp, foot_of, hatched, key, themed, value_label
from wingslib.views.loops import flight, loop_tasks
from wingslib.views.picture import Picture
from wingslib.views.wording import capital, counted, percent, seconds, wait

MOST_LANES = 64
ENLARGED = 0.98


@themed
def timeline(
    source: Run[Any] | Timeline,
    *,
    names: Sequence[str] = (),
    title: str | None = None,
    stamp: Stamp = None,
    horizon: float | None = None,
) -> Picture:
    """Draw where the workers' time went. `horizon` (seconds) keeps the time axis, and the form, the same
    over several pictures. `names` are those of an event loop's tasks, in input order.
    """
    line = source.timeline if isinstance(source, Run) else source
    foot = line_foot(line, stamp)
    if not line.complete:
        return _totals(line, title, foot)
    drawn = lanes(line)
    if line.engine == "coroutines":
        return loop_tasks(line, names, title, foot, horizon)
    if len(drawn) > MOST_LANES:
        return flight(line, title, foot)
    return _lanes(line, drawn, title, foot, horizon)


def line_foot(line: Timeline, stamp: Stamp) -> Foot:
    """Return the foot of a timeline: unless told, "simulated" replaces the machine."""
    return foot_of("simulated" if stamp is None and line.engine == "simulated" else stamp)


def sample_of(line: Timeline) -> str:
    """Return the stamp's right text."""
    items = counted(captions.items_of(line), "item")
    return items if line.engine == "serial" else f"{items} · {counted(line.workers, 'worker')}"


def _lanes(line: Timeline, drawn: Sequence[Lane], title: str | None, foot: Foot, horizon: float | None) -> Picture:
    many = horizon is None and any(len(row.boxes) > MOST_BOXES for row in drawn)
    pitch, below = 0.59 if many and len(drawn) <= 2 else rows.pitch_for(len(drawn)), rows.BOTTOM + ENLARGED * many
    height = len(drawn) * pitch + 2 * rows.STRIP
    card = Card(title or captions.lane_title(line), rows.TOP + height + below, foot, sample_of(line))
    key(card, rows.states(line, drawn))
    words = f"since the run began{f' (height = share of each {seconds(line.wall / BINS)})' if many else ''}"
    ax = rows.frame(card, horizon or line.wall, height, below, words)
    _strips(ax, line, height)
    draw_rows(ax, line, drawn, rows.STRIP, pitch)
    if many:
        _enlarge(card, line, max(drawn, key=lambda row: len(row.boxes)))
    return card.save("timeline", captions.lane_reading(line))


def _strips(ax: Any, line: Timeline, height: float) -> None:
    last = shares(line).last
    times = [span.submitted for span in line.spans if span != last]
    rows.strip(ax, times, 0, "submitted", "CPU" if line.engine == "threads" else "filled")
    rows.strip(ax, [span.received for span in line.spans if span != last], height - rows.STRIP, "received")
    if last is not None and line.engine != "serial":
        rows.queue_line(ax, last, rows.STRIP / 2)
        rows.way_back(ax, last, height - rows.STRIP)


def draw_rows(
    ax: Any, line: Timeline, drawn: Sequence[Lane], top: float, pitch: float, parts: Sequence[str] = rows.PARTS
) -> None:
    """Draw all lanes with their names and shares, and outline the last item."""
    last = shares(line).last
    bar = 0.84 * pitch
    for place, row in enumerate(drawn):
        y = top + place * pitch + 0.5 * (pitch - bar)
        if len(row.boxes) > MOST_BOXES:
            rows.binned(ax, row, line.wall, y, bar, line.engine)
        else:
            rows.lane(ax, row, y, bar, line.engine, parts)
        if len(drawn) <= 16 or place % 4 == 0:
            rows.beside(ax, y + bar / 2, lane_name(line, row.worker), rows.share_of(row, line))
        if last is not None and last.worker == row.worker and line.engine != "serial" and "grey" in parts:
            rows.outline(ax, last, y, bar)


def lane_name(line: Timeline, worker: int) -> str:
    """Return what stands left of a lane."""
    return "loop" if line.engine == "serial" else f"worker {worker}"


def _enlarge(card: Card, line: Timeline, row: Lane) -> None:
    boxes = enlarged(row)
    start, end = boxes[0].start, boxes[-1].end
    span, name = end - start, theme.family(line.engine)
    ax = card.axes(rows.LEFT, card.height - rows.BOTTOM - 0.33, rows.RIGHT, rows.BOTTOM)
    ax.set_xlim(0, span)
    ax.set_ylim(0.33, 0)
    ax.set_yticks([])
    rows.rectangles(ax, [(0, span, 0, 0.33)], **hatched())
    rows.rectangles(ax, [(box.start - start, box.end - start, 0, 0.33) for box in boxes], facecolor=theme.TINT[name])
    solid = [(box.start - start, box.end - start, 0.33 * (1 - box.solid), 0.33) for box in boxes]
    rows.rectangles(ax, solid, facecolor=theme.SOLID[name])
    rows.beside(ax, 0.08, f"{lane_name(line, row.worker)},", size=theme.SMALL)
    rows.beside(ax, 0.25, "enlarged", size=theme.SMALL)
    each = sum(box.end - box.start for box in boxes) / len(boxes)
    rows.time_axis(ax, span, f"after {seconds(start)}: chunks of {seconds(each)}, a new one every {seconds(span / len(boxes))}")


def _totals(line: Timeline, title: str | None, foot: Foot) -> Picture:
    workers = sorted({*range(line.workers), *line.busy})
    pitch = rows.pitch_for(len(workers))
    height = len(workers) * pitch + 0.1
    sample = f"over {len(line.spans):,} chunks · {counted(line.workers, 'worker')}"
    card = Card(title or captions.totals_title(line), rows.TOP + height + rows.BOTTOM, foot, sample)
    solid, pale = ({"facecolor": shade[theme.family(line.engine)]} for shade in (theme.SOLID, theme.TINT))
    key(card, [("in the function", solid), ("other work on items", pale), ("the rest", hatched())])
    ax = rows.frame(card, 100, height)
    value_label(ax, "share of the wall time in % (totals only: the order is not known)")
    for place, worker in enumerate(workers):
        busy, compute = (100 * part.get(worker, 0.0) / line.wall for part in (line.busy, line.compute))
        y, floor = 0.1 + place * pitch, 0.1 + (place + 0.84) * pitch
        rows.rectangles(ax, [(busy, 100, y, floor)], **hatched())
        rows.rectangles(ax, [(0, busy, y, floor)], **pale)
        rows.rectangles(ax, [(0, min(busy, compute), y, floor)], **solid)
        if len(workers) <= 16 or place % 4 == 0:
            rows.beside(ax, (y + floor) / 2, lane_name(line, worker), percent(busy / 100))
    return card.save("timeline", captions.totals_reading(line))


STEPS = {
    "pale": ("Pale: the time in which a worker holds an item", "a worker held an item"),
    "solid": ("Solid: of that, the time on a core", "a worker computed"),
    "hatched": ("Hatched: start-up and messages, before an item", "start-up and messages"),
    "grey": ("Grey: idle after the last item, and paid for", "idle after the last item"),
}


@themed
def timeline_parts(source: Run[Any] | Timeline, *, stamp: Stamp = None) -> list[Picture]:
    """Draw one timeline in four steps, pale, solid, hatched and grey, each with the share of the frame that it adds."""
    line = source.timeline if isinstance(source, Run) else source
    drawn, foot = lanes(line), line_foot(line, stamp)
    return [_part(line, drawn, rows.PARTS[: step + 1], foot) for step in range(len(rows.PARTS))]


def _part(line: Timeline, drawn: Sequence[Lane], parts: Sequence[str], foot: Foot) -> Picture:
    height = len(drawn) * rows.pitch_for(len(drawn)) + 0.1
    card = Card(STEPS[parts[-1]][0], rows.TOP + height + rows.BOTTOM, foot, sample_of(line))
    key(card, rows.states(line, drawn, parts))
    ax = rows.frame(card, line.wall, height)
    rows.beside(ax, -0.1, right="filled", size=theme.SMALL, color=theme.SOFT)
    draw_rows(ax, line, drawn, 0.05, rows.pitch_for(len(drawn)), parts)
    return card.save("timeline part", part_reading(line, parts[-1]))


def part_reading(line: Timeline, part: str) -> str:
    """Say which share of workers × wall one part of the picture takes."""
    found = shares(line)
    paid = len(lanes(line)) * line.wall
    cpu = sum((box.end - box.start) * box.solid for row in lanes(line) for box in row.boxes)
    share = {"pale": found.filled, "solid": cpu / paid, "hatched": found.startup + found.messages, "grey": found.idle}[part]
    whole = f"{seconds(paid)} paid for ({counted(line.workers, 'worker')} × {seconds(line.wall)})"
    return f"{capital(part)}: {seconds(share * paid)} of the {whole}, {percent(share)}: {STEPS[part][1]}."


@themed
def starts(lines: Mapping[str, Timeline], *, title: str | None = None, stamp: Stamp = None) -> Picture:
    """Draw several timelines, a group of lanes each, on one time axis; made for the start methods of processes."""
    wall = max(line.wall for line in lines.values())
    groups = {name: lanes(line) for name, line in lines.items()}
    count = sum(len(drawn) for drawn in groups.values())
    pitch, gap = rows.pitch_for(count), 0.16
    height = count * pitch + gap * (len(lines) - 1) + 0.1
    first = next(iter(lines.values()))
    card = Card(title or starts_title(lines), rows.TOP + height + rows.BOTTOM, line_foot(first, stamp), sample_of(first))
    key(card, rows.states(first, [row for drawn in groups.values() for row in drawn]))
    ax = rows.frame(card, wall, height)
    rows.beside(ax, -0.1, right="took", size=theme.SMALL, color=theme.SOFT)
    y = 0.05
    for name, drawn in groups.items():
        _group(ax, lines[name], name, drawn, y, pitch)
        y += len(drawn) * pitch + gap
    return card.save("starts", starts_reading(lines))


def _group(ax: Any, line: Timeline, name: str, drawn: Sequence[Lane], top: float, pitch: float) -> None:
    for place, row in enumerate(drawn):
        rows.lane(ax, row, top + place * pitch, 0.84 * pitch, line.engine)
    rows.beside(ax, top + len(drawn) * pitch / 2, name, wait(line.wall))
    ax.vlines([line.wall], top, top + (len(drawn) - 0.16) * pitch, color=theme.INK, linewidth=1.2, clip_on=False)


def starts_title(lines: Mapping[str, Timeline]) -> str:
    """Name the method whose first worker was ready first, and when."""
    ready = {name: line.startup for name, line in lines.items()}
    quick, slow = min(ready, key=lambda name: ready[name]), max(ready, key=lambda name: ready[name])
    return f"{capital(quick)} is ready after {wait(ready[quick])}, {slow} after {wait(ready[slow])}"


def starts_reading(lines: Mapping[str, Timeline]) -> str:
    """Say for each method when its first worker was ready and when the run ended."""
    parts = [f"{name} ready after {wait(line.startup)}, done after {wait(line.wall)}" for name, line in lines.items()]
    return f"{capital('; '.join(parts))}."

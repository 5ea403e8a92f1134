"""What a timeline's picture is made of, as plain numbers: boxes, gaps, bins and shares. Nothing is drawn here.

The frame is workers × wall. The boxes fill exactly `Timeline.filled` of it, the rest is overhead or idle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from wingslib.engines.coroutines import BEAT_SECONDS, GAP_SECONDS
from wingslib.engines.run import Gap, Span, Timeline

BINS = 175
MOST_BOXES = 150
MOST_TASKS = 30
FILLED = 0.8
Stretch = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """One chunk as a rectangle from `start` to `end`; `ratio` is its CPU time ÷ its wall time."""

    start: float
    end: float
    ratio: float
    first: int
    count: int

    @property
    def solid(self) -> float:
        """Return the share of its height that is drawn solid: CPU ÷ wall, at most 1."""
        return min(1.0, self.ratio)

    @property
    def name(self) -> str:
        """Return the number of its item, or of the first and last one."""
        return str(self.first) if self.count == 1 else f"{self.first}–{self.first + self.count - 1}"


@dataclass(frozen=True)
class Lane:
    """One worker's row: its boxes, the overhead before each of them, and the idle time after the last."""

    worker: int
    boxes: list[Box]
    overhead: list[Stretch]
    idle: Stretch | None
    filled: float


@dataclass(frozen=True)
class Shares:
    """How the frame divides: the four sum to 1."""

    filled: float
    startup: float
    messages: float
    idle: float
    last: Span | None = field(default=None)


def box(span: Span) -> Box:
    """Return the rectangle of one span."""
    busy = span.busy_seconds
    return Box(span.started, span.finished, span.cpu_seconds / busy if busy > 0 else 0.0, span.first, span.count)


def lanes(timeline: Timeline) -> list[Lane]:
    """Return a lane for every worker that was paid for, also for one that never got an item."""
    workers = sorted({*range(timeline.workers), *(span.worker for span in timeline.spans)})
    spans: dict[int, list[Span]] = {worker: [] for worker in workers}
    for span in timeline.spans:
        spans[span.worker].append(span)
    return [_lane(worker, spans[worker], timeline.wall) for worker in workers]


def _lane(worker: int, spans: list[Span], wall: float) -> Lane:
    boxes = [box(span) for span in sorted(spans, key=lambda span: span.started)]
    starts = [0.0, *(each.end for each in boxes)]
    overhead = [(before, each.start) for before, each in zip(starts, boxes, strict=False) if each.start > before]
    idle = (starts[-1], wall) if wall > starts[-1] else None
    filled = sum(each.end - each.start for each in boxes) / wall if wall else 0.0
    return Lane(worker, boxes, overhead, idle, filled)


def shares(timeline: Timeline) -> Shares:
    """Return what the frame went to: items, start-up (the wait for the first worker), other overhead, idleness."""
    rows = lanes(timeline)
    paid = len(rows) * timeline.wall or 1.0
    filled = sum(row.filled for row in rows) * timeline.wall / paid
    idle = sum(row.idle[1] - row.idle[0] for row in rows if row.idle) / paid
    startup = sum(_before_first(row) for row in rows) / paid if timeline.cold else 0.0
    last = max(timeline.spans, key=lambda span: span.finished, default=None)
    return Shares(filled, startup, max(0.0, 1.0 - filled - idle - startup), idle, last)


def _before_first(row: Lane) -> float:
    return row.boxes[0].start if row.boxes else 0.0


def bins(row: Lane, wall: float, count: int = BINS) -> tuple[list[float], list[float]]:
    """Return for each of `count` equal steps of the wall which share a worker held an item, and which it computed."""
    held = [(each.start, each.end, 1.0) for each in row.boxes]
    return _spread(held, wall, count), _spread([(each.start, each.end, each.solid) for each in row.boxes], wall, count)


def in_flight(timeline: Timeline, count: int = 4 * BINS) -> list[float]:
    """Return the mean number of items under way in each of `count` equal steps of the wall."""
    return _spread([(span.started, span.finished, 1.0) for span in timeline.spans], timeline.wall, count)


def holders(timeline: Timeline, gap: Gap) -> list[Span]:
    """Return the tasks that held the loop in a gap: the one that the heart saw, and those that ran in its row.

    Those ran in the same gap, before or after it, from start to finish, without another task starting or finishing
    meanwhile. If all of them fill less than 0.8 of the gap, nobody is named: others shared it, who also waited in it.
    """
    seen = [span for span in timeline.spans if span.first == gap.item and span.started < gap.end and span.finished > gap.start]
    if not seen or len(timeline.spans) > MOST_TASKS:
        return []
    inside = [
        span
        for span in timeline.spans
        if (gap.start <= span.started and span.finished <= seen[0].started)
        or (span.started >= seen[0].finished and span.finished <= gap.end)
    ]
    moments = [moment for span in inside for moment in (span.started, span.finished)]
    alone = [span for span in inside if not any(span.started < moment < span.finished for moment in moments)]
    length = gap.end - gap.start
    held = [seen[0], *(span for span in alone if span.busy_seconds > 0.1 * length)]
    filled = sum(min(span.finished, gap.end) - max(span.started, gap.start) for span in held)
    return sorted(held, key=lambda span: span.started) if filled >= FILLED * length else []


def _spread(pieces: Sequence[tuple[float, float, float]], wall: float, count: int) -> list[float]:
    """Sum, for each step of the wall, the share of it that each piece (start, end, weight) covers, times its weight."""
    step, total, change = wall / count, [0.0] * count, [0.0] * (count + 1)
    for start, end, weight in pieces:
        first, last = min(count - 1, int(start / step)), min(count - 1, int(end / step))
        for place in {first, last}:
            total[place] += weight * (min(end, (place + 1) * step) - max(start, place * step)) / step
        if last > first:  # the steps between are covered whole
            change[first + 1] += weight
            change[last] -= weight
    return [part + whole for part, whole in zip(total, accumulate(change[:count]), strict=True)]


def tally(times: Sequence[float], wall: float, count: int = BINS) -> list[int]:
    """Count `times` in `count` equal steps of the wall."""
    found = [0] * count
    for time in times:
        found[min(count - 1, max(0, int(time / wall * count)))] += 1
    return found


def enlarged(row: Lane, boxes: int = 8) -> list[Box]:
    """Return some neighbouring boxes from the middle of a lane."""
    middle = max(0, len(row.boxes) // 2 - boxes // 2)
    return row.boxes[middle : middle + boxes]


def loop_model(tasks: int, nap: float, place: int, blocking: float) -> Timeline:
    """Return the run of `tasks` naps of `nap` seconds, of which the one at `place` (from 1) blocks for `blocking` seconds.

    Tasks start in turn. What comes before the blocking call is under way but not resumed, what comes after not started.
    """
    line = Timeline("coroutines", tasks, cold=False)
    for task in range(tasks):
        start = 0.0 if task < place else blocking
        end = blocking if task == place - 1 else max(blocking, start + nap)
        line.add(Span(task, task, 1, start, start, end, end, end - start, 0.0))
    line.wall = max(span.finished for span in line.spans)
    line.gaps = [Gap(0.0, blocking, "time.sleep", place - 1)] if blocking > GAP_SECONDS else []
    line.beats = [0.0, *(blocking + beat * BEAT_SECONDS for beat in range(int((line.wall - blocking) / BEAT_SECONDS)))]
    return line

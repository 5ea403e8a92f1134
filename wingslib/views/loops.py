"""Timelines of an event loop: a lane a task under its heartbeat; the number in flight, or hairlines, where tasks are many."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from matplotlib.patches import Rectangle

from wingslib.engines.run import Gap, Run, Span, Timeline
from wingslib.views import captions, theme
from wingslib.views.areas import BINS, MOST_TASKS, box, holders, in_flight, tally
from wingslib.views.card import Card, Foot, Stamp, foot_of, hatched, key, note, themed
from wingslib.views.picture import Picture
from wingslib.views.rows import BOTTOM, ROOM, STRIP, TOP, beside, frame, outline, rectangles, strip
from wingslib.views.wording import counted, fitted, percent, seconds, text_width, wait

HEART = 0.36
AREA = 1.6
HAIRLINES, BLOCK, THREAD = 100, 2.16, 2.30


def loop_tasks(line: Timeline, names: Sequence[str], title: str | None, foot: Foot, horizon: float | None) -> Picture:
    """Draw the tasks of an event loop; over 30 of them as one area."""
    spans = sorted(line.spans, key=lambda span: (span.first, span.started))
    if len(spans) > MOST_TASKS:
        return flight(line, title, foot)
    pitch = 0.42 if len(spans) <= 6 else 0.34 if len(spans) <= 16 else 0.22
    height = HEART + 2 * STRIP + len(spans) * pitch
    sample = f"{counted(captions.items_of(line), 'task')} · 1 thread"
    card = Card(title or captions.flight_title(line, names), TOP + height + BOTTOM, foot, sample)
    held = [span for gap in line.gaps for span in holders(line, gap)]
    key(card, _states(line, spans, held))
    ax = frame(card, horizon or line.wall, height)
    heartbeat(ax, line)
    strip(ax, [span.submitted for span in spans], HEART, "submitted", "took")
    for place, span in enumerate(spans):
        top = HEART + STRIP + (place + 0.1) * pitch
        _task(ax, line, span, top, 0.8 * pitch, held)
        beside(ax, top + 0.4 * pitch, captions.task_name(span.first, names), wait(span.busy_seconds))
    _freeze(ax, line, height - STRIP)
    strip(ax, [span.received for span in spans], height - STRIP, "received")
    return card.save("timeline", captions.flight_reading(line, names))


def _states(line: Timeline, spans: list[Span], held: list[Span]) -> list[tuple[str, dict[str, Any]]]:
    name = theme.family(line.engine)
    shown: list[tuple[str, dict[str, Any]]] = [
        ("waiting" if len(held) < len(spans) else "holds the loop", {"facecolor": theme.TINT[name]}),
        ("done", {"facecolor": theme.IDLE}),
    ]
    if any(span.cpu_seconds for span in spans):
        shown.insert(0, ("computing", {"facecolor": theme.SOLID[name]}))
    if line.gaps:
        shown.insert(-1, ("frozen with the loop", hatched(ground=theme.TINT[name])))
    return shown


def _task(ax: Any, line: Timeline, span: Span, top: float, bar: float, held: Sequence[Span]) -> None:
    name, foot = theme.family(line.engine), top + bar
    rectangles(ax, [(span.finished, line.wall, top, foot)], facecolor=theme.IDLE)
    rectangles(ax, [(span.started, span.finished, top, foot)], facecolor=theme.TINT[name])
    rectangles(ax, [(span.started, span.finished, foot - bar * box(span).solid, foot)], facecolor=theme.SOLID[name])
    late = [(gap.start, span.started, top, foot) for gap in line.gaps if gap.start < span.started <= gap.end]
    rectangles(ax, late, **hatched())
    if span in held:
        outline(ax, span, top, bar)
        _name_holder(ax, span, top + bar / 2)
    else:
        frozen = [(max(gap.start, span.started), min(gap.end, span.finished), top, foot) for gap in line.gaps]
        rectangles(ax, [each for each in frozen if each[1] > each[0]], **hatched(ground=theme.TINT[name]))
    ax.vlines([span.finished], top, foot, color=theme.CARD, linewidth=1.2)


def _name_holder(ax: Any, span: Span, y: float) -> None:
    words, room = "blocks the loop", span.busy_seconds / ax.get_xlim()[1] * ROOM - 0.1
    short = words if text_width(words, theme.SMALL) <= room else "blocks"
    if text_width(short, theme.SMALL) <= room:
        ax.text((span.started + span.finished) / 2, y, short, size=theme.SMALL, ha="center", va="center_baseline", zorder=7)


def heartbeat(ax: Any, line: Timeline) -> None:
    """Draw a stroke for each beat of the loop; where beats are many, one for each step of time that had any."""
    beats = [beat for beat in line.beats if 0 <= beat <= line.wall]
    if len(beats) > BINS:
        beats = [(place + 0.5) * line.wall / BINS for place, count in enumerate(tally(beats, line.wall)) if count]
    ax.vlines(beats, 0.05, HEART - 0.07, color=theme.INK, linewidth=1.2)
    beside(ax, HEART / 2, "heartbeat", counted(len(line.beats), "beat"), theme.SMALL, color=theme.SOFT)


def _freeze(ax: Any, line: Timeline, foot: float) -> None:
    for gap in line.gaps:
        end = min(gap.end, line.wall)
        style: dict[str, Any] = {"fill": False, "edgecolor": theme.INK, "linestyle": (0, (3, 2)), "linewidth": 1.2, "zorder": 6}
        ax.add_patch(Rectangle((gap.start, 0.04), end - gap.start, HEART - 0.1, clip_on=False, **style))
        ax.vlines([gap.start, end], HEART - 0.06, foot, color=theme.INK, linestyle=(0, (3, 2)), linewidth=1.2, zorder=6)
    widest = captions.last_gap(line)
    if widest:
        _name_gap(ax, widest)


def _name_gap(ax: Any, gap: Gap) -> None:
    end, length = float(ax.get_xlim()[1]), gap.end - gap.start
    middle, room = (gap.start + gap.end) / 2, length / end * ROOM - 0.1
    words = f"no beat for {wait(length)}"
    if text_width(words, theme.SMALL) <= room:
        ax.text(middle, HEART / 2 - 0.01, words, size=theme.SMALL, ha="center", va="center", zorder=7)
    culprit = fitted(f"held by {captions.holder_words(gap)}", ROOM, theme.SMALL)
    width = text_width(culprit, theme.SMALL) / ROOM * end
    x = min(max(middle, width / 2), end - width / 2)
    note(ax, culprit, (x, HEART + STRIP / 2), size=theme.SMALL, ha="center", ground=True, zorder=7)


def flight(line: Timeline, title: str | None, foot: Foot) -> Picture:
    """Draw how many items were under way at each moment."""
    counts, loop = in_flight(line), line.engine == "coroutines"
    heart = HEART if loop else 0.0
    height = heart + 2 * STRIP + AREA
    sample = f"{counted(captions.items_of(line), 'item')} · {'1 thread' if loop else counted(line.workers, 'worker')}"
    card = Card(title or captions.flight_title(line), TOP + height + BOTTOM, foot, sample)
    key(card, [("items under way", {"facecolor": theme.TINT[theme.family(line.engine)]})])
    ax = frame(card, line.wall, height)
    if loop:
        heartbeat(ax, line)
        _freeze(ax, line, height - STRIP)
    strip(ax, [span.submitted for span in line.spans], heart, "submitted")
    strip(ax, [span.received for span in line.spans], height - STRIP, "received")
    top, floor, most = heart + STRIP + 0.05, height - STRIP - 0.02, max(counts)
    edges = [place * line.wall / len(counts) for place in range(len(counts) + 1)]
    heights = [floor - (floor - top) * count / most for count in counts]
    ax.stairs(heights, edges, baseline=floor, fill=True, color=theme.TINT[theme.family(line.engine)], linewidth=0)
    beside(ax, top + 0.06, f"{most:,.0f}", size=theme.BODY, color=theme.SOFT)
    beside(ax, floor - 0.05, "0", size=theme.BODY, color=theme.SOFT)
    return card.save("timeline", captions.flight_reading(line))


@themed
def naps(source: Run[Any] | Timeline, *, cpu_seconds: float, title: str | None = None, stamp: Stamp = None) -> Picture:
    """Draw some hundred of a run's waits from start to finish, and below the thread, solid as far as it computed.

    `cpu_seconds` is what the thread used on a core during the run (`time.thread_time`).
    """
    line = source.timeline if isinstance(source, Run) else source
    spans, height = sorted(line.spans, key=lambda span: span.first), THREAD + 0.34
    lengths, share = [span.busy_seconds for span in spans], min(1.0, cpu_seconds / line.wall)
    words = title or f"{len(spans):,} naps of {seconds(min(lengths))} on one thread: {seconds(line.wall)}"
    card = Card(words, TOP + height + BOTTOM, foot_of(stamp), f"{counted(len(spans), 'nap')} · 1 thread")
    pale, solid, free = ({"facecolor": each} for each in (theme.TINT["coroutines"], theme.SOLID["coroutines"], theme.IDLE))
    key(card, [("waiting", pale), ("computing", solid), ("free", free)])
    step = math.ceil(len(spans) / HAIRLINES)
    ax = frame(card, line.wall, height, words=f"since the run began{f' (a hairline = one of {step} naps)' if step > 1 else ''}")
    ys = [0.05 + (BLOCK - 0.05) * (place + 0.5) / len(spans) for place in range(0, len(spans), step)]
    starts, ends = ([getattr(span, name) for span in spans[::step]] for name in ("started", "finished"))
    ax.hlines(ys, starts, ends, color=theme.TINT["coroutines"], linewidth=0.8)
    rectangles(ax, [(0, line.wall, THREAD, height)], **free)
    rectangles(ax, [(0, line.wall, height - (height - THREAD) * share, height)], **solid)
    beside(ax, 0.12, "nap 1")
    beside(ax, BLOCK - 0.09, f"nap {len(spans):,}")
    beside(ax, BLOCK / 2, right="each\ntook\n" + captions.extent(lengths).replace(" to ", "\nto "), size=theme.SMALL)
    beside(ax, (THREAD + height) / 2, "the thread", percent(share))
    return card.save("naps", captions.naps_reading(line, cpu_seconds))

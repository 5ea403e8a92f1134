"""Timelines of an event loop: a lane a task under the loop's heartbeat, and the number in flight where tasks are many."""

from __future__ import annotations

from typing import Any

from matplotlib.patches import Rectangle

from wingslib.engines.run import Gap, Span, Timeline
from wingslib.views import captions, theme
from wingslib.views.areas import BINS, box, in_flight, tally
from wingslib.views.card import Card, Foot, hatched, key, note
from wingslib.views.picture import Picture
from wingslib.views.rows import BOTTOM, ROOM, STRIP, TOP, beside, frame, rectangles, strip
from wingslib.views.wording import counted, fitted, text_width, wait

MOST_TASKS = 30
HEART = 0.36
AREA = 1.6


def loop_tasks(line: Timeline, title: str | None, foot: Foot) -> Picture:
    """Draw the tasks of an event loop; over 30 of them as one area."""
    spans = sorted(line.spans, key=lambda span: (span.first, span.started))
    if len(spans) > MOST_TASKS:
        return flight(line, title, foot)
    pitch = 0.42 if len(spans) <= 6 else 0.34 if len(spans) <= 16 else 0.22
    height = HEART + 2 * STRIP + len(spans) * pitch
    sample = f"{counted(captions.items_of(line), 'task')} · 1 thread"
    card = Card(title or captions.flight_title(line), TOP + height + BOTTOM, foot, sample)
    key(card, _states(line, spans))
    ax = frame(card, line.wall, height)
    heartbeat(ax, line)
    strip(ax, [span.submitted for span in spans], HEART, "submitted", "took")
    for place, span in enumerate(spans):
        _task(ax, line, span, HEART + STRIP + (place + 0.1) * pitch, 0.8 * pitch)
    _freeze(ax, line, height - STRIP)
    strip(ax, [span.received for span in spans], height - STRIP, "received")
    return card.save("timeline", captions.flight_reading(line))


def _states(line: Timeline, spans: list[Span]) -> list[tuple[str, dict[str, Any]]]:
    name = theme.family(line.engine)
    shown: list[tuple[str, dict[str, Any]]] = [
        ("waiting", {"facecolor": theme.TINT[name]}),
        ("done", {"facecolor": theme.IDLE}),
    ]
    if any(span.cpu_seconds for span in spans):
        shown.insert(0, ("computing", {"facecolor": theme.SOLID[name]}))
    if line.gaps:
        shown.insert(-1, ("frozen with the loop", hatched(ground=theme.TINT[name])))
    return shown


def _task(ax: Any, line: Timeline, span: Span, top: float, bar: float) -> None:
    name, foot = theme.family(line.engine), top + bar
    rectangles(ax, [(span.finished, line.wall, top, foot)], facecolor=theme.IDLE)
    rectangles(ax, [(span.started, span.finished, top, foot)], facecolor=theme.TINT[name])
    rectangles(ax, [(span.started, span.finished, foot - bar * box(span).solid, foot)], facecolor=theme.SOLID[name])
    frozen = [(max(gap.start, span.started), min(gap.end, span.finished), top, foot) for gap in line.gaps]
    rectangles(ax, [each for each in frozen if each[1] > each[0]], **hatched(ground=theme.TINT[name]))
    ax.vlines([span.finished], top, foot, color=theme.CARD, linewidth=1.2)
    beside(ax, (top + foot) / 2, f"task {span.first}", wait(span.busy_seconds))


def heartbeat(ax: Any, line: Timeline) -> None:
    """Draw a stroke for each beat of the loop; where beats are many, one for each step of time that had any."""
    beats = [beat for beat in line.beats if 0 <= beat <= line.wall]
    if len(beats) > BINS:
        beats = [(place + 0.5) * line.wall / BINS for place, count in enumerate(tally(beats, line.wall)) if count]
    ax.vlines(beats, 0.05, HEART - 0.07, color=theme.INK, linewidth=1.2)
    beside(ax, HEART / 2, "heartbeat", f"{len(line.beats):,} beats", theme.SMALL, color=theme.SOFT)


def _freeze(ax: Any, line: Timeline, foot: float) -> None:
    for gap in line.gaps:
        style: dict[str, Any] = {"fill": False, "edgecolor": theme.INK, "linestyle": (0, (3, 2)), "linewidth": 1.2, "zorder": 6}
        ax.add_patch(Rectangle((gap.start, 0.04), gap.end - gap.start, HEART - 0.1, clip_on=False, **style))
        ax.vlines([gap.start, gap.end], HEART - 0.06, foot, color=theme.INK, linestyle=(0, (3, 2)), linewidth=1.2, zorder=6)
    widest = captions.last_gap(line)
    if widest:
        _name_gap(ax, line, widest)


def _name_gap(ax: Any, line: Timeline, gap: Gap) -> None:
    middle, room = (gap.start + gap.end) / 2, (gap.end - gap.start) / line.wall * ROOM - 0.1
    words = f"no beat for {wait(gap.end - gap.start)}"
    if text_width(words, theme.SMALL) <= room:
        ax.text(middle, HEART / 2 - 0.01, words, size=theme.SMALL, ha="center", va="center", zorder=7)
    culprit = fitted(f"held by {gap.culprit}", ROOM, theme.SMALL)
    width = text_width(culprit, theme.SMALL) / ROOM * line.wall
    x = min(max(middle, width / 2), line.wall - width / 2)
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

"""Timelines told in steps or side by side: one run part by part, and several runs on one time axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wingslib.engines.run import Run, Timeline
from wingslib.views import theme
from wingslib.views.areas import Lane, lanes, shares
from wingslib.views.card import Card, Foot, Stamp, key, themed
from wingslib.views.picture import Picture
from wingslib.views.rows import BOTTOM, PARTS, TOP, beside, frame, lane, pitch_for, states
from wingslib.views.timelines import draw_rows, line_foot, sample_of
from wingslib.views.wording import capital, counted, percent, seconds, wait

STEPS = {
    "pale": ("Pale: the time in which a worker holds an item", "pale"),
    "solid": ("Solid: of that, the time on a core", "solid"),
    "hatched": ("Hatched: start-up and messages, before an item", "hatched"),
    "grey": ("Grey: idle after the last item, and paid for", "grey"),
}


@themed
def timeline_parts(source: Run[Any] | Timeline, *, stamp: Stamp = None) -> list[Picture]:
    """Draw one timeline in four steps, pale, solid, hatched and grey, each with the share of the frame that it adds."""
    line = source.timeline if isinstance(source, Run) else source
    rows, foot = lanes(line), line_foot(line, stamp)
    return [_part(line, rows, PARTS[: step + 1], foot) for step in range(len(PARTS))]


def _part(line: Timeline, rows: Sequence[Lane], parts: Sequence[str], foot: Foot) -> Picture:
    height = len(rows) * pitch_for(len(rows)) + 0.1
    card = Card(STEPS[parts[-1]][0], TOP + height + BOTTOM, foot, sample_of(line))
    key(card, states(line, rows, parts))
    ax = frame(card, line.wall, height)
    beside(ax, -0.1, right="filled", size=theme.SMALL, color=theme.SOFT)
    draw_rows(ax, line, rows, 0.05, parts)
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
    whole = f"{seconds(paid)} paid for ({counted(line.workers, 'worker')} × {seconds(line.wall)})"
    return f"{capital(part)}: {seconds(share * paid)} of the {whole}, {percent(share)}: {words}."


@themed
def starts(lines: Mapping[str, Timeline], *, title: str | None = None, stamp: Stamp = None) -> Picture:
    """Draw several timelines, a group of lanes each, on one time axis; made for the start methods of processes."""
    wall = max(line.wall for line in lines.values())
    groups = {name: lanes(line) for name, line in lines.items()}
    count = sum(len(rows) for rows in groups.values())
    pitch, gap = pitch_for(count), 0.16
    height = count * pitch + gap * (len(lines) - 1) + 0.1
    first = next(iter(lines.values()))
    card = Card(title or starts_title(lines), TOP + height + BOTTOM, line_foot(first, stamp), sample_of(first))
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

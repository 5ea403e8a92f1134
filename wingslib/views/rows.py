"""How the rows of a timeline are drawn: lanes, strips, item numbers and the last item's way through the queue.

On these axes x is seconds and y is inches from the top.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.patches import Rectangle

from wingslib.engines.run import Span, Timeline
from wingslib.views import theme
from wingslib.views.areas import Box, Lane, bins, tally
from wingslib.views.card import WIDTH, Card, hatched, value_label
from wingslib.views.scales import linear_axis
from wingslib.views.wording import fitted, percent, text_width, wait

LEFT, RIGHT, TOP, BOTTOM, STRIP = 1.06, 0.72, 0.80, 0.82, 0.25
ROOM = WIDTH - LEFT - RIGHT
LEAST_SHOWN = 0.002
PARTS = ("pale", "solid", "hatched", "grey")
GROUND = {"facecolor": theme.CARD, "edgecolor": "none", "pad": 1.5}


def pitch_for(rows: int) -> float:
    """Return the height of a row, in inches."""
    return 0.42 if rows <= 6 else 0.34 if rows <= 16 else 0.14


def frame(card: Card, wall: float, height: float, bottom: float = BOTTOM, words: str = "since the run began") -> Axes:
    """Return axes over `wall` seconds, `height` inches high, with a time axis in the unit that suits."""
    ax = card.axes(LEFT, card.height - bottom - height, RIGHT, bottom)
    ax.set_xlim(0, wall)
    ax.set_ylim(height, 0)
    ax.set_yticks([])
    time_axis(ax, wall, words)
    return ax


def time_axis(ax: Axes, wall: float, words: str) -> None:
    """Write seconds, milliseconds or microseconds under the axes."""
    scale, unit = (1, "seconds") if wall >= 0.05 else (1e3, "milliseconds") if wall >= 5e-5 else (1e6, "microseconds")
    linear_axis(ax.xaxis, 6, scale=scale)
    value_label(ax, f"{unit} {words}")


def rectangles(ax: Axes, corners: Sequence[tuple[float, float, float, float]], **style: Any) -> None:
    """Fill rectangles given as (left, right, top, bottom), all in one style."""
    shapes = [[(left, top), (right, top), (right, bottom), (left, bottom)] for left, right, top, bottom in corners]
    if shapes:
        ax.add_collection(PolyCollection(shapes, **{"linewidth": 0, **style}), autolim=False)


def beside(ax: Axes, y: float, left: str = "", right: str = "", size: float = theme.LABEL, **style: Any) -> None:
    """Write left and right of a row."""
    left = fitted(left, LEFT - 0.16, size)
    places: dict[str, Any] = {"va": "center", "size": size, "annotation_clip": False, "textcoords": "offset points"}
    ax.annotate(left, (0, y), xytext=(-6, 0), xycoords=("axes fraction", "data"), ha="right", **{**places, **style})
    ax.annotate(right, (1, y), xytext=(6, 0), xycoords=("axes fraction", "data"), ha="left", **{**places, **style})


def lane(ax: Axes, row: Lane, top: float, bar: float, engine: str, parts: Sequence[str] = PARTS) -> None:
    """Draw one worker's boxes over its overhead and idle time; `parts` names what is drawn."""
    foot, name = top + bar, theme.family(engine)
    if "hatched" in parts and row.overhead:  # one ground for all, the boxes lie over it: hundreds of hatches draw slowly
        rectangles(ax, [(row.overhead[0][0], row.overhead[-1][1], top, foot)], **hatched())
    if "grey" in parts and row.idle:
        rectangles(ax, [(*row.idle, top, foot)], facecolor=theme.IDLE)
    rectangles(ax, [(box.start, box.end, top, foot) for box in row.boxes], facecolor=theme.TINT[name])
    if "solid" in parts:
        solid = [(box.start, box.end, foot - bar * box.solid, foot) for box in row.boxes]
        rectangles(ax, solid, facecolor=theme.SOLID[name])
    _edges(ax, row, top, foot)
    if bar > 0.2:
        _numbers(ax, row, top, bar, engine, "solid" in parts)


def _edges(ax: Axes, row: Lane, top: float, foot: float) -> None:
    wide = [box for box in row.boxes if inches(ax, box) > 4 / 72]
    ax.vlines([edge for box in wide for edge in (box.start, box.end)], top, foot, color=theme.CARD, linewidth=1.2)


def inches(ax: Axes, box: Box) -> float:
    """Return how wide a box is drawn."""
    return (box.end - box.start) / float(ax.get_xlim()[1]) * ROOM


def _numbers(ax: Axes, row: Lane, top: float, bar: float, engine: str, solid: bool) -> None:
    names = {box: f"{box.name} ×{box.ratio:.1f}" if box.ratio > 1.15 else box.name for box in row.boxes}
    fitting = {box: name for box, name in names.items() if text_width(name, theme.ITEM) + 0.06 <= inches(ax, box)}
    if 2 * len(fitting) < len(names):
        return  # a few numbers here and there look like counts
    for box, name in fitting.items():
        filled = solid and box.solid > 0.6
        y = top + bar * (1 - box.solid / 2 if filled else (1 - box.solid * solid) / 2)
        colour = theme.on_solid(engine) if filled else theme.INK
        ax.text((box.start + box.end) / 2, y, name, size=theme.ITEM, color=colour, ha="center", va="center_baseline")


def binned(ax: Axes, row: Lane, wall: float, top: float, bar: float, engine: str) -> None:
    """Draw a lane of very many boxes as shares of small steps of time, the rest hatched until its last item."""
    foot, name = top + bar, theme.family(engine)
    end = row.boxes[-1].end if row.boxes else 0.0
    rectangles(ax, [(0, end, top, foot)], **hatched())
    rectangles(ax, [(end, wall, top, foot)], facecolor=theme.IDLE)
    held, computed = bins(row, wall)
    edges = [place * wall / len(held) for place in range(len(held) + 1)]
    for heights, colour in ((held, theme.TINT[name]), (computed, theme.SOLID[name])):
        ax.stairs([foot - bar * height for height in heights], edges, baseline=foot, fill=True, color=colour, linewidth=0)


def strip(ax: Axes, times: Sequence[float], top: float, words: str, right: str = "", colour: str = theme.AXIS) -> None:
    """Draw a tick for each time, or how many there were in each step of time where ticks would run together."""
    beside(ax, top + STRIP / 2, words, right, theme.SMALL, color=theme.SOFT)
    wall = float(ax.get_xlim()[1])
    if len(times) <= 150:
        ax.vlines(times, top + 0.075, top + 0.175, color=colour, linewidth=1.0)
        return
    counts = tally(times, wall)
    edges = [place * wall / len(counts) for place in range(len(counts) + 1)]
    foot, most = top + 0.22, max(counts)
    ax.stairs([foot - 0.18 * count / most for count in counts], edges, baseline=foot, fill=True, color=colour, linewidth=0)


def queue_line(ax: Axes, last: Span, y: float) -> None:
    """Draw how long the last item queued, with its words beside or on the line."""
    wall, queued = float(ax.get_xlim()[1]), last.started - last.submitted
    if queued < 0.02 * wall:
        return
    name = f"item {last.first}" if last.count == 1 else f"items {last.first}–{last.first + last.count - 1}"
    words = f"{name} queued {wait(queued)}"
    width = text_width(words, theme.SMALL) / ROOM * wall
    ax.plot([last.submitted, last.started], [y, y], color=theme.INK, linewidth=1.2, zorder=6)
    ax.vlines([last.submitted], y - 0.05, y + 0.05, color=theme.INK, linewidth=1.8, zorder=6)
    ax.plot([last.started], [y + 0.065], "v", color=theme.INK, markersize=6, clip_on=False, zorder=6)
    x = (last.submitted + last.started) / 2 if width < 0.9 * queued else last.started + 0.02 * wall + width / 2
    if x + width / 2 > wall:
        x = last.submitted - 0.02 * wall - width / 2
    ax.text(x, y, words, size=theme.SMALL, ha="center", va="center", bbox=GROUND, zorder=7)


def way_back(ax: Axes, last: Span, top: float) -> None:
    """Mark when the last result was received, and how long it was on its way where that took long."""
    wall, back = float(ax.get_xlim()[1]), last.received - last.finished
    arrow = {"arrowstyle": "-|>", "color": theme.INK, "linewidth": 2, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 9}
    ax.annotate("", (last.received, top), xytext=(last.received, top + 0.19), arrowprops=arrow, annotation_clip=False)
    if back > 0.03 * wall:
        words = f"{wait(back)} on its way back"
        ax.text(last.received - 0.015 * wall, top + STRIP / 2, words, size=theme.SMALL, ha="right", va="center", bbox=GROUND)


def outline(ax: Axes, last: Span, top: float, bar: float) -> None:
    """Draw a frame of ink round the last item."""
    corner, width = (last.started, top), last.finished - last.started
    ax.add_patch(Rectangle(corner, width, bar, fill=False, edgecolor=theme.INK, linewidth=1.8, zorder=6, clip_on=False))


def states(timeline: Timeline, rows: Sequence[Lane], parts: Sequence[str] = PARTS) -> list[tuple[str, dict[str, Any]]]:
    """Return the key of a timeline: only what it shows."""
    name = theme.family(timeline.engine)
    waits = any(box.solid < 0.97 for row in rows for box in row.boxes)
    shown: list[tuple[str, dict[str, Any]]] = []
    if "solid" in parts:
        shown.append(("computing", {"facecolor": theme.SOLID[name]}))
    if waits or "solid" not in parts:
        shown.append(("waiting" if "solid" in parts else "holds an item", {"facecolor": theme.TINT[name]}))
    paid = len(rows) * timeline.wall
    hatch = sum(end - start for row in rows for start, end in row.overhead)
    idle = sum(row.idle[1] - row.idle[0] for row in rows if row.idle)
    if "hatched" in parts and hatch > LEAST_SHOWN * paid:
        shown.append(("overhead", hatched()))
    if "grey" in parts and idle > LEAST_SHOWN * paid:
        shown.append(("idle", {"facecolor": theme.IDLE}))
    return shown


def share_of(row: Lane, timeline: Timeline) -> str:
    """Return what stands right of a lane: its filled share, or for threads its share of CPU time."""
    if timeline.engine != "threads":
        return percent(row.filled)
    cpu = sum((box.end - box.start) * box.ratio for box in row.boxes)
    return percent(cpu / timeline.wall if timeline.wall else 0.0)

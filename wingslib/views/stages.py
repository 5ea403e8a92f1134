"""Pipelines: the lanes of each stage, and how full the queues between them were.

A pipeline that ran and one on a virtual clock look the same: both have `timeline`, `stages` and `depths`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise
from statistics import fmean
from typing import TYPE_CHECKING, Any

from matplotlib.ticker import MaxNLocator

from wingslib.views import rows, theme
from wingslib.views.areas import Lane, lanes
from wingslib.views.card import Card, Stamp, hatched, key, themed
from wingslib.views.picture import Picture
from wingslib.views.timelines import line_foot
from wingslib.views.wording import capital, counted, digits, fitted, percent, seconds

if TYPE_CHECKING:
    from wingslib.measure.queues import Flow
    from wingslib.patterns.pipelines import PipelineRun

Groups = list[tuple[str, list[Lane]]]
GAP, PANEL, BETWEEN = 0.12, 0.86, 0.24
FULL, ALIKE = 0.8, 0.93


@themed
def pipeline(
    source: PipelineRun[Any] | Flow,
    *,
    engines: Sequence[str] = (),
    title: str | None = None,
    stamp: Stamp = None,
    horizon: float | None = None,
) -> Picture:
    """Draw a lane for every worker of a pipeline, grouped by stage, in the colours of the stages' `engines`.

    `horizon` (seconds) keeps the time axis the same over several pictures.
    """
    line, found = source.timeline, groups(source)
    engines = engines or [line.engine] * len(found)
    pitch = rows.pitch_for(line.workers)
    height = line.workers * pitch + GAP * (len(found) - 1) + 0.1
    sample = f"{counted(_items(source), 'item')} · {counted(line.workers, 'worker')}"
    card = Card(title or pipeline_title(source), rows.TOP + height + rows.BOTTOM, line_foot(line, stamp), sample)
    key(card, _states(found, line.wall, engines))
    ax = rows.frame(card, horizon or line.wall, height)
    rows.beside(ax, -0.1, right="filled", size=theme.SMALL, color=theme.SOFT)
    y = 0.05
    for engine, (name, drawn) in zip(engines, found, strict=True):
        for place, row in enumerate(drawn):
            top = y + place * pitch
            rows.lane(ax, row, top, 0.84 * pitch, engine)
            rows.beside(ax, top + 0.42 * pitch, right=rows.share_of(row, line))
        rows.beside(ax, y + (len(drawn) - 0.16) * pitch / 2, name)
        y += len(drawn) * pitch + GAP
    return card.save("pipeline", pipeline_reading(source))


def groups(source: PipelineRun[Any] | Flow) -> Groups:
    """Return the lanes of each stage, in order."""
    pairs = zip(source.stages, lanes(source.timeline), strict=True)
    return [(name, [lane for _, lane in group]) for name, group in groupby(pairs, key=lambda pair: pair[0])]


def _items(source: PipelineRun[Any] | Flow) -> int:
    return len({span.first for span in source.timeline.spans})


def _states(found: Groups, wall: float, engines: Sequence[str]) -> list[tuple[str, dict[str, Any]]]:
    """Return the key; where stages have colours of their own, that of a plain loop stands for all."""
    mixed = len(set(engines)) > 1
    name, prefix = ("serial", ("solid: ", "pale: ")) if mixed else (theme.family(engines[0]), ("", ""))
    boxes = [box for _, drawn in found for row in drawn for box in row.boxes]
    shown: list[tuple[str, dict[str, Any]]] = []
    if any(box.solid > 0.03 for box in boxes):
        shown.append((f"{prefix[0]}computing", {"facecolor": theme.SOLID[name]}))
    if any(box.solid < 0.97 for box in boxes):
        shown.append((f"{prefix[1]}waiting", {"facecolor": theme.TINT[name]}))
    shown.append(("no item, or no room ahead", hatched()))
    if any(row.idle and row.idle[1] - row.idle[0] > 0.01 * wall for _, drawn in found for row in drawn):
        shown.append(("over", {"facecolor": theme.IDLE}))
    return shown


def filled(source: PipelineRun[Any] | Flow) -> dict[str, float]:
    """Return for each stage the share of the time in which its workers held an item."""
    return {name: fmean(row.filled for row in drawn) for name, drawn in groups(source)}


def pipeline_title(source: PipelineRun[Any] | Flow) -> str:
    """Name the stage that is busy most of the time, if it is alone in that."""
    shares = filled(source)
    first, *rest = sorted(shares, key=lambda name: -shares[name])
    if shares[first] < FULL:
        return f"No stage is full; {first}, the fullest, is at {percent(shares[first])}"
    if rest and shares[rest[0]] > ALIKE * shares[first]:
        return f"{capital(first)} and {rest[0]} set the pace: {percent(shares[first])} and {percent(shares[rest[0]])} filled"
    return f"{capital(first)} sets the pace: {percent(shares[first])} filled"


def pipeline_reading(source: PipelineRun[Any] | Flow) -> str:
    """Say items, stages with their workers, wall, and how full each stage was."""
    shares = filled(source)
    told = [f"{name} ({len(drawn)}) {percent(shares[name])}" for name, drawn in groups(source)]
    took = seconds(source.timeline.wall)
    return f"{counted(_items(source), 'item')} through {counted(len(told), 'stage')} took {took}; filled: {', '.join(told)}."


@themed
def depths(
    source: PipelineRun[Any] | Flow,
    *,
    bound: int | None,
    title: str | None = None,
    stamp: Stamp = None,
    horizon: float | None = None,
) -> Picture:
    """Draw how many items lay in the queue before each stage but the first, under the line of the `bound` (None: none)."""
    names, found = [name for name, _ in groups(source)][1:], source.depths
    most = max([bound or 1, *(peak(depth) for depth in found)]) + 0.5
    height = len(found) * PANEL + (len(found) - 1) * BETWEEN
    sample = counted(_items(source), "item")
    card = Card(
        title or depths_title(source, bound), rows.TOP + height + rows.BOTTOM, line_foot(source.timeline, stamp), sample
    )
    bounds = [] if bound is None else [(f"over the bound of {bound}", hatched("//", theme.UNTESTABLE, theme.OVERLINE))]
    key(card, [("items in the queue", {"facecolor": theme.TINT["serial"]}), *bounds])
    for place, (name, depth) in enumerate(zip(names, found, strict=True)):
        top = rows.TOP + place * (PANEL + BETWEEN)
        ax = card.axes(rows.LEFT, top, rows.RIGHT, card.height - top - PANEL)
        ax.set_xlim(0, horizon or source.timeline.wall)
        ax.set_ylim(0, most)
        _queue(ax, depth, source.timeline.wall, bound)
        ax.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        rows.beside(ax, most / 2, right=f"peak\n{peak(depth):,}")
        card.text(rows.LEFT - 0.28, top + PANEL / 2, f"before\n{fitted(name, 0.72, theme.LABEL)}", ha="right", linespacing=1.1)
        if place < len(found) - 1:
            ax.set_xticklabels([])
    rows.time_axis(ax, horizon or source.timeline.wall, "since the run began")
    return card.save("depths", depths_reading(source, bound))


def _queue(ax: Any, depth: Sequence[tuple[float, int]], wall: float, bound: int | None) -> None:
    counts = [0, *(count for _, count in depth)]
    edges = [0.0, *(moment for moment, _ in depth), wall]
    ax.stairs(counts, edges, fill=True, color=theme.TINT["serial"], linewidth=0)
    if bound is not None:
        ax.axhspan(bound, ax.get_ylim()[1], zorder=0, **hatched("//", theme.UNTESTABLE, theme.OVERLINE))
        ax.axhline(bound, color=theme.INK, linewidth=1.5)


def peak(depth: Sequence[tuple[float, int]]) -> int:
    """Return the most items that a queue ever held."""
    return max((count for _, count in depth), default=0)


def mean_depth(depth: Sequence[tuple[float, int]], wall: float) -> float:
    """Return how many items a queue held on average over the run."""
    ends = [*depth, (wall, 0)]
    return sum(count * (after - moment) for (moment, count), (after, _) in pairwise(ends)) / wall if wall else 0.0


def depths_title(source: PipelineRun[Any] | Flow, bound: int | None) -> str:
    """Say whether the queues reach their bound, pass it, or grow without one."""
    peaks = [peak(depth) for depth in source.depths]
    if bound is None:
        return f"Without a bound a queue grows to {max(peaks):,} items"
    if max(peaks) > bound:
        return f"A queue passes its bound of {bound}: {max(peaks):,} items"
    reached = "Every queue reaches" if min(peaks) == bound else "A queue reaches" if max(peaks) == bound else "No queue reaches"
    return f"{reached} its bound of {bound}{'' if max(peaks) < bound else ', none passes it'}"


def depths_reading(source: PipelineRun[Any] | Flow, bound: int | None) -> str:
    """Say for each queue how many items it held at most and on average."""
    names = [name for name, _ in groups(source)][1:]
    told = [
        f"before {name} {peak(depth):,} at most, {digits(mean_depth(depth, source.timeline.wall), 2)} on average"
        for name, depth in zip(names, source.depths, strict=True)
    ]
    return f"Items in the queue {'; '.join(told)}; {'no bound' if bound is None else f'the bound is {bound}'}."

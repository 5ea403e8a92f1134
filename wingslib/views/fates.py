"""What became of each task when one of them failed: done, failed, cancelled, or gone on with nobody to take its result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from wingslib.views import theme
from wingslib.views.card import Card, Stamp, foot_of, hatched, key, note, themed
from wingslib.views.picture import Picture
from wingslib.views.rows import BOTTOM, LEFT, pitch_for, rectangles, time_axis
from wingslib.views.wording import fitted, wait

TOP, WORDS = 1.02, 0.86
PALE, OVER = {"facecolor": theme.TINT["coroutines"]}, {"facecolor": theme.IDLE}
LOST = hatched(ground=theme.TINT["coroutines"])


class Fate(NamedTuple):
    """One task: when it started and ended, in seconds since the start, and how."""

    name: str
    started: float
    ended: float
    how: Literal["done", "failed", "cancelled"]


Way = tuple[float, Sequence[Fate]]


@themed
def orphans(ways: Mapping[str, Way], *, title: str | None = None, stamp: Stamp = None) -> Picture:
    """Draw, for each way to wait for several tasks, what they did before and after its caller got the error.

    A way is the second at which the caller got it, and the fates of the tasks, in the same order for all ways.
    """
    tasks = [fate.name for fate in next(iter(ways.values()))[1]]
    pitch, wall = (
        pitch_for(len(tasks)),
        max(end for raised, fates in ways.values() for end in (raised, *(f.ended for f in fates))),
    )
    height, width = TOP + len(tasks) * pitch + BOTTOM, (6.88 - LEFT) / len(ways)
    card = Card(title or orphans_title(ways), height, foot_of(stamp), f"{len(tasks)} tasks · 1 thread")
    key(card, [("waiting", PALE), ("went on, its result lost", LOST), ("over", OVER)])
    for place, (name, way) in enumerate(ways.items()):
        left = LEFT + place * width
        words = fitted(f"{name} raises after {wait(way[0])}", width - 0.2, theme.LABEL, bold=True)
        card.text(left, 0.88, words, weight="bold")
        _panel(card.axes(left, TOP, 7.0 - left - width + WORDS, BOTTOM), *way, wall, pitch)
    for place, name in enumerate(tasks):
        card.text(LEFT - 0.1, TOP + (place + 0.5) * pitch, fitted(name, LEFT - 0.2, theme.LABEL), ha="right")
    return card.save("orphans", orphans_reading(ways))


def _panel(ax: Any, raised: float, fates: Sequence[Fate], wall: float, pitch: float) -> None:
    ax.set_xlim(0, wall)
    ax.set_ylim(len(fates) * pitch, 0)
    ax.set_yticks([])
    time_axis(ax, wall, "since the start")
    for place, fate in enumerate(fates):
        top, middle, foot = ((place + part) * pitch for part in (0.1, 0.5, 0.9))
        rectangles(ax, [(fate.ended, wall, top, foot)], **OVER)
        rectangles(ax, [(fate.started, fate.ended, top, foot)], **PALE)
        how = fate_of(fate, raised)
        if how == "went on":
            rectangles(ax, [(max(raised, fate.started), fate.ended, top, foot)], **LOST)
        if how == "failed":
            ax.plot([fate.ended], [middle], "x", color=theme.INK, markersize=8, markeredgewidth=2.2, zorder=6)
        note(ax, how, (wall, middle), (5, 0), size=theme.SMALL, weight="bold" if how in ("went on", "failed") else "normal")
    style: dict[str, Any] = {"color": theme.INK, "linestyle": (0, (3, 2)), "linewidth": 1.2, "zorder": 5, "clip_on": False}
    ax.vlines([raised], -0.06, len(fates) * pitch, **style)


def fate_of(fate: Fate, raised: float) -> str:
    """Return how a task ended; one that was done after the error was raised went on, an orphan."""
    return "went on" if fate.how == "done" and fate.ended > raised else fate.how


def _count(way: Way, how: str) -> int:
    return sum(fate_of(fate, way[0]) == how for fate in way[1])


def orphans_title(ways: Mapping[str, Way]) -> str:
    """Say how many tasks went on after each way had raised the error."""
    found = [f"{name}: {_count(way, 'went on') or 'none'}" for name, way in ways.items()]
    return "; ".join([f"{found[0]} went on after the error", *found[1:]])


def orphans_reading(ways: Mapping[str, Way]) -> str:
    """Say when each way raised, and how many tasks were done, went on or were cancelled."""
    parts = []
    for name, way in ways.items():
        told = [f"{count} {how}" for how in ("done", "went on", "cancelled") if (count := _count(way, how))]
        parts.append(f"{name} raised after {wait(way[0])}: {', '.join(told)}")
    return f"{'; '.join(parts)}."

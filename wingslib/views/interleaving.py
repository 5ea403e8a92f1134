"""Orders: who came before whom, without seconds."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from matplotlib.axes import Axes

from wingslib.measure.queues import ahead
from wingslib.views import rows, theme
from wingslib.views.card import WIDTH, Card, Stamp, foot_of, key, themed, value_label
from wingslib.views.picture import Picture
from wingslib.views.wording import capital, counted, text_width

Order = Sequence[tuple[str, int]]
PITCH, RIGHT = 0.42, 0.30
TAKES, ELSEWHERE = {"facecolor": theme.TINT["coroutines"]}, {"facecolor": theme.IDLE}


@themed
def stairs(order: Order, *, most: int | None = None, title: str | None = None, stamp: Stamp = None) -> Picture:
    """Draw who came before whom: a lane a stage, a box for the items that it took one after the other.

    `order` has (stage, item) as they came; only the first `most` steps are drawn.
    """
    names, shown = stages_of(order), order[:most]
    height = len(names) * PITCH + 0.1
    part = "" if len(shown) == len(order) else f"the first {len(shown)} of "
    words = title or stairs_title(order)
    card = Card(words, rows.TOP + height + rows.BOTTOM, foot_of(stamp), f"{part}{counted(len(order), 'step')}")
    key(card, [("takes items", TAKES), ("another stage's turn", ELSEWHERE)])
    ax = card.axes(rows.LEFT, rows.TOP, RIGHT, rows.BOTTOM)
    ax.set_xlim(0, len(shown))
    ax.set_ylim(height, 0)
    ax.set_yticks([])
    for place, name in enumerate(names):
        _lane(ax, shown, name, 0.05 + place * PITCH)
    value_label(ax, "steps in the order in which they came, without seconds")
    return card.save("stairs", stairs_reading(order))


def _lane(ax: Axes, shown: Order, name: str, top: float) -> None:
    foot, inch = top + 0.84 * PITCH, len(shown) / (WIDTH - rows.LEFT - RIGHT)
    rows.rectangles(ax, [(0, len(shown), top, foot)], **ELSEWHERE)
    rows.beside(ax, (top + foot) / 2, name)
    for first, last, words in turns(shown, name):
        rows.rectangles(ax, [(first, last, top, foot)], **TAKES)
        ax.vlines([first, last], top, foot, color=theme.CARD, linewidth=min(1.2, 20 / len(shown)))
        if (text_width(words, theme.ITEM) + 0.04) * inch < last - first:
            ax.text((first + last) / 2, (top + foot) / 2, words, size=theme.ITEM, ha="center", va="center_baseline")


def stages_of(order: Order) -> list[str]:
    """Return the stages, as each first came."""
    return list(dict.fromkeys(name for name, _ in order))


def turns(order: Order, name: str) -> list[tuple[int, int, str]]:
    """Return where each turn of a stage begins and ends in the order, with its item or its first and last one."""
    found, place = [], 0
    for stage, group in groupby(order, key=lambda step: step[0]):
        items = [item for _, item in group]
        if stage == name:
            found.append((place, place + len(items), str(items[0]) if len(items) == 1 else f"{items[0]}–{items[-1]}"))
        place += len(items)
    return found


def _finding(order: Order) -> str:
    names = stages_of(order)
    count = sum(name == names[0] for name, _ in order)
    return f"{names[0]} has had {ahead(order):,} of {counted(count, 'item')} when {names[-1]} has its first"


def stairs_title(order: Order) -> str:
    """Say how far the first stage was when the last began."""
    return capital(_finding(order))


def stairs_reading(order: Order) -> str:
    """Say how many steps and turns there were, and how far the first stage was when the last began."""
    names = stages_of(order)
    count = sum(len(turns(order, name)) for name in names)
    return f"{counted(len(order), 'step')} of {counted(len(names), 'stage')} in {counted(count, 'turn')}: {_finding(order)}."

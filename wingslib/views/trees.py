"""The tree of a sum: who is added to whom, by completion or by index, and the widget that moves the workers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, reduce
from html import escape
from typing import Any, NamedTuple

from wingslib.measure.simulation import schedule
from wingslib.patterns.reduction import Tree
from wingslib.views import theme
from wingslib.views.card import WIDTH, Card, Stamp, foot_of, note, themed
from wingslib.views.picture import Picture
from wingslib.views.widgets import DESCRIBED, WIDE, explorer
from wingslib.views.wording import capital, counted, spelled

BY = ("completion", "index")
DIGITS = 4
HEIGHT = 3.6


class Addition(NamedTuple):
    """A number, or the sum of two others: its pairing in brackets, its value, and what was added."""

    pairing: str
    value: float
    parts: tuple[Any, ...] = ()


def _add(left: Addition, right: Addition) -> Addition:
    return Addition(f"({left.pairing}+{right.pairing})", left.value + right.value, (left, right))


def added(values: Sequence[float], seconds: Sequence[float], workers: int, by: str) -> Addition:
    """Return the additions of `values` whose items take `seconds` on so many workers: as they come, or by their index."""
    leaves = [Addition(str(index), value) for index, value in enumerate(values)]
    if by == "completion":
        spans = sorted(schedule(seconds, workers).spans, key=lambda span: (span.finished, span.worker))
        return reduce(_add, (leaves[span.first] for span in spans))
    tree = Tree(_add)
    for leaf in leaves:
        tree.add(leaf)
    result: Addition = tree.joined()
    return result


def last_digits(value: float) -> str:
    """Return the last four hexadecimal digits of a float's fraction."""
    return value.hex().partition("p")[0][-DIGITS:]


@themed
def summation(
    values: Sequence[float],
    seconds: Sequence[float],
    *,
    workers: int,
    by: str = "index",
    stamp: Stamp = "computed, not measured",
) -> Picture:
    """Draw the tree in which `values` are added when their items take `seconds` on so many workers.

    `by` is "completion" (each is added to the total as it comes) or "index" (neighbours first, whoever is done).
    """
    root = added(values, seconds, workers, by)
    words = f"{capital(spelled(workers))} worker{'s' * (workers != 1)}, by {by}: the sum ends in {last_digits(root.value)}"
    card = Card(
        words,
        HEIGHT,
        foot_of(stamp),
        counted(len(values), "number"),
        "box = a number's index, in the order of adding · dot = an addition",
    )
    ax = card.axes(0.3, 0.84, 0.3, 0.62)
    ax.set_axis_off()
    ax.set_xlim(-0.7, len(values) - 0.3)
    _, height = _grow(ax, root, iter(range(len(values))))
    ax.set_ylim(-0.1 * height, 1.1 * height)
    card.text(WIDTH / 2, HEIGHT - 0.50, root.pairing, theme.BODY, ha="center")
    reading = (
        f"Added by {by} on {counted(workers, 'worker')}: {root.pairing}; last hexadecimal digits {last_digits(root.value)}."
    )
    return card.save("summation", reading)


def _grow(ax: Any, node: Addition, places: Any) -> tuple[float, float]:
    """Draw a node above what it adds, and return where it stands."""
    if not node.parts:
        x = float(next(places))
        box = {"facecolor": theme.TINT["processes"], "edgecolor": "none", "pad": 5}
        ax.text(x, 0, node.pairing, ha="center", va="center", size=theme.LABEL, bbox=box, zorder=4)
        return x, 0.0
    (x, y), (other, height) = (_grow(ax, part, places) for part in node.parts)
    at = (x + other) / 2, max(y, height) + 1
    for foot in ((x, y), (other, height)):
        ax.plot([foot[0], at[0]], [foot[1], at[1]], color=theme.SOLID["processes"], linewidth=1.5, zorder=2)
    ax.plot(*([each] for each in at), "o", color=theme.SOLID["processes"], markersize=8, markeredgecolor=theme.CARD, zorder=5)
    note(ax, last_digits(node.value), at, (8, 4), size=theme.SMALL, ground=True, zorder=3)
    return at


def summation_explorer(values: Sequence[float], seconds: Sequence[float], most: int = 7) -> Any:
    """Return a slider of workers and two buttons, by completion or by index, over the tree of `summation`.

    The VBox has `workers`, `by`, `reset`, `chart` and `reading` as attributes; nothing is measured.
    """
    import ipywidgets as widgets

    style: dict[str, Any] = {"style": DESCRIBED, "layout": WIDE}
    workers = widgets.IntSlider(value=2, min=1, max=most, description="workers", continuous_update=False, **style)
    by = widgets.ToggleButtons(options=list(BY), description="added by", style=DESCRIBED)

    @cache
    def drawn(count: int, way: str) -> tuple[str, str]:
        picture = summation(values, seconds, workers=count, by=way)
        return picture.html(), f"<p>{escape(picture.reading)}</p>"

    return explorer({"workers": workers, "by": by}, ("chart", "reading"), drawn)

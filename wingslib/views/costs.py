"""Growth: what more and more tasks cost, in seconds and in memory, with the law of the seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.ticker import FuncFormatter

from wingslib.views import theme
from wingslib.views.card import Card, Stamp, foot_of, names_at_ends, note, themed, value_label
from wingslib.views.picture import Picture
from wingslib.views.scales import ratio_axis
from wingslib.views.wording import digits, fitted, plain, seconds

LEFTS, HEIGHT, LEAST = {1: 0.62, 2: 4.04}, 3.7, 0.1
Points = Mapping[str, Sequence[tuple[int, float, float]]]


@themed
def growth(points: Points, *, longest: float, item_seconds: float, title: str | None = None, stamp: Stamp = None) -> Picture:
    """Draw (tasks, seconds, megabytes) of each way on log axes, and dashed the law longest + n · item_seconds.

    The first way is drawn in ink, the second in the gold of coroutines. Less than 0.1 MB is drawn at 0.1.
    """
    foot, counts = foot_of(stamp), sorted({row[0] for found in points.values() for row in found})
    words = title or ("Growth: seconds and memory of more tasks" if foot.smoke else growth_title(points))
    subtitle = f"log axes · mark = one run · dashed = law: longest wait {seconds(longest)} + n · {seconds(item_seconds)}"
    card = Card(words, HEIGHT, foot, f"{counts[0]:,} to {counts[-1]:,} tasks", subtitle)
    law = [longest + count * item_seconds for count in counts]
    for part, name, extra in ((1, "seconds", law), (2, "memory above the start, in MB", [])):
        card.text(LEFTS[part], 0.96, name, weight="bold")
        _panel(card, points, part, extra)
    _law(card.figure.axes[0], counts[0], counts[-1], longest, item_seconds)
    return card.save("growth", growth_reading(points, longest, item_seconds))


def _panel(card: Card, points: Points, part: int, law: Sequence[float]) -> None:
    ax = card.axes(LEFTS[part], 1.16, 4.94 - LEFTS[part], 0.84)
    values = {name: [row[part] if part == 1 else max(LEAST, row[part]) for row in found] for name, found in points.items()}
    ratio_axis(ax, [row[0] for found in points.values() for row in found], unit="")
    ratio_axis(ax, [*law, *(value for found in values.values() for value in found)], unit="", upright=True)
    if part == 2:
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: plain(value) if value > LEAST else f"≤{LEAST}"))
    ax.grid(axis="y")
    value_label(ax, "tasks")
    for (name, found), look in zip(points.items(), ("serial", "coroutines", "threads"), strict=False):
        style: dict[str, Any] = {"color": theme.SOLID[look], "markeredgecolor": theme.CARD, "markersize": 8, "zorder": 4}
        ax.plot([row[0] for row in found], values[name], theme.MARKER[look], linestyle="-", linewidth=1.5, **style)
    names_at_ends(
        ax, {f"{fitted(name, 0.78, theme.SMALL)}\n{_value(points[name][-1], part)}": values[name][-1] for name in points}
    )


def _value(row: tuple[int, float, float], part: int, figures: int = 3) -> str:
    if part == 1:
        return seconds(row[1], figures)
    return f"{digits(row[2], figures)} MB" if row[2] >= LEAST else f"under {LEAST} MB"


def _law(ax: Any, low: int, high: int, longest: float, item_seconds: float) -> None:
    counts, turn = [low * (high / low) ** (place / 60) for place in range(61)], longest / item_seconds
    ax.plot(
        counts, [longest + count * item_seconds for count in counts], color=theme.SOFT, linewidth=1.5, dashes=(4, 2), zorder=2
    )
    if low < turn < high:
        words = f"◆ n · {seconds(item_seconds)} is more\nthan the wait from\n{digits(turn, 2)} on"
        ax.plot([turn], [2 * longest], "D", markersize=7, color=theme.INK, markeredgecolor=theme.CARD, zorder=7)
        # In the top left corner: all curves rise to the right.
        note(ax, words, (0, 1), (4, -2), xycoords="axes fraction", size=theme.SMALL, va="top", ground=True)


def growth_title(points: Points) -> str:
    """Say what memory the most tasks took, each way."""
    most = max(found[-1][0] for found in points.values())
    parts = [f"{name} {_value(found[-1], 2, 2)}" for name, found in points.items() if found[-1][0] == most]
    return f"{most:,} tasks: {', '.join(parts)}"


def growth_reading(points: Points, longest: float, item_seconds: float) -> str:
    """Say each way's last seconds and memory, and from how many tasks on the law's second part is the larger."""
    ends = {name: found[-1] for name, found in points.items()}
    parts = [f"{name} {end[0]:,} tasks in {_value(end, 1)} with {_value(end, 2)}" for name, end in ends.items()]
    law = f"{seconds(longest)} + n · {seconds(item_seconds)} doubles the wait at {digits(longest / item_seconds, 2)} tasks"
    return f"{'; '.join([*parts, law])}."

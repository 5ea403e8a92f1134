"""Heats: the ranks of the same engines on different work, with lines that cross where the order changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from wingslib.views import theme
from wingslib.views.card import Card, Stamp, foot_of, themed
from wingslib.views.lettering import fitted, wrapped
from wingslib.views.picture import Picture
from wingslib.views.wording import as_interval, capital, counted, digits, spelled

if TYPE_CHECKING:
    from wingslib.measure.comparison import Interval

PITCH = 0.46
LEFT, RIGHT, TOP, BOTTOM = 1.30, 1.10, 1.16, 0.50
Heat = Mapping[str, "Interval | float"]


@themed
def ranks(
    heats: Mapping[str, Heat], *, base: str = "loop", title: str | None = None, stamp: Stamp = None, sample: str = ""
) -> Picture:
    """Draw each heat as a column of ranks, the winner on top, with the speedup over `base` at each mark.

    A heat maps the engine's name to its speedup; names like loop and async wear the colour of serial and coroutines.
    """
    orders = {heat: ranking(found) for heat, found in heats.items()}
    rows = max(len(order) for order in orders.values())
    height = TOP + PITCH * rows + BOTTOM
    subtitle = f"winner on top · number = speedup over {base}"
    foot = foot_of(stamp)
    words = title or (f"Ranks in {counted(len(heats), 'heat')}" if foot.smoke else ranks_title(heats))
    card = Card(words, height, foot, sample or counted(len(heats), "heat"), subtitle)
    ax = card.axes(LEFT, TOP, RIGHT, BOTTOM)
    ax.set_axis_off()
    ax.set_xlim(0, max(1, len(heats) - 1))
    ax.set_ylim(rows - 0.5, -0.5)
    for engine in dict.fromkeys(name for order in orders.values() for name in order):
        _line(ax, engine, list(orders.values()), list(heats.values()))
    step = (7.0 - LEFT - RIGHT) / max(1, len(heats) - 1)
    for place, heat in enumerate(heats):
        room = min(step, 2 * LEFT if place == 0 else 2 * RIGHT if place == len(heats) - 1 else step) - 0.15
        card.text(
            LEFT + place * step, 0.94, wrapped(heat, room, theme.LABEL, bold=True), weight="bold", ha="center", linespacing=1.0
        )
    return card.save("ranks", ranks_reading(heats))


def ranking(heat: Heat) -> list[str]:
    """Return the engines of a heat from the fastest to the slowest."""
    return sorted(heat, key=lambda engine: -as_interval(heat[engine]).mean)


def _line(ax: Any, engine: str, orders: Sequence[Sequence[str]], heats: Sequence[Heat]) -> None:
    name = theme.family(engine)
    places = [(column, order.index(engine)) for column, order in enumerate(orders) if engine in order]
    xs, ys = [x for x, _ in places], [y for _, y in places]
    ax.plot(xs, ys, color=theme.SOLID[name], linewidth=1.5, zorder=2, clip_on=False)
    ax.plot(
        xs, ys, theme.MARKER[name], color=theme.SOLID[name], markersize=11, markeredgecolor=theme.CARD, zorder=4, clip_on=False
    )
    for x, y in places:
        words = f"{digits(as_interval(heats[x][engine]).mean, 2)}×"
        bold = "bold" if y == 0 else "normal"
        ax.annotate(words, (x, y), xytext=(10, 0), textcoords="offset points", va="center", weight=bold, bbox=_GROUND, zorder=3)
    x, y = places[0]
    ax.annotate(
        fitted(engine, LEFT - 0.4, theme.LABEL), (x, y), xytext=(-12, 0), textcoords="offset points", va="center", ha="right"
    )


_GROUND = {"facecolor": theme.CARD, "edgecolor": "none", "pad": 1.5}


def winners(heats: Mapping[str, Heat]) -> list[str]:
    """Return the winner of each heat."""
    return [ranking(heat)[0] for heat in heats.values()]


def ranks_title(heats: Mapping[str, Heat]) -> str:
    """Say how many different engines won."""
    won, noun = winners(heats), "heat" if len(heats) == 1 else "heats"
    if len(set(won)) == 1:
        return f"{capital(spelled(len(heats)))} {noun}, one winner: {won[0]}"
    return f"{capital(spelled(len(heats)))} {noun}, {spelled(len(set(won)))} winners: {', '.join(dict.fromkeys(won))}"


def ranks_reading(heats: Mapping[str, Heat]) -> str:
    """Name each heat's winner and last, with their speedups."""
    parts = []
    for heat, found in heats.items():
        order = ranking(found)
        first, last = (f"{name} {digits(as_interval(found[name]).mean, 2)}×" for name in (order[0], order[-1]))
        parts.append(f"{heat}: {first}, last {last}")
    return capital("; ".join(parts)) + "."

"""Heats: the ranks of the same engines on different work, and single races of a function against itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from wingslib.measure.intervals import fastest
from wingslib.views import theme
from wingslib.views.card import Card, Stamp, foot_of, interval, note, row_label, rows_axes, themed, value_label
from wingslib.views.card import dots as sample_dots
from wingslib.views.picture import Picture
from wingslib.views.scales import held, ratio_axis
from wingslib.views.wording import as_interval, bounds, capital, counted, digits, fitted, ratio, spelled, wrapped

if TYPE_CHECKING:
    from wingslib.measure.intervals import Interval

PITCH = 0.46
LEFT, RIGHT, TOP, BOTTOM = 1.30, 1.10, 1.16, 0.50
Heat = Mapping[str, "Interval | float"]


@themed
def ranks(heats: Mapping[str, Heat], *, base: str = "loop", title: str | None = None, stamp: Stamp = None) -> Picture:
    """Draw each heat as a column of ranks, the winner on top, with the speedup over `base` at each mark.

    A heat maps the engine's name to its speedup; names like loop and async wear the colour of serial and coroutines.
    """
    orders = [ranking(found, base) for found in heats.values()]
    rows = max(map(len, orders))
    foot = foot_of(stamp)
    words = title or (f"Ranks in {counted(len(heats), 'heat')}" if foot.smoke else ranks_title(heats, base))
    subtitle = f"winner on top: the fastest whose whole interval is above 1, else {base} · number = speedup"
    card = Card(words, TOP + PITCH * rows + BOTTOM, foot, counted(len(heats), "heat"), subtitle)
    ax = rows_axes(card, rows, LEFT, TOP, RIGHT, BOTTOM)
    ax.set_axis_off()
    ax.set_xlim(0, max(1, len(heats) - 1))
    for engine in dict.fromkeys(name for order in orders for name in order):
        _line(ax, engine, orders, list(heats.values()))
    step = (7.0 - LEFT - RIGHT) / max(1, len(heats) - 1)
    for place, heat in enumerate(heats):
        room = min(step, 2 * LEFT if place == 0 else 2 * RIGHT if place == len(heats) - 1 else step) - 0.15
        name = wrapped(heat, room, theme.LABEL, bold=True)
        card.text(LEFT + place * step, 0.94, name, weight="bold", ha="center", linespacing=1.0)
    return card.save("ranks", ranks_reading(heats, base))


def winner(heat: Heat, base: str = "loop") -> str:
    """Return the engine that is fastest beyond doubt, else `base`."""
    return fastest({engine: as_interval(value) for engine, value in heat.items()}, base)


def ranking(heat: Heat, base: str = "loop") -> list[str]:
    """Return the engines of a heat: its winner, then the others from the fastest to the slowest."""
    won = winner(heat, base)
    return sorted(heat, key=lambda engine: (engine != won, -as_interval(heat[engine]).mean))


def _line(ax: Any, engine: str, orders: Sequence[Sequence[str]], heats: Sequence[Heat]) -> None:
    name = theme.family(engine)
    places = [(column, order.index(engine)) for column, order in enumerate(orders) if engine in order]
    xs, ys = [x for x, _ in places], [y for _, y in places]
    style = {"color": theme.SOLID[name], "clip_on": False}
    ax.plot(xs, ys, linewidth=1.5, zorder=2, **style)
    ax.plot(xs, ys, theme.MARKER[name], markersize=11, markeredgecolor=theme.CARD, zorder=4, **style)
    for x, y in places:
        words = f"{digits(as_interval(heats[x][engine]).mean, 2)}×"
        note(ax, words, (x, y), (10, 0), weight="normal" if y else "bold", size=theme.LABEL, ground=True, zorder=3)
    note(ax, fitted(engine, LEFT - 0.4, theme.LABEL), places[0], (-12, 0), ha="right", size=theme.LABEL)


def ranks_title(heats: Mapping[str, Heat], base: str = "loop") -> str:
    """Say how many different engines won."""
    won = list(dict.fromkeys(winner(heat, base) for heat in heats.values()))
    noun = "heat" if len(heats) == 1 else "heats"
    many = "one winner" if len(won) == 1 else f"{spelled(len(won))} winners"
    return f"{capital(spelled(len(heats)))} {noun}, {many}: {', '.join(won)}"


def ranks_reading(heats: Mapping[str, Heat], base: str = "loop") -> str:
    """Name each heat's winner and last, with their speedups."""
    parts = []
    for heat, found in heats.items():
        order = ranking(found, base)
        first, last = (f"{name} {digits(as_interval(found[name]).mean, 2)}×" for name in (order[0], order[-1]))
        parts.append(f"{heat}: {first}, last {last}")
    return capital("; ".join(parts)) + "."


@themed
def dots(
    ratios: Sequence[float], measured: Interval, *, bands: Sequence[float], title: str | None = None, stamp: Stamp = None
) -> Picture:
    """Draw single races of a function against itself above the one interval that many rounds give."""
    band = min(bands)
    subtitle = "seconds of A ÷ seconds of A · dot = one race · bar = 95 % interval of compare(A, A)"
    card = Card(title or dots_title(ratios, band), 2.75, foot_of(stamp), counted(len(ratios), "race"), subtitle)
    left, top, bottom = 1.75, 0.98, 0.84
    ax = rows_axes(card, 2, left, top, 0.35, bottom)
    for share, colour in zip(sorted(bands, reverse=True), (theme.OVER, theme.LINK), strict=False):
        ax.axvspan(1 - share, 1 + share, color=colour, linewidth=0, zorder=1)
    ratio_axis(ax, held([*ratios, 1 - band, 1 + band], [measured], 30))
    names = " and ".join(f"±{100 * share:.0f} %" for share in sorted(bands, reverse=True))
    value_label(ax, f"ratio, log scale (grey = {names})")
    sample_dots(ax, ratios, [((place * 7) % 11 - 5) / 14 for place in range(len(ratios))], "serial")
    interval(ax, 1, measured, "serial")
    pitch = (2.75 - top - bottom) / 2
    row_label(card, f"{len(ratios)} single races", left, top + 0.5 * pitch)
    row_label(card, "compare(A, A)", left, top + 1.5 * pitch - 0.09)
    words = fitted(f"{ratio(measured.mean)} ({bounds(measured)})", left - 0.3, theme.BODY)
    card.text(left - 0.10, top + 1.5 * pitch + 0.09, words, theme.BODY, ha="right", color=theme.SOFT)
    return card.save("dots", dots_reading(ratios, measured, band))


def beyond(ratios: Sequence[float], band: float) -> int:
    """Count the ratios that differ from 1 by more than `band`."""
    return sum(not 1 - band <= each <= 1 + band for each in ratios)


def dots_title(ratios: Sequence[float], band: float) -> str:
    """Say how many single races showed a difference that is not there."""
    return f"{beyond(ratios, band)} of {len(ratios)} single races differ by more than {100 * band:.0f} %"


def dots_reading(ratios: Sequence[float], measured: Interval, band: float) -> str:
    """Say how far single races strew, and where the interval lies."""
    many = f"{beyond(ratios, band)} of {len(ratios)} races of a function against itself differ by more than {100 * band:.0f} %"
    ends = f"from {digits(min(ratios), 2)} to {digits(max(ratios), 2)}"
    return f"{many}, {ends}; compare(A, A) gives {ratio(measured.mean)} ({bounds(measured)})."

"""Guesses beside what was measured: how far off, and in which direction."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from wingslib.views import theme
from wingslib.views.card import Card, Stamp, foot_of, interval, note, row_label, rows_axes, themed, value_label
from wingslib.views.picture import Picture
from wingslib.views.scales import held, ratio_axis
from wingslib.views.wording import as_interval, bounds, chosen, counted, digits, fitted, label_margin, measure

if TYPE_CHECKING:
    from wingslib.measure.intervals import Interval

CLOSE = 1.25
PITCH, TOP, BOTTOM, RIGHT = 0.36, 0.92, 0.84, 1.5


class GuessRow(NamedTuple):
    """One guess: what the reader chose (None: nothing), what most choose, what was measured, and its engine."""

    label: str
    guess: float | None
    common: float
    measured: Interval | float
    engine: str = "serial"

    @property
    def shown(self) -> float:
        """Return the reader's guess, or else the common one."""
        return self.common if self.guess is None else self.guess

    @property
    def value(self) -> Interval:
        """Return what was measured, as an interval."""
        return as_interval(self.measured)


def distance(guessed: float, measured: float) -> str:
    """Return how far a guess is off: "close" within 25 %, else "4.3× too high"; without a ratio only the direction."""
    if guessed <= 0 or measured <= 0:
        return "close" if guessed == measured else "too high" if guessed > measured else "too low"
    ratio = guessed / measured
    if 1 / CLOSE <= ratio <= CLOSE:
        return "close"
    return f"{digits(ratio, 2)}× too high" if ratio > 1 else f"{digits(1 / ratio, 2)}× too low"


def factor(row: GuessRow) -> float | None:
    """Return the factor ≥ 1 by which the reader was off, or None where there is no guess or no ratio."""
    if row.guess is None or row.guess <= 0 or row.value.mean <= 0:
        return None
    ratio = row.guess / row.value.mean
    return max(ratio, 1 / ratio)


@themed
def guess(rows: Sequence[GuessRow], *, unit: str = "×", title: str | None = None, stamp: Stamp = None) -> Picture:
    """Draw each guess as a ring, linked to what was measured; a grey ring is the common guess where none was made.

    `unit` is "×", "s", or the word after a plain number ("" for none).
    """
    rows = [GuessRow(*row) for row in rows]
    ring = "ring = your guess" if any(row.guess is not None for row in rows) else "grey ring = common guess"
    scale = "log scale" if _logarithmic(rows, unit) else "from 0"
    name = {"×": "speedup", "s": "seconds", "": "value"}.get(unit, unit)
    foot = foot_of(stamp)
    words = title or ("Guess and measured" if foot.smoke else guess_title(rows, unit))
    subtitle = f"{name}, {scale} · {ring} · filled = measured, 95 % interval"
    card = Card(words, TOP + PITCH * len(rows) + BOTTOM, foot, counted(len(rows), "guess"), subtitle)
    left = label_margin([row.label for row in rows], 1.2, 2.4)
    ax = _axes(card, rows, left, unit)
    for place, row in enumerate(rows):
        _row(ax, place, row)
        y = TOP + PITCH * (place + 0.5)
        row_label(card, row.label, left, y)
        words = fitted(distance(row.shown, row.value.mean), RIGHT - 0.12 - 0.15, theme.LABEL)
        card.text(7.0 - RIGHT + 0.12, y, words, theme.LABEL, weight="bold" if words == "close" else "normal")
    value_label(ax, "slower  ◂  speedup  ▸  faster" if unit == "×" else name)
    return card.save("guess", guess_reading(rows, unit))


def _values(rows: Sequence[GuessRow]) -> list[float]:
    return held([row.shown for row in rows], [row.value for row in rows])


def _logarithmic(rows: Sequence[GuessRow], unit: str) -> bool:
    values = _values(rows)
    return min(values) > 0 and (unit in ("×", "s") or max(values) > 20 * min(values))


def _axes(card: Card, rows: Sequence[GuessRow], left: float, unit: str) -> Axes:
    ax, values = rows_axes(card, len(rows), left, TOP, RIGHT, BOTTOM), _values(rows)
    if _logarithmic(rows, unit):
        ratio_axis(ax, [*values, *([1.0] if unit == "×" else [])], unit if unit in ("×", "s") else "")
    else:
        ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        ax.set_xlim(min(0.0, *values) - 0.04 * max(values), 1.08 * max([*values, 1.0]))
    if unit == "×":
        ax.axvline(1, color=theme.AXIS, linewidth=1.2, zorder=1)
        note(ax, "no gain", (1, -0.5), (0, 8), ha="center", size=theme.SMALL, color=theme.SOFT)
    return ax


def _row(ax: Axes, place: int, row: GuessRow) -> None:
    ax.plot([row.shown, row.value.mean], [place, place], color=theme.LINK, linewidth=3, solid_capstyle="butt", zorder=2)
    interval(ax, place, row.value, row.engine)
    colour = theme.AXIS if row.guess is None else theme.INK
    ring: dict[str, Any] = {"markerfacecolor": theme.CARD, "markeredgecolor": colour, "markeredgewidth": 1.6}
    ax.plot([row.shown], [place], "o", markersize=9, zorder=3, **ring)


def guess_title(rows: Sequence[GuessRow], unit: str = "×") -> str:
    """Say how far one guess is off, or the median of several."""
    if len(rows) == 1:
        return _single(rows[0], unit, 2)
    factors = [found for found in map(factor, rows) if found is not None]
    if not factors:
        return "No guess recorded: rings are the common guesses"
    return f"Your guesses were off by a factor of {digits(median(factors), 2)} (median)"


def _single(row: GuessRow, unit: str, figures: int) -> str:
    found, off = measure(row.value.mean, unit, figures), distance(row.shown, row.value.mean)
    if row.guess is None:
        return f"Common guess {chosen(row.common, unit)}, measured {found}: {off}"
    return f"You guessed {chosen(row.guess, unit)}, measured {found}: {off}"


def guess_reading(rows: Sequence[GuessRow], unit: str = "×") -> str:
    """Say what was guessed and measured, and by how much it is off; for several, the median."""
    if len(rows) > 1:
        made = sum(row.guess is not None for row in rows)
        if not made:
            near = sum(distance(row.common, row.value.mean) == "close" for row in rows)
            return f"No guess recorded; the common guess is close for {near} of {len(rows)}."
        close = sum(distance(row.guess, row.value.mean) == "close" for row in rows if row.guess is not None)
        factors = [found for found in map(factor, rows) if found is not None]
        off = f"; off by a factor of {digits(median(factors), 2)} in the median" if factors else ""
        return f"{counted(made, 'guess')} of {len(rows)} recorded, {close} of them close{off}."
    row = rows[0]
    head = "No guess recorded; the common guess is " if row.guess is None else "You guessed "
    width = f" ({bounds(row.value)})" if row.value.low < row.value.high and row.value.low > 0 else ""
    found = f"{measure(row.value.mean, unit)}{width}"
    return f"{head}{chosen(row.shown, unit)}, measured {found}: {distance(row.shown, row.value.mean)}."

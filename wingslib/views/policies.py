"""Who gets which: makespans over the lower bound, a panel a load or a number of workers, a row a policy or an order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from wingslib.measure import graham_bounds
from wingslib.views import theme
from wingslib.views.card import WIDTH, Card, Stamp, dots, foot_of, note, row_label, rows_axes, themed, value_label
from wingslib.views.picture import Picture
from wingslib.views.scales import ratio_axis
from wingslib.views.wording import EDGE, capital, counted, digits, fitted, label_margin, ratio

PITCH, TOP, BOTTOM, VALUES = 0.38, 1.16, 0.84, 0.62
Ratios = Mapping[str, Sequence[float]]


@themed
def makespans(
    loads: Mapping[str, Ratios], *, title: str | None = None, sample: str = "", stamp: Stamp = "simulated"
) -> Picture:
    """Draw the makespan ÷ lower bound of each run, by load and policy; the policy with the best worst mean is shaded."""
    subtitle = "makespan ÷ lower bound · dot = one simulated run · tick and number = mean"
    card = _card(title or makespans_title(loads), subtitle, loads, sample, stamp)
    _panels(card, loads, {})
    return card.save("makespans", makespans_reading(loads))


@themed
def orders(crews: Mapping[int, Ratios], *, title: str | None = None, sample: str = "", stamp: Stamp = "simulated") -> Picture:
    """Draw the makespan ÷ lower bound of each schedule, by number of workers and order, with Graham's two bounds dashed."""
    panels = {counted(workers, "worker"): found for workers, found in crews.items()}
    subtitle = "dot = one schedule · dashed = Graham: largest first 4/3 − 1/3m, any order 2 − 1/m"
    card = _card(title or orders_title(crews), subtitle, panels, sample, stamp)
    _panels(card, panels, {counted(workers, "worker"): graham_bounds(workers) for workers in crews})
    return card.save("orders", orders_reading(crews))


def _card(title: str, subtitle: str, panels: Mapping[str, Ratios], sample: str, stamp: Stamp) -> Card:
    rows = len(next(iter(panels.values())))
    return Card(title, TOP + PITCH * rows + BOTTOM, foot_of(stamp), sample, subtitle)


def _panels(card: Card, panels: Mapping[str, Ratios], lines: Mapping[str, Sequence[float]]) -> None:
    rows = list(next(iter(panels.values())))
    left, shaded = label_margin(rows, 1.2), best_worst(panels)
    step = (WIDTH - left - EDGE + 0.1) / len(panels)
    card.box(
        left - 0.02, TOP + PITCH * rows.index(shaded), WIDTH - left - 0.1, PITCH, facecolor=theme.IDLE, linewidth=0, zorder=0
    )
    for place, row in enumerate(rows):
        row_label(card, row, left, TOP + PITCH * (place + 0.5))
    every = [1.0, *(value for found in panels.values() for values in found.values() for value in values)]
    for place, (name, found) in enumerate(panels.items()):
        x = left + place * step
        card.text(x, TOP - 0.16, fitted(name, step - 0.1, theme.LABEL, bold=True), weight="bold")
        ax = rows_axes(card, len(rows), x, TOP, WIDTH - x - step + VALUES, BOTTOM)
        ax.patch.set_visible(False)  # the shaded row lies under it
        ratio_axis(ax, [*every, *(line for ends in lines.values() for line in ends)], most=3)
        ax.axvline(1, color=theme.INK, linewidth=1.8, zorder=2)
        for line in lines.get(name, ()):
            ax.axvline(line, color=theme.SOFT, linewidth=1.5, dashes=(4, 2), zorder=2)
        _rows(ax, found, shaded)
        if place == 0:
            value_label(ax, "makespan ÷ lower bound, log scale (1 = no schedule is shorter)")


def _rows(ax: Any, found: Ratios, shaded: str) -> None:
    for place, (row, values) in enumerate(found.items()):
        mean = fmean(values)
        if len(values) > 1:
            dots(ax, values, [place] * len(values), "serial")
        ax.vlines([mean], place - 0.3, place + 0.3, color=theme.INK, linewidth=2.6, zorder=4)
        weight = "bold" if row == shaded else "normal"
        note(ax, f"{ratio(mean)}×", (1, place), (4, 0), xycoords=("axes fraction", "data"), weight=weight)


def worst(panels: Mapping[Any, Ratios], row: str) -> tuple[float, Any]:
    """Return the largest mean of a row, and the panel that it is in."""
    return max(((fmean(found[row]), name) for name, found in panels.items()), key=lambda pair: pair[0])


def best_worst(panels: Mapping[Any, Ratios]) -> str:
    """Return the row whose largest mean is the smallest."""
    return min(next(iter(panels.values())), key=lambda row: worst(panels, row)[0])


def makespans_title(loads: Mapping[str, Ratios]) -> str:
    """Name the policy that is never far off, and how far."""
    best = best_worst(loads)
    return f"{capital(best)}: at most {digits(worst(loads, best)[0])}× the bound on every load"


def makespans_reading(loads: Mapping[str, Ratios]) -> str:
    """Say the worst of each policy and the load on which it is met."""
    rows = next(iter(loads.values()))
    found = {row: worst(loads, row) for row in rows}
    parts = [f"{row} {digits(high)}× ({name})" for row, (high, name) in found.items()]
    return f"Worst mean over the bound: {', '.join(parts)}."


def orders_title(crews: Mapping[int, Ratios]) -> str:
    """Name the order with the best worst case, and the one with the worst."""
    rows, best = next(iter(crews.values())), best_worst(crews)
    last = max(rows, key=lambda row: worst(crews, row)[0])
    return f"{capital(best)}: at most {digits(worst(crews, best)[0])}× the bound; {last}: {digits(worst(crews, last)[0], 2)}×"


def orders_reading(crews: Mapping[int, Ratios]) -> str:
    """Say what each order takes on the most workers, and what Graham's bounds allow there."""
    most = max(crews)
    parts = [f"{row} {digits(fmean(values))}×" for row, values in crews[most].items()]
    first, any_order = (digits(bound) for bound in graham_bounds(most)[::-1])
    return f"On {counted(most, 'worker')}: {', '.join(parts)}; Graham allows {first}× and {any_order}×."

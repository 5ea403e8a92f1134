"""Speedup against the number of workers, as far as this machine has cores to show it; and workers against other programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from wingslib.views import theme
from wingslib.views.card import Card, Stamp, dots, foot_of, interval, note, themed, untestable, value_label
from wingslib.views.picture import Picture
from wingslib.views.scales import held, linear_axis
from wingslib.views.wording import ENGINE_NOUNS, about, bounds, capital, counted, percent, plain, ratio, spelled

if TYPE_CHECKING:
    from wingslib.measure.comparison import Comparison

HEIGHT = 3.9
FIT = 4
STEP_PANELS = ((0.80, "load\nby others", theme.LINK), (1.74, "window", theme.SOLID["processes"]))


@themed
def speedup(comparison: Comparison, *, title: str | None = None, stamp: Stamp = None) -> Picture:
    """Draw the speedup of each label at its number of workers.

    Beyond the usable cores nothing is testable: that part is hatched and its marks are hollow.
    """
    places, usable = workers_of(comparison), comparison.machine.usable
    subtitle = f"speedup over {comparison.baseline} · dot = one round · bar = 95 % interval · dashed = ideal"
    foot = foot_of(comparison if stamp is None else stamp)
    card = Card(title or speedup_title(comparison, places), HEIGHT, foot, counted(comparison.rounds, "round"), subtitle)
    ax = card.axes(0.62, 0.92, 0.25, 0.84)
    ratios = {label: _ratios(comparison, label) for label in places}
    _scales(ax, comparison, places, ratios)
    _evidence(ax, comparison, places, ratios)
    for label, count in places.items():
        if label != comparison.baseline:
            dots(ax, [count] * len(ratios[label]), ratios[label], comparison.engines[label], shift=(-11, 0), spread="x")
        elif list(places.values()).count(count) > 1:
            continue  # a variant with as many workers stands there
        interval(ax, count, comparison.speedup(label), comparison.engines[label], upright=True, hollow=count > usable)
    best = last_testable(places, usable)
    if best:
        _write_number(ax, comparison.speedup(best).mean, places[best])
    return card.save("speedup", speedup_reading(comparison, places))


def _ratios(comparison: Comparison, label: str) -> list[float]:
    pairs = zip(comparison.samples[comparison.baseline], comparison.samples[label], strict=True)
    return [base / own for base, own in pairs]


def workers_of(comparison: Comparison) -> dict[str, int]:
    """Return the number of workers of each label that ran, in growing order; the baseline stands at its own number."""
    ran = [label for label in comparison.labels if label in comparison.samples]
    return dict(sorted(((label, comparison.workers[label]) for label in ran), key=lambda pair: pair[1]))


def last_testable(places: Mapping[str, int], usable: int) -> str | None:
    """Return the label with the most workers that this machine has cores for."""
    inside = [label for label, count in places.items() if count <= usable]
    return inside[-1] if inside else None


def _scales(ax: Any, comparison: Comparison, places: Mapping[str, int], ratios: Mapping[str, list[float]]) -> None:
    """Scale both axes so that every round is seen, and the intervals as far as half beyond the rounds."""
    most, usable = max(places.values()), comparison.machine.usable
    points = [each for label in places for each in ratios[label]]
    high = max(held(points, [comparison.speedup(label) for label in places], 1.5))
    ax.set_ylim(0, max(1.2, 1.12 * high, 1.15 * min(most, usable)))
    if most > 16:
        ax.set_xscale("log", base=2)
    ax.set_xlim(*((0.8, most * 1.25) if most > 16 else (0.5, most + 0.5)))
    ax.grid(axis="y")
    ax.xaxis.set_major_locator(FixedLocator(sorted(set(places.values()))))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))
    linear_axis(ax.yaxis, unit="×")
    value_label(ax, "workers")
    first, last = ax.get_xlim()
    end = min(last, max(usable + 0.5, 1.5), ax.get_ylim()[1])
    steps = [first + place / 40 * (end - first) for place in range(41)]
    ax.plot(steps, steps, color=theme.AXIS, linewidth=1.2, dashes=(5, 3), zorder=1)


def _evidence(ax: Any, comparison: Comparison, places: Mapping[str, int], ratios: Mapping[str, list[float]]) -> None:
    """Show where evidence ends, and say under the axis why there is no curve."""
    usable, (first, last) = comparison.machine.usable, ax.get_ylim()
    beyond = [each for label, count in places.items() if count > usable for each in ratios[label]]
    if beyond:
        words = f"not testable here:\nthis machine has {counted(usable, 'core')}"
        untestable(ax, usable + 0.5, ax.get_xlim()[1], words, low=sum(beyond) / len(beyond) > (first + last) / 2)
    inside = len({count for count in places.values() if count <= usable})
    if inside < FIT:
        words = f"no curve: {counted(inside, 'worker count')}, a fit needs {FIT}"
        where: dict[str, Any] = {"transform": ax.transAxes, "ha": "right", "va": "top"}
        ax.text(1, -0.115, words, size=theme.BODY, color=theme.SOFT, **where)


def _write_number(ax: Any, value: float, count: int) -> None:
    edge = count > 0.9 * ax.get_xlim()[1]
    shift, side = ((0, -22), "center") if edge else ((9, 0), "left")
    note(ax, f"{ratio(value)}×", (count, value), shift, ha=side, weight="bold", size=theme.LABEL, ground=True, zorder=4.5)


def speedup_title(comparison: Comparison, places: Mapping[str, int]) -> str:
    """State the speedup at the last testable number of workers, if its verdict allows."""
    best = last_testable(places, comparison.machine.usable)
    if best is None or best == comparison.baseline:
        return f"{capital(comparison.name)}: no worker count is testable here"
    word = comparison.verdict(best)
    if word == "no verdict":
        return capital(comparison.name)
    who = capital(f"{spelled(places[best])} worker{'s' * (places[best] != 1)}")
    if word == "can't tell":
        return f"{who} against {comparison.baseline}: can't tell"
    verb = "is" if places[best] == 1 else "are"
    return f"{who} {verb} {about(comparison.speedup(best))} as fast as {comparison.baseline}"


def speedup_reading(comparison: Comparison, places: Mapping[str, int]) -> str:
    """Say the speedup at the last testable count, its share of the ideal, and where evidence ends."""
    usable = comparison.machine.usable
    best = last_testable(places, usable)
    if best is None or best == comparison.baseline:
        return f"No worker count is testable here: this machine has {counted(usable, 'core')}."
    value, count = comparison.speedup(best), places[best]
    who = counted(count, ENGINE_NOUNS.get(comparison.engines[best], "worker"))
    evidence = f"95 % interval {bounds(value)}, {counted(comparison.rounds, 'round')}"
    if comparison.verdict(best) == "no verdict":
        evidence = f"{counted(comparison.rounds, 'round')}, no verdict"
    text = f"With {who} {ratio(value.mean)}× as fast as {comparison.baseline} ({evidence}), "
    parts = [text + f"{percent(value.mean / count)} of ideal"]
    inside = len({each for each in places.values() if each <= usable})
    if inside < FIT:
        parts.append(f"no curve: {counted(inside, 'worker count')}")
    if max(places.values()) > usable:
        parts.append(f"over {counted(usable, 'core')} not testable here")
    return "; ".join(parts) + "."


@themed
def harmony(steps: Sequence[tuple[float, int]], usable: int, *, title: str | None = None, stamp: Stamp = None) -> Picture:
    """Draw each step's (cores that others kept busy, window): how many workers got work, with `usable` as a line."""
    subtitle = "load = cores that other programs keep busy · window = workers that get new work"
    words = title or f"The window moves with the load: {_told([window for _, window in steps])}"
    card = Card(words, 3.35, foot_of(stamp), counted(len(steps), "step"), subtitle)
    most = 1.35 * max(usable, *(value for step in steps for value in step))
    for part, (top, name, colour) in enumerate(STEP_PANELS):
        ax = card.axes(1.06, top, 0.90, 3.35 - top - 0.82)
        card.text(0.96, top + 0.41, name, ha="right", linespacing=1.1)
        _steps(ax, [step[part] for step in steps], most, colour)
        ax.axhline(usable, color=theme.INK, linewidth=1.2)
        note(ax, f"{usable} usable", (len(steps) + 0.5, usable), (6, 0), size=theme.SMALL)
        ax.tick_params(axis="x", labelbottom=part == 1)
    value_label(ax, "step")
    return card.save("harmony", harmony_reading(steps, usable))


def _steps(ax: Any, values: Sequence[float], most: float, colour: str) -> None:
    ax.stairs(values, [place + 0.5 for place in range(len(values) + 1)], fill=True, color=colour, linewidth=0)
    ax.set_xlim(0.5, len(values) + 0.5)
    ax.set_ylim(0, most)
    ax.set_yticks([])
    linear_axis(ax.xaxis, min(12, len(values)))
    for place, value in enumerate(values, 1):
        note(ax, plain(value, 2), (place, most), (0, -6), ha="center")


def _told(values: Sequence[float]) -> str:
    return ", ".join(plain(value, 2) for value in values[:8]) + " …" * (len(values) > 8)


def harmony_reading(steps: Sequence[tuple[float, int]], usable: int) -> str:
    """Say the load and the window of each step, eight at most."""
    load, window = (_told([step[part] for step in steps]) for part in range(2))
    return f"While others kept {load} of {counted(usable, 'core')} busy, {window} workers got new work."

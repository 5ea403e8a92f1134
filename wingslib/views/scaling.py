"""Speedup against the number of workers, as far as this machine has cores to show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from wingslib.views import theme
from wingslib.views.card import Card, Stamp, dots, foot_of, interval, themed, untestable, value_label
from wingslib.views.picture import Picture
from wingslib.views.wording import ENGINE_NOUNS, about, bounds, capital, counted, percent, plain, ratio, spelled

if TYPE_CHECKING:
    from wingslib.measure.comparison import Comparison

HEIGHT = 3.9
FIT = 4


@themed
def speedup(
    comparison: Comparison, counts: Mapping[str, int] | None = None, *, title: str | None = None, stamp: Stamp = None
) -> Picture:
    """Draw the speedup of each label at its number of workers (`counts`; default: those that the comparison noted).

    Beyond the usable cores nothing is testable: that part is hatched and its marks are hollow.
    """
    places = workers_of(comparison, counts)
    usable = comparison.machine.usable
    subtitle = f"speedup over {comparison.labels[0]} · dot = one round · bar = 95 % interval of the mean"
    foot = foot_of(comparison if stamp is None else stamp)
    card = Card(title or speedup_title(comparison, places), HEIGHT, foot, counted(comparison.rounds, "round"), subtitle)
    ax = card.axes(0.62, 0.82, 0.25, 0.84)
    _scales(ax, comparison, places)
    for label, count in places.items():
        if label == comparison.labels[0] and list(places.values()).count(count) > 1:
            continue  # a variant with as many workers stands there
        _point(ax, comparison, label, count, hollow=count > usable)
    best = last_testable(places, usable)
    if best:
        _write_number(ax, comparison, best, places[best])
    _notes(ax, places, usable)
    return card.save("speedup", speedup_reading(comparison, places))


def workers_of(comparison: Comparison, counts: Mapping[str, int] | None = None) -> dict[str, int]:
    """Return the number of workers of each label that ran, in growing order; the baseline stands at its own number."""
    given = comparison.workers if counts is None else counts
    ran = [label for label in comparison.labels if label in comparison.samples and label in given]
    return dict(sorted(((label, given[label]) for label in ran), key=lambda pair: pair[1]))


def last_testable(places: Mapping[str, int], usable: int) -> str | None:
    """Return the label with the most workers that this machine has cores for."""
    inside = [label for label, count in places.items() if count <= usable]
    return inside[-1] if inside else None


def _scales(ax: Any, comparison: Comparison, places: Mapping[str, int]) -> None:
    most, tops = max(places.values()), []
    for label in places:
        base, own = comparison.samples[comparison.labels[0]], comparison.samples[label]
        tops += [first / second for first, second in zip(base, own, strict=True)]
    high = max(1.2, 1.12 * max(tops), min(most, comparison.machine.usable) * 1.15)
    ax.set_ylim(0, high)
    if most > 16:
        ax.set_xscale("log", base=2)
        ax.set_xlim(0.8, most * 1.25)
    else:
        ax.set_xlim(0.5, most + 0.5)
    ax.grid(axis="y")
    ax.xaxis.set_major_locator(FixedLocator(sorted(set(places.values()))))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))
    ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{plain(value)}×"))
    value_label(ax, "workers")
    end = min(ax.get_xlim()[1], max(comparison.machine.usable + 0.5, 1.5), high)
    steps = [ax.get_xlim()[0] + place / 40 * (end - ax.get_xlim()[0]) for place in range(41)]
    ax.plot(steps, steps, color=theme.AXIS, linewidth=1.2, dashes=(5, 3), zorder=1)
    ax.annotate(
        "ideal",
        (steps[20], steps[20]),
        xytext=(-8, 6),
        textcoords="offset points",
        ha="right",
        size=theme.BODY,
        color=theme.SOFT,
    )


def _point(ax: Any, comparison: Comparison, label: str, count: int, hollow: bool) -> None:
    base, own = comparison.samples[comparison.labels[0]], comparison.samples[label]
    engine = comparison.engines[label]
    if label != comparison.labels[0]:
        ratios = [first / second for first, second in zip(base, own, strict=True)]
        dots(ax, [count] * len(ratios), ratios, engine, shift=(-11, 0), spread="x")
    interval(ax, count, comparison.speedup(label), engine, upright=True, hollow=hollow)


def _write_number(ax: Any, comparison: Comparison, label: str, count: int) -> None:
    value = comparison.speedup(label).mean
    at_edge = count > 0.9 * ax.get_xlim()[1]
    ax.annotate(
        f"{ratio(value)}×",
        (count, value),
        xytext=(0, -22) if at_edge else (9, 0),
        textcoords="offset points",
        weight="bold",
        va="center",
        ha="center" if at_edge else "left",
        zorder=7,
    )


def _notes(ax: Any, places: Mapping[str, int], usable: int) -> None:
    inside = {count for count in places.values() if count <= usable}
    high = ax.get_xlim()[1]
    if max(places.values()) > usable:
        untestable(ax, usable + 0.5, high, f"not testable here:\nthis machine has {counted(usable, 'core')}")
    if len(inside) < FIT:
        words = f"no curve: {counted(len(inside), 'worker count')},\na fit needs {FIT}"
        _no_curve(ax, words, min(usable + 0.5, high))


def _no_curve(ax: Any, words: str, end: float) -> None:
    """Write why there is no curve, at the end of the evidence or, where that is too near, in the corner."""
    room = (ax.transData.transform((end, 0))[0] - ax.bbox.x0) / ax.figure.dpi
    style: dict[str, Any] = {"transform": ax.transAxes, "size": theme.BODY, "color": theme.SOFT, "zorder": 6}
    if room > 2.0:
        ax.text(room / (ax.bbox.width / ax.figure.dpi) - 0.03, 0.06, words, ha="right", va="bottom", **style)
        return
    ax.text(0.02, 0.97, words, va="top", bbox={"facecolor": theme.CARD, "edgecolor": "none", "pad": 2}, **style)


def speedup_title(comparison: Comparison, places: Mapping[str, int]) -> str:
    """State the speedup at the last testable number of workers, if its verdict allows."""
    best = last_testable(places, comparison.machine.usable)
    if best is None or best == comparison.labels[0]:
        return f"{capital(comparison.name)}: no worker count is testable here"
    word = comparison.verdict(best)
    if word == "no verdict":
        return capital(comparison.name)
    who = capital(f"{spelled(places[best])} worker{'s' * (places[best] != 1)}")
    if word == "can't tell":
        return f"{who} against {comparison.labels[0]}: can't tell"
    verb = "is" if places[best] == 1 else "are"
    return f"{who} {verb} {about(comparison.speedup(best))} as fast as {comparison.labels[0]}"


def speedup_reading(comparison: Comparison, places: Mapping[str, int]) -> str:
    """Say the speedup at the last testable count, its share of the ideal, and where evidence ends."""
    usable, base = comparison.machine.usable, comparison.labels[0]
    best = last_testable(places, usable)
    over = f"over {counted(usable, 'core')} not testable here" if max(places.values()) > usable else ""
    if best is None or best == base:
        return capital(f"no worker count is testable here: this machine has {counted(usable, 'core')}.")
    value, count = comparison.speedup(best), places[best]
    who = counted(count, ENGINE_NOUNS.get(comparison.engines[best], "worker"))
    evidence = f"95 % interval {bounds(value)}, {counted(comparison.rounds, 'round')}"
    text = f"With {who} {ratio(value.mean)}× as fast as {base} ({evidence}), {percent(value.mean / count)} of ideal"
    inside = len({each for each in places.values() if each <= usable})
    parts = [text, f"no curve: {counted(inside, 'worker count')}" if inside < FIT else "", over]
    return "; ".join(part for part in parts if part) + "."

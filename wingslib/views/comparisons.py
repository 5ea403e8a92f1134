"""Comparisons: the variants of one race beside each other, in seconds and as speedups, with their verdicts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from wingslib.measure.intervals import SAME
from wingslib.views import theme
from wingslib.views.card import Card, Stamp, dots, foot_of, interval, note, row_label, rows_axes, themed, value_label
from wingslib.views.picture import Picture
from wingslib.views.scales import held, ratio_axis, value_axis
from wingslib.views.wording import about, bounds, capital, counted, digits, label_margin, ratio, shorter, spelled, wrapped

if TYPE_CHECKING:
    from wingslib.measure.comparison import Comparison
    from wingslib.measure.intervals import Interval

PITCH, TOP, BOTTOM, VERDICTS = 0.44, 0.82, 0.84, 5.52
TITLE_LENGTH = 60


@themed
def variants(comparison: Comparison, *, title: str | None = None, stamp: Stamp = None) -> Picture:
    """Draw each variant's seconds, its speedup over the baseline with the ± 5 % band, and its verdict.

    The baseline stands first, the others in the order given, the absent ones last with their reason.
    """
    labels = _ran(comparison)
    rows = [*labels, *comparison.absent]
    results = "equal results" if comparison.equal else "results differ"
    subtitle = f"same work, {results} · dot = one round · tick = mean · bar = 95 % interval"
    foot = foot_of(comparison if stamp is None else stamp)
    height = TOP + PITCH * len(rows) + BOTTOM
    card = Card(title or variants_title(comparison), height, foot, counted(comparison.rounds, "round"), subtitle)
    left = label_margin(rows, 1.2, 2.15)
    middle = left + 0.02 + (VERDICTS - left) * 0.53
    _seconds(card, comparison, labels, len(rows), left, 7.0 - middle + 0.05)
    _speedups(card, comparison, labels, len(rows), middle + 0.45)
    for place, label in enumerate(rows):
        y = TOP + PITCH * (place + 0.5)
        row_label(card, label, left, y)
        if label in comparison.absent:
            words = wrapped(f"not run: {comparison.absent[label]}", 5.4 - left, theme.BODY)
            ground = {"facecolor": theme.CARD, "edgecolor": "none", "pad": 2}
            card.text(left + 0.1, y, words, theme.BODY, color=theme.SOFT, bbox=ground, linespacing=1.1)
        elif place:
            _verdict(card, comparison, label, y)
    return card.save("variants", variants_reading(comparison))


def _ran(comparison: Comparison) -> list[str]:
    return [label for label in comparison.labels if label not in comparison.absent]


def _seconds(card: Card, comparison: Comparison, labels: Sequence[str], count: int, left: float, right: float) -> None:
    ax = rows_axes(card, count, left, TOP, right, BOTTOM)
    value_label(ax, value_axis(ax, [value for label in labels for value in comparison.samples[label]]))
    for place, label in enumerate(labels):
        engine, seconds = comparison.engines[label], comparison.samples[label]
        dots(ax, seconds, [place] * len(seconds), engine)
        colour = theme.SOLID[theme.family(engine)]
        ax.vlines([comparison.mean(label)], place - 0.27, place + 0.27, color=colour, linewidth=2.6, zorder=4)


def _speedups(card: Card, comparison: Comparison, labels: Sequence[str], count: int, left: float) -> None:
    ax = rows_axes(card, count, left, TOP, 7.0 - VERDICTS, BOTTOM)
    found = {label: comparison.speedup(label) for label in labels[1:]}
    ax.axvspan(1 / (1 + SAME), 1 + SAME, color=theme.OVER, linewidth=0, zorder=1)
    ratio_axis(ax, held([1.0], list(found.values())))
    value_label(ax, "speedup (grey = same, ±5 %)")
    marker = theme.MARKER[theme.family(comparison.engines[labels[0]])]
    ax.plot([1], [0], marker, color=theme.INK, markersize=8, markeredgecolor=theme.CARD, zorder=5)
    note(ax, "baseline", (1, 0), (8, 0), color=theme.SOFT, ground=True)
    for place, (label, value) in enumerate(found.items(), 1):
        interval(ax, place, value, comparison.engines[label])


def _verdict(card: Card, comparison: Comparison, label: str, y: float) -> None:
    word, value = comparison.verdict(label), f"{ratio(comparison.speedup(label).mean)}×"
    told = word != "no verdict"
    card.text(5.62, y - 0.08, value, theme.BODY)
    card.text(5.62, y + 0.08, word, theme.BODY, weight="bold" if told else "normal", color=theme.INK if told else theme.SOFT)


def variants_title(comparison: Comparison) -> str:
    """State the finding, if a verdict allows one; else name the subject."""
    verdicts = {label: comparison.verdict(label) for label in _ran(comparison)[1:]}
    if all(word == "no verdict" for word in verdicts.values()):
        return capital(comparison.name)
    order = {"faster": 0, "slower": 1, "same": 2}
    told = [label for label, word in verdicts.items() if word in order]
    if not told:
        return f"{capital(comparison.name)}: can't tell"
    told.sort(key=lambda label: (order[verdicts[label]], -abs(math.log(comparison.speedup(label).mean))))
    whole = _of_all(comparison, verdicts) if len(verdicts) > 1 and len(set(verdicts.values())) == 1 else ""
    found = [_finding(comparison, label, verdicts[label]) for label in told]
    choices = [whole, "; ".join(found[:2]), found[0], found[0].removesuffix(f" as {comparison.baseline}")]
    return next((capital(words) for words in choices if words and len(words) <= TITLE_LENGTH), capital(choices[-1]))


def _of_all(comparison: Comparison, verdicts: dict[str, str]) -> str:
    """Say in one what holds of every variant, from the lowest end of their intervals to the highest."""
    many, word = "both" if len(verdicts) == 2 else f"all {spelled(len(verdicts))}", next(iter(verdicts.values()))
    if word == "same":
        return f"{many} take the same time as {comparison.baseline}"
    found = [comparison.speedup(label) for label in verdicts]
    low, high = min(each.low for each in found), max(each.high for each in found)
    if low < 0.1:
        return f"{many} take {digits(1 / high, 2)} to {digits(1 / low, 2)} times as long as {comparison.baseline}"
    return f"{many} are {digits(low, 2)} to {digits(high, 2)} times as fast as {comparison.baseline}"


def _finding(comparison: Comparison, label: str, word: str) -> str:
    if word == "same":
        return f"{label} takes the same time as {comparison.baseline}"
    return f"{label}: {_pace(comparison.speedup(label))} as {comparison.baseline}"


def _pace(speedup: Interval) -> str:
    if speedup.mean >= 0.1:
        return f"{about(speedup)} as fast"
    return f"{about(type(speedup)(1 / speedup.mean, 1 / speedup.high, 1 / speedup.low))} as long"


def variants_reading(comparison: Comparison) -> str:
    """Say each variant's speedup with its interval and verdict, as many as 35 words hold, and whether results were equal.

    Without verdicts an interval says nothing: only the ratio is told.
    """
    parts, untold = [], 0
    for label in _ran(comparison)[1:]:
        value, word = comparison.speedup(label), comparison.verdict(label)
        untold += word == "no verdict"
        width = "" if word == "no verdict" else f" ({bounds(value)}): {word}"
        parts.append(f"{label} {ratio(value.mean)}×{width}")
    parts += [f"{label} not run" for label in comparison.absent]
    why = "smoke run" if comparison.stopped == "smoke" else f"only {counted(comparison.rounds, 'round')}"
    tail = [f"no verdict: {why}"] * bool(untold) + [f"equal results: {'yes' if comparison.equal else 'no'}"]
    kept = shorter(parts, 30 - len(" ".join(tail).split()))
    return capital("; ".join([*kept, *tail])) + "."

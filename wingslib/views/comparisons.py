"""Comparisons: the variants of one race beside each other, and single races beside their interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from wingslib.views import theme
from wingslib.views.card import Card, Stamp, foot_of, interval, themed, value_label
from wingslib.views.card import dots as sample_dots
from wingslib.views.lettering import fitted, label_margin, wrapped
from wingslib.views.picture import Picture
from wingslib.views.scales import ratio_axis, value_axis
from wingslib.views.wording import about, bounds, capital, counted, digits, ratio

if TYPE_CHECKING:
    from wingslib.measure.comparison import Comparison, Interval

SAME = 0.05  # the band of the verdict "same"
PITCH, TOP, BOTTOM = 0.44, 0.82, 0.84
TITLE_LENGTH = 60


@themed
def variants(comparison: Comparison, *, title: str | None = None, stamp: Stamp = None) -> Picture:
    """Draw each variant's seconds, its speedup over the baseline with the ± 5 % band, and its verdict.

    The baseline stands first, the others in the order given, the absent ones last with their reason.
    """
    smoke = comparison.stopped == "smoke"
    labels = [label for label in comparison.labels if label not in comparison.absent]
    rows = [*labels, *comparison.absent]
    results = "equal results" if comparison.equal else "results differ"
    card = Card(
        title or variants_title(comparison),
        TOP + PITCH * len(rows) + BOTTOM,
        foot_of(comparison if stamp is None else stamp),
        counted(comparison.rounds, "round"),
        f"same work, {results} · dot = one round · tick = mean · bar = 95 % interval",
    )
    left = label_margin(rows, 1.2, 2.0)
    split = left + 0.02 + (5.52 - left) * 0.53
    for place, label in enumerate(rows):
        y = TOP + PITCH * (place + 0.5)
        card.text(left - 0.10, y, wrapped(label, left - 0.10 - 0.16, theme.LABEL), ha="right", linespacing=1.1)
    _seconds(card, comparison, labels, len(rows), left, 7.0 - split + 0.05)
    _speedups(card, comparison, labels, len(rows), split + 0.45)
    for place, reason in enumerate(comparison.absent.values(), len(labels)):
        words = wrapped(f"not run: {reason}", 5.4 - left, theme.BODY)
        card.text(left + 0.1, TOP + PITCH * (place + 0.5), words, theme.BODY, color=theme.SOFT, bbox=_GROUND, linespacing=1.1)
    for place, label in enumerate(labels[1:], 1):
        _verdict(card, comparison, label, TOP + PITCH * (place + 0.5), smoke)
    return card.save("variants", variants_reading(comparison))


_GROUND = {"facecolor": theme.CARD, "edgecolor": "none", "pad": 2}


def _rows_axes(card: Card, count: int, left: float, right: float) -> Any:
    ax = card.axes(left, TOP, right, BOTTOM)
    ax.set_ylim(count - 0.5, -0.5)
    ax.set_yticks([])
    ax.grid(axis="x")
    return ax


def _seconds(card: Card, comparison: Comparison, labels: Sequence[str], count: int, left: float, right: float) -> None:
    ax = _rows_axes(card, count, left, right)
    drawn = [value for label in labels for value in comparison.samples[label]]
    unit = value_axis(ax, drawn, from_zero=True)
    value_label(ax, unit)
    for place, label in enumerate(labels):
        engine = comparison.engines[label]
        sample_dots(ax, comparison.samples[label], [place] * len(comparison.samples[label]), engine)
        mean = comparison.mean(label)
        ax.vlines([mean], place - 0.27, place + 0.27, color=theme.SOLID[theme.family(engine)], linewidth=2.6, zorder=4)


def _speedups(card: Card, comparison: Comparison, labels: Sequence[str], count: int, left: float) -> None:
    ax = _rows_axes(card, count, left, 7.0 - 5.52)
    found = {label: comparison.speedup(label) for label in labels[1:]}
    ax.axvspan(1 / (1 + SAME), 1 + SAME, color=theme.OVER, linewidth=0, zorder=1)
    ratio_axis(ax, [1.0, *(end for each in found.values() for end in (each.low, each.high))])
    value_label(ax, "speedup (grey = same, ±5 %)")
    ax.plot(
        [1],
        [0],
        theme.MARKER[theme.family(comparison.engines[labels[0]])],
        color=theme.INK,
        markersize=8,
        markeredgecolor=theme.CARD,
        zorder=5,
    )
    ax.annotate(
        "baseline",
        (1, 0),
        xytext=(8, 0),
        textcoords="offset points",
        va="center",
        size=theme.BODY,
        color=theme.SOFT,
        bbox=_GROUND,
        annotation_clip=False,
    )
    for place, (label, value) in enumerate(found.items(), 1):
        interval(ax, place, value, comparison.engines[label])


def _verdict(card: Card, comparison: Comparison, label: str, y: float, smoke: bool) -> None:
    value = f"{ratio(comparison.speedup(label).mean)}×"
    if smoke:
        card.text(5.62, y, value, theme.BODY)
        return
    card.text(5.62, y - 0.08, value, theme.BODY)
    card.text(5.62, y + 0.08, comparison.verdict(label), theme.BODY, weight="bold")


def variants_title(comparison: Comparison) -> str:
    """State the finding, if a verdict allows one; else name the subject."""
    rivals = [label for label in comparison.labels[1:] if label not in comparison.absent]
    verdicts = {label: comparison.verdict(label) for label in rivals}
    if all(word == "no verdict" for word in verdicts.values()):
        return capital(comparison.name)
    base = comparison.labels[0]
    found = [_finding(comparison, label, base) for label in _by_news(comparison, verdicts)]
    if not found:
        return f"{capital(comparison.name)}: can't tell"
    first, both = capital(found[0]), capital("; ".join(found[:2]))
    return both if len(both) <= TITLE_LENGTH else first if len(first) <= TITLE_LENGTH else _short(comparison, verdicts)


def _by_news(comparison: Comparison, verdicts: dict[str, str]) -> list[str]:
    order = {"faster": 0, "slower": 1, "same": 2}
    told = [label for label, word in verdicts.items() if word in order]
    return sorted(told, key=lambda label: (order[verdicts[label]], -abs(math.log(comparison.speedup(label).mean))))


def _finding(comparison: Comparison, label: str, base: str) -> str:
    word = comparison.verdict(label)
    if word == "same":
        return f"{label} takes the same time as {base}"
    return f"{label}: {_pace(comparison.speedup(label))} as {base}"


def _pace(speedup: Interval) -> str:
    if speedup.mean >= 0.1:
        return f"{about(speedup)} as fast"
    return f"{about(type(speedup)(1 / speedup.mean, 1 / speedup.high, 1 / speedup.low))} as long"


def _short(comparison: Comparison, verdicts: dict[str, str]) -> str:
    label = _by_news(comparison, verdicts)[0]
    word = verdicts[label]
    return f"{capital(label)}: {word}" if word == "same" else f"{capital(label)}: {_pace(comparison.speedup(label))}"


def variants_reading(comparison: Comparison) -> str:
    """Say each variant's speedup with its interval and verdict, as many as 35 words hold, and whether results were equal."""
    smoke = comparison.stopped == "smoke"
    parts = []
    for label in comparison.labels[1:]:
        if label in comparison.absent:
            parts.append(f"{label} not run")
            continue
        value = comparison.speedup(label)
        parts.append(f"{label} {ratio(value.mean)}× ({bounds(value)})" + ("" if smoke else f": {comparison.verdict(label)}"))
    parts += [f"{label} not run" for label in comparison.absent if label not in comparison.labels]
    tail = f"equal results: {'yes' if comparison.equal else 'no'}"
    kept = list(parts)
    while len(kept) > 1 and len(" ".join([*kept, tail]).split()) > 30:
        kept.pop()
    rest = [f"and {len(parts) - len(kept)} more"] if len(kept) < len(parts) else []
    return capital("; ".join([*kept, *rest, tail])) + (" (smoke run)." if smoke else ".")


@themed
def dots(
    ratios: Sequence[float],
    measured: Interval,
    *,
    bands: Sequence[float] = (SAME,),
    title: str | None = None,
    stamp: Stamp = None,
    engine: str = "serial",
) -> Picture:
    """Draw single races of a function against itself above the one interval that many rounds give."""
    band = min(bands)
    subtitle = "seconds of A ÷ seconds of A · dot = one race · bar = 95 % interval of compare(A, A)"
    card = Card(title or dots_title(ratios, band), 2.75, foot_of(stamp), counted(len(ratios), "race"), subtitle)
    left = 1.62
    ax = card.axes(left, 0.98, 0.35, BOTTOM)
    ax.set_ylim(1.45, -0.62)
    ax.set_yticks([])
    ax.grid(axis="x")
    for share, colour in zip(sorted(bands, reverse=True), (theme.OVER, theme.LINK), strict=False):
        ax.axvspan(1 - share, 1 + share, color=colour, linewidth=0, zorder=1)
    ratio_axis(ax, [*ratios, measured.low, measured.high])
    names = " and ".join(f"±{100 * share:.0f} %" for share in sorted(bands, reverse=True))
    value_label(ax, f"ratio, log scale (grey = {names})")
    spread = [((place * 7) % 11 - 5) / 14 for place in range(len(ratios))]
    sample_dots(ax, ratios, spread, engine)
    interval(ax, 1, measured, engine)
    words = f"{ratio(measured.mean)} ({bounds(measured)})"
    rightmost = ax.transData.transform((measured.high, 1))[0] > ax.bbox.x1 - 2 * ax.figure.dpi
    at, shift, side = (measured.low, -9, "right") if rightmost else (measured.high, 9, "left")
    ax.annotate(words, (at, 1), xytext=(shift, 0), textcoords="offset points", ha=side, va="center", bbox=_GROUND)
    span = 2.75 - 0.98 - BOTTOM
    for words, place in ((f"{len(ratios)} single races", 0), ("compare(A, A)", 1)):
        card.text(left - 0.10, 0.98 + span * (place + 0.62) / 2.07, fitted(words, left - 0.26, theme.LABEL), ha="right")
    return card.save("dots", dots_reading(ratios, measured, band))


def beyond(ratios: Sequence[float], band: float) -> int:
    """Count the ratios that differ from 1 by more than `band`."""
    return sum(not 1 - band <= each <= 1 + band for each in ratios)


def dots_title(ratios: Sequence[float], band: float) -> str:
    """Say how many single races showed a difference that is not there."""
    return f"{beyond(ratios, band)} of {len(ratios)} single races differ by more than {100 * band:.0f} %"


def dots_reading(ratios: Sequence[float], measured: Interval, band: float) -> str:
    """Say how far single races strew, and where the interval lies."""
    return (
        f"{beyond(ratios, band)} of {len(ratios)} races of a function against itself differ by more than {100 * band:.0f} %, "
        f"from {digits(min(ratios), 2)} to {digits(max(ratios), 2)}; the interval is {bounds(measured)}."
    )

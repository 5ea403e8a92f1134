"""Efficiency splits: what a second worker's time went to, as one bar whose pieces add up to all that was paid for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from wingslib.views import theme
from wingslib.views.card import Card, Stamp, foot_of, hatched, key, themed, value_label
from wingslib.views.lettering import fitted, label_margin, text_width, wrapped
from wingslib.views.picture import Picture
from wingslib.views.rows import rectangles
from wingslib.views.wording import capital, percent, ratio

if TYPE_CHECKING:
    from wingslib.measure.efficiency import Split

PITCH, TOP, BOTTOM, RIGHT, BAR = 0.62, 0.86, 0.84, 0.98, 0.25
LOSSES = {
    "start-up": "start-up",
    "balance": "imbalance",
    "dispatch": "dispatch",
    "serialisation": "pickling",
    "work": "slower work",
}
SHORT = {"serialisation": "pickling"}


@themed
def efficiency(
    splits: Mapping[str, Split], *, engine: str = "processes", title: str | None = None, stamp: Stamp = None
) -> Picture:
    """Draw for each label what of workers × wall was useful, and which factor took the rest.

    From start-up inwards, each factor takes its share of what is left. A factor above 1 lengthens the bar beyond 100 %.
    """
    most = max(sum(length for _, length in pieces(split) if length > 0) for split in splits.values())
    workers = sorted({split.workers for split in splits.values()})
    sample = f"{engine}, {' or '.join(map(str, workers))} workers"
    foot = foot_of(stamp)
    words = title or ("Where the workers' time went" if foot.smoke else efficiency_title(splits))
    card = Card(words, TOP + PITCH * len(splits) + BOTTOM, foot, sample)
    key(card, [(name, style) for name, style in _styles(engine).items()])
    left = label_margin(list(splits), 1.2, 2.0)
    ax = card.axes(left, TOP, RIGHT, BOTTOM)
    ax.set_xlim(0, max(1.0, most))
    ax.set_ylim(PITCH * len(splits), 0)
    ax.set_yticks([])
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100 %"])
    value_label(ax, "share of workers × wall time (factors multiply to speedup / workers)")
    for place, (label, split) in enumerate(splits.items()):
        _bar(card, ax, split, place * PITCH + 0.06, engine)
        card.text(
            left - 0.10, TOP + place * PITCH + 0.19, wrapped(label, left - 0.26, theme.LABEL), ha="right", linespacing=1.0
        )
        card.text(
            7 - RIGHT + 0.08,
            TOP + place * PITCH + 0.19,
            fitted(f"{ratio(split.speedup)}× of {split.workers}", RIGHT - 0.16, theme.BODY),
            theme.BODY,
        )
        _factors(card, split, left, TOP + place * PITCH + 0.42)
    return card.save("efficiency", efficiency_reading(splits))


def pieces(split: Split) -> list[tuple[str, float]]:
    """Return the pieces of the bar from the left, as shares of what was paid for: useful, then the losses.

    They sum to 1; a factor above 1 has a negative length, by which the others reach beyond 100 %.
    """
    left, losses = 1.0, []
    for name, factor in split.factors().items():
        losses.append((LOSSES[name], left * (1 - factor)))
        left *= factor
    return [("useful", left), *reversed(losses)]


def _styles(engine: str) -> dict[str, dict[str, Any]]:
    name = theme.family(engine)
    return {
        "useful": {"facecolor": theme.SOLID[name]},
        "slower work": {"facecolor": theme.TINT[name]},
        "pickling": hatched(".....", theme.UNTESTABLE),
        "dispatch": hatched("\\\\\\\\\\\\"),
        "imbalance": {"facecolor": theme.IDLE},
        "start-up": hatched(),
    }


def _bar(card: Card, ax: Any, split: Split, top: float, engine: str) -> None:
    at, styles = 0.0, _styles(engine)
    for name, length in pieces(split):
        if length > 0:
            rectangles(ax, [(at, at + length, top, top + BAR)], **styles[name])
            ax.vlines([at] if at else [], top, top + BAR, color=theme.CARD, linewidth=1.2)
            at += length
    if at > 1.0005:
        rectangles(ax, [(1, at, top, top + BAR)], facecolor="none", edgecolor=theme.INK, linewidth=1.2)
    useful = split.product
    words = percent(useful)
    inches = useful / ax.get_xlim()[1] * (7 - RIGHT - 1.2)
    if text_width(words, theme.BODY, bold=True) + 0.1 < inches:
        ax.text(
            useful / 2,
            top + BAR / 2,
            words,
            size=theme.BODY,
            weight="bold",
            color=theme.on_solid(engine),
            ha="center",
            va="center_baseline",
        )
        return
    ground = {"facecolor": theme.CARD, "edgecolor": "none", "pad": 1.5}
    ax.annotate(
        words,
        (useful, top + BAR / 2),
        xytext=(5, 0),
        textcoords="offset points",
        weight="bold",
        size=theme.BODY,
        va="center",
        bbox=ground,
    )


def _factors(card: Card, split: Split, x: float, y: float) -> None:
    for place, (name, factor) in enumerate(split.factors().items()):
        words = f"{SHORT.get(name, name)} {factor:.2f}"
        bold = name == split.smallest
        if place:
            card.text(x, y, "×", theme.SMALL, color=theme.SOFT)
            x += text_width("×", theme.SMALL) + 0.05
        card.text(x, y, words, theme.SMALL, weight="bold" if bold else "normal", color=theme.INK if bold else theme.SOFT)
        x += text_width(words, theme.SMALL, bold) + 0.05


def efficiency_title(splits: Mapping[str, Split]) -> str:
    """Name what loses most: of the one run, or in how many different ways several runs lose."""
    losers = {label: LOSSES[split.smallest] for label, split in splits.items()}
    if len(splits) == 1:
        split = next(iter(splits.values()))
        return f"{ratio(split.speedup)}× of {split.workers} workers: {next(iter(losers.values()))} costs most"
    if len(set(losers.values())) == 1:
        return f"In all {len(splits)} runs {next(iter(losers.values()))} costs most"
    worst = min(splits, key=lambda label: splits[label].product)
    title = f"{capital(worst)}: {percent(splits[worst].product)} useful, {losers[worst]} costs most"
    return title if len(title) <= 60 else f"In the least efficient run {losers[worst]} costs most"


def efficiency_reading(splits: Mapping[str, Split]) -> str:
    """Multiply out the one run, or the least efficient of several, and name the factor that loses most."""
    worst = min(splits, key=lambda label: splits[label].product)
    split = splits[worst]
    factors = " × ".join(f"{SHORT.get(name, name)} {factor:.2f}" for name, factor in split.factors().items())
    head = "" if len(splits) == 1 else f"{capital(worst)}: "
    lost = SHORT.get(split.smallest, split.smallest)
    return f"{head}{ratio(split.speedup)}× of {split.workers} workers = {factors}; {lost} loses most."

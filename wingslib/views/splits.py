"""Efficiency splits: what a second worker's time went to, as one bar whose pieces add up to all that was paid for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from wingslib.views import theme
from wingslib.views.card import Card, Stamp, foot_of, hatched, key, note, row_label, themed, value_label
from wingslib.views.picture import Picture
from wingslib.views.rows import rectangles
from wingslib.views.wording import ENGINE_NOUNS, capital, counted, fitted, label_margin, percent, ratio, text_width

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
    foot = foot_of("simulated" if stamp is None and engine == "simulated" else stamp)
    words = title or ("Where the workers' time went" if foot.smoke else efficiency_title(splits))
    card = Card(words, TOP + PITCH * len(splits) + BOTTOM, foot, _sample(splits, engine))
    key(card, list(_styles(engine).items()))
    left = label_margin(list(splits), 1.2, 2.0)
    ax = card.axes(left, TOP, RIGHT, BOTTOM)
    ax.set_xlim(0, max(1.0, *(sum(length for _, length in pieces(split) if length > 0) for split in splits.values())))
    ax.set_ylim(PITCH * len(splits), 0)
    ax.set_yticks([])
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100 %"])
    value_label(ax, "share of workers × wall time (factors multiply to speedup / workers)")
    for place, (label, split) in enumerate(splits.items()):
        _bar(ax, split, place * PITCH + 0.06, engine)
        y = TOP + place * PITCH + 0.19
        row_label(card, label, left, y)
        words = fitted(f"{ratio(split.speedup)}× of {split.workers}", RIGHT - 0.16, theme.BODY)
        card.text(7 - RIGHT + 0.08, y, words, theme.BODY)
        _factors(card, split, left, y + 0.23)
    return card.save("efficiency", efficiency_reading(splits))


def _sample(splits: Mapping[str, Split], engine: str) -> str:
    """Return the numbers of workers: 2 processes; 1, 2 or 4 processes."""
    counts = sorted({split.workers for split in splits.values()})
    noun = "worker" if engine == "simulated" else ENGINE_NOUNS.get(engine, "worker")
    return ", ".join(map(str, counts[:-1])) + " or " * (len(counts) > 1) + counted(counts[-1], noun)


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


def _bar(ax: Any, split: Split, top: float, engine: str) -> None:
    at, styles, useful = 0.0, _styles(engine), split.product
    for name, length in pieces(split):
        if length > 0:
            rectangles(ax, [(at, at + length, top, top + BAR)], **styles[name])
            ax.vlines([at] if at else [], top, top + BAR, color=theme.CARD, linewidth=1.2)
            at += length
    if at > 1.0005:
        rectangles(ax, [(1, at, top, top + BAR)], facecolor="none", edgecolor=theme.INK, linewidth=1.2)
    words, middle = percent(useful), top + BAR / 2
    room = useful / ax.get_xlim()[1] * ax.bbox.width / ax.figure.dpi
    if text_width(words, theme.BODY, bold=True) + 0.1 < room:
        note(ax, words, (useful / 2, middle), ha="center", va="center_baseline", weight="bold", color=theme.on_solid(engine))
    else:
        note(ax, words, (useful, middle), (5, 0), weight="bold", ground=True)


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

"""Claims of the source chapter beside what was measured here: a chart, and the same as an HTML table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from wingslib.machine import usable_cores
from wingslib.views import theme
from wingslib.views.card import Card, Stamp, foot_of, interval, note, rows_axes, themed, value_label
from wingslib.views.picture import Picture
from wingslib.views.scales import ratio_axis
from wingslib.views.wording import bounds, capital, counted, ratio, spelled, wrapped

if TYPE_CHECKING:
    from wingslib.measure.claims import Verdict
    from wingslib.measure.intervals import Interval

TOP, BOTTOM, RIGHT = 0.98, 0.84, 2.30
SIGNS = {"met": "✓", "not met": "✗", "can't tell": "?", "not testable here": "–"}
RATIOS = "measured ÷ claimed, log scale · bar = 95 % interval · line = exactly as claimed"
FACTS = "statements without a number: what was seen here"


@themed
def claims(verdicts: Sequence[Verdict], *, title: str | None = None, stamp: Stamp = None) -> Picture:
    """Draw what was measured ÷ what was claimed, with the verdict in words; facts alone make a list without an axis."""
    shares = {place: share for place, verdict in enumerate(verdicts) if (share := against_claim(verdict))}
    top, bottom, room = (TOP, BOTTOM, 2.30) if shares else (0.78, 0.50, 7 - RIGHT - 0.4)
    texts = [wrapped(verdict.claim.text, room, theme.BODY, 3) for verdict in verdicts]
    tall = any(text.count("\n") > 1 or "\n" in small_text(verdict) for text, verdict in zip(texts, verdicts, strict=True))
    pitch, count = 0.58 if tall else 0.42, len(verdicts)
    height = top + pitch * count + bottom
    card = Card(title or claims_title(verdicts), height, foot_of(stamp), counted(count, "claim"), RATIOS if shares else FACTS)
    if shares:
        _ratios(card, shares, count, room + 0.35)
    for place, verdict in enumerate(verdicts):
        y = top + pitch * (place + 0.5)
        card.text(0.2, y, texts[place], theme.BODY, linespacing=1.0)
        _words(card, verdict, y)
        if place:
            card.box(0.2, y - pitch / 2, 6.6, 0.008, facecolor=theme.GRID, linewidth=0, zorder=-1)
    return card.save("claims", claims_reading(verdicts))


def _ratios(card: Card, shares: Mapping[int, Interval], count: int, left: float) -> None:
    ax = rows_axes(card, count, left, TOP, RIGHT, BOTTOM)
    ax.grid(visible=False)
    ratio_axis(ax, [0.45, 2.2, *(end for share in shares.values() for end in (share.low, share.high))], most=4)
    ax.axvspan(1, ax.get_xlim()[1], color=theme.UNTESTABLE, linewidth=0, zorder=0)
    ax.axvline(1, color=theme.INK, linewidth=1.2, zorder=1)
    for words, side, shift in (("not met", "right", -4), ("met", "left", 4)):
        note(ax, words, (1, -0.5), (shift, 8), ha=side, size=theme.SMALL, color=theme.SOFT)
    value_label(ax, "measured ÷ claimed")
    for place, share in shares.items():
        interval(ax, place, share, "serial")


def against_claim(verdict: Verdict) -> Interval | None:
    """Return measured ÷ claimed, where both are numbers."""
    found, claimed = verdict.measured, verdict.claim.threshold
    if found is None or not claimed:
        return None
    return type(found)(found.mean / claimed, found.low / claimed, found.high / claimed)


def _words(card: Card, verdict: Verdict, y: float) -> None:
    x, small = 7 - RIGHT + 0.14, small_text(verdict)
    weight, colour = ("normal", theme.SOFT) if verdict.word == "not testable here" else ("bold", theme.INK)
    up, down = (0.15, 0.06) if "\n" in small else (0.085, 0.085) if small else (0.0, 0.0)
    card.text(x, y - up, signed(verdict), theme.BODY, weight=weight, color=colour)
    card.text(x, y + down, small, theme.SMALL, color=theme.SOFT)


def signed(verdict: Verdict) -> str:
    """Return the verdict's word behind its sign."""
    return f"{SIGNS[verdict.word]} {verdict.word}"


def small_text(verdict: Verdict) -> str:
    """Return what stands under the verdict, in one line or two."""
    return wrapped(value_text(verdict).replace(", this machine has ", ", has "), RIGHT - 0.14 - 0.2, theme.SMALL)


def value_text(verdict: Verdict) -> str:
    """Return the measured value with its interval, or the reason."""
    if verdict.measured is None:
        return verdict.reason
    return f"{ratio(verdict.measured.mean)}× ({bounds(verdict.measured)})"


def _count(verdicts: Sequence[Verdict], word: str) -> int:
    return sum(verdict.word == word for verdict in verdicts)


def claims_title(verdicts: Sequence[Verdict]) -> str:
    """Say how many of the testable claims are met, and of how many nothing can be told."""
    met, unknown = _count(verdicts, "met"), _count(verdicts, "can't tell")
    tested = len(verdicts) - _count(verdicts, "not testable here")
    if not tested:
        return "No claim is testable on this machine"
    noun = "claim" if tested == 1 else "claims"
    text = f"{capital(spelled(met))} of {spelled(tested)} testable {noun} {'is' if met == 1 else 'are'} met"
    return text + (f"; {unknown} can't tell" if unknown else "")


def claims_reading(verdicts: Sequence[Verdict]) -> str:
    """Count the four words: met, not met, can't tell, and not testable here with the reason."""
    rest = [verdict for verdict in verdicts if verdict.word == "not testable here"]
    parts = [f"{_count(verdicts, 'met')} of {len(verdicts) - len(rest)} testable claims met"]
    parts += [f"{many} {word}" for word in ("not met", "can't tell") if (many := _count(verdicts, word))]
    cores = " and ".join(map(str, sorted({verdict.claim.cores for verdict in rest})))
    why = f"; {len(rest)} not testable here: need {cores} cores, this machine has {usable_cores()}" if rest else ""
    return f"{', '.join(parts)}{why}."

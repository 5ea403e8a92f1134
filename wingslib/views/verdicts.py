"""Claims of the source chapter beside what was measured here: a chart, and the same as an HTML table."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from wingslib.machine import usable_cores
from wingslib.views import theme
from wingslib.views.card import Card, Stamp, foot_of, interval, themed, value_label
from wingslib.views.lettering import wrapped
from wingslib.views.picture import Picture
from wingslib.views.scales import ratio_axis
from wingslib.views.wording import bounds, capital, counted, ratio, spelled

if TYPE_CHECKING:
    from wingslib.measure.claims import Verdict
    from wingslib.measure.comparison import Interval

TOP, BOTTOM = 0.98, 0.84
WORDS, RIGHT = 2.65, 2.30
SIGNS = {"met": "✓", "not met": "✗", "can't tell": "?", "not testable here": "–"}


@themed
def claims(verdicts: Sequence[Verdict], *, title: str | None = None, stamp: Stamp = None) -> Picture:
    """Draw what was measured ÷ what was claimed, with the verdict in words; a claim without a number has only words."""
    subtitle = "measured ÷ claimed, log scale · bar = 95 % interval · line = exactly as claimed"
    pitch = 0.58 if any(_is_tall(verdict) for verdict in verdicts) else 0.42
    height = TOP + pitch * len(verdicts) + BOTTOM
    card = Card(title or claims_title(verdicts), height, foot_of(stamp), counted(len(verdicts), "claim"), subtitle)
    ax = card.axes(WORDS, TOP, RIGHT, BOTTOM)
    ax.set_ylim(len(verdicts) - 0.5, -0.5)
    ax.set_yticks([])
    shares = {place: share for place, verdict in enumerate(verdicts) if (share := against_claim(verdict))}
    ratio_axis(ax, [0.45, 2.2, *(end for share in shares.values() for end in (share.low, share.high))], most=4)
    ax.axvspan(1, ax.get_xlim()[1], color=theme.UNTESTABLE, linewidth=0, zorder=0)
    ax.axvline(1, color=theme.INK, linewidth=1.2, zorder=1)
    for words, side, shift in (("not met", "right", -4), ("met", "left", 4)):
        ax.annotate(
            words,
            (1, 1),
            xycoords=("data", "axes fraction"),
            xytext=(shift, 3),
            textcoords="offset points",
            ha=side,
            size=theme.SMALL,
            color=theme.SOFT,
        )
    value_label(ax, "measured ÷ claimed")
    for place, verdict in enumerate(verdicts):
        _row(card, ax, verdict, place, pitch, shares.get(place))
    return card.save("claims", claims_reading(verdicts))


def against_claim(verdict: Verdict) -> Interval | None:
    """Return measured ÷ claimed, where both are numbers."""
    found, claimed = verdict.measured, verdict.claim.threshold
    if found is None or not claimed:
        return None
    return type(found)(found.mean / claimed, found.low / claimed, found.high / claimed)


def _row(card: Card, ax: Any, verdict: Verdict, place: int, pitch: float, share: Interval | None) -> None:
    y = TOP + pitch * (place + 0.5)
    tested = verdict.word != "not testable here"
    card.text(0.2, y, claim_text(verdict), theme.BODY, linespacing=1.0)
    x = 7 - RIGHT + 0.14
    colour = theme.INK if tested else theme.SOFT
    small = small_text(verdict)
    card.text(
        x,
        y - (0.15 if "\n" in small else 0.085),
        f"{SIGNS[verdict.word]} {verdict.word}",
        theme.BODY,
        weight="bold" if tested else "normal",
        color=colour,
    )
    card.text(x, y + (0.06 if "\n" in small else 0.085), small, theme.SMALL, color=theme.SOFT)
    if place:
        card.box(0.2, TOP + pitch * place, 6.6, 0.008, facecolor=theme.GRID, linewidth=0, zorder=-1)
    if share:
        interval(ax, place, share, "serial")
    else:
        ax.axhline(place, color=theme.AXIS, linestyle=(0, (1, 3)), linewidth=1.0, zorder=1)


def claim_text(verdict: Verdict) -> str:
    """Return the claim in at most three lines."""
    return wrapped(verdict.claim.text, WORDS - 0.35, theme.BODY, 3)


def _is_tall(verdict: Verdict) -> bool:
    return "\n" in small_text(verdict) or claim_text(verdict).count("\n") > 1


def small_text(verdict: Verdict) -> str:
    """Return what stands under the verdict, in one line or two."""
    words = value_text(verdict).replace(", this machine has ", ", has ")
    return wrapped(words, RIGHT - 0.14 - 0.2, theme.SMALL)


def value_text(verdict: Verdict) -> str:
    """Return the measured value with its interval, or the reason."""
    if verdict.measured is None:
        return verdict.reason or "no number"
    return f"{ratio(verdict.measured.mean)}× ({bounds(verdict.measured)})"


def claims_title(verdicts: Sequence[Verdict]) -> str:
    """Say how many of the testable claims are met."""
    tested = [verdict for verdict in verdicts if verdict.word != "not testable here"]
    met = sum(verdict.word == "met" for verdict in tested)
    if not tested:
        return "No claim is testable on this machine"
    noun = "claim" if len(tested) == 1 else "claims"
    return f"{capital(spelled(met))} of {spelled(len(tested))} testable {noun} {'is' if met == 1 else 'are'} met"


def claims_reading(verdicts: Sequence[Verdict]) -> str:
    """Say how many claims are met, and how many cannot be tested here and why."""
    tested = [verdict for verdict in verdicts if verdict.word != "not testable here"]
    met = sum(verdict.word == "met" for verdict in tested)
    rest = [verdict for verdict in verdicts if verdict.word == "not testable here"]
    cores = sorted({verdict.claim.cores for verdict in rest})
    why = (
        f"; {len(rest)} not testable here: need {' and '.join(map(str, cores))} cores, this machine has {usable_cores()}"
        if rest
        else ""
    )
    return f"{met} of {len(tested)} testable claims met{why}."


HEADS = ("claim", "where", "claimed", "measured (95 % interval)", "verdict", "reason")


def claims_table_html(verdicts: Sequence[Verdict]) -> str:
    """Return the claims as an HTML table without a colour of its own, so that it follows any theme."""
    heads = "".join(f'<th scope="col">{head}</th>' for head in HEADS)
    rows = "".join(_table_row(verdict) for verdict in verdicts)
    style = "font-size:14px;font-variant-numeric:tabular-nums;text-align:left"
    caption = f"<caption>{escape(claims_title(verdicts))}</caption>"
    return f'<table style="{style}">{caption}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'


def _table_row(verdict: Verdict) -> str:
    claim = verdict.claim
    claimed = "" if claim.threshold is None else f"{claim.threshold:g}×"
    measured = "" if verdict.measured is None else value_text(verdict)
    cells = (claim.where, claimed, measured, f"{SIGNS[verdict.word]} {verdict.word}", verdict.reason)
    row = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    return f'<tr><th scope="row">{escape(claim.text)}</th>{row}</tr>'

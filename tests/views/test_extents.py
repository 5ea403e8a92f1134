"""No text leaves its card, whatever the labels."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import combinations, pairwise
from typing import Any

import pytest
from matplotlib.text import Text

from tests.views.samples import (
    CROSSING,
    FACTORS,
    GROWTH,
    MACHINE,
    comparison,
    costs,
    fates,
    loop_timeline,
    pool_timeline,
    saw_law,
    saw_points,
    sure,
    twins,
)
from wingslib import views
from wingslib.engines.run import Span, Timeline
from wingslib.measure.claims import Claim, Verdict
from wingslib.measure.efficiency import Split
from wingslib.measure.intervals import Interval
from wingslib.views.card import Card, Foot

LONG = "a label that says far more than any row of any chart has room for, and goes on"
STAMP = MACHINE.stamp()
HEATS = {LONG: {"loop": 1, "threads": 12_345.6}, "b": {"loop": 1, "threads": 0.5}, LONG + ".": {"loop": 1, LONG: 0.5}}
SPLIT = Split(0.01, 0.02, 0.03, 0.04, 1.0, 16)


def roof_points() -> list[views.RoofPoint]:
    """Return points of long names at the edges, one of them without bounds."""
    wide = Interval(1.0, 0.0, math.inf)
    return [views.RoofPoint(LONG, place, wide, "threads") for place in (0.01, 0.5, 0.99, 1.0)]


def hanging() -> Timeline:
    """Return a run on many threads that was killed, with one item that never ended."""
    line = Timeline("threads", 12, cold=True, wall=1234.5)
    for item in range(12):
        end = math.inf if item == 11 else 0.1
        line.add(Span(item, 1_000_000 + item, 1, 0.0, 0.0, end, end, end, 0.0))
    return line


def long_claims() -> list[Verdict]:
    """Return claims with long words and long reasons."""
    claim = Claim("x", "02", LONG, "Workflow 2", "speedup", "speedup", 1, 8)
    fact = Claim("y", "02", LONG, "Workflow 2", "a fact", "fact", 64)
    found = Interval(1234.5, 1111.1, 1345.6)
    return [
        Verdict(claim, found, "not met", LONG),
        Verdict(fact, None, "not testable here", LONG),
        Verdict(fact, None, "can't tell", LONG),
    ]


def long_comparison(**changed: Any) -> Any:
    """Return a comparison with long labels and an absent variant."""
    found = comparison({LONG: 0.3, "threads " + LONG: 0.31, "processes": 0.0001}, name=LONG, **changed)
    found.absent["interpreters"] = LONG
    return found


def many_workers() -> Any:
    """Return a comparison of a loop and 64 workers."""
    found = comparison({"serial": 0.3, "two": 0.16})
    found.workers["two"] = 64
    return found


WILD = {
    LONG: sure(0.3),
    "b": sure(1.0),
    "c": sure(100_000, 0.4),
    "d": sure(1.5, 0.6),
    "e": Interval(3, 0, math.inf),
    "f": sure(7),
}
NAMES = [f"encodings/cp{number} {LONG}"[:60] for number in range(250)]
MATRICES: dict[str, Callable[[], Any]] = {
    f"similarities of {count}": lambda count=count: views.similarities(
        twins(count, (0, 2), (2, 4), (count // 2, count - 1)), NAMES[:count], stamp=STAMP
    )
    for count in (2, 7, 24, 25, 122, 250)
}
# The charts in which no text may cover another.
APART: dict[str, Callable[[], Any]] = {
    "factors": lambda: views.factors(FACTORS, claimed=100, guess=2, stamp=STAMP),
    "one factor": lambda: views.factors({LONG: sure(82)}, claimed=100_000, guess=2, stamp=STAMP),
    "wild factors": lambda: views.factors(WILD, claimed=1e6, guess=0.3, stamp=STAMP),
    "small factors": lambda: views.factors({"a": sure(0.001), "b": sure(0.3)}, claimed=0.5, stamp=STAMP),
    "crossing": lambda: views.crossing(CROSSING, across="characters", stamp=STAMP),
    "three ways": lambda: views.crossing({**CROSSING, LONG: costs(3e-6, 3e-8)}, across=LONG[:30], stamp=STAMP),
    "crossings side by side": lambda: views.crossing(
        {"Python": costs(1e-6, 3e-7), "a": costs(6e-6, 5e-8), "Rust": costs(7e-6, 4e-9)}, across="characters", stamp=STAMP
    ),
    "crossing of long words": lambda: views.crossing(
        {LONG: [(1, 1), (9, 8)], "b": [(1, 2.0), (9, 3.0)]}, across=LONG, stamp=STAMP
    ),
    "crossing that may be anywhere": lambda: views.crossing(
        {"a": costs(1e-6, 3e-7, 0.6), "b": costs(12e-6, 4e-9, 0.6)}, stamp=STAMP
    ),
    **MATRICES,
}
CHARTS: dict[str, Callable[[], Any]] = {
    **APART,
    "timeline": lambda: views.timeline(pool_timeline(), title=LONG, stamp=LONG * 2),
    "timeline of threads": lambda: views.timeline(pool_timeline("threads", 40, 20, 0.2), stamp=STAMP),
    "timeline in bins": lambda: views.timeline(pool_timeline(items=1_000), stamp=STAMP),
    "tasks": lambda: views.timeline(loop_timeline(gap=True), stamp=STAMP),
    "in flight": lambda: views.timeline(loop_timeline(2_000, gap=True), stamp=STAMP),
    "named tasks": lambda: views.timeline(loop_timeline(gap=True), names=[LONG] * 7, stamp=STAMP),
    "naps": lambda: views.naps(loop_timeline(12_345), cpu_seconds=0.01, stamp=STAMP),
    "orphans": lambda: views.orphans(fates(), stamp=STAMP),
    "orphans of long names": lambda: views.orphans({LONG: (1.0, [views.Fate(LONG, 0, 2, "done")])}, stamp=STAMP),
    "growth": lambda: views.growth(GROWTH, longest=0.5, item_seconds=16e-6, stamp=STAMP),
    "growth of long names": lambda: views.growth({LONG: GROWTH["gather"], "b": GROWTH["gather"]}, longest=9, item_seconds=1),
    "growth that turns early": lambda: views.growth(GROWTH, longest=0.02, item_seconds=140e-6, stamp=STAMP),
    "harmony": lambda: views.harmony([(0.0, 2), (1.4, 1), (0.9, 1), (0.1, 2)], 2, stamp=STAMP),
    "long harmony": lambda: views.harmony([(12.34, 64)] * 30, 64, stamp=STAMP),
    "parts": lambda: views.timeline_parts(pool_timeline(items=6), stamp=STAMP),
    "starts": lambda: views.starts({LONG: pool_timeline(), "spawn": pool_timeline()}, stamp=STAMP),
    "variants": lambda: views.variants(long_comparison()),
    "noisy variants": lambda: views.variants(long_comparison(noise=0.3)),
    "smoke variants": lambda: views.variants(long_comparison(stopped="smoke", rounds=3)),
    "speedup": lambda: views.speedup(comparison({"serial": 0.3, "one": 0.31, "two": 0.16, "four": 0.15})),
    "speedup of wide rounds": lambda: views.speedup(comparison({"serial": 0.3, "one": 0.31, "two": 0.16}, rounds=2, noise=0.8)),
    "variants of one round": lambda: views.variants(comparison({"serial": 0.3, "one": 0.31}, rounds=1)),
    "far slower variants": lambda: views.variants(comparison({"loop": 0.0001, "a": 0.04, "b": 0.01})),
    "speedup on many workers": lambda: views.speedup(many_workers()),
    "dots": lambda: views.dots([0.62, 1, 1.01, 2.2], Interval(1.9, 1.0, 2.2), bands=(0.05, 0.03), stamp=STAMP),
    "dots of one round": lambda: views.dots([0.9, 1, 1.1], Interval(1.1, 0, math.inf), bands=(0.03,), stamp=STAMP),
    "roof": lambda: views.roof(roof_points(), lambda x: min(2, 1 / x), law_words=LONG, across=LONG, stamp=STAMP),
    "log roof": lambda: views.roof(roof_points(), lambda x: min(2, x), law_words=LONG, across=LONG, log=True),
    "hangs": lambda: views.hangs(hanging(), stamp=STAMP),
    "facts": lambda: views.claims(long_claims()[1:], stamp=STAMP),
    "guess": lambda: views.guess([views.GuessRow(LONG, 4_000_000, 2, Interval(0.001, 0.0009, 0.002))], stamp=STAMP),
    "guess of seconds": lambda: views.guess([views.GuessRow(LONG, None, 5_000, 0.6)], unit="s", stamp=STAMP),
    "efficiency": lambda: views.efficiency({LONG: SPLIT, "b": SPLIT}, stamp=STAMP),
    "saw": lambda: views.saw(saw_points(), saw_law, items=1_000, workers=2, now=1, before=1_000, stamp=STAMP),
    "ranks": lambda: views.ranks(
        {LONG: {"loop": 1, "threads": 12_345.6}, "b": {"loop": 1, "threads": 0.5}, LONG + ".": {"loop": 1, LONG: 0.5}},
        stamp=STAMP,
    ),
    "claims": lambda: views.claims(long_claims(), stamp=STAMP),
}


def hidden(card: Card) -> set[Text]:
    """Return the labels of ticks beyond the limits, which matplotlib keeps but does not draw."""
    ticks = [(axis, tick) for ax in card.figure.axes for axis in (ax.xaxis, ax.yaxis) for tick in axis.get_major_ticks()]
    limits = {axis: sorted(axis.get_view_interval()) for axis, _ in ticks}
    return {tick.label1 for axis, tick in ticks if not limits[axis][0] <= tick.get_loc() <= limits[axis][1]}


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect each drawn text that reaches over the edge of its card."""
    found: list[str] = []
    save = Card.save

    def checked(card: Card, kind: str, reading: str) -> Any:
        picture = save(card, kind, reading)
        for text in card.figure.findobj(lambda artist: isinstance(artist, Text) and artist not in hidden(card)):
            frame = text.get_window_extent()
            inside = frame.x0 >= 0 and frame.y0 >= 0 and frame.x1 <= card.figure.bbox.x1 and frame.y1 <= card.figure.bbox.y1
            if text.get_visible() and text.get_text() and not inside:
                found.append(text.get_text())
        return picture

    monkeypatch.setattr(Card, "save", checked)
    return found


@pytest.mark.parametrize("name", CHARTS)
def test_no_text_leaves_the_card(name: str, outside: list[str]) -> None:
    """Long labels, titles, stamps, names and numbers stay inside."""
    CHARTS[name]()
    assert outside == []


@pytest.mark.parametrize("name", CHARTS)
def test_titles_and_readings_keep_their_length(name: str) -> None:
    """A computed title has at most 60 characters and a reading at most 35 words, labels of one word each."""
    made = CHARTS[name]()
    for picture in made if isinstance(made, list) else [made]:
        words = picture.reading.lower().replace(LONG, "label").split()
        assert len(words) <= 35, picture.reading


@pytest.fixture
def cards(monkeypatch: pytest.MonkeyPatch) -> list[Card]:
    """Collect the cards that are drawn."""
    found: list[Card] = []
    save = Card.save
    monkeypatch.setattr(Card, "save", lambda card, *rest: (found.append(card), save(card, *rest))[1])
    return found


def foot_texts(card: Card) -> list[Text]:
    """Return the texts of a card's last line, from the left."""
    texts = [text for text in card.figure.texts if text.get_text() and text.get_position()[1] * card.height < 0.3]
    return sorted(texts, key=lambda text: text.get_window_extent().x0)


@pytest.mark.parametrize("noise", ["x varies by 18 %", "2 processes × 2 threads varies by 140 %", LONG])
@pytest.mark.parametrize("smoke", [True, False])
def test_the_sample_is_never_cut_or_covered(noise: str, smoke: bool, cards: list[Card]) -> None:
    """The stamp gives way to the band, by whole parts, and the sample stands as it is."""
    Card("a title", 3, Foot(STAMP, noise, smoke), "1,000 items · 2 workers").save("x", "")
    texts = foot_texts(cards[0])
    assert texts[-1].get_text() == "1,000 items · 2 workers"
    assert all(left.get_window_extent().x1 < right.get_window_extent().x0 for left, right in pairwise(texts))
    assert all(text.get_text() in STAMP for text in texts[1:-1])


@pytest.mark.parametrize("measured", [Interval(1.1, 0.4, 3), Interval(1.1, 0.05, 20), Interval(1, 0.99, 1.01)])
def test_dots_hold_a_wide_interval_whole(measured: Interval, cards: list[Card]) -> None:
    """The axis reaches past both ends."""
    views.dots([0.95, 1, 1.04], measured, bands=(0.03,), stamp=STAMP)
    low, high = cards[0].figure.axes[0].get_xlim()
    assert low < measured.low < measured.high < high


def test_speedup_shows_all_rounds_under_a_wide_interval(cards: list[Card]) -> None:
    """An interval of two rounds may end at thousands: the axis ends near the rounds."""
    found = comparison({"serial": 0.3, "one": 0.31, "two": 0.16}, rounds=2, noise=0.8)
    views.speedup(found)
    base = found.samples["serial"]
    highest = max(first / own for label in found.labels for first, own in zip(base, found.samples[label], strict=True))
    assert highest < cards[0].figure.axes[0].get_ylim()[1] < 2 * highest < found.speedup("two").high


@pytest.mark.parametrize(
    "name", ["far slower variants", "variants", "smoke variants", "guess", "dots", "variants of one round"]
)
def test_tick_labels_do_not_touch(name: str, cards: list[Card]) -> None:
    """Neighbours on an axis stay apart."""
    CHARTS[name]()
    for ax in cards[0].figure.axes:
        shown = [text for text in ax.get_xticklabels() if text.get_text() and text not in hidden(cards[0])]
        frames = sorted((text.get_window_extent() for text in shown), key=lambda frame: frame.x0)
        assert all(left.x1 + 5 < right.x0 for left, right in pairwise(frames))


@pytest.mark.parametrize("name", APART)
def test_no_text_covers_another(name: str, cards: list[Card]) -> None:
    """Titles, labels, numbers, ticks and names stand apart."""
    APART[name]()
    texts = cards[0].figure.findobj(lambda artist: isinstance(artist, Text) and artist not in hidden(cards[0]))
    shown = [text for text in texts if text.get_visible() and text.get_text()]
    pairs = [
        (one, other) for one, other in combinations(shown, 2) if one.get_window_extent().overlaps(other.get_window_extent())
    ]
    assert [(one.get_text(), other.get_text()) for one, other in pairs] == []

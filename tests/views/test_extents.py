"""No text leaves its card, whatever the labels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from matplotlib.text import Text

from tests.views.samples import MACHINE, comparison, loop_timeline, pool_timeline, saw_law, saw_points
from wingslib import views
from wingslib.measure.claims import Claim, Verdict
from wingslib.measure.comparison import Interval
from wingslib.measure.efficiency import Split
from wingslib.views.card import Card

LONG = "a label that says far more than any row of any chart has room for, and goes on"
STAMP = MACHINE.stamp()
HEATS = {LONG: {"loop": 1, "threads": 12_345.6}, "b": {"loop": 1, "threads": 0.5}, LONG + ".": {"loop": 1, LONG: 0.5}}
SPLIT = Split(0.01, 0.02, 0.03, 0.04, 1.0, 16)


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


CHARTS: dict[str, Callable[[], Any]] = {
    "timeline": lambda: views.timeline(pool_timeline(), title=LONG, stamp=LONG * 2),
    "timeline of threads": lambda: views.timeline(pool_timeline("threads", 40, 20, 0.2), stamp=STAMP),
    "timeline in bins": lambda: views.timeline(pool_timeline(items=1_000), stamp=STAMP),
    "tasks": lambda: views.timeline(loop_timeline(gap=True), stamp=STAMP),
    "in flight": lambda: views.timeline(loop_timeline(2_000, gap=True), stamp=STAMP),
    "parts": lambda: views.timeline_parts(pool_timeline(items=6), stamp=STAMP),
    "starts": lambda: views.starts({LONG: pool_timeline(), "spawn": pool_timeline()}, stamp=STAMP),
    "variants": lambda: views.variants(long_comparison()),
    "noisy variants": lambda: views.variants(long_comparison(noise=0.3)),
    "smoke variants": lambda: views.variants(long_comparison(stopped="smoke", rounds=3)),
    "speedup": lambda: views.speedup(comparison({"serial": 0.3, "one": 0.31, "two": 0.16, "four": 0.15})),
    "speedup on many workers": lambda: views.speedup(comparison({"serial": 0.3, "two": 0.16}), {"serial": 1, "two": 64}),
    "dots": lambda: views.dots([0.62, 1, 1.01, 2.2], Interval(1.9, 1.0, 2.2), bands=(0.05, 0.03), stamp=STAMP),
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

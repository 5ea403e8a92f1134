"""What the charts of policies and orders say, and that their words fit."""

from __future__ import annotations

import pytest
from matplotlib.text import Text

from wingslib import views
from wingslib.measure import graham_bounds
from wingslib.views.card import Card
from wingslib.views.policies import best_worst, makespans_reading, makespans_title, orders_reading, orders_title, worst

LOADS = {
    "uniform": {"static": [1.0, 1.0], "factoring": [1.02, 1.04]},
    "sorted": {"static": [3.0, 3.2], "factoring": [1.1, 1.1]},
}
CREWS = {
    2: {"largest first": [1.0], "shuffled": [1.0, 1.1], "static": [1.7]},
    8: {"largest first": [1.01], "shuffled": [1.2, 1.4], "static": [3.0]},
}
LONG = "a label that says far more than any row of any chart has room for, and goes on"


def test_the_policy_with_the_best_worst_mean_is_the_finding() -> None:
    """Static is best on one load and worst of all on the other: it is not named."""
    assert worst(LOADS, "static") == (3.1, "sorted")
    assert best_worst(LOADS) == "factoring"
    assert makespans_title(LOADS) == "Factoring: at most 1.10× the bound on every load"
    assert makespans_reading(LOADS) == "Worst mean over the bound: static 3.10× (sorted), factoring 1.10× (sorted)."


def test_orders_are_read_beside_what_graham_allows() -> None:
    """The reading is that of the most workers, with the bounds of that number."""
    assert orders_title(CREWS) == "Largest first: at most 1.01× the bound; static: 3.0×"
    assert orders_reading(CREWS) == (
        "On 8 workers: largest first 1.01×, shuffled 1.30×, static 3.00×; Graham allows 1.29× and 1.88×."
    )


@pytest.fixture
def cards(monkeypatch: pytest.MonkeyPatch) -> list[Card]:
    """Collect the cards that are drawn."""
    found: list[Card] = []
    save = Card.save
    monkeypatch.setattr(Card, "save", lambda card, *rest: (found.append(card), save(card, *rest))[1])
    return found


def outside(card: Card) -> list[str]:
    """Return the texts that reach over the edge of their card, without ticks beyond the limits."""
    edge = card.figure.bbox
    beyond = set()
    for ax in card.figure.axes:
        low, high = ax.get_xlim()
        beyond |= {tick.label1 for tick in ax.xaxis.get_major_ticks() if not low <= tick.get_loc() <= high}
    texts = [text for text in card.figure.findobj(Text) if text.get_visible() and text.get_text() and text not in beyond]
    frames = {text.get_text(): text.get_window_extent() for text in texts}
    return [words for words, at in frames.items() if at.x0 < 0 or at.y0 < 0 or at.x1 > edge.x1 or at.y1 > edge.y1]


@pytest.mark.parametrize("far", [1.0, 1.3, 40.0])
def test_no_text_leaves_the_card(far: float, cards: list[Card]) -> None:
    """Long names of loads and policies stay inside, whether all runs are at the bound or far from it."""
    loads = {LONG + str(place): {LONG: [1.0, far], "factoring": [1.0]} for place in range(4)}
    views.makespans(loads, sample="20 runs each", stamp=LONG)
    views.orders({64: {LONG: [far], "shuffled": [1.0]}}, sample="92 pages", stamp=LONG)
    assert [outside(card) for card in cards] == [[], []]


def test_all_panels_have_one_axis_and_each_its_own_bounds(cards: list[Card]) -> None:
    """Panels can be compared by eye, and the dashed lines are those of their number of workers."""
    views.orders(CREWS)
    axes = cards[0].figure.axes
    assert len({ax.get_xlim() for ax in axes}) == 1
    assert axes[0].get_xlim()[1] > 3.0
    for ax, workers in zip(axes, CREWS, strict=True):
        dashed = [line.get_xdata()[0] for line in ax.lines if line.is_dashed()]
        assert dashed == pytest.approx(list(graham_bounds(workers)))


def test_every_run_is_a_dot(cards: list[Card]) -> None:
    """Nothing is dropped; a schedule that stands alone is its own mean."""
    views.makespans(LOADS)
    drawn = [sum(len(line.get_xdata()) for line in ax.lines if line.get_marker() == "o") for ax in cards[0].figure.axes]
    assert drawn == [4, 4]

"""Products: bars that follow each other, a product that ends at theirs, and a title that says what is certain."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.views.samples import FACTORS, MACHINE, sure
from wingslib import views
from wingslib.measure.intervals import Interval
from wingslib.views import products
from wingslib.views.card import Foot


def bars(ax: Any) -> list[tuple[float, float, float]]:
    """Return row, start and end of each bar."""
    boxes = [bar.get_bbox() for bar in ax.patches if bar.get_zorder() > 1]
    return [(round((box.y0 + box.y1) / 2), *(pytest.approx(end) for end in sorted((box.x0, box.x1)))) for box in boxes]


def test_each_factor_begins_where_the_one_before_ends(drawn: list[Any]) -> None:
    """Row by row, and all of them end to end in the last."""
    views.factors(FACTORS, stamp="synthetic")
    assert bars(drawn[0])[:3] == [(0, 1, 82), (1, 82, 262.4), (2, 262.4, 482.816)]
    assert bars(drawn[0])[4:] == [(3, 1, 82), (3, 82, 262.4), (3, 262.4, 482.816)]
    assert drawn[0].get_xscale() == "log"


def test_a_factor_that_loses_goes_back_and_the_product_is_one_bar(drawn: list[Any]) -> None:
    """From 1 down to 0.5, from there to 5; the last row goes from 1 to 5 at once."""
    views.factors({"a": sure(0.5), "b": sure(10)}, stamp="synthetic")
    assert bars(drawn[0]) == [(0, 0.5, 1), (1, 0.5, 5), (2, 1, 5)]


def test_a_single_factor_is_its_own_product(drawn: list[Any]) -> None:
    """One row, one bar."""
    views.factors({"a": sure(0.5)}, stamp="synthetic")
    assert len(bars(drawn[0])) == 1


def test_all_marks_lie_inside_the_axes(drawn: list[Any]) -> None:
    """The claim, the guess and the product, however far apart."""
    views.factors({"a": sure(0.3), "b": sure(100_000)}, claimed=1e7, guess=0.01, stamp="synthetic")
    low, high = drawn[0].get_xlim()
    places = [x for line in drawn[0].lines for x in line.get_xdata()]
    assert low < min(places) <= 0.01 < 1e7 <= max(places) < high
    assert "the chapter: 10,000,000×" in [text.get_text() for text in drawn[0].texts]


@pytest.mark.parametrize(
    ("guess", "whole", "numbers"),
    [(None, None, ["82.0×", "3.20×"]), (9, None, ["3.20×"]), (2, Interval(450, 90, 900), ["82.0×"])],
)
def test_no_number_in_the_product_is_covered(guess: float | None, whole: Any, numbers: list[str], drawn: list[Any]) -> None:
    """One that the guess or the interval of the whole would cross is left to the rows above."""
    views.factors(FACTORS, whole=whole, guess=guess, stamp="synthetic")
    assert [text.get_text() for text in drawn[0].texts] == numbers


def test_a_measured_whole_takes_the_place_of_the_product(drawn: list[Any]) -> None:
    """Its mean and bounds are written and titled; without it the bounds of the factors multiply."""
    assert "together 450× (440–460)" in views.factors(FACTORS, whole=Interval(450, 440, 460), stamp="synthetic").reading
    assert "together 483× (427–543)" in views.factors(FACTORS, stamp="synthetic").reading


@pytest.mark.parametrize(
    ("parts", "claimed", "title"),
    [
        (FACTORS, None, "430 to 540 times as fast; largest factor: another algorithm"),
        ({"a": sure(82, 0.03), "b": sure(80, 0.03)}, None, "6,600 times as fast; largest factor: can't tell"),
        ({"a": sure(1.0), "b": sure(1.02)}, None, "Gain or loss of the whole: can't tell"),
        ({"a": Interval(9, 0, math.inf)}, 100, "Gain or loss of the whole: can't tell"),
        ({"a": sure(0.1), "b": sure(2)}, None, "0.20 times as fast"),
        ({"a": sure(82)}, None, "A: 82 times as fast"),
        ({"a": sure(82)}, 100, "A: 82 times as fast, short of the 100×"),
        ({"a": sure(98)}, 100, "A: 98 times as fast, near the 100×"),
        ({"a": sure(120)}, 100, "A: 120 times as fast, past the 100×"),
        ({"a" * 50: sure(82, 0.2)}, 100, "66 to 98 times as fast, short of the 100×"),
        ({"a" * 50: sure(82, 0.01), "b": sure(2, 0.01)}, None, "160 times as fast; largest factor: 82.0×"),
    ],
)
def test_the_title_says_no_more_than_the_intervals(parts: Any, claimed: float | None, title: str) -> None:
    """Ends instead of a wide mean, and "can't tell" where the intervals overlap."""
    assert views.factors(parts, claimed=claimed, stamp="synthetic").title == title


def test_the_reading_multiplies_out_and_says_claim_and_guess() -> None:
    """One sentence."""
    assert views.factors(FACTORS, claimed=100, guess=2, stamp="synthetic").reading == (
        "Another algorithm 82.0×, another language 3.20×, more cores 1.84×: together 483× (427–543); "
        "the chapter says 100×; you guessed 2×."
    )
    assert views.factors({"a": 3.0}, stamp="synthetic").reading == "A 3.00×."


def test_a_smoke_run_names_the_subject_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a smoke run shows is no evidence."""
    monkeypatch.setattr(products, "foot_of", lambda stamp: Foot(MACHINE.stamp(), smoke=True))
    assert views.factors(FACTORS).title == "A speedup and its factors"

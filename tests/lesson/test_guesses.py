"""Guesses are kept as chosen, shown beside the measurement, and scored once."""

from __future__ import annotations

import pytest

from wingslib import machine, store
from wingslib.errors import ParameterError
from wingslib.lesson import guesses, page
from wingslib.measure import Interval


@pytest.fixture
def opened(monkeypatch):
    """Open a page, collect what is displayed, and end the session afterwards."""
    monkeypatch.setattr(page, "_page", None)
    monkeypatch.setattr(page, "describe", lambda *_: machine.describe(0.0))
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda thing, raw=False: shown.append(thing))
    page.begin("02_multiprocessing", profile="learn", workers=2)
    yield shown
    store.end()


def rows():
    """Return the stored guesses as (key, value, belief, measured)."""
    return [(row["key"], row["value"], row["belief"], row["measured"]) for row in store.current().store.guesses()]


def ask(monkeypatch, key="hook"):
    """Ask for a guess and return the function that its button calls."""
    given = []

    class Widget:
        def _repr_mimebundle_(self):
            return {"application/vnd.jupyter.widget-view+json": {"model_id": "random"}, "text/plain": "VBox()"}

    monkeypatch.setattr("wingslib.views.widgets.guess_widgets", lambda *arguments: given.append(arguments) or Widget())
    guesses.guess(key, "How many times as fast?", ["two cores", "messages cost"], 2)
    return given[0]


def test_the_question_is_text_that_never_changes(opened, monkeypatch):
    """Beside the widget stands the question as plain text; the common guess is not told."""
    _, beliefs, start, _ = ask(monkeypatch)
    (bundle,) = opened
    assert bundle["text/plain"] == "How many times as fast?\n  because two cores\n  because messages cost"
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert (list(beliefs), start) == (["two cores", "messages cost"], 1.0)


def test_a_choice_is_kept_at_once(opened, monkeypatch):
    """As soon as the reader chooses, the guess is in the store; before, nothing is."""
    choose = ask(monkeypatch)[3]
    assert rows() == []
    choose(2.0, "two cores")
    assert rows() == [("hook", 2.0, "two cores", None)]


def test_the_real_widget_stores_a_guess(opened):
    """Pressing the button of the widget keeps number and belief."""
    from wingslib.views import guess_widgets

    box = guess_widgets("?", ["a", "b"], 1.0, lambda value, belief: guesses.choose("turn", value, belief))
    box.number.value, box.because.value = 4.0, "b"
    box.button.click()
    assert rows() == [("turn", 4.0, "b", None)]


def test_a_choice_counts_when_all_cells_run_again(opened, monkeypatch):
    """A second session has the choice of the first, and the widget starts at it."""
    ask(monkeypatch)[3](3.0, "two cores")
    page.begin("02_multiprocessing", profile="learn", workers=2)
    assert ask(monkeypatch)[2] == 3.0
    assert [row[:3] for row in rows()] == [("hook", 3.0, "two cores")] * 2


@pytest.mark.parametrize(("guessed", "reading"), [(4, "8.0× too high"), (0.55, "close"), (0.1, "5.0× too low")])
def test_reveal_says_how_far_off(opened, monkeypatch, guessed, reading):
    """Too high, close and too low are told in numbers, and what was measured is stored beside the guess."""
    ask(monkeypatch)[3](guessed, "two cores")
    picture = guesses.reveal("hook", Interval(0.5, 0.4, 0.6), "2 processes", "processes", book=(0.2, 0.9))
    assert picture.reading.endswith(f"{reading}.")
    assert rows()[-1][3] == 0.5


@pytest.mark.parametrize(("measured", "told"), [(Interval(2, 1.8, 2.2), True), (Interval(1, 0.8, 1.2), False), (2.0, True)])
def test_a_machine_may_disagree_with_the_book(opened, monkeypatch, measured, told):
    """A measurement wholly outside the expected range is told as such, one that touches it is not."""
    ask(monkeypatch)[3](2.0, "two cores")
    picture = guesses.reveal("hook", measured, "2 processes", book=(0.2, 0.9))
    assert ("Your machine disagrees with the book, which expects 0.20× to 0.90×." in picture.reading) is told


def test_without_a_choice_nothing_is_scored(opened, monkeypatch):
    """The common guess stands in for the reader's, and the store has no row."""
    ask(monkeypatch)
    picture = guesses.reveal("hook", 0.5, "2 processes")
    assert picture.reading.startswith("No guess recorded; the common guess is 2×")
    assert rows() == []


def test_a_reveal_needs_its_question(opened):
    """Revealing what was never asked says which cell to run."""
    with pytest.raises(ParameterError, match="Run the cell of the guess first"):
        guesses.reveal("hook", 1.0, "2 processes")


def test_the_first_revealed_guess_counts():
    """For each key the first guess with a measurement is scored; the median is over keys; zero has no factor."""
    row = {"notebook": "02", "key": "hook", "value": 4.0, "measured": None}
    revealed = [row, row | {"measured": 2.0}, row | {"value": 2.0, "measured": 2.0}]
    other = [row | {"key": "turn", "value": 1.0, "measured": 8.0}, row | {"key": "zero", "measured": 0.0}]
    assert guesses.score(revealed) == (1, 2.0)
    assert guesses.score(revealed + other) == (2, 5.0)
    assert guesses.score([row]) == (0, None)


def test_a_smoke_run_scores_no_guess(opened, monkeypatch):
    """What a smoke run measured is not put beside the reader's guess."""
    page.begin("02_multiprocessing", profile="smoke", workers=2)
    ask(monkeypatch)[3](2.0, "two cores")
    guesses.reveal("hook", 0.5, "2 processes")
    assert rows()[-1][3] is None


def test_beliefs_are_those_brought(opened, monkeypatch):
    """Of each question the first revealed guess is listed, with what was measured; one not revealed is not."""
    choose = ask(monkeypatch)[3]
    choose(2.0, "two cores")
    assert guesses.beliefs() == []
    guesses.reveal("hook", 0.5, "2 processes")
    choose(0.5, "messages cost")
    guesses.reveal("hook", 0.6, "2 processes")
    ask(monkeypatch, "turn")[3](8.0, "more is more")
    assert guesses.beliefs() == [guesses.Belief("02_multiprocessing", "hook", "two cores", 2.0, 0.5)]

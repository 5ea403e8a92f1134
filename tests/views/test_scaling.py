"""Harmony: the window as other programs take cores."""

from __future__ import annotations

from typing import Any

import pytest

from wingslib import views
from wingslib.views.card import Card

STEPS = [(0.0, 2), (1.4, 1), (0.9, 1), (0.1, 2)]


def test_steps_stand_as_given_under_one_scale(monkeypatch: pytest.MonkeyPatch) -> None:
    """The load above, the window below, both in cores."""
    found: list[Any] = []
    save = Card.save
    monkeypatch.setattr(Card, "save", lambda card, *rest: (found.extend(card.figure.axes), save(card, *rest))[1])
    views.harmony(STEPS, 2, stamp="synthetic")
    steps = [list(ax.patches[0].get_data().values) for ax in found]
    assert steps == [[0.0, 1.4, 0.9, 0.1], [2, 1, 1, 2]]
    assert found[0].get_ylim() == found[1].get_ylim()
    assert all(2 in ax.lines[0].get_ydata() for ax in found)


def test_title_and_reading_tell_the_steps() -> None:
    """Loads with the windows that they left."""
    picture = views.harmony(STEPS, 2, stamp="synthetic")
    assert picture.title == "The window moves with the load: 2, 1, 1, 2"
    assert picture.reading == "While others kept 0, 1.4, 0.9, 0.1 of 2 cores busy, 2, 1, 1, 2 workers got new work."

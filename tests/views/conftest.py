"""What the tests of charts share: a look at the axes before they become pixels."""

from __future__ import annotations

from typing import Any

import pytest

from wingslib.views.card import Card


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Collect the axes of the cards that are drawn."""
    found: list[Any] = []
    save = Card.save
    monkeypatch.setattr(Card, "save", lambda card, *rest: (found.append(card.figure.axes[0]), save(card, *rest))[1])
    return found

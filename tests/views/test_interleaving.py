"""Stairs: who came before whom."""

from __future__ import annotations

import pytest

from wingslib import views
from wingslib.views import interleaving

BLOCKS = [(stage, item) for stage in ("make", "save") for item in range(6)]
STAIRS = sorted(BLOCKS, key=lambda step: (step[1] // 2, step[0]))


def test_blocks_are_told_from_stairs() -> None:
    """The title counts what the first stage has had when the last begins; the reading counts the turns too."""
    picture = views.stairs(BLOCKS, stamp="synthetic")
    assert picture.title == "Make has had 6 of 6 items when save has its first"
    assert picture.reading == "12 steps of 2 stages in 2 turns: make has had 6 of 6 items when save has its first."
    assert interleaving.stairs_reading(STAIRS).startswith("12 steps of 2 stages in 6 turns: make has had 2 of 6 items")


def test_a_turn_is_a_box_with_its_items() -> None:
    """Neighbouring steps of one stage are one turn."""
    assert interleaving.turns(STAIRS, "save") == [(2, 4, "0–1"), (6, 8, "2–3"), (10, 12, "4–5")]
    assert interleaving.turns([("save", 7)], "save") == [(0, 1, "7")]


def test_only_the_first_steps_are_drawn_but_all_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The finding is about the whole order."""
    drawn: list[tuple[str, int]] = []
    monkeypatch.setattr(interleaving, "_lane", lambda ax, shown, name, top: drawn.append((name, len(shown))))
    assert views.stairs(STAIRS, most=4, stamp="synthetic").reading == interleaving.stairs_reading(STAIRS)
    assert drawn == [("make", 4), ("save", 4)]

"""Texts in one arena look and compare like the list that they stand for."""

from __future__ import annotations

import pytest

from wingslib.accel.columns import Texts


@pytest.mark.parametrize(
    ("texts", "shown"),
    [
        ([], "<Texts: none>"),
        (["a", None], "<Texts: 2, 'a', None>"),
        (["one"] * 1_000, "<Texts: 1,000, 'one', 'one', 'one', …>"),
    ],
)
def test_they_show_how_many_they_are_and_the_first(texts: list[str | None], shown: str):
    """A notebook prints what is there, and not a million texts."""
    assert repr(Texts.of(texts)) == shown


def test_a_slice_lies_in_the_same_arena():
    """A part of them is no copy, and every text is where it was."""
    texts = Texts.of(["wing", "é", None, ""])
    assert texts[1:].arena is texts.arena
    assert [list(texts), list(texts[1:])] == [["wing", "é", None, ""], ["é", None, ""]]

"""`word_index` says of each word which texts have it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.accel.conftest import TEXTS
from wingslib import accel

pytestmark = pytest.mark.usefixtures("rust")

CALLS = {
    "word_index": "accel.word_index([text] * n, backend='rust')",
}
"""Calls that may take as long as you like; `test_operations` has what they need, and tries them all."""


@pytest.mark.parametrize("columns", [False, True])
@settings(max_examples=200, deadline=None)
@given(st.lists(TEXTS, max_size=8))
def test_any_texts_are_indexed_alike(twins, columns: bool, texts: list[str]):
    """Texts of every sort, equal and empty ones among them, give the same words with the same texts."""
    twins(accel.word_index, texts, columns=columns)


@pytest.mark.parametrize("workers", [None, 1, 3])
def test_many_texts_are_merged_in_order(twins, workers: int | None):
    """Texts that several threads share give sorted words, each with its texts in order, each text once."""
    texts = [f"{number % 7} The {'word ' * (number % 50)} {number} é{number % 3}" * 40 for number in range(500)]
    found = twins(accel.word_index, texts, workers=workers).value
    assert list(found) == sorted(found)
    assert found["the"] == list(range(500))
    assert found["word"] == [number for number in range(500) if number % 50]


def test_it_agrees_with_the_counts():
    """The words are those that `word_count` counts."""
    texts = [Path(__file__), "É é e"]
    assert accel.word_index(texts, backend="rust").value.keys() == accel.word_count(texts, backend="rust").value.keys()


def test_errors_keep_their_index(tmp_path: Path, twins):
    """What cannot be read is named and has no words; the indices of the others do not move."""
    bad = tmp_path / "bad"
    bad.write_bytes(b"good \xff")
    found = twins(accel.word_index, ["\ud800", "a", bad, tmp_path / "none", "A b"])
    assert (found.value, [*found.errors]) == ({"a": [1, 4], "b": [4]}, [0, 2, 3])


def test_columns_are_rows_of_a_table(twins):
    """The texts of a word lie between the end before it and its own."""
    value = accel.word_index(["b a", "", "b"], columns=True, backend="rust").value
    assert (list(value["word"]), value["end"].tolist(), value["text"].tolist()) == (["a", "b"], [1, 3], [0, 0, 2])
    assert [str(value[name].dtype) for name in ("end", "text")] == ["int64", "int32"]

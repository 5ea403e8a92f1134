"""The plain Python twins mean what they say."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wingslib.accel import reference


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", {}),
        (" .,;\n\x00", {}),
        ("The the THE", {"the": 3}),
        ("snake_case x2 3", {"snake_case": 1, "x2": 1, "3": 1}),
        ("don't re-do", {"don": 1, "t": 1, "re": 1, "do": 1}),
        ("ÉTÉ été", {"ÉtÉ": 1, "été": 1}),
        ("naïve—naïve", {"naïve—naïve": 1}),
        ("a\x1cb\x85c\u2028d", {"a": 1, "b\x85c\u2028d": 1}),
    ],
)
def test_a_word_is_a_run_of_ascii_word_characters_or_any_others(text: str, words: dict[str, int]):
    """A word ends at an ASCII character that is no letter, digit or underscore; only ASCII capitals are folded."""
    assert reference.word_count([text]) == (words, {})


@given(st.text())
def test_words_equal_the_definition_character_by_character(text: str):
    """The twin, which looks at bytes, agrees with the definition, which looks at characters."""
    expected: dict[str, int] = {}
    for word in "".join(c if c >= "\x80" or c.isalnum() or c == "_" else " " for c in text).split(" "):
        if word:
            folded = "".join(c.lower() if c < "\x80" else c for c in word)
            expected[folded] = expected.get(folded, 0) + 1
    assert reference.word_count([text]) == (expected, {})


def test_an_error_holds_neither_the_frames_nor_the_bytes_of_its_file(tmp_path: Path):
    """A batch with many bad files does not keep them all in memory."""
    path = tmp_path / "bad.txt"
    path.write_bytes(b"good\xff")
    error = reference.word_count([path])[1][0]
    assert (error.__traceback__, error.__context__) == (None, None)

"""`word_count` counts what its definition calls a word."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.accel.conftest import FEW_LETTERS, TEXTS
from wingslib import accel

pytestmark = pytest.mark.usefixtures("rust")

CALLS = {
    "word_count": "accel.word_count([text] * n, backend='rust')",
}
"""Calls that may take as long as you like; `test_operations` has what they need, and tries them all."""


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
def test_a_word_is_a_run_of_ascii_word_characters_or_any_others(twins, text: str, words: dict[str, int]):
    """A word ends at an ASCII character that is no letter, digit or underscore; only ASCII capitals are folded."""
    assert twins(accel.word_count, [text]).value == words


@given(st.text())
def test_words_equal_the_definition_character_by_character(text: str):
    """The twin, which looks at bytes, agrees with the definition, which looks at characters."""
    expected: dict[str, int] = {}
    for word in "".join(c if c >= "\x80" or c.isalnum() or c == "_" else " " for c in text).split(" "):
        if word:
            folded = "".join(c.lower() if c < "\x80" else c for c in word)
            expected[folded] = expected.get(folded, 0) + 1
    if "\ud800" not in text:
        assert accel.word_count([text], backend="python").value == expected


@settings(max_examples=200, deadline=None)
@given(st.lists(TEXTS, max_size=8))
def test_equal_on_any_texts(twins, texts: list[str]):
    """Any texts, empty, non-ASCII, with NULs and lone surrogates among them, count alike."""
    twins(accel.word_count, texts)
    columns = accel.word_count(texts, columns=True, backend="rust").value
    assert dict(zip(columns["word"], columns["count"].tolist(), strict=True)) == accel.word_count(texts).value


@settings(max_examples=8, deadline=None)
@given(st.lists(FEW_LETTERS.filter(len), min_size=1, max_size=4))
def test_equal_on_texts_long_enough_for_threads(twins, texts: list[str]):
    """Texts of some 100,000 characters, which are cut and shared among threads, count alike."""
    twins(accel.word_count, [text * (200_000 // len(text)) for text in texts])


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.one_of(st.binary(), st.text().map(lambda text: text.encode("utf-8", "surrogatepass"))), cut=st.integers(0, 3))
def test_equal_on_any_bytes_of_a_file(tmp_path: Path, twins, data: bytes, cut: int):
    """A file of any bytes, cut inside a character or not, gives the same words or the same error at the same byte."""
    path = tmp_path / "any.txt"
    path.write_bytes(data[: len(data) - cut])
    twins(accel.word_count, [path, "one more"])


def test_a_word_of_a_million_characters_stays_whole(twins):
    """A word longer than any piece that Rust cuts is not cut."""
    assert twins(accel.word_count, ["x é" + "é" * 1_000_000]).value["é" * 1_000_001] == 1


def test_errors_have_their_index_and_the_others_are_counted(tmp_path: Path, twins):
    """A missing file, a folder, half a surrogate pair, and a file that is not UTF-8 each fail alone, with their reason."""
    bad, good = tmp_path / "bad.txt", tmp_path / "good.txt"
    bad.write_bytes(b"good so far\xe9!")
    good.write_text("The end", encoding="utf-8")
    texts = ["the", tmp_path / "none.txt", bad, tmp_path, "\udfff", good]
    for copies in (1, 20):
        found = twins(accel.word_count, texts * copies)
        kinds = {index % 6: type(error) for index, error in found.errors.items()}
        assert kinds == {1: FileNotFoundError, 2: UnicodeError, 3: IsADirectoryError, 4: UnicodeEncodeError}
        assert (len(found.errors), found.value) == (4 * copies, {"the": 2 * copies, "end": copies})
        assert found.errors[1].filename == str(tmp_path / "none.txt")
        assert f"{bad}: not UTF-8 at byte 11" in str(found.errors[2])


def test_an_error_holds_neither_the_frames_nor_the_bytes_of_its_file(tmp_path: Path):
    """A batch with many bad files does not keep them all in memory."""
    path = tmp_path / "bad.txt"
    path.write_bytes(b"good\xff")
    error = accel.word_count([path], backend="python").errors[0]
    assert (error.__traceback__, error.__context__) == (None, None)


def test_equal_on_the_files_of_the_standard_library(twins):
    """Real files, among them some that are not UTF-8, count alike."""
    files = sorted(Path(random.__file__).parent.glob("*.py"))[:60]
    assert twins(accel.word_count, files).value["import"] > 100

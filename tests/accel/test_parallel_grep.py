"""`parallel_grep` finds every matching line of every file, and names the files that it could not search."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.accel.conftest import TEXTS
from tests.accel.test_pattern_match_batch import LITERALS, REGEXES
from wingslib import accel
from wingslib.errors import ParameterError

pytestmark = [pytest.mark.usefixtures("rust"), pytest.mark.filterwarnings("ignore::FutureWarning")]

CALLS = {
    "parallel_grep": "accel.parallel_grep('(no|never) such line', [room] * n, suffixes=['.py'], backend='rust')",
}
"""Calls that may take as long as you like; `test_operations` has what they need, and tries them all."""
PROPERTY = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def lines(found: accel.Result[list[tuple[str, int, str]]]) -> list[tuple[str, int, str]]:
    """The hits with the names of the files only."""
    return [(os.path.basename(path), number, line) for path, number, line in found.value]


@PROPERTY
@given(texts=st.lists(TEXTS, max_size=3), pattern=LITERALS.filter(lambda one: "\n" not in one), fold=st.booleans())
def test_any_literal_is_found_in_the_same_lines(tmp_path: Path, twins, texts: list[str], pattern: str, fold: bool):
    """Texts of every sort, with and without a last line feed, have the same lines."""
    for number, text in enumerate(texts):
        (tmp_path / str(number)).write_bytes(text.encode("utf-8", "surrogatepass"))
    for columns in (False, True):
        twins(accel.parallel_grep, pattern, tmp_path, literal=True, ignore_case=fold, columns=columns)


@settings(PROPERTY, max_examples=600)
@given(text=TEXTS, pattern=REGEXES, fold=st.booleans())
def test_any_regex_is_found_in_the_same_lines_or_refused(tmp_path: Path, twins, text: str, pattern: str, fold: bool):
    """A random pattern that Rust takes matches the lines that `re.search` matches, one by one."""
    try:
        accel.parallel_grep(pattern, [], ignore_case=fold, backend="rust")
    except ParameterError:
        assume(False)
    (tmp_path / "text").write_bytes(f"{text}\n\naAbB é日\r\nab\n{text}".encode("utf-8", "surrogatepass"))
    twins(accel.parallel_grep, pattern, tmp_path, ignore_case=fold)


@pytest.mark.parametrize("text", ["", "\n", "a", "a\n", "\na", "b\n\na\n", "a\r\nb", "\ra\r", "a\0b", "\ufeffa"])
@pytest.mark.parametrize("pattern", ["a", "^$", "^", "$", "x*", r"^a$", r"a\r$", r"\Aa", "[^b]", r"\s", r"\S+\b"])
def test_ends_of_lines_and_files(tmp_path: Path, twins, text: str, pattern: str):
    """Empty lines, a missing last line feed, carriage returns, NUL and a byte order mark are as `re` sees them."""
    (tmp_path / "text").write_bytes(text.encode())
    found = twins(accel.parallel_grep, pattern, tmp_path)
    split = text.removesuffix("\n").split("\n") if text else []
    assert [(number, line) for _, number, line in found.value] == [
        (number, line) for number, line in enumerate(split, 1) if re.search(pattern, line, re.ASCII)
    ]


def test_a_file_of_many_pieces_keeps_its_line_numbers(tmp_path: Path, twins):
    """A file of some megabytes is searched in pieces; lines longer than a piece stay whole."""
    text = "\n".join(
        ["x" * 90, "needle", "é" * 40, "y" * 3_000_000 + "needle" + "z" * 10] * 3 + ["x" * 100] * 40_000 + ["needle"]
    )
    (tmp_path / "long").write_text(text, encoding="utf-8")
    assert [number for _, number, _ in twins(accel.parallel_grep, "needl[e]", tmp_path).value] == [2, 4, 6, 8, 10, 12, 40_013]


def test_files_that_cannot_be_searched_cost_themselves_only(tmp_path: Path, twins):
    """A file that is not UTF-8 is named with path and byte; what was left out is counted; the others are searched."""
    (tmp_path / "a.txt").write_text("needle\nhay\n")
    (tmp_path / "b.bin").write_bytes(b"needle\n\x00\xff")
    (tmp_path / ".c").write_text("needle")
    (tmp_path / "d.txt").write_text("hay\nneedle")
    found = twins(accel.parallel_grep, "needle", [tmp_path, tmp_path / "none"], hidden=False)
    assert lines(found) == [("a.txt", 1, "needle"), ("d.txt", 2, "needle")]
    assert {os.path.basename(path): type(error) for path, error in found.errors.items()} == {
        "b.bin": UnicodeError, "none": FileNotFoundError,
    }  # fmt: skip
    assert "not UTF-8 at byte 8" in str(found.errors[str(tmp_path / "b.bin")])
    assert found.skipped["hidden"] == 1


@pytest.mark.parametrize("pattern", ["async", "await|yield", r"(?i)todo|fixme", r"^\s*def \w+\(", "zipimporter", r"gather\("])
def test_the_librarys_own_source_is_searched_alike(twins, pattern: str):
    """Real patterns over real files, by one thread and by several."""
    room = Path(accel.__file__).parents[1]
    found = [twins(accel.parallel_grep, pattern, room, suffixes=[".py"], workers=workers).value for workers in (1, 3)]
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("pattern", "reason"), [("a\nb", "line end"), (r"a(?!b)", "looks around"), (r"\n", "line end"), ("", "")]
)
def test_what_cannot_be_searched_by_lines_is_refused(pattern: str, reason: str):
    """A line feed in a pattern, and what no linear engine can, are refused with the reason; nothing matches everything."""
    if not reason:
        assert accel.parallel_grep(pattern, [], backend="rust").value == []
        return
    with pytest.raises(ParameterError, match=f"parallel_grep: .*{reason}"):
        accel.parallel_grep(pattern, ["."], backend="rust")

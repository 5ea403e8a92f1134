"""The Rust operations of Wings; call them through wingslib.accel, which checks the arguments.

Each gives a value and the errors by index; those that walk folders give errors by path, and how many entries were left
out. With `columns` a value is made of columns, a text column being its arena, starts and ends. `workers` is None for as
many threads as there are cores to use. A ValueError is a refusal of the whole call.
"""

from collections.abc import Buffer, Iterable, Sequence
from pathlib import Path

__all__ = [
    "__version__",
    "burn",
    "parallel_grep",
    "pattern_match_batch",
    "read_files_batch",
    "scan_files",
    "text_similarity",
    "text_similarity_matrix",
    "text_similarity_one_to_many",
    "word_count",
    "word_index",
]

class Column(Buffer):
    @property
    def dtype(self) -> str: ...

Texts = tuple[Column, Column, Column]
Columns = dict[str, Column | Texts]
Errors = dict[int, Exception]
PathErrors = dict[str, Exception]
Skipped = dict[str, int]

__version__: str

def burn(held: float, free: float, workers: int) -> None:
    """Compute for `held` seconds with the interpreter held, then for `free` seconds detached, in so many threads."""

def parallel_grep(
    roots: Sequence[str],
    pattern: str,
    literal: bool,
    ignore_case: bool,
    suffixes: Sequence[str],
    ignore: Sequence[str],
    hidden: bool,
    follow_links: bool,
    workers: int | None,
    columns: bool,
) -> tuple[list[tuple[str, int, str]] | Columns, PathErrors, Skipped]:
    """Find the matching lines of the chosen files below all roots as (path, line number, line)."""

def pattern_match_batch(
    texts: Iterable[str | Path],
    patterns: Sequence[str],
    literal: bool,
    ignore_case: bool,
    spans: bool,
    workers: int | None,
    columns: bool,
) -> tuple[list[tuple[int, ...]] | Columns, Errors]:
    """Find all patterns in all texts and files as (text, pattern, start, end), or without spans as (text, pattern)."""

def read_files_batch(paths: Iterable[str], workers: int | None, columns: bool) -> tuple[list[str | None] | Columns, Errors]:
    """Read the files at all paths into a list with a text or None for each."""

def scan_files(
    roots: Sequence[str],
    suffixes: Sequence[str],
    ignore: Sequence[str],
    hidden: bool,
    follow_links: bool,
    details: bool,
    workers: int | None,
    columns: bool,
) -> tuple[list[str] | list[tuple[str, int, int]] | Columns, PathErrors, Skipped]:
    """List the files below all roots as paths, or with details as (path, size in bytes, nanoseconds since 1970)."""

def text_similarity(
    text: str | Path, other: str | Path, metric: str, workers: int | None, _columns: bool
) -> tuple[float | None, Errors]:
    """Compare two texts; None where one of them could not be read."""

def text_similarity_one_to_many(
    texts: Sequence[str | Path], metric: str, workers: int | None, columns: bool
) -> tuple[list[float | None] | Column, Errors]:
    """Compare one text, the first, with each of the others."""

def text_similarity_matrix(
    texts: Sequence[str | Path], rows: int | None, metric: str, workers: int | None, columns: bool
) -> tuple[list[list[float | None]] | Column, Errors]:
    """Compare each of the first `rows` texts with each of the others, or each with each if there is no such number."""

def word_count(texts: Iterable[str | Path], workers: int | None, columns: bool) -> tuple[dict[str, int] | Columns, Errors]:
    """Count the words of all texts and files into one dict."""

def word_index(
    texts: Iterable[str | Path], workers: int | None, columns: bool
) -> tuple[dict[str, list[int]] | Columns, Errors]:
    """Index the words of all texts and files: for each word the indices of the texts that have it."""

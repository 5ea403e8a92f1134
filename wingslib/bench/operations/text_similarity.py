"""Races of `text_similarity`: one pair, many documents, many titles, and by words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any

from wingslib import accel
from wingslib.bench.case import Case, Way, documents


@contextmanager
def pair() -> Iterator[Case]:
    """Two texts of 2 kB."""
    one, two = documents()[:2]
    ways: dict[str, tuple[Way, float | None]] = {
        "table of the textbook": (partial(_table, one, two), 7_000.0),
        "big integers": (lambda: accel.text_similarity(one, two, backend="python").value, 10.0),
    }
    yield Case("indel of a pair of 2 kB", lambda: accel.text_similarity(one, two, backend="rust").value, ways)


def _matrix(name: str, count: int, length: int, metric: str, goal: float) -> Callable[[], AbstractContextManager[Case]]:
    @contextmanager
    def case() -> Iterator[Case]:
        texts = [text[:length] for text in documents()[:count]]
        matrix = partial(accel.text_similarity_matrix, texts, metric=metric)
        best = {"best pure Python": (lambda: matrix(backend="python").value, None)}
        rust = partial(matrix, backend="rust")
        columns = {"best pure Python": goal}
        yield Case(name, lambda: rust().value, best, lambda: rust(columns=True).value, _rows, columns)

    case.__name__ = name
    return case


CASES = (
    pair,
    _matrix("indel of 30 × 30 documents", 30, 2_300, "indel", 100),
    _matrix("indel of 200 × 200 titles", 200, 50, "indel", 100),
    _matrix("levenshtein of 200 × 200 titles", 200, 50, "levenshtein", 100),
    _matrix("jaccard of 200 × 200 documents", 200, 2_300, "jaccard", 50),
    _matrix("cosine of 120 × 120 documents", 120, 2_300, "cosine", 50),
)


def _rows(value: Any) -> list[list[float]]:
    rows: list[list[float]] = value if isinstance(value, list) else value.tolist()
    return rows


def _table(one: str, two: str) -> float:
    above = [0] * (len(two) + 1)
    for letter in one:
        left = [0]
        for column, other in enumerate(two):
            left.append(above[column] + 1 if letter == other else max(above[column + 1], left[-1]))
        above = left
    total = len(one) + len(two)
    return 1 - (total - 2 * above[-1]) / total

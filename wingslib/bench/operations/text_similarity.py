"""Races of `text_similarity`: one pair, many documents, many titles, and by words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any

from wingslib import accel
from wingslib.accel.reference import words
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


def _by_words(metric: str, count: int) -> Callable[[], AbstractContextManager[Case]]:
    @contextmanager
    def case() -> Iterator[Case]:
        texts = documents()[:count]
        matrix = partial(accel.text_similarity_matrix, texts, metric=metric)
        ways: dict[str, tuple[Way, float | None]] = {
            "each pair": (lambda: matrix(backend="python").value, None),
            "inverted lists": (partial(_inverted, texts, metric), None),
        }
        rust, goals = partial(matrix, backend="rust"), {"each pair": 100.0, "inverted lists": 50.0}
        name = f"{metric} of {count} × {count} documents"
        yield Case(name, lambda: rust().value, ways, lambda: rust(columns=True).value, _rows, goals)

    case.__name__ = metric
    return case


CASES = (
    pair,
    _matrix("indel of 30 × 30 documents", 30, 2_300, "indel", 100),
    _matrix("indel of 200 × 200 titles", 200, 50, "indel", 100),
    _matrix("levenshtein of 200 × 200 titles", 200, 50, "levenshtein", 100),
    _by_words("jaccard", 200),
    _by_words("cosine", 200),
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


def _inverted(texts: list[str], metric: str) -> list[list[float]]:
    """Go through the texts of each word, not through the words of each pair: most pairs share few words."""
    known = [Counter(words(text.encode())) for text in texts]
    if metric == "jaccard":
        known = [Counter(set(counts)) for counts in known]
    having: dict[bytes, list[tuple[int, int]]] = {}
    for number, counts in enumerate(known):
        for word, count in counts.items():
            having.setdefault(word, []).append((number, count))
    squares = [sum(count * count for count in counts.values()) for counts in known]
    rows = []
    for counts, square in zip(known, squares, strict=True):
        dots = [0] * len(texts)
        for word, count in counts.items():
            for number, other in having[word]:
                dots[number] += count * other
        if metric == "jaccard":
            rows.append([dot / (square + other - dot) for dot, other in zip(dots, squares, strict=True)])
        else:
            rows.append([min(dot / math.sqrt(square * other), 1.0) for dot, other in zip(dots, squares, strict=True)])
    return rows

"""Say how similar texts are: two, one and many, or each and each."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from wingslib.accel import arguments
from wingslib.accel.columns import Array, numbers
from wingslib.accel.reference import encoded, words
from wingslib.accel.result import Result
from wingslib.accel.switch import run
from wingslib.errors import ParameterError

Row = list[float | None]
_MOST_PAIRS = 1 << 28


def text_similarity(
    text: arguments.Text,
    other: arguments.Text,
    *,
    metric: str = "indel",
    workers: int | None = None,
    backend: str | None = None,
) -> Result[float | None]:
    """Say how similar two texts are, from 0 to 1.

    `metric` is one of these; n and m are the lengths in characters:

    - "indel": 1 − (n + m − 2·LCS) / (n + m), with the length LCS of the longest common subsequence
    - "levenshtein": 1 − d / max(n, m), with the least number d of characters to insert, delete or replace
    - "jaccard": of the sets of words, the size of the intersection over that of the union
    - "cosine": of the counts of words, the dot product over the root of the product of the squares, at most 1

    Two texts without characters, or without words, are equal: 1. A word is a maximal run of `[0-9A-Za-z_]` or of any
    character from U+0080 on; capital ASCII letters count as small ones. A str is compared as it is; a path is a UTF-8
    file. One that cannot be used is an error of its index, 0 or 1, and then the similarity is None.

    `workers` is the most threads that Rust uses, as many as there are usable cores if None; Python uses one. `backend`
    is "python", "rust", or None for the one switched on.

    Raises:
        ParameterError: an argument is of the wrong kind, or there is no such metric.
        NotAvailable: `backend="rust"` and the extension is not built.
    """
    pair = (arguments.item("text", text), arguments.item("other", other))
    return run(_text_similarity, *pair, _metric(metric), backend=backend, workers=arguments.workers(workers))


def text_similarity_one_to_many(
    text: arguments.Text,
    others: Iterable[arguments.Text],
    *,
    metric: str = "indel",
    columns: bool = False,
    workers: int | None = None,
    backend: str | None = None,
) -> Result[Row | Array]:
    """Say how similar a text is to each of some others; see `text_similarity`.

    The value is a list, with `columns=True` an array. One of `others` that cannot be used is an error of its index, and
    None in the list or not a number in the array; if the text itself cannot, its error has the index −1.

    Raises:
        ParameterError: an argument is of the wrong kind, or there is no such metric.
        NotAvailable: `backend="rust"` and the extension is not built.
    """
    texts = [arguments.item("text", text), *arguments.batch("others", others)]
    made = _column if columns else None
    found = run(
        _text_similarity_one_to_many, texts, _metric(metric), backend=backend, workers=arguments.workers(workers), columns=made
    )
    return replace(found, errors={index - 1: error for index, error in found.errors.items()})


def text_similarity_matrix(
    texts: Iterable[arguments.Text],
    others: Iterable[arguments.Text] | None = None,
    *,
    metric: str = "indel",
    columns: bool = False,
    workers: int | None = None,
    backend: str | None = None,
) -> Result[list[Row] | Array]:
    """Say how similar each of `texts` is to each of `others`, or to each of `texts`; see `text_similarity`.

    The value is a list of rows, with `columns=True` a two-dimensional array. A text that cannot be used is an error of
    its index, which goes on from `texts` to `others`, and its row or column is None, or not a number in the array.

    Raises:
        ParameterError: an argument is of the wrong kind, there is no such metric, or the matrix would be over 2 GiB.
        NotAvailable: `backend="rust"` and the extension is not built.
    """
    batch = arguments.batch("texts", texts)
    rows = None if others is None else len(batch)
    batch += [] if others is None else arguments.batch("others", others)
    height = len(batch) if rows is None else rows
    _require_room(height, len(batch) - (rows or 0))
    chosen = (batch, rows, _metric(metric))
    made = _column if columns else None
    found = run(_text_similarity_matrix, *chosen, backend=backend, workers=arguments.workers(workers), columns=made)
    if columns:
        return replace(found, value=found.value.reshape(height, len(batch) - (rows or 0)))
    return found


def _require_room(height: int, width: int) -> None:
    if height * width > _MOST_PAIRS:
        raise ParameterError(
            f"texts and others make a matrix of {height:,} × {width:,}; allowed are {_MOST_PAIRS:,} pairs, 2 GiB. "
            "Compare some rows at a time."
        )


def _metric(name: object) -> str:
    if name not in _METRICS:
        raise ParameterError(
            f"metric is {name!r}; allowed are {', '.join(_METRICS)}. For example metric={next(iter(_METRICS))!r}."
        )
    return str(name)


def _text_similarity(text: str | Path, other: str | Path, metric: str) -> tuple[float | None, dict[int, Exception]]:
    rows, errors = _text_similarity_matrix([text, other], 1, metric)
    return rows[0][0], errors


def _text_similarity_one_to_many(texts: arguments.Batch, metric: str) -> tuple[Row, dict[int, Exception]]:
    rows, errors = _text_similarity_matrix(texts, 1, metric)
    return rows[0], errors


def _text_similarity_matrix(texts: arguments.Batch, rows: int | None, metric: str) -> tuple[list[Row], dict[int, Exception]]:
    prepare, compare = _METRICS[metric]
    errors: dict[int, Exception] = {}
    known = {index: prepare(data) for index, data in encoded(texts, errors)}
    below, beside = range(len(texts) if rows is None else rows), range(rows or 0, len(texts))
    matrix: list[Row] = [[None] * len(beside) for _ in below]
    for row in known.keys() & below:
        for column in known.keys() & beside:
            if rows is None and column < row:
                continue
            matrix[row][column - beside.start] = compare(known[row], known[column])
    if rows is None:
        for row in below:
            matrix[row][:row] = [matrix[column][row] for column in range(row)]
    return matrix, errors


def _indel(one: str, two: str) -> float:
    """Keep a bit for each character of `one` in one big integer (Hyyrö 2004): a step for each character of `two`."""
    total = len(one) + len(two)
    full = state = (1 << len(one)) - 1
    places = _places(one)
    for character in two:
        matched = state & places.get(character, 0)
        state = ((state + matched) | (state - matched)) & full
    common = len(one) - state.bit_count()
    return 1 - (total - 2 * common) / total if total else 1.0


def _levenshtein(one: str, two: str) -> float:
    """As `_indel`, with a bit for where the distance goes up along `one`, and one for down (Myers 1999)."""
    longest, distance = max(len(one), len(two)), len(one) or len(two)
    full, last = (1 << len(one)) - 1, 1 << len(one) >> 1
    up, down = full, 0
    places = _places(one)
    for character in two if one else "":
        equal = places.get(character, 0)
        vertical = equal | down
        horizontal = (((equal & up) + up) ^ up) | equal
        rise, fall = down | (full & ~(horizontal | up)), up & horizontal
        distance += bool(rise & last) - bool(fall & last)
        rise, fall = rise << 1 | 1, fall << 1
        up, down = (fall | ~(vertical | rise)) & full, rise & vertical & full
    return 1 - distance / longest if longest else 1.0


def _places(text: str) -> dict[str, int]:
    """Return for each character a big integer with a bit for each of its places."""
    places: dict[str, int] = {}
    for place, character in enumerate(text):
        places[character] = places.get(character, 0) | 1 << place
    return places


def _jaccard(one: set[bytes], two: set[bytes]) -> float:
    either = len(one | two)
    return len(one & two) / either if either else 1.0


def _cosine(one: Counter[bytes], two: Counter[bytes]) -> float:
    if not one or not two:
        return float(not one and not two)
    dot = sum(count * two[word] for word, count in one.items() if word in two)
    return min(1.0, dot / math.sqrt(_square(one) * _square(two)))


def _square(counts: Counter[bytes]) -> int:
    return sum(count * count for count in counts.values())


def _column(value: Any) -> Array:
    flat = value if not value or not isinstance(value[0], list) else [one for row in value for one in row]
    return numbers([math.nan if one is None else one for one in flat], "f8")


_METRICS: dict[str, tuple[Callable[[bytes], Any], Callable[[Any, Any], float]]] = {
    "indel": (bytes.decode, _indel),
    "levenshtein": (bytes.decode, _levenshtein),
    "jaccard": (lambda data: set(words(data)), _jaccard),
    "cosine": (lambda data: Counter(words(data)), _cosine),
}

_SAMPLE: arguments.Batch = [
    "kitten",
    "sitting",
    "",
    "Été été the The",
    "\ud800",
    "日本語 the",
    Path("no such file"),
    "ab" * 700,
]
SAMPLES = tuple(
    call
    for metric in _METRICS
    for call in (
        partial(text_similarity, "kitten the", "sitting", metric=metric),
        partial(text_similarity_one_to_many, "the kitten", _SAMPLE, metric=metric),
        partial(text_similarity_matrix, _SAMPLE, metric=metric),
        partial(text_similarity_matrix, _SAMPLE[:3], _SAMPLE, metric=metric),
    )
)

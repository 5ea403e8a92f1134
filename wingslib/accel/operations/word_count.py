"""Count the words of many texts and files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from wingslib.accel import arguments
from wingslib.accel.columns import Columns, Texts, numbers
from wingslib.accel.reference import encoded, words
from wingslib.accel.result import Result
from wingslib.accel.switch import run


def word_count(
    texts: Iterable[arguments.Text], *, columns: bool = False, workers: int | None = None, backend: str | None = None
) -> Result[dict[str, int] | Columns]:
    """Count the words of all `texts` into one dict, in no promised order.

    A str is counted as it is; a path is a UTF-8 file that is read. A word is a maximal run of `[0-9A-Za-z_]` or of
    any character from U+0080 on; capital ASCII letters count as small ones. A file that cannot be read or is not
    UTF-8, and a str with half a surrogate pair, is an error of its index; the other items are counted.

    `columns=True` gives the columns word and count instead. `workers` is the most threads that Rust uses, as many as
    there are usable cores if None; Python uses one. `backend` is "python", "rust", or None for the one switched on.

    Raises:
        ParameterError: `texts` is a single text, or holds something that is neither a str nor a path.
        NotAvailable: `backend="rust"` and the extension is not built.
    """
    batch, workers = arguments.batch("texts", texts), arguments.workers(workers)
    return run(_word_count, batch, backend=backend, workers=workers, columns=_columns if columns else None)


def _word_count(texts: arguments.Batch) -> tuple[dict[str, int], dict[int, Exception]]:
    counts: Counter[bytes] = Counter()
    errors: dict[int, Exception] = {}
    for _, data in encoded(texts, errors):
        counts.update(words(data))
    return {word.decode(): count for word, count in counts.items()}, errors


def _columns(value: dict[str, int]) -> Columns:
    return {"word": Texts.of(value), "count": numbers(list(value.values()), "i8")}


_SAMPLE: arguments.Batch = [
    "The the THE",
    "",
    "Été, été: nul\0nul",
    "\ud800",
    "snake_case x2 don't",
    Path("no such file"),
    "a " * 99_999,
]
SAMPLES = (partial(word_count, _SAMPLE),)

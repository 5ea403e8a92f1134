"""Find out which texts have which words."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from itertools import accumulate, chain
from pathlib import Path

from wingslib.accel import arguments
from wingslib.accel.columns import Columns, Texts, numbers
from wingslib.accel.reference import encoded, words
from wingslib.accel.result import Result
from wingslib.accel.switch import run


def word_index(
    texts: Iterable[arguments.Text], *, columns: bool = False, workers: int | None = None, backend: str | None = None
) -> Result[dict[str, list[int]] | Columns]:
    """Index the words of all `texts`: a dict of each word, sorted, to the indices of the texts that have it, in order.

    A str is read as it is; a path is a UTF-8 file. A word is a maximal run of `[0-9A-Za-z_]` or of any character from
    U+0080 on; capital ASCII letters count as small ones. A file that cannot be read or is not UTF-8, and a str with half
    a surrogate pair, is an error of its index and has no words.

    `columns=True` gives the columns word (sorted), end (where the texts of each word end) and text. `workers` is the
    most threads that Rust uses, as many as there are usable cores if None; Python uses one. `backend` is "python",
    "rust", or None for the one switched on.

    Raises:
        ParameterError: `texts` is a single text, or holds something that is neither a str nor a path.
        NotAvailable: `backend="rust"` and the extension is not built.
    """
    batch, workers = arguments.batch("texts", texts), arguments.workers(workers)
    return run(_word_index, batch, backend=backend, workers=workers, columns=_columns if columns else None)


def _word_index(texts: arguments.Batch) -> tuple[dict[str, list[int]], dict[int, Exception]]:
    found: dict[bytes, list[int]] = {}
    errors: dict[int, Exception] = {}
    for index, data in encoded(texts, errors):
        for word in set(words(data)):
            found.setdefault(word, []).append(index)
    return {word.decode(): found[word] for word in sorted(found)}, errors


def _columns(value: dict[str, list[int]]) -> Columns:
    return {
        "word": Texts.of(value),
        "end": numbers(list(accumulate(map(len, value.values()))), "i8"),
        "text": numbers(list(chain.from_iterable(value.values())), "i4"),
    }


_SAMPLE: arguments.Batch = [
    "The the THE",
    "",
    "Été, été: nul\0nul",
    "\ud800",
    "the x2 don't",
    Path("no such file"),
    "a " * 99_999 + "été",
]
SAMPLES = (partial(word_index, _SAMPLE),)

"""Read many text files."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from wingslib.accel import arguments
from wingslib.accel.columns import Columns, Texts
from wingslib.accel.reference import encoded
from wingslib.accel.result import Result
from wingslib.accel.switch import run


def read_files_batch(
    paths: Iterable[arguments.Text], *, columns: bool = False, workers: int | None = None, backend: str | None = None
) -> Result[list[str | None] | Columns]:
    """Read the files at all `paths` into a list of texts, in the order of the paths.

    A text is the file's bytes as UTF-8 and nothing else: line ends and a byte order mark stay as they are. A file that
    is missing, unreadable, not regular, not UTF-8, over 1 GiB, or that changes while it is read is an error of its
    index, and None in the list; the other files are read.

    `columns=True` gives the column text instead. `workers` is the most threads that Rust uses, as many as there are
    usable cores if None; Python uses one. `backend` is "python", "rust", or None for the one switched on.

    Raises:
        ParameterError: `paths` holds something that is no path.
        NotAvailable: `backend="rust"` and the extension is not built.
    """
    files, workers = arguments.paths("paths", paths), arguments.workers(workers)
    return run(_read_files_batch, files, backend=backend, workers=workers, columns=_columns if columns else None)


def _read_files_batch(paths: list[str]) -> tuple[list[str | None], dict[int, Exception]]:
    texts: list[str | None] = [None] * len(paths)
    errors: dict[int, Exception] = {}
    for index, data in encoded(map(Path, paths), errors):
        texts[index] = data.decode()
    return texts, errors


def _columns(value: list[str | None]) -> Columns:
    return {"text": Texts.of(value)}


_HERE = Path(__file__)
SAMPLES = (partial(read_files_batch, [_HERE, "no such file", _HERE.parent, *sorted(_HERE.parent.glob("*.py"))]),)

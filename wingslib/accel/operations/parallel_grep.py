"""Find the lines that match a pattern in all files below some folders."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from wingslib.accel import arguments
from wingslib.accel.columns import Columns, Texts, numbers
from wingslib.accel.operations.scan_files import Skipped, Walker
from wingslib.accel.reference import FLAGS, read
from wingslib.accel.result import Result
from wingslib.accel.switch import run

Line = tuple[str, int, str]


def parallel_grep(
    pattern: str,
    roots: arguments.Text | Iterable[arguments.Text],
    *,
    literal: bool = False,
    ignore_case: bool = False,
    suffixes: Iterable[str] = (),
    ignore: Iterable[str] = (),
    hidden: bool = True,
    follow_links: bool = False,
    columns: bool = False,
    workers: int | None = None,
    backend: str | None = None,
) -> Result[list[Line] | Columns]:
    """Find the lines that match `pattern` in the files below all `roots`; return (path, number, line) by path.

    Which files are searched, in which order, and what is counted in `.skipped`, is as in `scan_files`. A line ends at a
    line feed and is searched on its own; it has no line feed, but keeps a carriage return, and the first has number 1. A
    pattern means what `re.search` means by it with the flag ASCII; Rust refuses what it cannot find in linear time
    (look-around, back-references), what makes an automaton over 1 MiB, a line feed, and what `re` might read otherwise.
    With `literal` it is a text to be found as it stands. `ignore_case` folds ASCII letters only.

    A file that cannot be read, is not UTF-8 or is over 1 GiB is an error of its path and has no lines. `columns=True`
    gives the columns path (of the files with a line), file (its index among them), number and line. `workers` is the
    most threads that Rust uses, as many as there are usable cores if None; Python uses one. `backend` is "python",
    "rust", or None for the one switched on.

    Ctrl-C ends the call at once, but waits for a line of hundreds of megabytes: a line is not cut.

    Raises:
        ParameterError: an argument is of the wrong kind, or the pattern cannot be searched for; the message has the reason.
        NotAvailable: `backend="rust"` and the extension is not built.
    """
    wanted = arguments.pattern("pattern", pattern, literal, FLAGS | (re.IGNORECASE if ignore_case else 0))
    choice = (arguments.names("suffixes", suffixes), arguments.names("ignore", ignore), bool(hidden), bool(follow_links))
    chosen = (wanted, bool(literal), bool(ignore_case), *choice)
    found, made = arguments.roots(roots), _columns if columns else None
    return run(_parallel_grep, found, *chosen, backend=backend, workers=arguments.workers(workers), columns=made)


def _parallel_grep(
    roots: list[str],
    pattern: str,
    literal: bool,
    ignore_case: bool,
    suffixes: list[str],
    ignore: list[str],
    hidden: bool,
    follow_links: bool,
) -> tuple[list[Line], dict[str, Exception], Skipped]:
    search = re.compile(re.escape(pattern) if literal else pattern, FLAGS | (re.IGNORECASE if ignore_case else 0)).search
    walker = Walker(tuple(suffixes), frozenset(ignore), hidden, follow_links)
    hits: list[Line] = []
    for path in walker.sorted_files(roots):
        data = walker.tried(read, path)
        lines = data.decode().removesuffix("\n").split("\n") if data else ()
        hits += ((path, number, line) for number, line in enumerate(lines, start=1) if search(line))
    return hits, walker.errors, walker.skipped


def _columns(value: list[Line]) -> Columns:
    paths = list(dict.fromkeys(path for path, _, _ in value))
    place = {path: index for index, path in enumerate(paths)}
    return {
        "path": Texts.of(paths),
        "file": numbers([place[path] for path, _, _ in value], "i4"),
        "number": numbers([number for _, number, _ in value], "i8"),
        "line": Texts.of(line for _, _, line in value),
    }


_ROOM = Path(__file__).parents[1]
SAMPLES = (
    partial(parallel_grep, r"^\s*def \w+\(", [_ROOM, "no such folder"], suffixes=[".py"], ignore=["__pycache__"]),
    partial(parallel_grep, "IMPORT", _ROOM, literal=True, ignore_case=True, suffixes=[".py"]),
)

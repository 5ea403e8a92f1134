"""Find many patterns in many texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from wingslib.accel import arguments
from wingslib.accel.columns import Columns, numbers
from wingslib.accel.reference import FLAGS, FOLD, encoded
from wingslib.accel.result import Result
from wingslib.accel.switch import run

Hit = tuple[int, ...]


def pattern_match_batch(
    texts: Iterable[arguments.Text],
    patterns: Iterable[str],
    *,
    literal: bool = True,
    ignore_case: bool = False,
    spans: bool = True,
    columns: bool = False,
    workers: int | None = None,
    backend: str | None = None,
) -> Result[list[Hit] | Columns]:
    """Find all `patterns` in all `texts`; return (text, pattern, start, end) by text, start and pattern.

    The first two are indices, the last two count characters. A literal is found wherever it stands, also where hits
    overlap. With `literal=False` a pattern means what `re` means by it with the flags ASCII and MULTILINE, and is found
    as `re.finditer` finds it; Rust refuses what it cannot find in linear time (look-around, back-references), what makes
    an automaton over 1 MiB, and what it might find elsewhere than `re`. `ignore_case` folds ASCII letters only.
    `spans=False` asks only which patterns are in which texts: (text, pattern), each pair once.

    A str is searched as it is; a path is a UTF-8 file that is read. A file that cannot be used, and a str with half a
    surrogate pair, is an error of its index and has no hits. `columns=True` gives the columns text, pattern, start and
    end. `workers` is the most threads that Rust uses, as many as there are usable cores if None; Python uses one.
    `backend` is "python", "rust", or None for the one switched on.

    Ctrl-C waits for two things that cannot be cut: a long text in which the regexes can match every character, as `(?s).+`
    can (seconds for 1 GiB), and the making of the automaton of a million literals.

    Raises:
        ParameterError: an argument is of the wrong kind, or a pattern cannot be searched for; the message has the reason.
        NotAvailable: `backend="rust"` and the extension is not built.
    """
    batch, workers = arguments.batch("texts", texts), arguments.workers(workers)
    flags = FLAGS | (re.IGNORECASE if ignore_case else 0)
    wanted = [
        arguments.pattern(f"patterns[{index}]", one, literal, flags)
        for index, one in enumerate(arguments.names("patterns", patterns))
    ]
    made = partial(_columns, spans=spans) if columns else None
    chosen = (wanted, bool(literal), bool(ignore_case), bool(spans))
    return run(_pattern_match_batch, batch, *chosen, backend=backend, workers=workers, columns=made)


def _pattern_match_batch(
    texts: arguments.Batch, patterns: list[str], literal: bool, ignore_case: bool, spans: bool
) -> tuple[list[Hit], dict[int, Exception]]:
    find = _literals(patterns, ignore_case) if literal else _regexes(patterns, ignore_case)
    errors: dict[int, Exception] = {}
    hits: list[Hit] = []
    for index, data in encoded(texts, errors):
        found = find(data.decode())
        if spans:
            hits += ((index, pattern, start, end) for start, pattern, end in sorted(found))
        else:
            hits += ((index, pattern) for pattern in sorted({pattern for _, pattern, _ in found}))
    return hits, errors


def _literals(patterns: list[str], ignore_case: bool) -> Any:
    folded = [one.translate(FOLD) if ignore_case else one for one in patterns]

    def places(text: str, pattern: int, literal: str) -> Iterator[Hit]:
        start = text.find(literal)
        while start >= 0:
            yield start, pattern, start + len(literal)
            start = text.find(literal, start + 1)

    def find(text: str) -> Iterator[Hit]:
        text = text.translate(FOLD) if ignore_case else text
        return chain.from_iterable(places(text, pattern, literal) for pattern, literal in enumerate(folded))

    return find


def _regexes(patterns: list[str], ignore_case: bool) -> Any:
    compiled = [re.compile(one, FLAGS | (re.IGNORECASE if ignore_case else 0)) for one in patterns]

    def find(text: str) -> Iterator[Hit]:
        for pattern, regex in enumerate(compiled):
            yield from ((found.start(), pattern, found.end()) for found in regex.finditer(text))

    return find


def _columns(value: list[Hit], spans: bool) -> Columns:
    names = {"text": "i4", "pattern": "i4", "start": "i8", "end": "i8"} if spans else {"text": "i4", "pattern": "i4"}
    rows = zip(*value, strict=True) if value else [()] * len(names)
    return {name: numbers(list(row), dtype) for (name, dtype), row in zip(names.items(), rows, strict=True)}


_TEXTS: arguments.Batch = [
    "aaa",
    "",
    "Été, ÉTÉ\nété",
    "\ud800",
    "x=1; y = 22\n",
    Path("no such file"),
    "na\u0301",
    "日本日本日",
]
SAMPLES = (
    partial(pattern_match_batch, _TEXTS, ["aa", "a", "é", "本日", "AA"], ignore_case=True),
    partial(pattern_match_batch, _TEXTS, [r"\w+", r"^[^\W\d]\s*=", "日.", "(?i:É)T"], literal=False),
    partial(pattern_match_batch, _TEXTS, [r"\d$", "a|", "本"], literal=False, spans=False),
)

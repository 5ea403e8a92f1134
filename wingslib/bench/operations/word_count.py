"""Races of `word_count` over 28 chapters of 1 MB."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from wingslib import accel
from wingslib.accel.reference import words
from wingslib.bench.case import Case, chapters, files
from wingslib.engines import processes
from wingslib.engines.pools import Pool


@contextmanager
def many() -> Iterator[Case]:
    """28 files of 1 MB into one dict."""
    with files(chapters()) as names, processes.pool(workers=2) as pool:
        paths = list(map(Path, names))
        ways = {
            "a dict, line by line": (partial(_by_line, paths), 50.0),
            "bytes.translate + Counter": (partial(_by_bytes, paths), 40.0),
            "the same in 2 processes": (partial(_in_processes, pool, paths), 30.0),
        }
        yield Case("28 × 1 MB", lambda: accel.word_count(paths, backend="rust").value, ways)


CASES = (many,)


def _by_line(paths: list[Path]) -> dict[str, int]:
    find = re.compile(r"\w+", re.ASCII).findall
    counts: dict[str, int] = {}
    for path in paths:
        with path.open(encoding="utf-8") as file:
            for line in file:
                for word in find(line):
                    counts[word.lower()] = counts.get(word.lower(), 0) + 1
    return counts


def _by_bytes(paths: list[Path]) -> dict[str, int]:
    return {word.decode(): count for word, count in _counted(paths).items()}


def _in_processes(pool: Pool, paths: list[Path]) -> dict[str, int]:
    """Two warm processes, half of the files each, so that a message is one table."""
    one, other = pool.map(_counted, [paths[::2], paths[1::2]], chunk=1).values()
    one.update(other)
    return {word.decode(): count for word, count in one.items()}


def _counted(paths: list[Path]) -> Counter[bytes]:
    counts: Counter[bytes] = Counter()
    for path in paths:
        counts.update(words(path.read_bytes()))
    return counts

"""Races of `word_count` over 28 chapters of 1 MB."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from wingslib import accel
from wingslib.bench.case import Case, chapters, files

_SPLIT = bytes(byte if chr(byte).isalnum() or byte == ord("_") or byte >= 0x80 else 32 for byte in range(256)).lower()


@contextmanager
def many() -> Iterator[Case]:
    """28 files of 1 MB into one dict."""
    with files(chapters()) as names:
        paths = list(map(Path, names))
        ways = {
            "a dict, line by line": (partial(_by_line, paths), 50.0),
            "bytes.translate + Counter": (partial(_by_bytes, paths), 40.0),
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
    counts: Counter[bytes] = Counter()
    for path in paths:
        counts.update(path.read_bytes().translate(_SPLIT).split())
    return {word.decode(): count for word, count in counts.items()}

"""Races of `parallel_grep` over the running interpreter's library and packages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any

from wingslib import accel
from wingslib.bench.case import Case, entries, python_files

Line = tuple[str, int, str]


def _race(name: str, pattern: str, usual: float, best: float) -> Callable[[], AbstractContextManager[Case]]:
    @contextmanager
    def case() -> Iterator[Case]:
        roots = list(map(str, python_files()))
        grep = partial(accel.parallel_grep, pattern, roots, suffixes=[".py"], backend="rust")
        ways = {
            "re, line by line": (partial(_by_line, pattern, roots), usual),
            "one finditer a file": (partial(_by_file, pattern, roots), best),
        }
        yield Case(name, lambda: grep().value, ways, lambda: grep(columns=True).value, _lines)

    case.__name__ = name
    return case


CASES = (
    _race("no hit", "no such line in any file", 35, 5.5),
    _race("rare", "zipimporter", 35, 5.5),
    _race("many hits", "import", 15, 5),
    _race("regex", r"def \w*(text|file)s?\(", 12, 4),
    _race("alternation", "TODO|FIXME|XXX|HACK", 12, 4),
    _race("ignoring case", "(?i)deprecat(ed|ion)", 12, 4),
)


def _lines(value: Any) -> list[Line]:
    if not isinstance(value, dict):
        return sorted(value)
    paths = list(value["path"])
    return sorted(zip((paths[file] for file in value["file"]), value["number"].tolist(), value["line"], strict=True))


def _by_line(pattern: str, roots: list[str]) -> list[Line]:
    search = re.compile(pattern, re.ASCII).search
    found: list[Line] = []
    for path in (entry.path for entry in entries(roots)):
        try:
            with open(path, encoding="utf-8", newline="\n") as file:
                hits = [(path, number, line.removesuffix("\n")) for number, line in enumerate(file, start=1) if search(line)]
        except UnicodeDecodeError:
            continue
        found += hits
    return found


def _by_file(pattern: str, roots: list[str]) -> list[Line]:
    finditer = re.compile(pattern, re.ASCII | re.MULTILINE).finditer
    found: list[Line] = []
    for path in (entry.path for entry in entries(roots)):
        try:
            with open(path, "rb") as file:
                text = file.read().decode()
        except UnicodeDecodeError:
            continue
        number, counted, end = 1, 0, -1
        for hit in finditer(text):
            if hit.start() <= end:
                continue
            start = text.rfind("\n", 0, hit.start()) + 1
            end = text.find("\n", hit.start())
            number += text.count("\n", counted, start)
            counted = start
            found.append((path, number, text[start : end if end >= 0 else None]))
    return found

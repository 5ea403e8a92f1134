"""Races of `scan_files` over the running interpreter's library and packages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from wingslib import accel
from wingslib.bench.case import Case, entries, python_files

Details = tuple[str, int, int]


@contextmanager
def names() -> Iterator[Case]:
    """The paths of all Python files."""
    roots = list(map(str, python_files()))
    scan = partial(accel.scan_files, roots, suffixes=[".py"], backend="rust")
    ways = {"os.walk": (partial(_walk, roots), 3.5), "rglob": (partial(_rglob, roots), 8.0)}
    ways["os.scandir stack"] = (partial(_scandir, roots), 2.5)
    yield Case("names", lambda: scan().value, ways, lambda: scan(columns=True).value, _sorted, {"os.scandir stack": 2.5})


@contextmanager
def details() -> Iterator[Case]:
    """The paths with size and time of change."""
    roots = list(map(str, python_files()))
    scan = partial(accel.scan_files, roots, suffixes=[".py"], details=True, backend="rust")
    ways = {
        "os.walk + lstat": (partial(_walk_details, roots), 4.0),
        "os.scandir + stat": (partial(_scandir_details, roots), 3.3),
    }
    yield Case("size and time", lambda: scan().value, ways, canonical=_sorted)


CASES = (names, details)


def _sorted(value: Any) -> list[Any]:
    """Return what was found in order, without links: os.walk and rglob name those too."""
    found = value["path"] if isinstance(value, dict) else value
    return sorted(one for one in found if not os.path.islink(one if isinstance(one, str) else one[0]))


def _walk(roots: list[str]) -> list[str]:
    return [
        os.path.join(folder, name)
        for root in roots
        for folder, _, names in os.walk(root)
        for name in names
        if name.endswith(".py")
    ]


def _rglob(roots: list[str]) -> list[str]:
    return [str(path) for root in roots for path in Path(root).rglob("*.py")]


def _scandir(roots: list[str]) -> list[str]:
    return [entry.path for entry in entries(roots)]


def _walk_details(roots: list[str]) -> list[Details]:
    return [(path, (seen := os.lstat(path)).st_size, seen.st_mtime_ns) for path in _walk(roots)]


def _scandir_details(roots: list[str]) -> list[Details]:
    return [(entry.path, (seen := entry.stat(follow_symlinks=False)).st_size, seen.st_mtime_ns) for entry in entries(roots)]

"""Races of `read_files_batch` over small, real and large files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from wingslib import accel
from wingslib.bench.case import Case, chapters, documents, files, python_files


@contextmanager
def small() -> Iterator[Case]:
    """10,000 files of 2 kB."""
    with files(documents()) as paths:
        yield _case("10,000 × 2 kB", paths, 6.0, 2.6)


@contextmanager
def real() -> Iterator[Case]:
    """The Python files of the running interpreter."""
    found = accel.scan_files(python_files(), suffixes=[".py"], backend="rust").value
    # `open` would translate what line ends these few have
    unfit = accel.read_files_batch(found, backend="rust")
    paths = [path for path, text in zip(found, unfit.value, strict=True) if text is not None and "\r" not in text]
    yield _case("Python's own files", paths, 3.2, 1.7)


@contextmanager
def large() -> Iterator[Case]:
    """28 chapters of 1 MB."""
    with files(chapters()) as paths:
        yield _case("28 × 1 MB", paths, 2.2, 1.8)


CASES = (small, real, large)


def _case(name: str, paths: list[str], usual: float, best: float) -> Case:
    ways = {"open().read()": (partial(_open, paths), usual), "os.read loop": (partial(_os_read, paths), best)}
    read = partial(accel.read_files_batch, paths, backend="rust")
    return Case(name, lambda: read().value, ways, lambda: read(columns=True).value, _texts)


def _texts(value: Any) -> list[str]:
    return list(value["text"] if isinstance(value, dict) else value)


def _open(paths: list[str]) -> list[str]:
    texts = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            texts.append(file.read())
    return texts


def _os_read(paths: list[str]) -> list[str]:
    texts = []
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        size = os.fstat(descriptor).st_size
        texts.append(os.read(descriptor, size + 1).decode())
        os.close(descriptor)
    return texts

"""The operations, one file each, named like the operation.

A file holds the public functions with their exact definition, their plain Python twin, and SAMPLES: calls with the
cases that two backends most easily disagree about. A twin gives what the Rust function of `wings_rs` gives: the value,
the errors, and for an operation that walks folders how many entries were left out. It is written to be read and to be
fair: the fastest plain Python that is still obviously right, with no library beneath it. A file dropped in here is an
operation; nothing else lists them.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any


@cache
def names() -> tuple[str, ...]:
    """Return the names of all operations, sorted: those of the files in this folder."""
    return tuple(sorted(module.name for module in iter_modules(__path__)))


def load(name: str) -> Any:
    """Return the file that holds an operation."""
    return import_module(f"{__name__}.{name}")

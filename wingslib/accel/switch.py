"""The operations as a caller sees them, and which backend runs each.

A new operation is a file in rust_ext/core/src/ops with its binding and stub, its twin and sample in `reference`, and
a function here. The state is one tuple of names for the process: engines send it to their workers.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from wingslib.accel import native, reference
from wingslib.errors import NotAvailable, ParameterError

T = TypeVar("T")
Batch = list[str | Path]

_enabled: tuple[str, ...] = ()


@dataclass(frozen=True)
class Result(Generic[T]):
    """What an operation gives: its `value`, the `errors` by index of the item, and the `backend` that made it."""

    value: T
    errors: dict[int, Exception]
    backend: str


@dataclass(frozen=True)
class Acceleration:
    """What became of a request: the names `requested`, those `enabled`, and why each other is `unavailable`."""

    requested: tuple[str, ...]
    enabled: tuple[str, ...]
    unavailable: dict[str, str]


def word_count(texts: Iterable[str | os.PathLike[str]], backend: str | None = None) -> Result[dict[str, int]]:
    """Count the words of all `texts` into one dict, in no promised order.

    A str is counted as it is; a path is a UTF-8 file that is read. A word is a maximal run of `[0-9A-Za-z_]` or of
    any character from U+0080 on; capital ASCII letters count as small ones. A file that cannot be read or is not
    UTF-8, and a str with half a surrogate pair, is an error of its index; the other items are counted.

    `backend` is "python", "rust", or None for the one that is switched on.

    Raises:
        ParameterError: `texts` is a single text, or holds something that is neither a str nor a path.
        NotAvailable: `backend="rust"` and the extension is not built.
    """
    return _run("word_count", _batch(texts), backend)


def enable_rust_acceleration(operations: Iterable[str]) -> Acceleration:
    """Run the named `operations` in Rust from now on, and all others in Python.

    Each is first compared with its Python twin on a small sample; one that is not built or does not agree stays in
    Python, and the record says why.

    Raises:
        ParameterError: a name is unknown; nothing has been changed.
    """
    global _enabled
    requested = _known(operations)
    unavailable = {name: reason for name in requested if (reason := _defect(name))}
    _enabled = tuple(name for name in requested if name not in unavailable)
    return Acceleration(requested, _enabled, unavailable)


def enabled() -> tuple[str, ...]:
    """Return the names of the operations that run in Rust."""
    return _enabled


def backends() -> dict[str, str]:
    """Return the backend, "python" or "rust", of every operation."""
    return {name: "rust" if name in _enabled else "python" for name in reference.SAMPLES}


def _run(name: str, batch: Batch, backend: str | None) -> Result[Any]:
    chosen = backends()[name] if backend is None else backend
    if chosen not in ("python", "rust"):
        raise ParameterError(f'backend is {backend!r}; allowed are "python", "rust", or None for the one switched on.')
    function = native.operation(name) if chosen == "rust" else getattr(reference, name)
    value, errors = function(batch)
    return Result(value, dict(sorted(errors.items())), chosen)


def _defect(name: str) -> str:
    """Say why `name` cannot run in Rust; "" if it can and agrees with its twin."""
    try:
        rust, python = (_run(name, reference.SAMPLES[name], backend) for backend in ("rust", "python"))
    except NotAvailable as error:
        return str(error)
    if rust.value == python.value and _described(rust.errors) == _described(python.errors):
        return ""
    return f"{name} in Rust disagrees with Python on the sample, so Python runs it. Build it again with `wings build`."


def _described(errors: dict[int, Exception]) -> dict[int, tuple[type[Exception], str]]:
    """Make errors comparable: two exceptions are never equal, their kinds and messages are."""
    return {index: (type(error), str(error)) for index, error in errors.items()}


def _known(operations: Iterable[str]) -> tuple[str, ...]:
    known = list(reference.SAMPLES)
    if isinstance(operations, str) or not isinstance(operations, Iterable):
        raise ParameterError(f"operations is {operations!r}; allowed is a list of names. For example operations={known[:1]}.")
    names = list(operations)
    for name in names:
        if name not in known:
            raise ParameterError(f"operations has {name!r}; known are {', '.join(known)}. Nothing was switched.")
    return tuple(dict.fromkeys(names))


def _batch(texts: Iterable[str | os.PathLike[str]]) -> Batch:
    if isinstance(texts, str | bytes | os.PathLike) or not isinstance(texts, Iterable):
        raise ParameterError(f"texts is {texts!r:.60}; allowed is a list of texts and paths. For one alone write [text].")
    return [_item(index, item) for index, item in enumerate(texts)]


def _item(index: int, item: object) -> str | Path:
    if isinstance(item, str | Path):
        return item
    if isinstance(item, os.PathLike):
        return Path(os.fsdecode(item))
    raise ParameterError(f"texts[{index}] is {item!r:.60}; allowed are str and paths. Decode bytes, or pass the file's Path.")

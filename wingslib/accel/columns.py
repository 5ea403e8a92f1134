"""Columns instead of objects: NumPy arrays of numbers, and texts in one arena.

A million small Python objects cost more than most work that finds them. With `columns=True` an operation gives a dict
of columns; a text becomes a str when it is asked for. NumPy is imported only here, and only then.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any, TypeAlias, overload

if TYPE_CHECKING:
    import numpy as np

Array: TypeAlias = "np.ndarray[Any, Any]"
Columns = dict[str, Any]
"""Names and columns; each column is an array or Texts."""


class Texts(Sequence["str | None"]):
    """Texts in one arena of bytes, each from its start to its end; one that is absent is None."""

    def __init__(self, arena: Array, starts: Array, ends: Array) -> None:
        self.arena, self.starts, self.ends = arena, starts, ends

    def __len__(self) -> int:
        return len(self.starts)

    @overload
    def __getitem__(self, index: int) -> str | None: ...
    @overload
    def __getitem__(self, index: slice) -> Texts: ...
    def __getitem__(self, index: int | slice) -> str | Texts | None:
        if isinstance(index, slice):
            return Texts(self.arena, self.starts[index], self.ends[index])
        start, end = int(self.starts[index]), int(self.ends[index])
        return None if end < start else os.fsdecode(self.arena[start:end].tobytes())

    def __repr__(self) -> str:
        shown = [f"{text!r:.60}" for text in self[:3]] + ["…"] * (len(self) > 3)
        return f"<Texts: {len(self):,}, {', '.join(shown)}>" if shown else "<Texts: none>"

    def __iter__(self) -> Iterator[str | None]:
        return map(self.__getitem__, range(len(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Texts) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    @classmethod
    def of(cls, texts: Iterable[str | None]) -> Texts:
        """Put plain texts into an arena."""
        known = [None if text is None else os.fsencode(text) for text in texts]
        ends = list(accumulate(len(data or b"") for data in known))
        starts = [end - len(data or b"") for end, data in zip(ends, known, strict=True)]
        absent = [-1 if data is None else end for end, data in zip(ends, known, strict=True)]
        return cls(numbers(b"".join(filter(None, known)), "u1"), numbers(starts, "i8"), numbers(absent, "i8"))


def numbers(values: Any, dtype: str) -> Array:
    """Return a column of numbers: of a buffer without a copy, of a plain sequence with one."""
    import numpy as np

    try:
        return np.frombuffer(values, dtype) if len(memoryview(values)) else np.empty(0, dtype)
    except TypeError:
        return np.array(values, dtype)


def wrapped(value: Any) -> Any:
    """Make what Rust gave readable: its columns become arrays, three of them the arena, starts and ends of Texts."""
    if isinstance(value, dict):
        return {name: wrapped(column) for name, column in value.items()}
    if isinstance(value, tuple):
        return Texts(*map(wrapped, value))
    return numbers(value, value.dtype)

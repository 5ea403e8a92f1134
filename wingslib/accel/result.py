"""What an operation gives, and what an acceleration was."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Result(Generic[T]):
    """What an operation gives: its `value`, the `errors`, and the `backend` that made it.

    Errors are by index of the item; of an operation that finds files itself, by path. `skipped` says how many entries
    of the folders were left out, by reason.
    """

    value: T
    errors: dict[Any, Exception]
    backend: str
    skipped: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Acceleration:
    """What became of a request: the names `requested`, those `enabled`, and why each other is `unavailable`."""

    requested: tuple[str, ...]
    enabled: tuple[str, ...]
    unavailable: dict[str, str]

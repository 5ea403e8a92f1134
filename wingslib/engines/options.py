"""The keywords that every `map` and `stream` has, checked before any work starts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from wingslib.errors import ParameterError, require_callable, require_count, require_seconds

Progress = Callable[[int, int | None], None]

PROGRESS_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Options:
    """The keywords but `workers` and `chunk`, which mean different things to different engines."""

    timeout: float | None = None
    retries: int = 0
    progress: Progress | None = None

    def __post_init__(self) -> None:
        if self.timeout is not None:
            require_seconds("timeout", self.timeout)
        require_count("retries", self.retries, least=0)
        if self.progress is not None:
            require_callable("progress", self.progress)


def require_work(fn: object, items: object) -> None:
    """Raise ParameterError unless `fn` can be called and `items` can be iterated."""
    require_callable("fn", fn)
    if not isinstance(items, Iterable):
        raise ParameterError(f"items is {items!r}; allowed is anything that can be iterated. For example a list.")

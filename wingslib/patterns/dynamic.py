"""Items of unlike weight: each goes to the next worker that is free, and comes back with its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sized
from types import TracebackType
from typing import Any, Generic, TypeVar

from wingslib.engines.options import require_work
from wingslib.engines.run import Outcome, Timeline, Totals
from wingslib.patterns.supply import require_engine

T = TypeVar("T")
R = TypeVar("R")


def dynamic_parallel(
    fn: Callable[[T], R], items: Iterable[T], *, engine: Any, chunk: int | str = 1, **options: Any
) -> Pairs[T, R]:
    """Return an iterator of (item, outcome) as they complete, one item in each message unless `chunk` says more.

    Items are pulled only as results are taken: at most 2 · workers + 2 chunks are out, also after the iterator was
    closed or its `with` was left. `options` are those of the engine's `stream`: workers, timeout, retries, progress.

    Raises:
        ParameterError: a wrong argument; nothing was started.
    """
    require_engine(engine)
    require_work(fn, items)
    noted = _Counted(items) if isinstance(items, Sized) else _Noted(items)
    return Pairs(engine.stream(fn, noted, chunk=chunk, **options), noted.held)


class Pairs(Generic[T, R]):
    """The items of a run with their outcomes; `.run` has the totals so far, `.timeline` who had what when."""

    def __init__(self, results: Any, held: dict[int, T]) -> None:
        self._results, self._held = results, held
        self.run: Totals = results.run
        self.timeline: Timeline = results.timeline

    def __iter__(self) -> Iterator[tuple[T, Outcome[R]]]:
        return self

    def __next__(self) -> tuple[T, Outcome[R]]:
        outcome = next(self._results)
        return self._held.pop(outcome.index), outcome

    def __enter__(self) -> Pairs[T, R]:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        self._results.__exit__(kind, error, where)

    def close(self) -> None:
        """Cancel what has not started."""
        self._results.close()


class _Noted(Generic[T]):
    """Items on their way to the engine; `held` has by index those that are out."""

    def __init__(self, items: Iterable[T]) -> None:
        self._items = items
        self.held: dict[int, T] = {}

    def __iter__(self) -> Iterator[T]:
        for index, item in enumerate(self._items):
            self.held[index] = item
            yield item


class _Counted(_Noted[T]):
    """Items whose number is known."""

    def __len__(self) -> int:
        return len(self._items)  # type: ignore[arg-type]

"""Threads: calls that block, side by side in one process.

A thread cannot be killed. An item that exceeds its timeout gets its TimedOut on time, its thread is abandoned, and a
fresh one takes its place; `run.abandoned` counts them, and as many that hang at one time as there are workers stop the run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar

from wingslib.engines import worker
from wingslib.engines.chunking import Chunk, Sizes
from wingslib.engines.dispatch import Stream
from wingslib.engines.lanes import Lanes, RunChunk
from wingslib.engines.options import Progress
from wingslib.engines.pools import Pool, collect, start_stream
from wingslib.engines.run import Run
from wingslib.errors import ItemError

R = TypeVar("R")


def map(
    fn: Callable[[Any], R],
    items: Iterable[Any],
    *,
    workers: int,
    chunk: Chunk = "auto",
    timeout: float | None = None,
    retries: int = 0,
    progress: Progress | None = None,
) -> Run[R]:
    """Run `fn` on every item in `workers` new threads and return a Run in input order.

    A failing item becomes a failed Outcome, the others still run. `timeout` is seconds for each item; `retries` runs
    an item that failed again. `chunk` "auto" means 1: nothing crosses, so there is nothing to save. With a larger one, items
    that were finished before one of their chunk hung run again.

    Raises:
        ParameterError: a wrong argument; no thread was started.
        TooManyAbandoned: as many threads hang as there are workers.
    """
    began = time.perf_counter()
    backend = _Threads(workers, cold=True)
    return collect(
        start_stream(backend, _one, fn, items, chunk=chunk, timeout=timeout, retries=retries, progress=progress, began=began)
    )


def stream(
    fn: Callable[[Any], R],
    items: Iterable[Any],
    *,
    workers: int,
    chunk: Chunk = "auto",
    timeout: float | None = None,
    retries: int = 0,
    progress: Progress | None = None,
    ordered: bool = False,
) -> Stream[R]:
    """Return the outcomes as they complete (or in input order if `ordered`), pulling items only as they are taken."""
    began = time.perf_counter()
    return start_stream(
        _Threads(workers, cold=True),
        _one,
        fn,
        items,
        chunk=chunk,
        timeout=timeout,
        retries=retries,
        progress=progress,
        ordered=ordered,
        began=began,
    )


def pool(*, workers: int) -> Pool:
    """Keep `workers` threads until the `with` block is left."""
    return Pool(_Threads(workers, cold=False), _one)


def _one() -> Sizes:
    return Sizes(lambda left: 1)


class _Threads(Lanes):
    """Threads that call the function itself: nothing crosses."""

    engine = "threads"
    computes = False

    def opened(self) -> AbstractContextManager[RunChunk]:
        """Open nothing."""
        return nullcontext(lambda fn, job: worker.run_plain(fn, job.payload, job.handle))

    def encode(self, fn: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """Return the function itself."""
        return fn

    def pack(self, indices: list[int], items: list[Any]) -> tuple[list[Any], dict[int, ItemError]]:
        """Return the items themselves."""
        return items, {}

    def part(self, payload: list[Any], positions: list[int]) -> list[Any]:
        """Return some of the items."""
        return [payload[position] for position in positions]

    def unpack(self, indices: list[int], report: worker.Report) -> tuple[list[Any], dict[int, worker.Failure]]:
        """Return the values and errors themselves."""
        return report.values, report.failed

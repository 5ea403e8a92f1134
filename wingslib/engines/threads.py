"""Threads: calls that block, side by side in one process.

A thread cannot be killed. An item that exceeds its timeout gets its TimedOut on time, its thread is abandoned, and a
fresh one takes its place; `run.abandoned` counts them, and as many that hang at one time as there are workers stop the run.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from wingslib.engines import worker
from wingslib.engines.backend import Job, Lost
from wingslib.engines.chunking import Chunk, Sizes
from wingslib.engines.dispatch import Progress, Stream
from wingslib.engines.pools import Pool, collect, start_stream
from wingslib.engines.run import Run
from wingslib.errors import TimedOut, require_count

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
    an item that failed again. `chunk` "auto" means 1: nothing crosses, so there is nothing to save.

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


_Task = tuple[Any, Job, Callable[[Job, "worker.Report | Lost"], None]]


class _Threads:
    """Daemon threads that take chunks from one queue."""

    engine = "threads"

    def __init__(self, workers: int, cold: bool) -> None:
        self.workers, self.cold = require_count("workers", workers), cold
        self.abandoned = 0
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._given_up: set[int] = set()
        self._running = False

    def _start(self) -> None:
        threading.Thread(target=self._serve, name="wings-thread", daemon=True).start()

    def _serve(self) -> None:
        while (task := self._tasks.get()) is not None:
            fn, job, done = task
            done(job, worker.run_plain(fn, job.payloads, job.handle))
            if threading.get_ident() in self._given_up:
                self._given_up.discard(threading.get_ident())
                return

    def encode(self, fn: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """Nothing crosses: the function itself."""
        return fn

    def pack(self, index: int, item: Any) -> Any:
        """Nothing crosses: the item itself."""
        return item

    def unpack(self, index: int, result: worker.Result) -> Any:
        """Nothing crosses: the value or error itself."""
        return result.content

    def submit(self, fn: Any, job: Job, done: Callable[[Job, worker.Report | Lost], None]) -> None:
        """Put one chunk into the queue; the first starts the threads."""
        job.handle = [0.0] * worker.SLOT
        if not self._running:
            self._running = True
            for _ in range(self.workers):
                self._start()
        self._tasks.put((fn, job, done))

    def overdue(self, job: Job, timeout: float) -> Lost | None:
        """Give up the thread whose item has run for longer than `timeout`, and start a fresh one."""
        if job.handle is None:
            return None  # it is just being submitted
        thread, position, started, cancelled = job.handle
        if not started or cancelled or time.perf_counter() - started <= timeout:
            return None
        self.cancel(job)
        self.abandoned += 1
        self._given_up.add(int(thread))
        self._start()
        return Lost(TimedOut, f"took longer than its timeout of {timeout:g} s.", int(position), started, int(thread))

    @property
    def hanging(self) -> int:
        """Return how many abandoned threads have not come back."""
        return len(self._given_up)

    def check(self) -> None:
        """Threads do not die."""

    def cancel(self, job: Job) -> None:
        """Let the thread skip the items of `job` that it has not started."""
        if job.handle is not None:
            job.handle[worker.CANCELLED] = 1.0

    def close(self) -> None:
        """Let every thread end after its current item."""
        for _ in range(self.workers):
            self._tasks.put(None)

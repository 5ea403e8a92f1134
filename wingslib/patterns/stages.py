"""One step of a pipeline, and how it calls its function: on the loop, or on the workers of an engine.

An async function is awaited; any other goes to a worker as one chunk of one item. Whatever its function does, a call
returns: the Result, or the Failure of its item. Nothing here knows of queues or of the stages before and after.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, NamedTuple

from wingslib.engines import coroutines, threads
from wingslib.engines.backend import Backend, Job, Lost
from wingslib.engines.dispatch import MOST_DEATHS
from wingslib.engines.pools import Pool
from wingslib.engines.worker import Failure, Report
from wingslib.errors import ItemError, ParameterError, WorkerDied, require_callable, require_count
from wingslib.patterns.supply import require_engine, warm


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a pipeline: `fn` of one item, on `workers` workers of `engine` (threads if not given), or of a pool.

    An async `fn` takes no engine: its workers are tasks of the running loop.
    """

    fn: Callable[[Any], Any]
    workers: int = 1
    engine: Any = None

    def __post_init__(self) -> None:
        require_callable("fn", self.fn)
        require_count("workers", self.workers)
        if self.engine is None:
            return
        if coroutines.gives_coroutines(self.fn):
            raise ParameterError(f"fn is {self.fn!r}, an `async def`, which runs on the loop. Leave engine out.")
        require_engine(self.engine)
        if getattr(self.engine, "__name__", "").endswith(".serial"):
            raise ParameterError("engine is serial, which would hold the loop. Leave engine out for threads.")
        most = self.engine.backend.workers if isinstance(self.engine, Pool) else self.workers
        if self.workers > most:  # what waits in the pool would be in no queue of the pipeline
            raise ParameterError(f"workers is {self.workers}; allowed is at most {most}, as many as the pool has.")

    @property
    def name(self) -> str:
        """Return the name of the function."""
        return str(getattr(self.fn, "__name__", None) or type(self.fn).__name__)


class Result(NamedTuple):
    """The value of one item, with its worker's report, and the bytes that crossed to there."""

    value: Any
    report: Report
    sent_bytes: int = 0


def opened(stage: Stage, stack: ExitStack) -> Awaited | Sent:
    """Return how the stage calls its function, its workers started; `stack` ends them."""
    if coroutines.gives_coroutines(stage.fn):
        return Awaited(stage.fn)
    if isinstance(stage.engine, Pool):
        return Sent(stage.fn, stage.engine.backend)
    return Sent(stage.fn, stack.enter_context(warm(stage.engine or threads, stage.workers)).backend)


class Awaited:
    """Calls of an async function."""

    def __init__(self, fn: Callable[[Any], Awaitable[Any]]) -> None:
        self._fn = fn

    async def __call__(self, index: int, item: Any) -> Result | Failure:
        """Await the item's value; a cancel that comes from outside goes on its way."""
        started = time.perf_counter()
        try:
            value = await self._fn(item)
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except BaseException as error:
            task = asyncio.current_task()
            if isinstance(error, asyncio.CancelledError) and task and task.cancelling():
                raise
            return Failure(_tamed(error, index), "")
        finished = time.perf_counter()
        return Result(value, Report(0, started, finished, 0.0, None, [finished - started], {}))


class Sent:
    """Calls on the workers of a backend, a chunk of one item each."""

    def __init__(self, fn: Callable[[Any], Any], backend: Backend) -> None:
        self.backend = backend
        self._fn = backend.encode(fn)

    async def __call__(self, index: int, item: Any) -> Result | Failure:
        """Send the item and wait for the report; like a run's, it goes again if its worker died before it had the item."""
        payload, refused = self.backend.pack([index], [item])
        if refused:
            return Failure(refused[index], "")
        report: Report | Lost = Lost(WorkerDied, "", None, 0.0, -1)
        for _ in range(MOST_DEATHS):
            job = Job([index], payload)
            report = await self._report(job)
            if isinstance(report, Report) or report.position is not None:
                break
        if isinstance(report, Lost):
            return Failure(report.error(f"item {index}: {report.why}", index), "")
        values, failed = self.backend.unpack([index], report)
        if failed:
            return Failure(_tamed(failed[0].error, index), failed[0].traceback)
        return Result(values[0], report, job.sent_bytes)

    async def _report(self, job: Job) -> Report | Lost:
        loop = asyncio.get_running_loop()
        told: asyncio.Future[Report | Lost] = loop.create_future()

        def done(job: Job, report: Report | Lost) -> None:
            with contextlib.suppress(RuntimeError):  # a thread that ends after its pipeline may find the loop closed
                loop.call_soon_threadsafe(_tell, told, report)

        self.backend.submit(self._fn, job, done)
        try:
            return await told
        except asyncio.CancelledError:
            self.backend.cancel(job)
            raise


def _tell(told: asyncio.Future[Any], report: Report | Lost) -> None:
    if not told.done():
        told.set_result(report)


def _tamed(error: BaseException, index: int) -> BaseException:
    """Return `error`; an ItemError for one that would end the loop, or pass for a cancel from outside."""
    if not isinstance(error, SystemExit | KeyboardInterrupt | GeneratorExit | asyncio.CancelledError):
        return error
    tamed = ItemError(f"item {index}: its function raised {error!r}. Raise an Exception of its own instead.", index)
    tamed.__cause__ = error
    return tamed

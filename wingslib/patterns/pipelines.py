"""Stages one after the other, all at work on different items, with a bounded queue before each but the first.

The bound is what makes them work at the same time: a stage whose queue ahead is full waits, so a slow last stage slows
the first. Every worker is a task of one TaskGroup. An async function is awaited on the loop; any other runs on the
workers of an engine, as one chunk of one item. The first failure ends all.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, TypeVar

from wingslib.engines import coroutines, threads
from wingslib.engines.backend import Backend, Job, Lost
from wingslib.engines.dispatch import CHECK_SECONDS, MOST_DEATHS
from wingslib.engines.options import require_work
from wingslib.engines.pools import Pool
from wingslib.engines.run import MOST_SPANS, Outcome, Run, Span, Timeline
from wingslib.engines.worker import Report
from wingslib.errors import ItemError, ParameterError, WorkerDied, require_callable, require_count
from wingslib.patterns.supply import warm

R = TypeVar("R")
_Call = Callable[[int, Any], Awaitable[tuple[Any, Report]]]
_END: Any = object()


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
        if coroutines.gives_coroutines(self.fn) and self.engine is not None:
            raise ParameterError(f"fn is {self.fn!r}, an `async def`, which runs on the loop. Leave engine out.")
        if getattr(self.engine, "__name__", "").endswith(".serial"):
            raise ParameterError("engine is serial, which would hold the loop. Leave engine out for threads.")

    @property
    def name(self) -> str:
        """Return the name of the function."""
        return str(getattr(self.fn, "__name__", None) or type(self.fn).__name__)


class PipelineRun(Run[R]):
    """The outcomes of the last stage in input order, with the trace of all.

    The timeline has a lane for every worker, stage after stage; `stages` names the stage of each lane. `depths` has for
    the queue before each stage but the first (seconds, items in it) after each put and get.
    """

    stages: tuple[str, ...]
    depths: tuple[list[tuple[float, int]], ...]

    @property
    def workers(self) -> int:
        """Return how many workers of all stages had an item."""
        return len(self.timeline.busy)


async def pipeline(*stages: Stage | Callable[[Any], Any], items: Iterable[Any], queue_size: int = 2) -> PipelineRun[Any]:
    """Send every item through all stages; at most `queue_size` of them wait before a stage.

    A stage is a function of one item, or a Stage with more workers or an engine of its own. Items are pulled as the first
    stage is free, on the loop: an iterator that blocks belongs into a stage. Workers of engines are started before the
    first item; a pool has them warm.

    Raises:
        ParameterError: a wrong argument; nothing was started.
        BaseException: the first error of a stage, with a note that names item and stage, after all other workers were
            cancelled and awaited (a thread ends after its item). `.run` has the items that were finished.
    """
    steps = [stage if isinstance(stage, Stage) else Stage(stage) for stage in stages]
    if not steps:
        raise ParameterError("stages is empty; allowed is one function or more. For example pipeline(fetch, save, items=urls).")
    require_work(steps[0].fn, items)
    require_count("queue_size", queue_size)
    began = time.perf_counter()
    with ExitStack() as stack:
        calls = [_call(step, stack) for step in steps]
        flow = _Flow(steps, calls, iter(items), queue_size, began)
        try:
            await flow.through()
        except BaseException as error:
            error.run = flow.run()  # type: ignore[attr-defined]
            raise
    return flow.run()


def _call(step: Stage, stack: ExitStack) -> _Call:
    """Return how the stage calls its function, its workers started."""
    if coroutines.gives_coroutines(step.fn):
        return _Awaited(step.fn)
    if isinstance(step.engine, Pool):
        return _Sent(step.fn, step.engine.backend)
    return _Sent(step.fn, stack.enter_context(warm(step.engine or threads, step.workers)).backend)


class _Awaited:
    """Calls of an async function."""

    def __init__(self, fn: Callable[[Any], Awaitable[Any]]) -> None:
        self._fn = fn

    async def __call__(self, index: int, item: Any) -> tuple[Any, Report]:
        """Return the value, and a report of the times."""
        started = time.perf_counter()
        value = await self._fn(item)
        finished = time.perf_counter()
        return value, Report(0, started, finished, 0.0, None, [finished - started], {})

    def check(self) -> None:
        """Nobody can be lost here."""


class _Sent:
    """Calls on the workers of a backend, a chunk of one item each."""

    def __init__(self, fn: Callable[[Any], Any], backend: Backend) -> None:
        self._fn, self._backend = backend.encode(fn), backend
        self.check = backend.check

    async def __call__(self, index: int, item: Any) -> tuple[Any, Report]:
        """Return the value, and the worker's report."""
        payload, refused = self._backend.pack([index], [item])
        if refused:
            raise refused[index]
        report: Report | Lost = Lost(WorkerDied, "", None, 0.0, -1)
        for _ in range(MOST_DEATHS):
            report = await self._report(Job([index], payload))
            if isinstance(report, Report) or report.position is not None:
                break
        if isinstance(report, Lost):
            raise report.error(f"item {index}: {report.why}", index)
        values, failed = self._backend.unpack([index], report)
        if failed:
            failed[0].error.add_note(failed[0].traceback.rstrip())
            raise failed[0].error
        return values[0], report

    async def _report(self, job: Job) -> Report | Lost:
        loop = asyncio.get_running_loop()
        told: asyncio.Future[Report | Lost] = loop.create_future()

        def done(job: Job, report: Report | Lost) -> None:
            with contextlib.suppress(RuntimeError):  # a thread that ends after its pipeline may find the loop closed
                loop.call_soon_threadsafe(_tell, told, report)

        self._backend.submit(self._fn, job, done)
        try:
            return await told
        except asyncio.CancelledError:
            self._backend.cancel(job)
            raise


def _tell(told: asyncio.Future[Any], report: Report | Lost) -> None:
    if not told.done():
        told.set_result(report)


def _exited(error: SystemExit, index: int) -> ItemError:
    named = ItemError(f"item {index}: its function called sys.exit({error.code!r}). Raise another error instead.", index)
    named.__cause__ = error
    return named


class _Failed(Exception):
    """Ends the TaskGroup; what failed is kept by the flow."""


class _Flow:
    """One run of a pipeline: the queues, the workers of all stages, and what they note."""

    def __init__(self, steps: list[Stage], calls: list[Any], source: Iterator[Any], queue_size: int, began: float) -> None:
        self._steps, self._calls, self._source = steps, calls, enumerate(source)
        self._began = began
        self._queues: list[asyncio.Queue[Any]] = [asyncio.Queue(queue_size) for _ in steps[1:]]
        self._living = [step.workers for step in steps]
        self._failed: BaseException | None = None
        self._outcomes: list[Outcome[Any]] = []
        self._pulled = 0
        self._lanes = tuple(step.name for step in steps for _ in range(step.workers))
        self._timeline = Timeline("pipeline", len(self._lanes), cold=True)
        self._depths: tuple[list[tuple[float, int]], ...] = tuple([] for _ in self._queues)

    def run(self) -> PipelineRun[Any]:
        """Return what has come through."""
        outcomes = sorted(self._outcomes, key=lambda outcome: outcome.index)
        run: PipelineRun[Any] = PipelineRun(outcomes, self._timeline, self._pulled)
        run.stages, run.depths = self._lanes, self._depths
        return run

    def _now(self) -> float:
        return time.perf_counter() - self._began

    async def through(self) -> None:
        """Let all workers work until the input is dry and the last item out; raise the first failure."""
        try:
            async with asyncio.TaskGroup() as group:
                watch = group.create_task(self._watch())
                lanes = enumerate(stage for stage, step in enumerate(self._steps) for _ in range(step.workers))
                for task in [group.create_task(self._work(stage, lane)) for lane, stage in lanes]:
                    await task
                watch.cancel()
        except* _Failed:
            pass
        finally:
            self._timeline.wall = self._now()
        if self._failed is not None:
            raise self._failed

    async def _watch(self) -> None:
        """See to it that workers which died are told of; that the loop has events also lets a kernel's interrupt arrive."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            for call in self._calls:
                call.check()

    async def _work(self, stage: int, lane: int) -> None:
        """Be one worker of a stage, until the stage before has ended; the last of them ends the next."""
        while (entry := await self._take(stage)) is not _END:
            index, item, since, seconds = entry
            value, took = await self._do(stage, lane, index, item, since)
            await self._give(stage, lane, index, value, seconds + took)
        self._living[stage] -= 1
        if not self._living[stage] and stage < len(self._queues):
            await self._queues[stage].put(_END)

    async def _take(self, stage: int) -> Any:
        """Return the next (index, item, when it came, seconds so far), or the end, which is left for the others."""
        if not stage:
            return self._pull()
        queue = self._queues[stage - 1]
        entry = await queue.get()
        if entry is _END:
            queue.put_nowait(_END)
        else:
            self._note(stage - 1)
        return entry

    def _pull(self) -> Any:
        try:
            index, item = next(self._source, (-1, _END))
        except Exception as error:
            self._fail(error)
        if item is _END:
            return _END
        self._pulled = index + 1
        return index, item, self._now(), 0.0

    async def _do(self, stage: int, lane: int, index: int, item: Any, since: float) -> tuple[Any, float]:
        try:
            value, report = await self._calls[stage](index, item)
        except (Exception, SystemExit, asyncio.CancelledError) as error:
            task = asyncio.current_task()
            if isinstance(error, asyncio.CancelledError) and task and task.cancelling():
                raise
            if isinstance(error, SystemExit):  # as it is, it would end the loop and whatever else runs there
                error = _exited(error, index)
            error.add_note(f"item {index} on worker {lane}, in stage {stage} ({self._steps[stage].name})")
            self._fail(error)
        started, finished = report.started - self._began, report.finished - self._began
        took = report.seconds[0]
        self._timeline.add(Span(lane, index, 1, since, started, finished, self._now(), took, report.cpu_seconds))
        return value, took

    def _fail(self, error: BaseException) -> Any:
        self._failed = self._failed or error
        raise _Failed

    async def _give(self, stage: int, lane: int, index: int, value: Any, seconds: float) -> None:
        if stage == len(self._queues):
            self._outcomes.append(Outcome(index, value, None, lane, seconds))
            return
        await self._queues[stage].put((index, value, self._now(), seconds))
        self._note(stage)

    def _note(self, queue: int) -> None:
        if len(self._depths[queue]) < MOST_SPANS:
            self._depths[queue].append((self._now(), self._queues[queue].qsize()))

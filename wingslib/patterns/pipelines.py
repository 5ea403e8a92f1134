"""Stages one after the other, all at work on different items, with a bounded queue before each but the first.

The bound is what makes them work at the same time: a stage whose queue ahead is full waits, so a slow last stage slows
the first. Every worker is a task of one TaskGroup, and the first failure ends all. How a stage calls its function is
told in `stages`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from typing import Any, NamedTuple, TypeVar

from wingslib.engines.dispatch import CHECK_SECONDS
from wingslib.engines.options import require_work
from wingslib.engines.run import MOST_SPANS, Outcome, Run, Span, Timeline, carry, placed
from wingslib.engines.worker import Failure
from wingslib.errors import ParameterError, require_count
from wingslib.patterns.stages import Awaited, Result, Sent, Stage, opened

R = TypeVar("R")


class PipelineRun(Run[R]):
    """The outcomes of the last stage in input order, with the trace of all.

    The timeline has a lane for every worker, stage after stage; `stages` names the stage of each lane, with its number if
    others have the same name. `depths` has for the queue before each stage but the first (seconds, items in it) after each
    put and get.
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
        ParameterError: a wrong argument; no item was pulled.
        BaseException: the first error of a stage, with a note that names item and stage, after all other workers were
            cancelled and awaited (a thread, or a worker of a pool, ends after its item). `.run` has the items that were
            finished.
    """
    steps = [stage if isinstance(stage, Stage) else Stage(stage) for stage in stages]
    if not steps:
        raise ParameterError("stages is empty; allowed is one function or more. For example pipeline(fetch, save, items=urls).")
    require_work(steps[0].fn, items)
    require_count("queue_size", queue_size)
    began = time.perf_counter()
    with ExitStack() as stack:
        flow = _Flow(steps, [opened(step, stack) for step in steps], iter(items), queue_size, began)
        try:
            await flow.through()
        except BaseException as error:
            carry(error, flow.run())
            raise
    return flow.run()


_END: Any = object()


class _Entry(NamedTuple):
    """An item on its way: when it came to where it waits, and what its functions took so far, in seconds."""

    number: int
    item: Any
    since: float
    seconds: float


class _Queue:
    """What waits before a stage, at most `size` items; all who take from it learn of the end."""

    def __init__(self, size: int, now: Callable[[], float]) -> None:
        self._entries: asyncio.Queue[Any] = asyncio.Queue(size)
        self._now, self._ended = now, False
        self.depths: list[tuple[float, int]] = []

    async def put(self, entry: _Entry) -> None:
        """Add an item as soon as there is room."""
        await self._entries.put(entry)
        self._note()

    async def end(self) -> None:
        """Say that no more will come."""
        await self._entries.put(_END)
        self._ended = True

    async def get(self) -> Any:
        """Return the next entry, or the end, which is left for the others."""
        entry = await self._entries.get()
        if entry is _END:
            self._entries.put_nowait(_END)
        else:
            self._note()
        return entry

    def _note(self) -> None:
        if len(self.depths) < MOST_SPANS:
            self.depths.append((self._now(), self._entries.qsize() - self._ended))


class _Flow:
    """One run of a pipeline: the queues, the workers of all stages, and what they note."""

    def __init__(
        self, steps: list[Stage], calls: list[Awaited | Sent], source: Iterator[Any], queue_size: int, began: float
    ) -> None:
        self._calls, self._source, self._began = calls, enumerate(source), began
        names = [step.name for step in steps]
        self._names = [f"{name} {stage}" if names.count(name) > 1 else name for stage, name in enumerate(names)]
        self._lanes = [stage for stage, step in enumerate(steps) for _ in range(step.workers)]
        self._living = [step.workers for step in steps]
        self._queues = [_Queue(queue_size, self._now) for _ in steps[1:]]
        self._outcomes: list[Outcome[Any]] = []
        self._pulled = 0
        self._timeline = Timeline("pipeline", len(self._lanes), cold=True)

    def run(self) -> PipelineRun[Any]:
        """Return what has come through."""
        outcomes = sorted(self._outcomes, key=lambda outcome: outcome.index)
        run: PipelineRun[Any] = PipelineRun(outcomes, self._timeline, self._pulled)
        run.stages = tuple(self._names[stage] for stage in self._lanes)
        run.depths = tuple(queue.depths for queue in self._queues)
        return run

    def _now(self) -> float:
        return time.perf_counter() - self._began

    async def through(self) -> None:
        """Let all workers work until the input is dry and the last item out; raise the first failure."""
        first: BaseException | None = None
        try:
            async with asyncio.TaskGroup() as group:
                watch = group.create_task(self._watch())
                for task in [group.create_task(self._work(stage, lane)) for lane, stage in enumerate(self._lanes)]:
                    await task
                watch.cancel()
        except BaseExceptionGroup as failed:
            first = failed.exceptions[0]
        finally:
            self._timeline.wall = self._now()
        if first is not None:
            raise first  # here, because inside `except` it would lose the context that it came with

    async def _watch(self) -> None:
        """See to it that workers which died are told of; that the loop has events also lets a kernel's interrupt arrive."""
        backends = {call.backend for call in self._calls if isinstance(call, Sent)}
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            for backend in backends:
                backend.check()

    async def _work(self, stage: int, lane: int) -> None:
        """Be one worker of a stage, until the stage before has ended; the last of them ends the next."""
        while (entry := await self._queues[stage - 1].get() if stage else self._pull()) is not _END:
            called = await self._calls[stage](entry.number, entry.item)
            if isinstance(called, Failure):
                place = f"{lane}, in stage {stage} ({self._names[stage]})"
                raise placed(called.error, entry.number, place, called.traceback)
            seconds = entry.seconds + self._noted(lane, entry, called)
            if stage < len(self._queues):
                await self._queues[stage].put(_Entry(entry.number, called.value, self._now(), seconds))
            else:
                self._outcomes.append(Outcome(entry.number, called.value, None, lane, seconds))
        self._living[stage] -= 1
        if not self._living[stage] and stage < len(self._queues):
            await self._queues[stage].end()

    def _pull(self) -> Any:
        index, item = next(self._source, (-1, _END))
        if item is _END:
            return _END
        self._pulled = index + 1
        return _Entry(index, item, self._now(), 0.0)

    def _noted(self, lane: int, entry: _Entry, result: Result) -> float:
        """Add the item to the trace; return what its function took."""
        report, sent = result.report, result.sent_bytes
        started, finished, took = report.started - self._began, report.finished - self._began, report.seconds[0]
        returned = len(report.values) if isinstance(report.values, bytes) else 0
        cpu = report.cpu_seconds
        self._timeline.add(Span(lane, entry.number, 1, entry.since, started, finished, self._now(), took, cpu, sent, returned))
        return took

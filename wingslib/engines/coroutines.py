"""Coroutines: many waits on one thread, as long as nobody on the loop refuses to let go.

A fixed number of workers, each a task of one TaskGroup, take item after item; so memory does not grow with the
input. During a run the loop has a heartbeat of 0.01 s. A pause of more than 0.05 s becomes a Gap on the timeline
with the function and line that held the loop. The beat also lets a kernel's interrupt arrive: an idle top-level
await would notice it only at the loop's next event.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sized
from contextlib import asynccontextmanager
from types import FrameType
from typing import Any, Generic, TypeVar

from wingslib.engines.options import PROGRESS_SECONDS, Options, Progress, require_work
from wingslib.engines.run import MOST_SPANS, Gap, Outcome, Run, Spans, Timeline, Totals, carry, placed
from wingslib.errors import ParameterError, TimedOut, require_count

R = TypeVar("R")

BEAT_SECONDS = 0.01
GAP_SECONDS = 0.05
LATE = "took longer than its timeout of {seconds} s, so it was cancelled."


async def map(
    fn: Callable[[Any], Awaitable[R]],
    items: Iterable[Any],
    *,
    workers: int,
    timeout: float | None = None,
    retries: int = 0,
    progress: Progress | None = None,
) -> Run[R]:
    """Await `fn` for every item, at most `workers` at a time; return a Run in input order.

    A failing item becomes a failed Outcome, the others still run. `timeout` is seconds for each item, which is then
    cancelled; `retries` runs an item that failed again.

    Raises:
        ParameterError: a wrong argument, or a function that is not a coroutine function; nothing was awaited.
    """
    outcomes: list[Outcome[R]] = []
    async with stream(fn, items, workers=workers, timeout=timeout, retries=retries, progress=progress) as results:
        try:
            async for outcome in results:
                outcomes.append(outcome)
        except BaseException as error:
            outcomes += results.waiting()
            carry(error, _collected(outcomes, results, results.total or len(outcomes)))
            raise
    return _collected(outcomes, results, len(outcomes))


def _collected(outcomes: list[Outcome[R]], results: Stream[R], total: int) -> Run[R]:
    outcomes.sort(key=lambda outcome: outcome.index)
    results.timeline.wall = results.timeline.wall or results.now()
    return Run(outcomes, results.timeline, total)


@asynccontextmanager
async def stream(
    fn: Callable[[Any], Awaitable[R]],
    items: Iterable[Any],
    *,
    workers: int,
    timeout: float | None = None,
    retries: int = 0,
    progress: Progress | None = None,
) -> AsyncIterator[Stream[R]]:
    """Give the outcomes as they complete to `async for`; leaving the block cancels all that still runs.

    Items are pulled only as results are taken: at most 2 · workers outcomes wait.
    """
    require_work(fn, items)
    if not gives_coroutines(fn):
        raise ParameterError(f"fn is {fn!r}; coroutines need an `async def`. Use threads for a function that blocks.")
    require_count("workers", workers)
    results: Stream[R] = Stream(fn, items, workers, Options(timeout, retries, progress))
    heart = _Heart(results.timeline, results.now)
    try:
        async with asyncio.TaskGroup() as group:
            beats = group.create_task(heart.beat())
            results.living = workers
            tasks = [group.create_task(results.work(number)) for number in range(workers)]
            try:
                yield results
            finally:
                results.leaving = True
                for task in [beats, *tasks]:
                    task.cancel()
    except BaseExceptionGroup as group_of_one:
        if len(group_of_one.exceptions) != 1:
            raise
        raise group_of_one.exceptions[0] from None  # the caller's own error, as it was raised
    finally:
        heart.stop()
        results.timeline.wall = results.timeline.wall or results.now()


def gives_coroutines(fn: Any) -> bool:
    """Say whether `fn` is an async function, a partial of one, or an object whose call is one."""
    inner = fn.func if isinstance(fn, functools.partial) else fn
    return inspect.iscoroutinefunction(inner) or inspect.iscoroutinefunction(type(inner).__call__)


class Stream(Generic[R]):
    """The outcomes of a run as they complete; `.run` has the totals so far: `done`, and `errors` by index."""

    def __init__(self, fn: Callable[[Any], Awaitable[R]], items: Iterable[Any], workers: int, options: Options) -> None:
        self.run = Totals()
        self.timeline = Timeline("coroutines", workers, cold=False, spans=Spans(numbers=4))
        self.total = len(items) if isinstance(items, Sized) else None
        self.living, self.leaving = 0, False
        self._options = options
        self._attempt = functools.partial(within, options.timeout, LATE, fn) if options.timeout else fn
        self._source: Iterator[tuple[int, Any]] = enumerate(items)
        self._ready: deque[Outcome[R]] = deque()
        self._window, self._room = 2 * workers, asyncio.Event()
        self._news: asyncio.Future[None] | None = None
        self._failed: Exception | None = None
        self._began = time.perf_counter()
        self._told = -PROGRESS_SECONDS

    def now(self) -> float:
        """Return the seconds since the run began."""
        return time.perf_counter() - self._began

    def __aiter__(self) -> Stream[R]:
        return self

    def waiting(self) -> list[Outcome[R]]:
        """Return the outcomes that are finished and not handed out."""
        return list(self._ready)

    async def __anext__(self) -> Outcome[R]:
        if self._options.progress and self.run.done:
            self._tell()
        while not self._ready:
            if self._failed:
                raise self._failed
            if not self.living:
                self._end()
                raise StopAsyncIteration
            self._news = asyncio.get_running_loop().create_future()
            await self._news
        self._room.set()
        outcome = self._ready.popleft()
        self.run.done += 1
        if outcome.error is not None:
            self.run.errors[outcome.index] = outcome.error
        return outcome

    def _end(self) -> None:
        self.timeline.wall = self.timeline.wall or self.now()
        self._tell(last=True)

    def _tell(self, last: bool = False) -> None:
        if self._options.progress and (last or self.now() - self._told >= PROGRESS_SECONDS):
            self._told = self.now()
            self._options.progress(self.run.done, self.total)

    def _wake(self) -> None:
        """Let the consumer look."""
        if self._news is not None and not self._news.done():
            self._news.set_result(None)
        self._news = None

    async def work(self, worker: int) -> None:
        """Be one worker: take item after item until the input is dry.

        This loop is what an item costs, so it stands in one piece.
        """
        attempt, retries, timeline, began = self._attempt, self._options.retries, self.timeline, self._began
        ready, clock, busy = self._ready, time.perf_counter, 0.0
        try:
            for index, item in self._source:
                tries, again = 0, True
                while again:
                    value = error = None
                    started = clock()
                    try:
                        value = await attempt(item)
                    except (Exception, asyncio.CancelledError, SystemExit) as caught:
                        error = self._told_of(caught, index, worker)
                    finished = clock()
                    if timeline.complete:
                        timeline.add_wait(worker, index, started - began, finished - began)
                    busy += finished - started
                    again, tries = error is not None and tries < retries, tries + 1
                while len(ready) >= self._window:
                    self._room.clear()
                    await self._room.wait()
                ready.append(Outcome(index, value, error, worker, finished - started))
                if self._news:
                    self._wake()
        except Exception as error:  # the input itself failed: the consumer must hear of it
            self._failed = self._failed or error
        except BaseException:
            self.leaving = True
            raise
        finally:
            timeline.add_totals(worker, busy, busy)
            self.living -= 1
            self._wake()

    def _told_of(self, error: BaseException, index: int, worker: int) -> BaseException:
        """Return the error of an item with its place; a cancellation that ends the run goes on its way."""
        if isinstance(error, asyncio.CancelledError):
            if self.leaving:
                raise error
            while (task := asyncio.current_task()) and task.cancelling():
                task.uncancel()  # the item cancelled the task that it runs in: its error, and the worker goes on
        if isinstance(error, Expired):
            return placed(TimedOut(f"item {index}: {error}", index), index, worker)
        return placed(error, index, worker, traceback.format_exc())


class Expired(Exception):
    """The timeout of an item, told from a TimeoutError of its own function; its Outcome has a TimedOut."""


async def within(seconds: float, late: str, fn: Callable[[Any], Awaitable[R]], item: Any) -> R:
    """Await `fn(item)`, and cancel it after `seconds`: Expired, with `late` as its message ({seconds} put in)."""
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            return await fn(item)
    except TimeoutError:
        if not limit.expired():
            raise  # the function's own
        raise Expired(late.format(seconds=f"{seconds:g}")) from None


class _Heart:
    """The loop's heartbeat, and a thread beside it that looks who holds the loop when the beat is late."""

    def __init__(self, timeline: Timeline, now: Callable[[], float]) -> None:
        self._timeline, self._now = timeline, now
        self._loop_thread = threading.get_ident()
        self._stopped = threading.Event()
        self._culprit, self._item = "", -1
        self._last = now()
        timeline.beats.append(self._last)
        self._observer = threading.Thread(target=self._observe, name="wings-heart", daemon=True)
        self._observer.start()

    async def beat(self) -> None:
        """Note every beat, and every pause over 0.05 s with the culprit that the observer saw."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            now = self._now()
            if now - self._last > GAP_SECONDS:
                self._timeline.gaps.append(Gap(self._last, now, self._culprit or "unknown", self._item))
            self._last, self._culprit, self._item = now, "", -1
            if len(self._timeline.beats) < MOST_SPANS:
                self._timeline.beats.append(now)

    def _observe(self) -> None:
        while not self._stopped.wait(GAP_SECONDS / 4):
            if not self._culprit and self._now() - self._last > GAP_SECONDS * 0.8:
                self._culprit, self._item = _holder(sys._current_frames().get(self._loop_thread))

    def stop(self) -> None:
        """End the observer; a gap that lasts to the end of the run is noted too."""
        now = self._now()
        if now - self._last > GAP_SECONDS:
            self._timeline.gaps.append(Gap(self._last, now, self._culprit or "unknown", self._item))
        self._stopped.set()
        self._observer.join()


def _holder(frame: FrameType | None) -> tuple[str, int]:
    """Name the innermost coroutine that is running, else function, with its line; and its item (-1: none)."""
    inner = coroutine = ""
    while frame is not None:
        code = frame.f_code
        if code is Stream.work.__code__:  # without a coroutine above it, it is the input itself that holds the loop
            return (coroutine, frame.f_locals["index"]) if coroutine else (inner, -1)
        here = f"{code.co_name}, line {frame.f_lineno}"
        inner = inner or here
        if code.co_flags & inspect.CO_COROUTINE:
            coroutine = coroutine or here
        frame = frame.f_back
    return coroutine or inner, -1

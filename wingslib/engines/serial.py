"""Serial: the plain loop, with the protocol and the timeline of the others. Every comparison begins with it."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Generator, Iterable, Iterator, Sized
from types import TracebackType
from typing import Any, Generic, TypeVar

from wingslib.engines.chunking import Chunk, require_chunk
from wingslib.engines.options import PROGRESS_SECONDS, Options, Progress, require_work
from wingslib.engines.run import Outcome, Run, Span, Timeline, Totals, carry, placed
from wingslib.errors import ParameterError, require_count

R = TypeVar("R")


def map(
    fn: Callable[[Any], R],
    items: Iterable[Any],
    *,
    workers: int = 1,
    chunk: Chunk = "auto",
    timeout: float | None = None,
    retries: int = 0,
    progress: Progress | None = None,
) -> Run[R]:
    """Run `fn` on one item after the other, in this thread; return a Run in input order.

    A failing item becomes a failed Outcome, the others still run.

    Raises:
        ParameterError: a wrong argument, more than one worker, or a `timeout`: nobody is there to enforce it.
    """
    _require_alone(workers, timeout)
    options = Options(None, retries, progress)
    require_work(fn, items)
    require_chunk(chunk)
    began = time.perf_counter()
    timeline = Timeline("serial", 1, cold=False)
    outcomes: list[Outcome[R]] = []
    try:
        outcomes.extend(_outcomes(fn, items, options, timeline, began))
    except BaseException as error:
        timeline.wall = time.perf_counter() - began
        carry(error, Run(outcomes, timeline, len(items) if isinstance(items, Sized) else len(outcomes)))
        raise
    timeline.wall = time.perf_counter() - began
    return Run(outcomes, timeline, len(outcomes))


def stream(
    fn: Callable[[Any], R],
    items: Iterable[Any],
    *,
    workers: int = 1,
    chunk: Chunk = "auto",
    timeout: float | None = None,
    retries: int = 0,
    progress: Progress | None = None,
    ordered: bool = False,
) -> Stream[R]:
    """Return the outcomes one by one; each item runs when its outcome is asked for."""
    _require_alone(workers, timeout)
    require_work(fn, items)
    require_chunk(chunk)
    options = Options(None, retries, progress)
    return Stream(fn, items, options)


class Stream(Generic[R]):
    """An iterator and a context manager, as the streams of the other engines; `.run` has the totals so far."""

    def __init__(self, fn: Callable[[Any], R], items: Iterable[Any], options: Options) -> None:
        self.run, self.timeline = Totals(), Timeline("serial", 1, cold=False)
        self._began = time.perf_counter()
        self._outcomes = _outcomes(fn, items, options, self.timeline, self._began)

    def __iter__(self) -> Iterator[Outcome[R]]:
        return self

    def __enter__(self) -> Stream[R]:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        if error is not None:
            carry(error, self.run)
        self.close()

    def __next__(self) -> Outcome[R]:
        try:
            outcome = next(self._outcomes)
        except BaseException as error:
            self.close()
            if not isinstance(error, StopIteration):
                carry(error, self.run)
            raise
        self.run.done += 1
        if outcome.error is not None:
            self.run.errors[outcome.index] = outcome.error
        return outcome

    def close(self) -> None:
        """Run no further item."""
        self._outcomes.close()
        self.timeline.wall = self.timeline.wall or time.perf_counter() - self._began


def _require_alone(workers: int, timeout: float | None) -> None:
    if require_count("workers", workers) != 1:
        raise ParameterError(f"workers is {workers}; serial is one worker. Use threads or processes for more.")
    if timeout is not None:
        raise ParameterError(f"timeout is {timeout!r}; serial has nobody to enforce it. Use processes, threads or coroutines.")


def _outcomes(
    fn: Callable[[Any], R], items: Iterable[Any], options: Options, timeline: Timeline, began: float
) -> Generator[Outcome[R], None, None]:
    told = 0.0
    total = len(items) if isinstance(items, Sized) else None
    index = -1
    for index, item in enumerate(items):
        outcome = _call(fn, index, item, options.retries, timeline, began)
        yield outcome
        if options.progress and time.perf_counter() - told >= PROGRESS_SECONDS:
            told = time.perf_counter()
            options.progress(index + 1, total)
    if options.progress:
        options.progress(index + 1, total)


def _call(fn: Callable[[Any], R], index: int, item: Any, retries: int, timeline: Timeline, began: float) -> Outcome[R]:
    for tries_left in range(retries, -1, -1):
        started, cpu = time.perf_counter(), time.thread_time()
        value: R | None = None
        error: BaseException | None = None
        try:
            value = fn(item)
        except (Exception, SystemExit) as caught:
            error = placed(caught, index, 0, traceback.format_exc())
        finished, used = time.perf_counter(), time.thread_time() - cpu
        took = finished - started
        timeline.add(Span(0, index, 1, started - began, started - began, finished - began, finished - began, took, used))
        if error is None or not tries_left:
            break
    return Outcome(index, value, error, 0, took)

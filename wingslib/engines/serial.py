"""Serial: the plain loop, with the protocol and the timeline of the others. Every comparison begins with it."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sized
from typing import Any, TypeVar

from wingslib.engines.chunking import Chunk, require_chunk
from wingslib.engines.dispatch import Options, Progress, require_work
from wingslib.engines.run import Outcome, Run, Span, Timeline, placed
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
        error.run = Run(outcomes, timeline, len(outcomes))  # type: ignore[attr-defined]
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
) -> Iterator[Outcome[R]]:
    """Return the outcomes one by one; each item runs when its outcome is asked for."""
    _require_alone(workers, timeout)
    require_work(fn, items)
    require_chunk(chunk)
    options = Options(None, retries, progress)
    return _outcomes(fn, items, options, Timeline("serial", 1, cold=False), time.perf_counter())


def _require_alone(workers: int, timeout: float | None) -> None:
    if require_count("workers", workers) != 1:
        raise ParameterError(f"workers is {workers}; serial is one worker. Use threads or processes for more.")
    if timeout is not None:
        raise ParameterError(f"timeout is {timeout!r}; serial has nobody to enforce it. Use processes, threads or coroutines.")


def _outcomes(
    fn: Callable[[Any], R], items: Iterable[Any], options: Options, timeline: Timeline, began: float
) -> Iterator[Outcome[R]]:
    told = 0.0
    total = len(items) if isinstance(items, Sized) else None
    index = -1
    for index, item in enumerate(items):
        outcome = _call(fn, index, item, options.retries, timeline, began)
        yield outcome
        if options.progress and time.perf_counter() - told >= 0.1:
            told = time.perf_counter()
            options.progress(index + 1, total)
    if options.progress:
        options.progress(index + 1, total)


def _call(fn: Callable[[Any], R], index: int, item: Any, retries: int, timeline: Timeline, began: float) -> Outcome[R]:
    for tries_left in range(retries, -1, -1):
        started, cpu = time.perf_counter(), time.thread_time()
        value: R | None = None
        error: Exception | None = None
        try:
            value = fn(item)
        except Exception as caught:
            error = placed(caught, index, 0, traceback.format_exc())  # type: ignore[assignment]
        finished, used = time.perf_counter(), time.thread_time() - cpu
        took = finished - started
        timeline.add(Span(0, index, 1, started - began, started - began, finished - began, finished - began, took, used))
        if error is None or not tries_left:
            break
    return Outcome(index, value, error, 0, took)

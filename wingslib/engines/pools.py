"""Runs on a backend: a stream or a Run from workers of one shot, and the Pool that keeps workers warm."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from operator import attrgetter
from types import TracebackType
from typing import Any, TypeVar

from wingslib.engines.backend import Backend
from wingslib.engines.chunking import Chunk, Sizes, require_chunk
from wingslib.engines.dispatch import Options, Progress, Stream, require_work
from wingslib.engines.run import Outcome, Run
from wingslib.errors import ParameterError

R = TypeVar("R")


def collect(stream: Stream[R]) -> Run[R]:
    """Take all outcomes of a stream into a Run in input order; whatever ends it early carries the partial Run."""

    def run(outcomes: list[Outcome[R]], total: int) -> Run[R]:
        outcomes.sort(key=attrgetter("index"))
        return Run(outcomes, stream.timeline, total, stream.abandoned)

    try:
        outcomes = stream.exhaust()
        return run(outcomes, len(outcomes))
    except BaseException as error:
        stream.close()
        outcomes = stream.salvaged()
        error.run = run(outcomes, stream.total or len(outcomes))  # type: ignore[attr-defined]
        raise
    finally:
        stream.close()


def start_stream(
    backend: Backend,
    auto: Callable[[], Sizes],
    fn: Callable[[Any], R],
    items: Iterable[Any],
    *,
    chunk: Chunk,
    timeout: float | None,
    retries: int,
    progress: Progress | None,
    ordered: bool = False,
    began: float | None = None,
) -> Stream[R]:
    """Start a stream on `backend`; with `began` (one shot) the backend's workers belong to it and end with it."""
    owned = began is not None
    began = time.perf_counter() if began is None else began
    try:
        require_work(fn, items)
        require_chunk(chunk)
        sizes = auto() if chunk == "auto" else Sizes(lambda left: chunk)
        options = Options(timeout, retries, progress)
        return Stream(backend, fn, items, sizes, options, began=began, ordered=ordered, owned=owned)
    except BaseException:
        if owned:
            backend.close()
        raise


@dataclass
class Pool:
    """Warm workers: started once, used by any number of `map` and `stream`, ended when the `with` block is left.

    `startup_seconds` is what starting them took.
    """

    backend: Backend
    auto: Callable[[], Sizes]
    startup_seconds: float = 0.0
    _closed: bool = field(default=False, repr=False)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the workers."""
        if not self._closed:
            self._closed = True
            self.backend.close()

    def map(
        self,
        fn: Callable[[Any], R],
        items: Iterable[Any],
        *,
        chunk: Chunk = "auto",
        timeout: float | None = None,
        retries: int = 0,
        progress: Progress | None = None,
    ) -> Run[R]:
        """Run `fn` on every item and return a Run in input order."""
        return collect(self.stream(fn, items, chunk=chunk, timeout=timeout, retries=retries, progress=progress))

    def stream(
        self,
        fn: Callable[[Any], R],
        items: Iterable[Any],
        *,
        chunk: Chunk = "auto",
        timeout: float | None = None,
        retries: int = 0,
        progress: Progress | None = None,
        ordered: bool = False,
    ) -> Stream[R]:
        """Return the outcomes as they complete, or in input order if `ordered`."""
        if self._closed:
            raise ParameterError("this pool is closed and its workers are gone; use it inside its `with` block.")
        return start_stream(
            self.backend,
            self.auto,
            fn,
            items,
            chunk=chunk,
            timeout=timeout,
            retries=retries,
            progress=progress,
            ordered=ordered,
        )

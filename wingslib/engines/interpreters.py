"""Interpreters: an interpreter a worker, in one process: pure Python on several cores (Python 3.14 or newer).

Each interpreter has a GIL of its own and imports for itself, so functions and items cross as bytes, as to a process.
It shares the rest of the process: a hung item cannot be killed and is abandoned as in threads, and an `os._exit` or a
crash ends everything. Extension modules that were not made for it refuse to load, among them NumPy, pandas and the
Rust extension; such an item fails with a NotAvailable that names the module.
"""

from __future__ import annotations

import atexit
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, TypeVar

from wingslib.accel import enabled
from wingslib.engines import worker
from wingslib.engines.backend import Job
from wingslib.engines.chunking import Chunk, Factoring
from wingslib.engines.crossing import Pickled
from wingslib.engines.dispatch import Progress, Stream
from wingslib.engines.lanes import Lanes, RunChunk
from wingslib.engines.pools import Pool, collect, start_stream
from wingslib.engines.run import Run
from wingslib.errors import NotAvailable
from wingslib.machine import usable_cores

R = TypeVar("R")

OLDEST = (3, 14)


def map(
    fn: Callable[[Any], R],
    items: Iterable[Any],
    *,
    workers: int | None = None,
    chunk: Chunk = "auto",
    timeout: float | None = None,
    retries: int = 0,
    progress: Progress | None = None,
) -> Run[R]:
    """Run `fn` on every item in `workers` new interpreters (default: the usable cores); return a Run in input order.

    A failing item becomes a failed Outcome, the others still run. `timeout` is seconds for each item; the interpreter
    that exceeds it is abandoned and replaced. `retries` runs an item that failed again.

    Raises:
        NotAvailable: this Python is older than 3.14, or operations are switched to Rust; nothing was started.
        ParameterError: a wrong argument, or a function that cannot be pickled; nothing was started.
        TooManyAbandoned: as many interpreters hang as there are workers.
    """
    return collect(stream(fn, items, workers=workers, chunk=chunk, timeout=timeout, retries=retries, progress=progress))


def stream(
    fn: Callable[[Any], R],
    items: Iterable[Any],
    *,
    workers: int | None = None,
    chunk: Chunk = "auto",
    timeout: float | None = None,
    retries: int = 0,
    progress: Progress | None = None,
    ordered: bool = False,
) -> Stream[R]:
    """Return the outcomes as they complete (or in input order if `ordered`), pulling items only as they are taken."""
    began = time.perf_counter()
    backend = _Interpreters(workers, cold=True)
    return start_stream(
        backend,
        lambda: Factoring(backend.workers),
        fn,
        items,
        chunk=chunk,
        timeout=timeout,
        retries=retries,
        progress=progress,
        ordered=ordered,
        began=began,
    )


def pool(*, workers: int | None = None) -> Pool:
    """Start `workers` interpreters (default: the usable cores) and keep them warm until the `with` block is left."""
    began = time.perf_counter()
    backend = _Interpreters(workers, cold=False)
    backend.wait_ready()
    return Pool(backend, lambda: Factoring(backend.workers), startup_seconds=time.perf_counter() - began)


class _Interpreters(Pickled, Lanes):
    """Threads that each run their chunks in an interpreter of their own."""

    engine = "interpreters"
    computes = True
    destination = "another interpreter"

    def __init__(self, workers: int | None, cold: bool) -> None:
        _require_python()
        super().__init__(usable_cores() if workers is None else workers, cold)
        atexit.register(self.close)  # idle interpreters beside a hung one let the process crash at its end

    @contextmanager
    def opened(self) -> Iterator[RunChunk]:
        """Give what runs a chunk in a new interpreter that finds the same modules, and destroy it afterwards."""
        interpreter = import_module("concurrent.interpreters").create()

        def run(fn: bytes, job: Job) -> worker.Report:
            data = job.payload.sealed()
            job.sent_bytes = len(data)
            report: worker.Report = interpreter.call(worker.run_beside, job.handle, fn, data)
            return report

        try:
            interpreter.prepare_main(path=tuple(str(folder) for folder in sys.path))
            interpreter.exec(f"import sys; sys.path[:] = path; import {worker.__name__}")
            yield run
        finally:
            interpreter.close()

    def close(self) -> None:
        """Let every interpreter end after its current item, and wait for those that have none."""
        super().close()
        atexit.unregister(self.close)

    def slot(self) -> Any:
        """Return memory that an interpreter can write to."""
        return memoryview(bytearray(8 * worker.SLOT)).cast("d")

    def encode(self, fn: Callable[[Any], Any]) -> bytes:
        """Pickle the function, unless operations are switched to Rust: it does not load here."""
        if enabled():
            raise NotAvailable(
                f"interpreters has no Rust, and {', '.join(enabled())} is switched to it. "
                "Switch back with enable_rust_acceleration([]), or use processes or threads."
            )
        return super().encode(fn)

    def unpack(self, indices: list[int], report: worker.Report) -> tuple[list[Any], dict[int, worker.Failure]]:
        """Unpickle the values and errors; where a module refused to load, say which and what to do."""
        values, failed = super().unpack(indices, report)
        for position, (error, traceback) in failed.items():
            if isinstance(error, ImportError) and "subinterpreters" in traceback:
                failed[position] = worker.Failure(_refused(indices[position], error, traceback), traceback)
        return values, failed


def _require_python() -> None:
    """Raise NotAvailable unless this Python has interpreters and this is no worker."""
    if sys.version_info < OLDEST:
        raise NotAvailable(
            f"interpreters needs Python {_dotted(OLDEST)} or newer, this is {_dotted(sys.version_info[:3])}. "
            "Use processes for work that computes, threads for calls that wait."
        )
    known = import_module("concurrent.interpreters")
    if worker.started() or known.get_current() != known.get_main():
        raise NotAvailable(
            "interpreters is nested: this is a worker already, and workers of workers only take each other's cores. "
            "Use serial here, or give the outer run the inner items."
        )


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(str(number) for number in version)


def _refused(index: int, error: ImportError, traceback: str) -> NotAvailable:
    found = re.search(r"module (\S+) does not support loading in subinterpreters", traceback)
    module = found[1] if found else f"a module ({error})"
    refusal = NotAvailable(f"item {index} needs {module}, which loads in no interpreter but the first. Use processes.")
    refusal.__cause__ = error
    return refusal

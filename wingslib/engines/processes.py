"""Processes: work that computes, on several cores at once.

Workers are pebble's: of the well-kept pools it is the one that loses only the item whose worker died, and that can
kill one worker that hangs while its neighbours go on. (The standard library's executor breaks as a whole, its
`Pool` waits for ever.) What pebble lacks is added here: functions and classes of a notebook cell travel by value,
one bad item costs only itself, chunks name the item that hung, and workers end with their parent.

Workers are started by forkserver where the platform has it, else by spawn; never by fork, because a kernel has
threads, and a child forked while one of them holds a lock may wait for it for ever.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from functools import partial
from typing import Any, Literal, TypeVar

from wingslib.accel import enabled
from wingslib.engines import worker
from wingslib.engines.backend import Done, Job, Lost, closed
from wingslib.engines.chunking import Chunk, Factoring
from wingslib.engines.crossing import Pickled
from wingslib.engines.dispatch import CHECK_SECONDS, Stream
from wingslib.engines.options import Progress
from wingslib.engines.pools import Pool, collect, start_stream
from wingslib.engines.run import Run
from wingslib.errors import NotAvailable, ParameterError, TimedOut, WorkerDied, require_count
from wingslib.machine import exists, start_method, usable_cores

R = TypeVar("R")
Start = Literal["forkserver", "spawn"]

START_SECONDS = 60.0
LAST_START_SECONDS = 1.0
STUCK_SECONDS = 3.0
SENDING_SECONDS = 30.0
STREAMS = 4


def map(
    fn: Callable[[Any], R],
    items: Iterable[Any],
    *,
    workers: int | None = None,
    chunk: Chunk = "auto",
    timeout: float | None = None,
    retries: int = 0,
    progress: Progress | None = None,
    start: Start | None = None,
) -> Run[R]:
    """Run `fn` on every item in `workers` new processes (default: the usable cores); return a Run in input order.

    A failing item becomes a failed Outcome, the others still run. `timeout` is seconds for each item; the worker that
    exceeds it is killed and replaced. When a worker dies, its item fails; items of the same chunk that were finished
    but not yet reported run again (`chunk=1` rules that out). `retries` runs an item that failed again.

    Raises:
        ParameterError: a wrong argument, or a function that cannot be pickled; no process was started.
    """
    return collect(
        stream(
            fn,
            items,
            workers=workers,
            chunk=chunk,
            timeout=timeout,
            retries=retries,
            progress=progress,
            start=start,
        )
    )


def stream(
    fn: Callable[[Any], R],
    items: Iterable[Any],
    *,
    workers: int | None = None,
    chunk: Chunk = "auto",
    timeout: float | None = None,
    retries: int = 0,
    progress: Progress | None = None,
    start: Start | None = None,
    ordered: bool = False,
) -> Stream[R]:
    """Return the outcomes as they complete (or in input order if `ordered`), pulling items only as they are taken."""
    began = time.perf_counter()
    backend = _Processes(workers, start, cold=True)
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


def pool(*, workers: int | None = None, start: Start | None = None) -> Pool:
    """Start `workers` processes (default: the usable cores) and keep them warm until the `with` block is left.

    Raises:
        NotAvailable: the workers did not come up within 60 s.
    """
    backend = _Processes(workers, start, cold=False)
    began = time.perf_counter()
    backend.wait_ready()
    return Pool(backend, lambda: Factoring(backend.workers), startup_seconds=time.perf_counter() - began)


class _Processes(Pickled):
    """pebble's pool as a backend, with a slot of shared memory for each chunk on its way."""

    engine = "processes"
    computes = True
    abandoned = hanging = 0  # a process that hangs is killed

    def __init__(self, workers: int | None, start: Start | None, cold: bool) -> None:
        from pebble import CONSTS, ProcessPool

        self.workers = usable_cores() if workers is None else require_count("workers", workers)
        if worker.started():
            raise NotAvailable(
                "processes is nested: this is a worker process already, and workers of workers only take each other's cores. "
                "Use serial or threads here, or give the outer run the inner items."
            )
        self.cold = cold
        context = _context(start)
        tickets = STREAMS * (2 * self.workers + 2)
        shared = context.RawArray("d", tickets * worker.SLOT)
        self._slots = memoryview(shared).cast("B").cast("d")
        self._tickets: queue.SimpleQueue[int] = queue.SimpleQueue()
        for ticket in range(tickets):
            self._tickets.put(ticket)
        self._gate: Any = context.Semaphore(0)
        self._awaited, self._started = 0, 0.0
        blas_threads = max(1, usable_cores() // self.workers)
        CONSTS.sleep_unit = 0.01  # how often pebble looks for dead workers; its 0.1 s would be paid at every end of a pool
        CONSTS.term_timeout = 0.2  # how long a worker may think about SIGTERM before SIGKILL; 3 s would hold its slot as long
        self._make: Any = partial(
            ProcessPool,
            max_workers=self.workers,
            initializer=worker.start,
            initargs=(shared, self._gate, blas_threads),
            context=context,
        )
        self._pool: Any = None
        self._out: dict[Future[Any], tuple[Job, Done]] = {}
        self._gone: set[Future[Any]] = set()
        self._idle_since = math.inf
        self._lock = threading.Lock()

    def wait_ready(self) -> None:
        """Start all workers and wait until each has said that it is up."""
        self._schedule(os.getpid)
        try:
            if not self._all_up(START_SECONDS):
                raise self._not_started()
        except BaseException:
            self.close()
            raise

    def _not_started(self) -> NotAvailable:
        return NotAvailable(
            f"{self.workers} worker processes did not all start within {START_SECONDS:.0f} s. "
            "Ask for fewer workers, or look for what the main script does without an `if __name__` guard."
        )

    def _all_up(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self._awaited > 0 and self._pool.active:
            left = deadline - time.monotonic()
            if self._gate.acquire(timeout=max(0.0, min(0.1, left))):
                self._awaited -= 1
            elif left <= 0:
                break
        return self._awaited <= 0

    def submit(self, fn: bytes, job: Job, done: Done) -> None:
        """Send one chunk with a ticket to its slot."""
        while job.ticket < 0:
            try:
                job.ticket = self._tickets.get(timeout=CHECK_SECONDS)
            except queue.Empty:  # many streams share this pool, or the workers that had them have died
                self.check()
        base = job.ticket * worker.SLOT
        for place in range(base, base + worker.SLOT):
            self._slots[place] = 0.0
        data = job.payload.sealed()
        job.sent_bytes = len(data)
        job.handle = self._schedule(worker.run_pickled, job.ticket, fn, enabled(), data, told=(job, done))
        # A callback that held the job, which holds the future, would leave both to the garbage collector.
        job.handle.add_done_callback(self._over)

    def _schedule(self, fn: Callable[..., Any], *args: Any, told: tuple[Job, Done] | None = None) -> Future[Any]:
        """Hand a call to pebble's pool; the first starts the workers."""
        with self._lock:
            if self._pool is not None and not self._pool.active:
                self._stop()
            if self._make is None:
                raise closed()
            if self._pool is None:
                while self._gate.acquire(block=False):
                    pass  # workers of a pool before
                self._pool, self._awaited, self._started = self._start(), self.workers, time.monotonic()
            try:
                future: Future[Any] = self._pool.schedule(fn, args=args)
            except RuntimeError as error:  # broken since the look above: no matter, `check` will find it
                future = Future()
                future.set_exception(error)
            if told is not None:
                self._out[future] = told
        return future

    def _start(self) -> Any:
        """Return a pool whose workers are starting."""
        pool = self._make()
        try:
            if not pool.active:  # asking starts it
                raise RuntimeError("the pool is not active")
        except Exception as error:  # pebble wraps what the system said
            reason = error.__cause__ or error.__context__ or error
            raise NotAvailable(f"worker processes cannot be started here: {reason!r}. Use threads or serial.") from error
        return pool

    def check(self) -> None:
        """Find the deaths that pebble does not tell of; NotAvailable if not one worker has come up in 60 s.

        A worker that ended with status 0, or before pebble knew what it had, is found by its slot. When workers died
        while they held no item, pebble gives its pool up or waits for ever: then all starts over.
        """
        self._tell_of_gone()
        with self._lock:
            if self._pool is not None and (not self._pool.active or self._stuck()):
                self._stop()
            elif self._awaited == self.workers and time.monotonic() - self._started > START_SECONDS and not self._all_up(0.0):
                raise self._not_started()

    def _tell_of_gone(self) -> None:
        """Report the items whose worker was gone at this look and the one before, if nobody else has."""
        gone = {future for future, (job, _) in list(self._out.items()) if self._left_alone(job)}
        for future in gone & self._gone:
            job, done = self._out.get(future, (None, None))
            if job and done and future.cancel():
                self._await_another()
                done(job, self._died(job, WorkerDied("it ended without a word", -1)))
        self._gone = gone

    def _left_alone(self, job: Job) -> bool:
        note = self._note(job)
        return bool(note.since) and not exists(note.worker)

    def _stuck(self) -> bool:
        """Say whether for 3 s all workers were up and chunks out, but no living worker was at an item.

        Then a worker died while it took its chunk, or so soon after that pebble did not see what it had. If one lives that
        has ended a chunk, it may be sending large results: 30 s.
        """
        notes = [self._note(job) for job, _ in list(self._out.values())]
        living = [note for note in notes if note.worker >= 0 and exists(note.worker)]
        waiting = self._out and not any(note.since for note in living) and self._all_up(0.0)
        self._idle_since = min(self._idle_since, time.monotonic()) if waiting else math.inf
        return time.monotonic() - self._idle_since > (SENDING_SECONDS if living else STUCK_SECONDS)

    def _stop(self) -> None:
        """End the pool, and tell of the calls that pebble has lost with it: of those it never speaks again."""
        self._pool.stop()
        self._pool.join()
        self._pool, self._idle_since = None, math.inf
        for future in list(self._out):
            if not future.done():
                future.set_exception(RuntimeError("all workers died at once"))

    def _over(self, future: Future[worker.Report]) -> None:
        self._idle_since, (job, done) = math.inf, self._out.pop(future)
        if not future.cancelled():  # whoever cancelled it tells why
            error = future.exception()
            done(job, future.result() if error is None else self._died(job, error))
        # The oldest free ticket is used first, so a worker being killed has long stopped writing to its slot.
        self._tickets.put(job.ticket)

    def _died(self, job: Job, error: BaseException) -> Lost:
        status = getattr(error, "exitcode", None)
        if status is not None:
            self._await_another()
        why = f"its worker process {_end(status)}" if status is not None else f"its worker process is gone ({error})"
        note = self._note(job)
        return Lost(WorkerDied, why, note.position, note.since, note.worker)

    def _await_another(self) -> None:
        """Count the worker that pebble starts in the place of one that ended."""
        self._awaited, self._started = self._awaited + 1, time.monotonic()

    def _note(self, job: Job) -> worker.Note:
        base = job.ticket * worker.SLOT
        return worker.Note.of(self._slots[base : base + worker.SLOT])

    def overdue(self, job: Job, timeout: float) -> Lost | None:
        """Kill the worker whose item has run for longer than `timeout`."""
        if job.handle is None:
            return None  # not yet sent
        note = self._note(job)
        if not note.overdue(timeout) or not job.handle.cancel():
            return None  # in time, or over: then its slot may be another's by now
        self._await_another()
        why = f"took longer than its timeout of {timeout:g} s, so its worker was killed."
        return Lost(TimedOut, why, note.position or 0, note.since, note.worker)

    def cancel(self, job: Job) -> None:
        """Let the worker skip the items of `job` that it has not started; the slot of one that is over may be another's."""
        if job.handle is not None and not job.handle.done():
            self._slots[job.ticket * worker.SLOT + worker.CANCELLED] = 1.0

    def close(self) -> None:
        """Kill all workers; those that are just starting first come up, or they would complain of what is gone.

        It is done in a thread of its own, so that a second interrupt cannot leave a worker behind.
        """
        if self._pool is None:
            self._gate = self._make = None
            return
        closing = threading.Thread(target=self._close, name="wings-close", daemon=True)
        closing.start()
        interrupt = None
        while closing.is_alive():
            try:
                closing.join()
            except KeyboardInterrupt as another:
                interrupt = another
        if interrupt:
            raise interrupt

    def _close(self) -> None:
        with self._lock:
            if self._pool is not None:
                self._all_up(LAST_START_SECONDS)
                self._stop()
            # The semaphore goes now: left to garbage collection, Python 3.12 and 3.13 may warn in the midst of other work.
            self._gate = self._make = None


def _context(start: Start | None) -> Any:
    script = getattr(sys.modules["__main__"], "__file__", None)
    if script is not None and not os.path.exists(script):
        raise NotAvailable(
            f"the main script is {script!r}, and a worker process loads it first: it must be a file. "
            "Save it, or start Python with -c or in a notebook."
        )
    known = [name for name in ("forkserver", "spawn") if name in multiprocessing.get_all_start_methods()]
    if start is not None and start not in known:
        raise ParameterError(f"start is {start!r}; allowed here: {', '.join(known)}. Leave it out for the first of them.")
    context = multiprocessing.get_context(start or start_method())
    if context.get_start_method() == "forkserver":
        context.set_forkserver_preload(["wingslib.engines.worker", "pebble"])
    return context


def _end(status: int) -> str:
    """Say how a process ended, from its exit status."""
    if status == -signal.SIGKILL:
        return "was killed (SIGKILL). Was memory short? Then the system kills: use fewer workers or smaller items."
    if status < 0:
        return f"crashed ({signal.Signals(-status).name}). The fault lies in compiled code that the item calls."
    return f"ended with status {status}. It called os._exit, or what it imports did."

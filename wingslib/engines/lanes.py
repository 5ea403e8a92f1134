"""Workers that are threads of this process, for threads and interpreters: a queue of chunks, and who takes from it.

A thread cannot be killed. An item that exceeds its timeout gets its TimedOut on time, its thread is given up, and a
fresh one takes its place; `abandoned` counts them. What a thread runs a chunk with is its engine's business.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Any

from wingslib.engines import worker
from wingslib.engines.backend import Job, Lost
from wingslib.errors import NotAvailable, TimedOut, WorkerDied, require_count

LAST_SECONDS = 1.0

Done = Callable[[Job, "worker.Report | Lost"], None]
RunChunk = Callable[[Any, Job], "worker.Report"]
_Task = tuple[Any, Job, Done]


class Lanes:
    """Daemon threads that take chunks from one queue; each opens what it runs them with, and closes it at its end."""

    def __init__(self, workers: int, cold: bool) -> None:
        self.workers, self.cold = require_count("workers", workers), cold
        self.abandoned = 0
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._lanes: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._at_work: dict[int, Job] = {}
        self._given_up: set[int] = set()
        self._ready = threading.Semaphore(0)
        self._broken: BaseException | None = None

    def opened(self) -> AbstractContextManager[RunChunk]:
        """Return what a thread enters at its start, and leaves at its end: it gives what runs a chunk."""
        raise NotImplementedError

    def slot(self) -> Any:
        """Return an empty slot for one chunk."""
        return [0.0] * worker.SLOT

    def wait_ready(self) -> None:
        """Start all threads and wait until each has opened what it needs."""
        self._start()
        try:
            for _ in range(self.workers):
                self._ready.acquire()
            self.check()
        except BaseException:
            self.close()
            raise

    def _start(self) -> None:
        for _ in range(self.workers):
            self._add()

    def _add(self) -> None:
        self._lanes = [lane for lane in self._lanes if lane.is_alive()]
        lane = threading.Thread(target=self._serve, name="wings-thread", daemon=True)
        lane.start()
        self._lanes.append(lane)

    def _serve(self) -> None:
        with ExitStack() as stack:
            try:
                run = stack.enter_context(self.opened())
            except BaseException as error:  # the consumer hears of it from `check`
                self._broken = error
                return
            finally:
                self._ready.release()
            while (task := self._tasks.get()) is not None:
                if not self._work(run, *task):
                    return

    def _work(self, run: RunChunk, fn: Any, job: Job, done: Done) -> bool:
        """Run one chunk and report it; say whether this thread is still wanted."""
        me = threading.get_ident()
        self._at_work[me] = job
        try:
            report: worker.Report | Lost = run(fn, job)
        except BaseException as error:  # a chunk that is never reported would be waited for
            report = _lost(job, WorkerDied, f"its worker failed: {error}", me)
        with self._lock:
            del self._at_work[me]
            wanted = me not in self._given_up
            self._given_up.discard(me)
        done(job, report)
        return wanted

    def submit(self, fn: Any, job: Job, done: Done) -> None:
        """Put one chunk into the queue; the first starts the threads."""
        self.check()
        job.handle = self.slot()
        if not self._lanes:
            self._start()
        self._tasks.put((fn, job, done))

    def overdue(self, job: Job, timeout: float) -> Lost | None:
        """Give up the thread whose item has run for longer than `timeout`, and start a fresh one."""
        if job.handle is None:
            return None  # it is just being submitted
        note = worker.Note.of(job.handle)
        if job.handle[worker.CANCELLED] or not note.overdue(timeout):
            return None
        with self._lock:
            if self._at_work.get(note.worker) is not job:
                return None  # it has just come back
            self._given_up.add(note.worker)
        self.cancel(job)
        self.abandoned += 1
        self._add()
        return _lost(job, TimedOut, f"took longer than its timeout of {timeout:g} s.", note.worker)

    @property
    def hanging(self) -> int:
        """Return how many threads were given up and have not come back."""
        return len(self._given_up)

    def check(self) -> None:
        """Threads do not die, but one that could not open what it needs is told of."""
        if self._broken is not None:
            raise NotAvailable(
                f"a worker could not start ({self._broken!r}). Ask for fewer, or use processes."
            ) from self._broken

    def cancel(self, job: Job) -> None:
        """Let the thread skip the items of `job` that it has not started."""
        if job.handle is not None:
            job.handle[worker.CANCELLED] = 1.0

    def close(self) -> None:
        """Let every thread end after its current item, and wait for those that have none."""
        for _ in self._lanes:
            self._tasks.put(None)
        deadline = time.monotonic() + LAST_SECONDS
        for lane in self._lanes:
            if lane.ident not in self._at_work and lane is not threading.current_thread():
                lane.join(max(0.0, deadline - time.monotonic()))


def _lost(job: Job, error: type[TimedOut | WorkerDied], why: str, thread: int) -> Lost:
    note = worker.Note.of(job.handle)
    return Lost(error, why, note.position or 0, note.since, thread)

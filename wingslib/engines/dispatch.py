"""The one loop behind threads and processes: pull items, hand out chunks, take reports, lose nothing.

A Stream belongs to one run. It pulls input only as its results are taken: at most 2 · workers + 2 chunks are out or
waiting to be taken, so endless input runs in constant memory. What differs between engines is a Backend: how a
chunk gets to a worker, and how a worker that hangs is got rid of. Nothing here knows threads, pickles or processes.
"""

from __future__ import annotations

import queue
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sized
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, TypeVar

from wingslib.engines.backend import Backend, Job, Lost
from wingslib.engines.chunking import Sizes
from wingslib.engines.run import Outcome, Span, Timeline, Totals, placed
from wingslib.engines.worker import Report, Result
from wingslib.errors import ItemError, ParameterError, TooManyAbandoned, require_callable, require_count, require_seconds

R = TypeVar("R")
Progress = Callable[[int, int | None], None]

PROGRESS_SECONDS = 0.1
LOOK_SECONDS = 0.05
CHECK_SECONDS = 0.25
MOST_DEATHS = 3


@dataclass(frozen=True, slots=True)
class Options:
    """The keywords that every `map` and `stream` has, checked."""

    timeout: float | None = None
    retries: int = 0
    progress: Progress | None = None

    def __post_init__(self) -> None:
        if self.timeout is not None:
            require_seconds("timeout", self.timeout)
        require_count("retries", self.retries, least=0)
        if self.progress is not None:
            require_callable("progress", self.progress)


def require_work(fn: object, items: object) -> None:
    """Raise ParameterError unless `fn` can be called and `items` can be iterated."""
    require_callable("fn", fn)
    if not isinstance(items, Iterable):
        raise ParameterError(f"items is {items!r}; allowed is anything that can be iterated. For example a list.")


class Stream(Generic[R]):
    """The outcomes of a run as they complete, or in input order, pulled by the consumer.

    An iterator and a context manager; leaving it cancels what has not started. `.run` has the totals so far: `done`,
    and `errors` by index. The exception that ends it early carries them as `.run`.
    """

    def __init__(
        self,
        backend: Backend,
        fn: Callable[[Any], R],
        items: Iterable[Any],
        sizes: Sizes,
        options: Options,
        *,
        began: float,
        ordered: bool = False,
        owned: bool = False,
    ) -> None:
        self.run = Totals()
        self.timeline = Timeline(backend.engine, backend.workers, backend.cold)
        self.total = len(items) if isinstance(items, Sized) else None
        self._backend, self._sizes, self._options, self._owned, self._began = backend, sizes, options, owned, began
        self._fn = backend.encode(fn)
        self._source = enumerate(items)
        self._pulled, self._dry, self._closed, self._told = 0, False, False, 0.0
        self._open = 0
        self._out: dict[int, Job] = {}
        self._again: deque[Job] = deque()
        self._back: queue.SimpleQueue[tuple[Job, Report | Lost, float]] = queue.SimpleQueue()
        self._ready: deque[tuple[Outcome[R], Job]] = deque()
        self._early: dict[int, tuple[Outcome[R], Job]] | None = {} if ordered else None
        self._next = 0
        self._abandoned_before = backend.abandoned
        self._names: dict[int, int] = {}
        self._monitor = threading.Event() if options.timeout else None
        if self._monitor:
            threading.Thread(target=self._watch, args=(self._monitor,), name="wings-monitor", daemon=True).start()

    def __iter__(self) -> Iterator[Outcome[R]]:
        return self

    def __enter__(self) -> Stream[R]:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        self.close()

    def __next__(self) -> Outcome[R]:
        try:
            if self.run.done and not self._closed:
                self._tell()
            self._wait()
        except BaseException as error:
            self.close()
            if not isinstance(error, StopIteration):
                error.run = self.run  # type: ignore[attr-defined]
            raise
        return self._hand_out(*self._ready.popleft())

    def _wait(self) -> None:
        """Go on until an outcome is ready; StopIteration when none will be."""
        while not self._ready:
            if self._closed:
                raise StopIteration
            self._fill()
            if not self._ready:
                if not self._out:
                    self._end()
                    raise StopIteration
                try:
                    self._take(*self._back.get(timeout=CHECK_SECONDS))
                except queue.Empty:
                    self._backend.check()

    @property
    def abandoned(self) -> int:
        """Return how many threads this run gave up."""
        return self._backend.abandoned - self._abandoned_before

    def waiting(self) -> list[Outcome[R]]:
        """Return the outcomes that are finished and not handed out."""
        return [outcome for outcome, _ in self._ready]

    def close(self) -> None:
        """Cancel what has not started; of a one-shot run, leave no worker."""
        if self._closed:
            return
        self._closed = True
        if self._monitor:
            self._monitor.set()
        for job in self._out.values():
            self._backend.cancel(job)
        self.timeline.wall = self.timeline.wall or self._now()
        if self._owned:
            self._backend.close()

    def _now(self) -> float:
        return time.perf_counter() - self._began

    def _end(self) -> None:
        self.timeline.wall = self._now()
        self._tell(last=True)

    def _hand_out(self, outcome: Outcome[R], job: Job) -> Outcome[R]:
        self.run.done += 1
        if outcome.error is not None:
            self.run.errors[outcome.index] = outcome.error
        self._release(job)
        return outcome

    def _release(self, job: Job) -> None:
        job.untaken -= 1
        if job.untaken == 0:
            self._open -= 1

    def _tell(self, last: bool = False) -> None:
        now = time.perf_counter()
        if self._options.progress and (last or now - self._told >= PROGRESS_SECONDS):
            self._told = now
            self._options.progress(self.run.done, self.total)

    def _fill(self) -> None:
        """Send what has to go again, then new chunks while the window has room."""
        while self._again:
            self._send(self._again.popleft())
        while not self._dry and self._open < 2 * self._backend.workers + 2:
            job = self._pull()
            if job.untaken:
                self._open += 1
            if job.payloads:
                self._send(job, counted=True)

    def _pull(self) -> Job:
        """Take the next chunk from the input; an item that cannot cross fails here and now."""
        job: Job = Job([], [])
        size = self._sizes.next(None if self.total is None else max(0, self.total - self._pulled))
        for _ in range(size):
            entry = next(self._source, None)
            if entry is None:
                self._dry = True
                break
            index, item = entry
            self._pulled += 1
            job.untaken += 1
            try:
                payload = self._backend.pack(index, item)
            except ItemError as error:
                self._settle(Outcome(index, None, error, -1, 0.0), job)
            else:
                job.indices.append(index)
                job.payloads.append(payload)
        return job

    def _send(self, job: Job, counted: bool = False) -> None:
        if not counted:
            job.untaken = len(job.payloads)
            self._open += 1
        job.submitted = self._now()
        self._out[id(job)] = job
        self._backend.submit(self._fn, job, self._done)

    def _done(self, job: Job, report: Report | Lost) -> None:
        self._back.put((job, report, time.perf_counter()))

    def _watch(self, stopped: threading.Event) -> None:
        """Enforce the timeout from a thread of its own, also while the consumer pauses."""
        timeout = self._options.timeout
        assert timeout is not None
        while not stopped.wait(min(LOOK_SECONDS, timeout / 4)):
            for job in list(self._out.values()):
                lost = self._backend.overdue(job, timeout)
                if lost is not None:
                    self._done(job, lost)

    def _take(self, job: Job, report: Report | Lost, received: float) -> None:
        if self._out.pop(id(job), None) is None:
            return  # the monitor gave it up before this report came
        if isinstance(report, Lost):
            self._take_lost(job, report, received)
            return
        worker = self._name(report.worker)
        compute = sum(result.seconds for result in report.results)
        self._add_span(job, worker, report.started, report.finished, received, compute, report.cpu_seconds, report.results)
        self._sizes.observe(len(report.results), compute, 2 * (received - report.finished))
        for index, payload, result in zip(job.indices, job.payloads, report.results, strict=False):
            self._take_result(job, index, payload, worker, result)

    def _take_result(self, job: Job, index: int, payload: Any, worker: int, result: Result) -> None:
        content = self._backend.unpack(index, result)
        if result.ok and not isinstance(content, ItemError):
            self._settle(Outcome(index, content, None, worker, result.seconds), job)
        elif job.tries < self._options.retries:
            self._again.append(Job([index], [payload], tries=job.tries + 1))
            self._release(job)
        else:
            self._settle(Outcome(index, None, placed(content, index, worker, result.traceback), worker, result.seconds), job)

    def _take_lost(self, job: Job, lost: Lost, received: float) -> None:
        """Fail the item that hung or killed its worker, and send the rest of its chunk again."""
        if self._backend.hanging >= self._backend.workers:
            raise TooManyAbandoned(
                f"{self._backend.hanging} threads hang, as many as the run has workers; threads cannot be killed. "
                "Give the calls inside a timeout of their own, or use processes."
            )
        if self.abandoned:
            warnings.warn(f"{self.abandoned} abandoned: a thread hangs and cannot be killed", RuntimeWarning, stacklevel=5)
        worker = self._name(lost.worker) if lost.worker >= 0 else -1
        if lost.started:
            seconds = received - lost.started
            self._add_span(job, worker, lost.started, received, received, seconds, 0.0, [])
        if lost.position is None and job.deaths + 1 < MOST_DEATHS:
            self._resend(job, range(len(job.indices)), deaths=job.deaths + 1)
            return
        failed = range(len(job.indices)) if lost.position is None else [lost.position]
        self._resend(job, [place for place in range(len(job.indices)) if place not in failed])
        for place in failed:
            index = job.indices[place]
            if job.tries < self._options.retries:
                self._again.append(Job([index], [job.payloads[place]], tries=job.tries + 1))
                self._release(job)
            else:
                error = lost.error(f"item {index}: {lost.why}", index)
                self._settle(Outcome(index, None, placed(error, index, worker), worker, 0.0), job)

    def _resend(self, job: Job, places: Iterable[int], deaths: int = 0) -> None:
        places = list(places)
        if places:
            indices, payloads = [job.indices[place] for place in places], [job.payloads[place] for place in places]
            self._again.append(Job(indices, payloads, tries=job.tries, deaths=deaths))
            for _ in places:
                self._release(job)

    def _settle(self, outcome: Outcome[R], job: Job) -> None:
        if self._early is None:
            self._ready.append((outcome, job))
            return
        self._early[outcome.index] = outcome, job
        while self._next in self._early:
            self._ready.append(self._early.pop(self._next))
            self._next += 1

    def _name(self, worker: int) -> int:
        return self._names.setdefault(worker, len(self._names))

    def _add_span(
        self,
        job: Job,
        worker: int,
        started: float,
        finished: float,
        received: float,
        compute: float,
        cpu: float,
        results: list[Result],
    ) -> None:
        self.timeline.add(
            Span(
                worker=worker,
                first=job.indices[0],
                count=len(job.indices),
                submitted=job.submitted,
                started=started - self._began,
                finished=finished - self._began,
                received=received - self._began,
                compute_seconds=compute,
                cpu_seconds=cpu,
                sent_bytes=sum(len(payload) for payload in job.payloads if isinstance(payload, bytes)),
                returned_bytes=sum(len(result.content) for result in results if isinstance(result.content, bytes)),
            )
        )

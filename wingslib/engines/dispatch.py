"""The one loop behind threads and processes: pull items, hand out chunks, take reports, lose nothing.

A Stream belongs to one run. It pulls input only as its results are taken: at most 2 · workers + 2 chunks are out or
waiting to be taken, so endless input runs in constant memory. While other programs keep cores busy, fewer are out;
no worker is ended for it. What differs between engines is a Backend: how a
chunk gets to a worker, and how a worker that hangs is got rid of. Nothing here knows threads, pickles or processes.
"""

from __future__ import annotations

import contextlib
import math
import queue
import threading
import time
import warnings
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sized
from dataclasses import dataclass
from itertools import islice, repeat
from types import TracebackType
from typing import Any, Generic, TypeVar

from wingslib.engines.backend import Backend, Job, Lost
from wingslib.engines.chunking import Sizes
from wingslib.engines.run import Outcome, Span, Timeline, Totals, placed
from wingslib.engines.worker import Report
from wingslib.errors import ParameterError, TooManyAbandoned, require_callable, require_count, require_seconds
from wingslib.machine import Neighbours, step, usable_cores, window

R = TypeVar("R")
Progress = Callable[[int, int | None], None]

PROGRESS_SECONDS = 0.1
WATCH_SECONDS = 0.05
CHECK_SECONDS = 0.25
LOOK_SECONDS = 1.0
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
        self._closed = True  # until all is in place
        self.run = Totals()
        self.timeline = Timeline(backend.engine, backend.workers, backend.cold)
        self.total = len(items) if isinstance(items, Sized) else None
        self._backend, self._sizes, self._options, self._owned, self._began = backend, sizes, options, owned, began
        self._fn = backend.encode(fn)
        self._source = enumerate(items)
        self._pulled, self._dry, self._told = 0, False, 0.0
        self._open, self._window = 0, 2 * backend.workers + 2
        self._limit = _Limit(backend, self.timeline)
        self._out: dict[int, Job] = {}
        self._again: deque[Job] = deque()
        self._inbox = _Inbox()
        self._ready: deque[tuple[Outcome[R], Job]] = deque()
        self._early: dict[int, tuple[Outcome[R], Job]] | None = {} if ordered else None
        self._kept: list[Outcome[R]] | None = None
        self._next, self._next_check = 0, CHECK_SECONDS
        self._abandoned_before = backend.abandoned
        self._names: dict[int, int] = {}
        self._stopped = threading.Event()
        if options.timeout:
            watch = (weakref.ref(self), self._stopped, options.timeout)
            threading.Thread(target=_watch, args=watch, name="wings-monitor", daemon=True).start()
        self._closed = False

    def __iter__(self) -> Iterator[Outcome[R]]:
        return self

    def __enter__(self) -> Stream[R]:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        self.close()

    def __del__(self) -> None:
        if not self._closed:
            self.close()

    def __next__(self) -> Outcome[R]:
        try:
            if self.run.done and not self._closed:
                self._tell()
            while not self._ready:
                if not self._step():
                    raise StopIteration
        except BaseException as error:
            self.close()
            if not isinstance(error, StopIteration):
                error.run = self.run  # type: ignore[attr-defined]
            raise
        outcome, job = self._ready.popleft()
        self.run.done += 1
        if outcome.error is not None:
            self.run.errors[outcome.index] = outcome.error
        self._release(job)
        return outcome

    def exhaust(self) -> list[Outcome[R]]:
        """Take all outcomes at once, as they complete; what was taken before an error is in `salvaged`."""
        self._kept = []
        while self._step():
            self._tell()
        return self._kept

    def salvaged(self) -> list[Outcome[R]]:
        """Return the outcomes that `exhaust` has got, also those that came while it was being interrupted."""
        for job, report, received in list(self._inbox.entries):
            if isinstance(report, Report):
                self._take(job, report, received)
        return list({outcome.index: outcome for outcome in self._kept or []}.values())

    def _step(self) -> bool:
        """Send what may be sent and take what has come, waiting for it a while; False if none will come."""
        if self._closed:
            return False
        self._fill()
        if self._ready:
            return True
        if not self._out:
            self.timeline.wall = self._now()
            self._tell(last=True)
            return False
        self._inbox.wait(CHECK_SECONDS)
        if self._now() >= self._next_check:
            self._next_check = self._now() + CHECK_SECONDS
            self._backend.check()
        while self._inbox.entries:
            self._take(*self._inbox.entries[0])
            self._inbox.entries.popleft()  # only now, or an interrupt would lose it
        return True

    @property
    def abandoned(self) -> int:
        """Return how many threads this run gave up."""
        return self._backend.abandoned - self._abandoned_before

    def close(self) -> None:
        """Cancel what has not started; of a one-shot run, leave no worker."""
        if self._closed:
            return
        self._stopped.set()
        for job in list(self._out.values()):
            self._backend.cancel(job)
        self.timeline.wall = self.timeline.wall or self._now()
        if self._owned:
            self._backend.close()
        self._closed = True  # last: a close that was interrupted can be done again

    def _now(self) -> float:
        return time.perf_counter() - self._began

    def _release(self, job: Job, items: int = 1) -> None:
        job.untaken -= items
        if job.untaken == 0:
            self._open -= 1

    def _tell(self, last: bool = False) -> None:
        now = time.perf_counter()
        if self._options.progress and (last or now - self._told >= PROGRESS_SECONDS):
            self._told = now
            self._options.progress(self.run.done, self.total)

    def _fill(self) -> None:
        """Send what has to go again, then new chunks while the window has room and others leave cores for them."""
        while self._again:
            job = self._again.popleft()
            job.untaken = len(job.indices)
            self._open += 1
            self._send(job)
        most_out = self._limit.look(self._now())
        while not self._dry and self._open < self._window and len(self._out) < most_out:
            self._pull()

    def _pull(self) -> None:
        """Send the next chunk of the input; an item that cannot cross fails here and now."""
        size = self._sizes.next(None if self.total is None else max(0, self.total - self._pulled))
        entries = list(islice(self._source, size))
        self._dry = len(entries) < size
        if not entries:
            return
        self._pulled += len(entries)
        indices = [index for index, _ in entries]
        payload, refused = self._backend.pack(indices, [item for _, item in entries])
        job = Job(indices, payload, untaken=len(indices))
        self._open += 1
        if refused:
            job.indices = [index for index in indices if index not in refused]
            self._settle([Outcome(index, None, error, -1, 0.0) for index, error in refused.items()], job)
        if job.indices:
            self._send(job)

    def _send(self, job: Job) -> None:
        job.submitted = self._now()
        self._out[id(job)] = job
        self._backend.submit(self._fn, job, self._inbox.put)

    def _take(self, job: Job, report: Report | Lost, received: float) -> None:
        if id(job) not in self._out:
            return  # the monitor gave it up before this report came
        if isinstance(report, Lost):
            self._take_lost(job, report, received)
        else:
            self._take_report(job, report, received)
        self._out.pop(id(job))

    def _take_report(self, job: Job, report: Report, received: float) -> None:
        worker, compute = self._name(report.worker), sum(report.seconds)
        values, failed = self._backend.unpack(job.indices, report)
        self._add_span(job, worker, (report.started, report.finished, received), compute, report.cpu_seconds, report.values)
        self._sizes.observe(len(values), compute, 2 * (received - report.finished))
        results = zip(job.indices, values, report.seconds, strict=False)
        outcomes = [Outcome(index, value, None, worker, seconds) for index, value, seconds in results]
        for position, failure in failed.items():
            outcome = outcomes[position]
            outcome.value, outcome.error = None, placed(failure.error, outcome.index, worker, failure.traceback)
        if failed and job.tries < self._options.retries:
            self._retry(job, list(failed))
            outcomes = [outcome for outcome in outcomes if outcome.ok]
        self._settle(outcomes, job)

    def _retry(self, job: Job, positions: list[int]) -> None:
        """Send these items again, each by itself."""
        for position in positions:
            payload = self._backend.part(job.payload, [position])
            self._again.append(Job([job.indices[position]], payload, tries=job.tries + 1))
        self._release(job, len(positions))

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
            self._add_span(job, worker, (lost.started, received, received), received - lost.started, 0.0, None)
        everything = list(range(len(job.indices)))
        if lost.position is None and job.deaths + 1 < MOST_DEATHS:
            self._resend(job, everything, deaths=job.deaths + 1)
            return
        failed = everything if lost.position is None else [lost.position]
        self._resend(job, [position for position in everything if position not in failed])
        if job.tries < self._options.retries:
            self._retry(job, failed)
            return
        for position in failed:
            index = job.indices[position]
            error = placed(lost.error(f"item {index}: {lost.why}", index), index, worker)
            self._settle([Outcome(index, None, error, worker, 0.0)], job)

    def _resend(self, job: Job, positions: list[int], deaths: int = 0) -> None:
        if positions:
            indices, payload = [job.indices[position] for position in positions], self._backend.part(job.payload, positions)
            self._again.append(Job(indices, payload, tries=job.tries, deaths=deaths))
            self._release(job, len(positions))

    def _settle(self, outcomes: list[Outcome[R]], job: Job) -> None:
        """Let the consumer have outcomes of `job`: in the end, when its turn comes, or next."""
        if self._kept is not None:
            self._kept.extend(outcomes)
            self.run.done += len(outcomes)
            self._release(job, len(outcomes))
        elif self._early is None:
            self._ready.extend(zip(outcomes, repeat(job)))
        else:
            self._early.update((outcome.index, (outcome, job)) for outcome in outcomes)
            while self._next in self._early:
                self._ready.append(self._early.pop(self._next))
                self._next += 1

    def _name(self, worker: int) -> int:
        return self._names.setdefault(worker, len(self._names))

    def _add_span(
        self, job: Job, worker: int, times: tuple[float, float, float], compute: float, cpu: float, returned: Any
    ) -> None:
        started, finished, received = (moment - self._began for moment in times)
        self.timeline.add(
            Span(
                worker=worker,
                first=job.indices[0],
                count=len(job.indices),
                submitted=job.submitted,
                started=started,
                finished=finished,
                received=received,
                compute_seconds=compute,
                cpu_seconds=cpu,
                sent_bytes=job.sent_bytes,
                returned_bytes=len(returned) if isinstance(returned, bytes) else 0,
            )
        )


class _Inbox:
    """What came back and was not yet taken; workers' threads put, the consumer waits."""

    def __init__(self) -> None:
        self.entries: deque[tuple[Job, Report | Lost, float]] = deque()
        self._bell: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._waiting = False

    def put(self, job: Job, report: Report | Lost) -> None:
        """Add one entry, from any thread."""
        self.entries.append((job, report, time.perf_counter()))
        if self._waiting:
            self._bell.put(None)

    def wait(self, seconds: float) -> None:
        """Return when there is an entry, or after `seconds`."""
        self._waiting = True
        if not self.entries:
            with contextlib.suppress(queue.Empty):
                self._bell.get(timeout=seconds)
        self._waiting = False


class _Limit:
    """How many chunks may be out, from a look once a second at what other programs leave of the cores.

    It holds for workers that compute, and if not more of them were asked for than there are cores: whoever asks for
    more has decided. A run is a second old before the first look, so short ones pay nothing.
    """

    def __init__(self, backend: Backend, timeline: Timeline) -> None:
        self._workers, self._timeline, self._now = backend.workers, timeline, backend.workers
        self._neighbours, self._usable = Neighbours(), 0
        self._next = LOOK_SECONDS if backend.computes else math.inf

    def look(self, now: float) -> float:
        """Return the most chunks that may be out `now`, in seconds of the run."""
        if now >= self._next:
            self._next = now + LOOK_SECONDS
            self._usable = self._usable or usable_cores()
            if self._workers > self._usable:
                self._next = math.inf
            else:
                self._narrow_or_widen(now)
        return math.inf if self._now == self._workers else self._now

    def _narrow_or_widen(self, now: float) -> None:
        limit = step(self._now, window(self._workers, self._usable, self._neighbours.look()))
        if limit != self._now:
            self._now = limit
            self._timeline.limits.append((now, limit))


def _watch(stream: weakref.ref[Stream[Any]], stopped: threading.Event, timeout: float) -> None:
    """Enforce the timeout from a thread of its own, also while the consumer pauses."""
    while not stopped.wait(min(WATCH_SECONDS, timeout / 4)):
        watched = stream()
        if watched is None:
            return
        for job in list(watched._out.values()):
            lost = watched._backend.overdue(job, timeout)
            if lost is not None:
                watched._inbox.put(job, lost)
        del watched

"""What every engine gives back: one Outcome an item, the Run that holds them, and the Timeline that explains them.

Only records live here. Times on a timeline are seconds since the run began, on the clock of `time.perf_counter`.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Generic, TypeVar, overload

R = TypeVar("R")

MOST_SPANS = 100_000
MOST_NOTES = 3

_PLACED = re.compile(r"item \d+ on worker")


@dataclass(slots=True)  # frozen would make each five times as dear, and there is one for every item
class Outcome(Generic[R]):
    """What became of one item: its value, or the error that it raised.

    `index` is its place in the input, `worker` the small number of the worker that had it (-1: none), `seconds`
    what its function took there.
    """

    index: int
    value: R | None
    error: BaseException | None
    worker: int
    seconds: float

    @property
    def ok(self) -> bool:
        """Say whether the item has a value."""
        return self.error is None


@dataclass(slots=True)
class Span:
    """One chunk on one worker, with the four times that tell where it was.

    It was `submitted` by the parent, `started` and `finished` by the worker (unpickling and pickling included) and
    `received` by the parent. `compute_seconds` were spent in the function, `cpu_seconds` on a core, `sent_bytes` and
    `returned_bytes` crossed to the worker and back (0 where nothing is pickled).
    """

    worker: int
    first: int
    count: int
    submitted: float
    started: float
    finished: float
    received: float
    compute_seconds: float
    cpu_seconds: float
    sent_bytes: int = 0
    returned_bytes: int = 0

    @property
    def busy_seconds(self) -> float:
        """Return the time from started to finished."""
        return self.finished - self.started


_numbers = attrgetter(*Span.__dataclass_fields__)


class Spans(Sequence[Span]):
    """The spans of a run, kept as bare numbers: 88 bytes each, and 32 for an item of an event loop."""

    def __init__(self, spans: Iterable[Span] = (), numbers: int = 11) -> None:
        self._numbers, self._width = array("d"), numbers
        for span in spans:
            self.add(_numbers(span))

    def add(self, numbers: tuple[float, ...]) -> None:
        """Append the values of a span's fields, or what is known of a wait: worker, item, started and finished."""
        self._numbers.extend(numbers)

    def __len__(self) -> int:
        return len(self._numbers) // self._width

    @overload
    def __getitem__(self, place: int) -> Span: ...
    @overload
    def __getitem__(self, place: slice) -> list[Span]: ...
    def __getitem__(self, place: int | slice) -> Span | list[Span]:
        if isinstance(place, slice):
            return [self._span(number) for number in range(*place.indices(len(self)))]
        return self._span(range(len(self))[place])

    def __iter__(self) -> Iterator[Span]:
        return (self._span(place) for place in range(len(self)))

    def _span(self, place: int) -> Span:
        row = self._numbers[place * self._width : (place + 1) * self._width]
        if self._width == 4:
            worker, item, start, end = row
            return Span(int(worker), int(item), 1, start, start, end, end, end - start, 0.0)
        worker, first, count, *seconds, sent, returned = row
        return Span(int(worker), int(first), int(count), *seconds, int(sent), int(returned))  # type: ignore[arg-type,call-arg]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment] # it grows

    def __repr__(self) -> str:
        return f"<{len(self)} spans>"


@dataclass(frozen=True, slots=True)
class Gap:
    """A time during which an event loop did not beat, with the function and line that held it, and its item (-1: none)."""

    start: float
    end: float
    culprit: str
    item: int = -1


@dataclass(slots=True)
class Timeline:
    """All chunks of a run.

    `wall` is the time from the call to its end, `cold` whether the workers were started for it. Past 100,000 spans
    only totals for each worker go on (`busy`, `compute`), and `complete` is False. `beats` and `gaps` are those of the
    event loop (coroutines only). `limits` has (time, workers) of each moment from which fewer or more workers got work,
    because other programs kept the cores busy.
    """

    engine: str
    workers: int
    cold: bool
    wall: float = 0.0
    spans: Spans = field(default_factory=Spans)
    complete: bool = True
    busy: dict[int, float] = field(default_factory=dict)
    compute: dict[int, float] = field(default_factory=dict)
    first_started: float | None = None
    beats: list[float] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    limits: list[tuple[float, int]] = field(default_factory=list)

    @classmethod
    def from_stamps(cls, engine: str, workers: int, wall: float, stamps: Iterable[tuple[int, float, float]]) -> Timeline:
        """Make the timeline of a cold run that only noted (worker, started, finished) of each item."""
        timeline, names = cls(engine, workers, cold=True, wall=wall), dict[int, int]()
        for index, (worker, started, finished) in enumerate(stamps):
            number, took = names.setdefault(worker, len(names)), finished - started
            timeline.add(Span(number, index, 1, 0.0, started, finished, finished, took, took))
        return timeline

    def add(self, span: Span) -> None:
        """Take in one span; past the limit only its totals."""
        self.add_totals(span.worker, span.busy_seconds, span.compute_seconds)
        if self.first_started is None or span.started < self.first_started:
            self.first_started = span.started
        if len(self.spans) < MOST_SPANS:
            self.spans.add(_numbers(span))
        else:
            self.complete = False

    def add_wait(self, worker: int, item: int, started: float, finished: float) -> None:
        """Take in one item of an event loop, for whose totals its worker answers."""
        if self.first_started is None:
            self.first_started = started
        if len(self.spans) < MOST_SPANS:
            self.spans.add((worker, item, started, finished))
        else:
            self.complete = False

    def add_totals(self, worker: int, busy_seconds: float, compute_seconds: float) -> None:
        """Add to the totals of one worker."""
        self.busy[worker] = self.busy.get(worker, 0.0) + busy_seconds
        self.compute[worker] = self.compute.get(worker, 0.0) + compute_seconds

    @property
    def startup(self) -> float:
        """Return the seconds until the first worker was ready: 0 for warm workers."""
        return (self.first_started or 0.0) if self.cold else 0.0

    @property
    def filled(self) -> float:
        """Return the share of workers × wall in which a worker held an item."""
        paid = self.workers * self.wall
        return sum(self.busy.values()) / paid if paid else 0.0


class Run(Sequence[Outcome[R]]):
    """The outcomes of one `map`, in input order.

    An interrupted run holds the finished items only; `total` says how many there were.
    """

    def __init__(self, outcomes: list[Outcome[R]], timeline: Timeline, total: int, abandoned: int = 0) -> None:
        self._outcomes = outcomes
        self.timeline = timeline
        self.total = total
        self.abandoned = abandoned

    @overload
    def __getitem__(self, place: int) -> Outcome[R]: ...
    @overload
    def __getitem__(self, place: slice) -> list[Outcome[R]]: ...
    def __getitem__(self, place: int | slice) -> Outcome[R] | list[Outcome[R]]:
        return self._outcomes[place]

    def __len__(self) -> int:
        return len(self._outcomes)

    def __iter__(self) -> Iterator[Outcome[R]]:
        return iter(self._outcomes)

    def values(self) -> list[R]:
        """Return the plain results; raise the first item's original error if any failed."""
        for outcome in self._outcomes:
            if outcome.error is not None:
                raise outcome.error
        return [outcome.value for outcome in self._outcomes]  # type: ignore[misc]

    @property
    def errors(self) -> dict[int, BaseException]:
        """Return the error of each failed item by its index."""
        return {outcome.index: outcome.error for outcome in self._outcomes if outcome.error is not None}

    @property
    def workers(self) -> int:
        """Return how many workers were observed at work."""
        return len({outcome.worker for outcome in self._outcomes if outcome.worker >= 0})

    def __repr__(self) -> str:
        failed, narrowest = len(self.errors), min((limit for _, limit in self.timeline.limits), default=0)
        narrowed = f", down to {narrowest} at work while others kept the cores busy" if narrowest else ""
        return (
            f"<Run of {len(self)} of {self.total} items on {self.workers} worker{'s' * (self.workers != 1)} "
            f"({self.timeline.engine}){narrowed}, {failed} failed, {self.timeline.wall:.3g} s>"
        )


def placed(error: BaseException, index: int, worker: int | str, traceback: str = "") -> BaseException:
    """Return `error` with a note that names its item, its worker and the worker's traceback.

    One object that many items raise gets three such notes at most: each traceback repeats the notes before it.
    """
    note = f"item {index} on worker {worker}"
    if sum(_PLACED.match(earlier) is not None for earlier in getattr(error, "__notes__", ())) < MOST_NOTES:
        noted(error, f"{note}\n{traceback.rstrip()}" if traceback else note)
    return error


def noted(error: BaseException, note: str) -> BaseException:
    """Return `error` with one more note, also if it is one whose attributes are frozen, where its `add_note` fails."""
    error.__dict__.setdefault("__notes__", []).append(note)
    return error


def carry(error: BaseException, run: object) -> None:
    """Let the error that ends a run early carry what was done, as `.run`; the innermost run's stays."""
    error.__dict__.setdefault("run", run)


@dataclass(slots=True)
class Totals:
    """What a stream keeps of the outcomes it handed out: how many, and the errors by index."""

    done: int = 0
    errors: dict[int, Any] = field(default_factory=dict)

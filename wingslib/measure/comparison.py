"""The race: the same work done in several ways, in interleaved rounds, with equal results.

In a round every variant runs once. Rounds come in blocks of k for k variants, a shuffled Latin square, so that each
variant stands in each position: drift, warm-up and bursts then hit all alike. What counts is the ratio within a
round. Nothing is dropped: every sample is kept, shown and stored.
"""

from __future__ import annotations

import gc
import math
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from wingslib import machine, store
from wingslib.engines.run import Run, Timeline
from wingslib.errors import NotAvailable, ParameterError, WingsError, require_callable, require_count, require_seconds
from wingslib.measure.efficiency import Split, mean_split, split
from wingslib.measure.intervals import SAME, Interval, fastest, ratio_interval
from wingslib.measure.loop import Loop

LEAST_ROUNDS = 12
VERDICT_ROUNDS = 4
PRECISE = 0.02
NOISY = 0.10
BENCH = 5


@dataclass(frozen=True)
class Variant:
    """One way to do the work.

    `setup()` returns a context manager (plain or async), entered once, whose value `call` gets. `workers` and `engine`
    are for calls that return a plain value; a Run tells its own.
    """

    call: Callable[..., Any]
    setup: Callable[[], Any] | None = None
    workers: int = 1
    engine: str = "serial"


@dataclass(repr=False)
class Comparison:
    """The samples of a race and what they say; the first label is the baseline.

    `samples` are seconds by label, one a round; `cold` the first run of each, timed apart, in which all gave `equal`
    results. `stopped` tells why it ended: "precise", "budget" or "smoke". `absent` names variants that cannot run here
    with the reason. `timelines` and `splits` exist for variants that return a Run, splits only over a serial baseline.
    """

    name: str
    labels: list[str]
    profile: str
    machine: machine.Machine
    samples: dict[str, list[float]]
    cold: dict[str, float] = field(default_factory=dict)
    workers: dict[str, int] = field(default_factory=dict)
    engines: dict[str, str] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    runs: dict[str, list[Timeline]] = field(default_factory=dict)
    equal: bool = False
    stopped: str = ""

    def __repr__(self) -> str:
        return f"<Comparison {self.name!r} of {', '.join(self.labels)}: {self.rounds} rounds, stopped by {self.stopped!r}>"

    @property
    def baseline(self) -> str:
        """Return the label that the others are compared with."""
        return self.labels[0]

    @property
    def rounds(self) -> int:
        """Return how many rounds every variant ran."""
        return min((len(seconds) for seconds in self.samples.values()), default=0)

    def mean(self, label: str) -> float:
        """Return the mean seconds of a variant."""
        return statistics.fmean(self.samples[label])

    def speedup(self, label: str) -> Interval:
        """Return how many times as fast as the baseline `label` is: the paired ratio with its 95 % t-interval."""
        return ratio_interval(self.samples[self.baseline], self.samples[label])

    def efficiency(self, label: str) -> Interval:
        """Return the speedup of `label` for each of its workers, with the interval."""
        speedup, workers = self.speedup(label), self.workers[label]
        return Interval(speedup.mean / workers, speedup.low / workers, speedup.high / workers)

    def verdict(self, label: str) -> str:
        """Say "same" (within ±5 %), "faster", "slower" or "can't tell"; "no verdict" for smoke or under 4 rounds."""
        if self.stopped == "smoke" or self.rounds < VERDICT_ROUNDS:
            return "no verdict"
        speedup = self.speedup(label)
        if speedup.low >= 1 / (1 + SAME) and speedup.high <= 1 + SAME:
            return "same"
        if speedup.low > 1:
            return "faster"
        return "slower" if speedup.high < 1 else "can't tell"

    @property
    def winner(self) -> str:
        """Return the fastest variant that is faster beyond doubt, else the baseline."""
        return fastest({label: self.speedup(label) for label in self.samples if self.verdict(label) == "faster"}, self.baseline)

    @property
    def noise(self) -> str:
        """Return the worst disturbance in words, or nothing."""
        spread = {label: _spread(seconds) for label, seconds in self.samples.items()}
        worst = max(spread, key=spread.__getitem__, default="")
        if worst and spread[worst] >= NOISY:
            return f"{worst} varies by {spread[worst]:.0%}".replace("%", " %")
        return f"others keep {self.machine.load:.1f} cores busy" if self.machine.busy else ""

    @property
    def timelines(self) -> dict[str, Timeline]:
        """Return, for each variant that has timelines, that of the round nearest its median."""
        return {label: runs[_median_place(self.samples[label])] for label, runs in self.runs.items() if runs}

    @property
    def splits(self) -> dict[str, Split]:
        """Return the efficiency split of each variant that has timelines, if the baseline is serial."""
        if self.engines.get(self.baseline) != "serial":
            return {}
        return {
            label: mean_split([split(*one) for one in zip(runs, self.samples[self.baseline], self.samples[label], strict=True)])
            for label, runs in self.runs.items()
            if label != self.baseline and runs and all(sum(run.compute.values()) > 0 for run in runs)
        }


def _spread(seconds: Sequence[float]) -> float:
    return statistics.stdev(map(math.log, seconds)) if len(seconds) > 1 else 0.0


def _median_place(seconds: Sequence[float]) -> int:
    middle = statistics.median_low(seconds)
    return list(seconds).index(middle)


def compare(
    name: str,
    variants: dict[str, Callable[[], Any] | Variant | NotAvailable],
    *,
    budget: float = 5,
    check: Callable[[Any, Any], bool] | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> Comparison:
    """Race `variants` against the first of them and return all samples.

    A variant returns a plain value, a Run (its `values()` are compared, its timeline kept) or an awaitable of either,
    which runs in an event loop on a thread of its own. One that this machine lacks is given as the NotAvailable error
    that says so. The first, cold run of each is timed apart, and must give results equal to the baseline's: by `==`, or
    by `check(baseline, other)`.

    Then rounds, at least 12, until two blocks in a row end with every half-width ≤ 2 %, or until `budget` seconds are
    spent, which outranks all else but one whole block. The budget is that of the profile learn; bench takes 5 times as
    long; in smoke the cold run is the only round. Samples go to the current session of the store as they are taken.

    Raises:
        ParameterError: a wrong argument; nothing was run.
        WingsError: a variant gave another result than the baseline; there are no ratios of unequal work.
    """
    require_seconds("budget", budget)
    runnable, absent = _sorted_out(variants)
    session = store.current()
    profile = session.profile if session else "learn"
    samples: dict[str, list[float]] = {label: [] for label in runnable}
    comparison = Comparison(name, list(variants), profile, machine.latest(), samples, absent=absent)
    with Loop() as loop, ExitStack() as stack:
        calls = {label: _prepared(variant, stack, loop) for label, variant in runnable.items()}
        cold = _run_cold(comparison, runnable, calls, check)
        record = _Record(comparison, session)
        if profile == "smoke":
            for label, timeline in cold.items():
                record.sample(label, comparison.cold[label], timeline)
            comparison.stopped = "smoke"
        else:
            _run_rounds(record, calls, budget * (BENCH if profile == "bench" else 1), progress)
        record.finish()
    return comparison


class _Record:
    """Where samples go: into the comparison and, as they are taken, to the session."""

    def __init__(self, comparison: Comparison, session: store.Session | None) -> None:
        self.comparison, self._session = comparison, session
        variants = [
            {"label": label, "engine": engine, "workers": comparison.workers[label]}
            for label, engine in comparison.engines.items()
        ]
        self._row = session.comparison(comparison.name, variants, comparison.cold) if session else 0

    def sample(self, label: str, seconds: float, timeline: Timeline | None) -> None:
        """Keep one sample of `label`, with the timeline of its run if it has one."""
        samples = self.comparison.samples[label]
        if self._session:
            self._session.sample(self._row, label, len(samples), seconds, timeline)
        samples.append(seconds)
        if timeline:
            self.comparison.runs[label].append(timeline)

    def finish(self) -> None:
        """Note why the comparison ended and what disturbed it."""
        if self._session:
            self._session.finish(self._row, self.comparison.stopped, self.comparison.noise)


def _sorted_out(
    variants: dict[str, Callable[[], Any] | Variant | NotAvailable],
) -> tuple[dict[str, Variant], dict[str, str]]:
    runnable, absent = {}, {}
    for label, variant in variants.items():
        if isinstance(variant, NotAvailable):
            absent[label] = str(variant)
            continue
        if not isinstance(variant, Variant):
            variant = Variant(variant)
        require_callable(f"variant {label!r}", variant.call)
        require_count(f"workers of variant {label!r}", variant.workers)
        runnable[label] = variant
    if not runnable or next(iter(variants)) in absent:
        raise ParameterError(f"variants are {list(variants)}; allowed is at least a baseline that can run here, as the first.")
    return runnable, absent


def _prepared(variant: Variant, stack: ExitStack, loop: Loop) -> Callable[[], Any]:
    """Enter the variant's setup and return a call without arguments that waits for an awaitable."""
    if variant.setup is None:
        return lambda: loop.settled(variant.call())
    context = variant.setup()
    if hasattr(context, "__aenter__"):
        context = loop.entered(context)
    value = stack.enter_context(context)
    return lambda: loop.settled(variant.call(value))


def _run_cold(
    comparison: Comparison,
    variants: dict[str, Variant],
    calls: dict[str, Callable[[], Any]],
    check: Callable[[Any, Any], bool] | None,
) -> dict[str, Timeline | None]:
    """Run each variant once, check that all results are equal, and return the timelines of those that have one."""
    truth: Any = None
    timelines: dict[str, Timeline | None] = {}
    for label, call in calls.items():
        began = time.perf_counter()
        result = call()
        comparison.cold[label] = time.perf_counter() - began
        run = isinstance(result, Run)
        comparison.engines[label] = result.timeline.engine if run else variants[label].engine
        comparison.workers[label] = result.timeline.workers if run else variants[label].workers
        comparison.runs[label], timelines[label] = [], result.timeline if run else None
        value = result.values() if run else result
        if label == comparison.baseline:
            truth = value
        elif not (check(truth, value) if check else _equal(truth, value)):
            raise WingsError(f"{label!r} gives another result than {comparison.baseline!r}: {_difference(truth, value)}")
    comparison.equal = True
    return timelines


def _equal(truth: Any, value: Any) -> bool:
    return bool(truth == value)


def _difference(truth: Any, value: Any) -> str:
    if isinstance(truth, list) and isinstance(value, list):
        if len(truth) != len(value):
            return f"{len(value)} items instead of {len(truth)}. Ratios of unequal work mean nothing."
        unequal = (place for place, (one, other) in enumerate(zip(truth, value, strict=True)) if one != other)
        place = next(unequal, None)
        if place is not None:
            return f"item {place} is {value[place]!r:.60} instead of {truth[place]!r:.60}. Mend it before you race it."
    return f"{value!r:.60} instead of {truth!r:.60}. Mend it before you race it."


def _run_rounds(
    record: _Record,
    calls: dict[str, Callable[[], Any]],
    budget: float,
    progress: Callable[[int, int | None], None] | None,
) -> None:
    comparison = record.comparison
    began, precise = time.perf_counter(), 0
    while not comparison.stopped:
        for order in _block(list(calls)):
            for label in order:
                _run_once(record, label, calls[label])
            if progress:
                progress(comparison.rounds, None)
        precise = precise + 1 if _precise(comparison) else 0
        comparison.stopped = _reason(comparison, precise, time.perf_counter() - began, budget, len(calls))
    if progress:
        progress(comparison.rounds, comparison.rounds)


def _block(labels: list[str]) -> Iterator[list[str]]:
    """Yield the rounds of one block: the rows of a shuffled Latin square."""
    random.shuffle(labels)
    shifts = random.sample(range(len(labels)), len(labels))
    for shift in shifts:
        yield labels[shift:] + labels[:shift]


def _run_once(record: _Record, label: str, call: Callable[[], Any]) -> None:
    gc.collect(1)
    began = time.perf_counter()
    result = call()
    seconds = time.perf_counter() - began
    record.sample(label, seconds, result.timeline if isinstance(result, Run) else None)


def _precise(comparison: Comparison) -> bool:
    """Say whether the half-width of every speedup is at most 2 % of it."""
    for label in comparison.samples:
        if label != comparison.baseline:
            speedup = comparison.speedup(label)
            if speedup.high - speedup.low > 2 * PRECISE * speedup.mean:
                return False
    return True


def _reason(comparison: Comparison, precise: int, spent: float, budget: float, variants: int) -> str:
    if precise >= 2 and comparison.rounds >= LEAST_ROUNDS:
        return "precise"
    next_block = spent / comparison.rounds * variants
    return "budget" if spent + next_block / 2 > budget else ""

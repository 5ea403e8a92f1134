"""The exercises of 00_start_here: how much of what was paid for was used, and a race that is not fair."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from wingslib.engines.run import Span
from wingslib.lesson.exercises.exercise import Exercise, Failed, Wrong
from wingslib.lesson.exercises.trial import answers

# ---- A: filled

Case = tuple[list[Span], int]

STUB = '''\
def filled(spans, workers):
    """Return the share of the paid time in which a worker held an item; 0 for no spans.

    Every worker is paid for from the first `submitted` to the last `received` of all
    spans. It holds an item from `started` to `finished`, computing or waiting.
    """
    return ...
'''

SOLUTION = '''\
def filled(spans, workers):
    """Return the share of the paid time in which a worker held an item; 0 for no spans."""
    if not spans:
        return 0.0
    wall = max(span.received for span in spans) - min(span.submitted for span in spans)
    held = sum(span.finished - span.started for span in spans)
    return held / (workers * wall)
'''

ALL_PAID = "all workers are paid at once: divide by workers × wall"
FROM_SUBMITTED = "the wall runs from the first submitted to the last received"
WAITING_COUNTS = "a worker that waits for its item is taken: count from started to finished"
NO_SPANS = "no spans is a case too: nothing was held, so 0"

HINTS = (
    "Draw two lanes of 10 s. One holds items for 10 s, the other for 4 s. What did you pay for, what did you use?",
    "Paid is workers × wall. Which of the four times begins the wall, and which one ends it?",
    "Held is the sum of finished - started over all spans; share = held / (workers × wall), and 0 where there is no span.",
)

_HEAD = "def filled(spans, workers):\n    if not spans:\n        return 0.0\n"
_HELD = "    held = sum(span.finished - span.started for span in spans)\n"
_WALL = "    wall = max(span.received for span in spans) - min(span.submitted for span in spans)\n"

WRONG = (
    Wrong(_HEAD + _HELD + _WALL + "    return held / wall\n", ALL_PAID),
    Wrong(
        _HEAD
        + _HELD
        + "    wall = max(span.received for span in spans) - min(span.finished for span in spans)\n"
        + "    return held / (workers * wall)\n",
        FROM_SUBMITTED,
    ),
    Wrong(
        _HEAD + "    held = sum(span.cpu_seconds for span in spans)\n" + _WALL + "    return held / (workers * wall)\n",
        WAITING_COUNTS,
    ),
    Wrong(SOLUTION.replace("    if not spans:\n        return 0.0\n", ""), NO_SPANS),
)


def expected(spans: Sequence[Span], workers: int) -> float:
    """Return the right share."""
    return _held(spans) / (workers * _wall(spans)) if spans else 0.0


def _held(spans: Sequence[Span]) -> float:
    return sum(span.finished - span.started for span in spans)


def _wall(spans: Sequence[Span]) -> float:
    return _end(spans) - min(span.submitted for span in spans)


def _end(spans: Sequence[Span]) -> float:
    return max(span.received for span in spans)


MISREADINGS: dict[Callable[[Sequence[Span], int], float], str] = {
    lambda spans, workers: _held(spans) / _wall(spans): ALL_PAID,
    lambda spans, workers: _held(spans) / (workers * (_end(spans) - min(s.finished for s in spans))): FROM_SUBMITTED,
    lambda spans, workers: _held(spans) / (workers * (_end(spans) - min(s.started for s in spans))): FROM_SUBMITTED,
    lambda spans, workers: _held(spans) / (workers * _end(spans)): FROM_SUBMITTED,
    lambda spans, workers: sum(span.cpu_seconds for span in spans) / (workers * _wall(spans)): WAITING_COUNTS,
    lambda spans, workers: sum(span.compute_seconds for span in spans) / (workers * _wall(spans)): WAITING_COUNTS,
}


def test_filled(fn: Callable[..., Any], rng: random.Random) -> None:
    """Compare with the right share on spans with gaps, on several workers, on one, and on no spans."""
    cases: list[Case] = [(_spans(rng, workers), workers) for workers in (2, 3, 5, 1)]
    _compare(cases, answers(fn, cases))
    none: list[Case] = [([], rng.randint(1, 4))]
    try:
        _compare(none, answers(fn, none))
    except Failed as failure:
        raise Failed(NO_SPANS, "no spans", failure.yours or str(failure), 0.0) from failure


def _compare(cases: list[Case], found: list[Any]) -> None:
    for (spans, workers), yours in zip(cases, found, strict=True):
        right = expected(spans, workers)
        if not _same(yours, right):
            raise Failed(_diagnosis(spans, workers, yours), f"{len(spans)} spans on {workers} workers", yours, right)


def _diagnosis(spans: list[Span], workers: int, yours: object) -> str:
    for misreading, message in MISREADINGS.items():
        if spans and _same(yours, misreading(spans, workers)):
            return message
    return "held time ÷ (workers × wall) gives another share"


def _same(yours: object, right: float) -> bool:
    return isinstance(yours, int | float) and math.isclose(yours, right, rel_tol=1e-9)


def _spans(rng: random.Random, workers: int) -> list[Span]:
    """Draw lanes of items that partly wait, with gaps between them; the run does not begin at 0."""
    spans: list[Span] = []
    begin = rng.uniform(1, 3)
    for worker in range(workers):
        clock = begin + rng.uniform(0.1, 0.5)
        for _ in range(rng.randrange(3, 10, 2)):
            started = clock + rng.uniform(0.05, 0.4)
            compute = rng.uniform(0.1, 1.0)
            finished = started + compute + 0.01
            received = finished + rng.uniform(0.05, 0.2)
            spans.append(
                Span(worker, len(spans), 1, begin, started, finished, received, compute, compute * rng.uniform(0.2, 0.8))
            )
            clock = received
    rng.shuffle(spans)
    return spans


# ---- B: race

RACE_STUB = '''\
def race(a, b, rounds, clock):
    """Return how many times as fast `b` is as `a`, or None where their results differ.

    Each of the `rounds` (an even number) calls both once; `clock()` tells the seconds.
    """
    raise NotImplementedError("mend race, then take this line out")
    seconds = {a: 0.0, b: 0.0}
    for _ in range(rounds):
        for contestant in (a, b):
            began = clock()
            contestant()
            seconds[contestant] += clock() - began
    return seconds[a] / seconds[b]
'''

RACE_SOLUTION = '''\
def race(a, b, rounds, clock):
    """Return how many times as fast `b` is as `a`, or None where their results differ."""
    if a() != b():
        return None
    seconds = {a: 0.0, b: 0.0}
    for number in range(rounds):
        for contestant in (a, b) if number % 2 == 0 else (b, a):
            began = clock()
            contestant()
            seconds[contestant] += clock() - began
    return seconds[a] / seconds[b]
'''

NOT_COMPARED = "b left work out, and won: the results were never compared"
SAME_COUNT = "same count, other values"
WARM = "always ran on warm caches: let each go first in half of the rounds"
EQUAL = "the results are equal, so there is a ratio"
IN_TURN = "a round calls each of the two once"

RACE_HINTS = (
    "Print what a() and b() return, before any clock runs. Then print who runs first in each round.",
    "A race between different answers has no winner: compare the whole lists. And whoever runs second finds all data at hand.",
    "Return None if a() != b(). In every other round go through (b, a) instead of (a, b).",
)

_RACED = RACE_STUB.replace('    raise NotImplementedError("mend race, then take this line out")\n', "")
RACE_WRONG = (
    Wrong(_RACED, NOT_COMPARED),
    Wrong(RACE_SOLUTION.replace("a() != b()", "len(a()) != len(b())"), SAME_COUNT),
    Wrong(RACE_SOLUTION.replace(" if number % 2 == 0 else (b, a)", ""), f"b {WARM}"),
    Wrong(
        "def race(a, b, rounds, clock):\n    if a() != b():\n        return None\n    seconds = []\n"
        "    for contestant in (a, b):\n        began = clock()\n        for _ in range(rounds):\n            contestant()\n"
        "        seconds.append(clock() - began)\n    return seconds[0] / seconds[1]\n",
        IN_TURN,
    ),
    Wrong("def race(a, b, rounds, clock):\n    return None\n", EQUAL),
)


@dataclass(frozen=True)
class Contest:
    """Two contestants on a virtual clock: their seconds a call, what they return, and how much a cold call costs more."""

    rounds: int
    seconds: dict[str, float]
    results: dict[str, list[int]]
    cold: float

    @property
    def ratio(self) -> float | None:
        """Return what a fair race finds."""
        return self.seconds["a"] / self.seconds["b"] if self.results["a"] == self.results["b"] else None

    def __repr__(self) -> str:
        a, b = self.results["a"], self.results["b"]
        done = sum(one == other for one, other in zip(a, b, strict=False))
        return f"{self.rounds} rounds; b returns {len(b)} of {len(a)} results, {done} of them right"


def test_race(fn: Callable[..., Any], rng: random.Random) -> None:
    """Let it race a winner that leaves work out, one that answers something else, and two that are equal."""
    whole = rng.sample(range(1000), 10)
    other = [*whole[:-1], 1000]
    contests = [_contest(rng, whole, results) for results in (whole[:7], other, whole, whole)]
    for contest, (yours, order) in zip(contests, answers(partial(_raced, fn), [(one,) for one in contests]), strict=True):
        if not _fair(yours, contest.ratio):
            raise Failed(_unfair(contest, yours, order), repr(contest), yours, contest.ratio)
        if not {order[place : place + 2] for place in range(0, len(order), 2)} <= {"ab", "ba"}:
            raise Failed(IN_TURN, repr(contest), f"calls {order}", "ab or ba in each round")


def _contest(rng: random.Random, whole: list[int], results: list[int]) -> Contest:
    """Draw a b that takes a little longer for each result, so that only an unfair race makes it the winner."""
    a = rng.uniform(1, 2)
    seconds = {"a": a, "b": a * rng.uniform(1.05, 1.3) * len(results) / len(whole)}
    return Contest(2 * rng.randint(3, 9), seconds, {"a": whole, "b": results}, rng.uniform(1.6, 3))


def _raced(fn: Callable[..., Any], contest: Contest) -> tuple[Any, str]:
    """Return what `fn` answers and the order of all calls; of each two calls the first finds everything cold."""
    now, order = 0.0, ""

    def call(name: str) -> list[int]:
        nonlocal now, order
        now += contest.seconds[name] * (1.0 if len(order) % 2 else contest.cold)
        order += name
        return list(contest.results[name])

    found = fn(partial(call, "a"), partial(call, "b"), contest.rounds, lambda: now)
    if found is Ellipsis:
        raise NotImplementedError
    return found, order


def _fair(yours: object, right: float | None) -> bool:
    return yours is None if right is None else _same(yours, right)


def _unfair(contest: Contest, yours: object, order: str) -> str:
    """Say which mistake makes this answer."""
    firsts = set(order[-2 * contest.rounds :: 2])
    if contest.ratio is None:
        return NOT_COMPARED if len(contest.results["a"]) > len(contest.results["b"]) else SAME_COUNT
    if yours is None:
        return EQUAL
    if len(firsts) == 1:
        return f"{'b' if firsts == {'a'} else 'a'} {WARM}"
    return "the seconds of a over those of b, all rounds together, give another ratio"


EXERCISES = (
    Exercise("00a", "filled", STUB, SOLUTION, HINTS, WRONG, test_filled),
    Exercise("00b", "race", RACE_STUB, RACE_SOLUTION, RACE_HINTS, RACE_WRONG, test_race),
)

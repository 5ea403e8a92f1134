"""The exercise of 00_start_here: how much of what was paid for was used."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from typing import Any

from wingslib.engines.run import Span
from wingslib.lesson.exercises.exercise import Exercise, Failed, Wrong
from wingslib.lesson.exercises.trial import answers

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


EXERCISES = (Exercise("00a", "filled", STUB, SOLUTION, HINTS, WRONG, test_filled),)

"""A pipeline on a virtual clock: where its pages wait, and which stage sets the pace. Nothing is run here.

A stage is (seconds, workers): what each item takes there, and how many are taken at a time. Between two stages lies a queue,
bounded or not; a worker keeps its item until the queue ahead has room.
Source: Perros, "Queueing Networks with Blocking", Oxford University Press 1994 (blocking after service).
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

from wingslib.engines.run import Span, Timeline
from wingslib.errors import ParameterError, require_count, require_seconds

Steps = Sequence[tuple[float, int]]
Depths = tuple[list[tuple[float, int]], ...]


@dataclass(frozen=True)
class Flow:
    """What a pipeline would do; `timeline`, `stages` (the name of each lane's stage) and `depths` as a PipelineRun has them."""

    timeline: Timeline
    stages: tuple[str, ...]
    depths: Depths


def pace(steps: Steps) -> float:
    """Return the seconds from one item to the next: those of the slowest stage, divided by its workers.

    Raises:
        ParameterError: there is no stage, or one has no seconds or no workers.
    """
    return max(seconds / workers for seconds, workers in _checked(steps))


def bottleneck(steps: Steps) -> int:
    """Return the place of the stage that sets the pace; the first of several."""
    shares = [seconds / workers for seconds, workers in _checked(steps)]
    return shares.index(max(shares))


def pipeline_law(items: int, steps: Steps) -> float:
    """Return the seconds of `items` equal items: fill + items · pace.

    The fill is what the first item takes through all stages, less one pace. It holds to within one turn of the slowest stage.
    """
    slowest = pace(steps)
    fill = sum(seconds for seconds, _ in steps) - slowest
    return fill + require_count("items", items) * slowest


def ahead(order: Sequence[tuple[str, int]]) -> int:
    """Return how many items the first stage had taken when the last took its first; `order` has (stage, item) as they came."""
    names = list(dict.fromkeys(name for name, _ in order))
    stages = [name for name, _ in order]
    return stages[: stages.index(names[-1])].count(names[0]) if names else 0


def flow(steps: Steps, items: int, bound: int | None = None, names: Sequence[str] = ()) -> Flow:
    """Send `items` equal items through the stages, with queues of at most `bound` items between (None: no bound).

    The timeline has a lane for every worker, stage after stage; `names` are those of the stages.
    """
    _checked(steps)
    require_count("items", items)
    if bound is not None:
        require_count("bound", bound)
    names = names or [f"stage {place + 1}" for place in range(len(steps))]
    clock = _Clock(steps, items, bound)
    for item in range(items):
        clock.send(item)
    lanes = tuple(name for name, (_, workers) in zip(names, steps, strict=True) for _ in range(workers))
    return Flow(clock.timeline(lanes), lanes, tuple(_depths(*times) for times in zip(clock.put, clock.taken[1:], strict=True)))


class _Clock:
    """The moments of every item: taken by a stage, finished there, and put into the queue ahead, which frees the worker."""

    def __init__(self, steps: Steps, items: int, bound: int | None) -> None:
        self._steps, self._bound = steps, items if bound is None else bound
        self._free = [[(0.0, worker) for worker in range(workers)] for _, workers in steps]
        self.taken: list[list[float]] = [[] for _ in steps]
        self.put: list[list[float]] = [[] for _ in steps[1:]]
        self._spans: list[tuple[int, int, int, float, float, float]] = []

    def send(self, item: int) -> None:
        """Send one item through all stages; those before it have their moments."""
        since = 0.0
        for stage, (seconds, _) in enumerate(self._steps):
            free, worker = heapq.heappop(self._free[stage])
            taken = max(since, free)
            self.taken[stage].append(taken)
            finished = taken + seconds
            left = self._leave(stage, item, finished)
            self._spans.append((stage, worker, item, since, taken, finished))
            heapq.heappush(self._free[stage], (left, worker))
            since = left

    def _leave(self, stage: int, item: int, finished: float) -> float:
        if stage == len(self.put):
            return finished
        room = self.taken[stage + 1][item - self._bound] if item >= self._bound else 0.0
        self.put[stage].append(max(finished, room))
        return self.put[stage][-1]

    def timeline(self, lanes: Sequence[str]) -> Timeline:
        """Return all of it as the timeline of a run."""
        first = [sum(workers for _, workers in self._steps[:stage]) for stage in range(len(self._steps))]
        line = Timeline("simulated", len(lanes), cold=False)
        for stage, worker, item, since, taken, finished in self._spans:
            took = finished - taken
            line.add(Span(first[stage] + worker, item, 1, since, taken, finished, finished, took, took))
        line.wall = max((span[-1] for span in self._spans), default=0.0)
        return line


def _depths(put: Sequence[float], taken: Sequence[float]) -> list[tuple[float, int]]:
    """Return (seconds, items in the queue) after each moment at which one came or went."""
    moments = sorted([(round(moment, 9), 1) for moment in put] + [(round(moment, 9), -1) for moment in taken])
    depths, now = dict[float, int](), 0
    for moment, step in moments:
        now += step
        depths[moment] = now
    return list(depths.items())


def _checked(steps: Steps) -> Steps:
    if not steps:
        raise ParameterError("steps is empty; allowed is (seconds, workers) of one stage or more. For example [(0.002, 1)].")
    for seconds, workers in steps:
        require_seconds("seconds", seconds)
        require_count("workers", workers)
    return steps

"""Small made-up measurements that the chart tests share."""

from __future__ import annotations

import random

from wingslib.engines.run import Gap, Span, Timeline
from wingslib.machine import Machine
from wingslib.measure.comparison import Comparison
from wingslib.measure.intervals import Interval
from wingslib.views import Fate

MACHINE = Machine(2, 2, "3.11.7", "CPython", True, "forkserver", 2, 0.1, "Linux", "a cpu", "2026-11-24")


def pool_timeline(
    engine: str = "processes", items: int = 24, workers: int = 2, cpu: float = 1.0, message: float = 0.0
) -> Timeline:
    """Schedule items of seeded lengths on workers that start after 0.09 s."""
    dice, line = random.Random(5), Timeline(engine, workers, cold=True)
    free = [0.09 + 0.01 * worker for worker in range(workers)]
    for item in range(items):
        worker = min(range(workers), key=free.__getitem__)
        start = free[worker] + message
        end = start + 0.04 * dice.uniform(0.5, 1.5)
        line.add(Span(worker, item, 1, 0.001 * item / items, start, end, end + 0.001, end - start, cpu * (end - start)))
        free[worker] = end
    line.wall = max(span.received for span in line.spans)
    return line


def loop_timeline(tasks: int = 7, gap: bool = False) -> Timeline:
    """Return tasks that wait on one loop, which something may hold for 0.227 s."""
    line = Timeline("coroutines", tasks, cold=False)
    for task in range(tasks):
        end = 0.13 + 0.003 * (task * 7 % 11) + (0.25 if gap else 0.0)
        line.add(Span(task, task, 1, 0.0, 0.0, end, end, end, 0.0))
    line.wall = max(span.received for span in line.spans)
    line.beats = [0.01 * beat for beat in range(int(100 * line.wall)) if not (gap and 4 < beat < 27)]
    line.gaps = [Gap(0.04, 0.267, "create_chapter, line 12")] if gap else []
    return line


def comparison(
    means: dict[str, float], stopped: str = "precise", rounds: int = 12, noise: float = 0.01, name: str = "parse"
) -> Comparison:
    """Return a comparison of seeded samples round these means; the first label is serial, the others processes."""
    dice = random.Random(2)
    labels = list(means)
    return Comparison(
        name=name,
        labels=labels,
        profile="learn",
        machine=MACHINE,
        samples={label: [means[label] * dice.lognormvariate(0, noise) for _ in range(rounds)] for label in labels},
        workers={label: 1 if place == 0 else place for place, label in enumerate(labels)},
        engines={label: "serial" if place == 0 else "processes" for place, label in enumerate(labels)},
        equal=True,
        stopped=stopped,
    )


def saw_points() -> dict[int, Interval]:
    """Return speedups measured at six chunk sizes of 1,000 items."""
    means = {1: 0.6, 10: 1.37, 125: 1.64, 250: 1.5, 334: 1.39, 1000: 0.99}
    return {chunk: Interval(mean, 0.97 * mean, 1.03 * mean) for chunk, mean in means.items()}


def saw_law(chunk: int) -> float:
    """Return the modelled speedup of a chunk size."""
    return 1.8 / (1 + 0.5 / chunk)


def fates() -> dict[str, tuple[float, list[Fate]]]:
    """Return what became of four chapters, the second of which failed, under gather and under a TaskGroup."""
    first = [Fate("chapter 8", 0, 0.02, "done"), Fate("chapter 9", 0, 0.04, "failed")]
    rest = {"gather": Fate("chapter 10", 0, 0.06, "done"), "TaskGroup": Fate("chapter 10", 0, 0.041, "cancelled")}
    return {way: (0.042, [*first, fate, fate._replace(name="chapter 11")]) for way, fate in rest.items()}


GROWTH = {
    "gather": [(10, 0.501, 0.0), (1_000, 0.52, 1.5), (100_000, 2.3, 135.0)],
    "stream": [(10, 0.501, 0.0), (1_000, 0.51, 0.8), (100_000, 1.9, 1.1)],
}


def sure(mean: float, share: float = 0.04) -> Interval:
    """Return an interval of that share of its mean to each side."""
    return Interval(mean, mean * (1 - share), mean * (1 + share))


FACTORS = {"another algorithm": sure(82.0), "another language": sure(3.2), "more cores": sure(1.84)}
SIZES = (5, 10, 20, 50, 100, 1_000, 10_000)


def costs(start: float, each: float, noise: float = 0.02) -> list[tuple[int, list[float]]]:
    """Return seeded samples of start + n · each at seven sizes."""
    dice = random.Random(3)
    return [(size, [(start + size * each) * dice.lognormvariate(0, noise) for _ in range(6)]) for size in SIZES]


CROSSING = {"Python": costs(1e-6, 3e-7), "Rust": costs(12e-6, 4e-9)}


def twins(count: int, *groups: tuple[int, int]) -> list[list[float]]:
    """Return similarities of 0.5, of 0.9 inside the groups (from, to), and of 1 with itself."""
    found = [
        [0.5 + 0.4 * any(a <= one < b and a <= two < b for a, b in groups) for one in range(count)] for two in range(count)
    ]
    for place in range(count):
        found[place][place] = 1.0
    return found

"""Runs on a virtual clock: what a schedule would look like, without running anything.

List scheduling: the next chunk goes to the worker that is free first. A policy says how many items are in each chunk.
Source: Graham, "Bounds on multiprocessing timing anomalies", SIAM J. Appl. Math. 17 (1969), https://doi.org/10.1137/0117039.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterator, Sequence

from wingslib.engines.run import Span, Timeline
from wingslib.errors import ParameterError, require_count


def schedule(
    durations: Sequence[float], workers: int, chunk: int = 1, message_seconds: float = 0.0, startup: float = 0.0
) -> Timeline:
    """Schedule items of these `durations` (seconds) in chunks of `chunk` on `workers` workers.

    Each chunk costs its worker `message_seconds` before it starts; workers are ready after `startup`. The timeline's
    `wall` is the makespan.

    Raises:
        ParameterError: `workers` or `chunk` is not a whole number ≥ 1.
    """
    require_count("workers", workers)
    require_count("chunk", chunk)
    whole, rest = divmod(len(durations), chunk)
    return _dealt(durations, [chunk] * whole + [rest] * (rest > 0), workers, message_seconds, startup)


def simulate(durations: Sequence[float], policy: str | Sequence[int], workers: int, message_seconds: float = 0.0) -> Timeline:
    """Schedule items of these `durations` (seconds), in their order, in the chunks of `policy`.

    `policy` is one of `POLICIES`, or the size of each chunk. Each chunk costs its worker `message_seconds` before it
    starts. The timeline's `wall` is the makespan.

    Raises:
        ParameterError: an unknown policy, sizes that do not hold all items, or `workers` is not a whole number ≥ 1.
    """
    require_count("workers", workers)
    sizes = chunk_sizes(policy, len(durations), workers) if isinstance(policy, str) else policy
    if sum(sizes) != len(durations) or min(sizes, default=1) < 1:
        raise ParameterError(
            f"the chunks hold {sum(sizes)} of {len(durations)} items. Give each item to one chunk of at least 1."
        )
    return _dealt(durations, sizes, workers, message_seconds)


def chunk_sizes(policy: str, n: int, workers: int) -> list[int]:
    """Return how many of `n` items each chunk holds under `policy`, in the order in which they are handed out.

    Raises:
        ParameterError: an unknown policy, or a wrong count.
    """
    if policy not in POLICIES:
        raise ParameterError(f"policy is {policy!r}; allowed is one of {', '.join(POLICIES)}. For example policy='guided'.")
    require_count("n", n, least=0)
    require_count("workers", workers)
    return list(POLICIES[policy](n, workers))


def lower_bound(durations: Sequence[float], workers: int) -> float:
    """Return the seconds below which no schedule can end: an equal share of the work, or the longest item."""
    require_count("workers", workers)
    return max(sum(durations) / workers, max(durations, default=0.0))


def graham_bounds(workers: int) -> tuple[float, float]:
    """Return how many times the shortest schedule handing out one at a time may take: in any order, and largest first.

    The first also holds over `lower_bound`; the second does not, where few items make the shortest schedule longer.
    """
    require_count("workers", workers)
    return 2 - 1 / workers, 4 / 3 - 1 / (3 * workers)


def _dealt(
    durations: Sequence[float], sizes: Sequence[int], workers: int, message_seconds: float, startup: float = 0.0
) -> Timeline:
    """Give chunks of these `sizes`, in order, each to the worker that is free first."""
    timeline = Timeline("simulated", workers, cold=startup > 0)
    free, first = [(startup, worker) for worker in range(workers)], 0
    for size in sizes:
        ready, worker = heapq.heappop(free)
        start = ready + message_seconds
        end = start + sum(durations[first : first + size])
        timeline.add(Span(worker, first, size, 0.0, start, end, end, end - start, end - start))
        heapq.heappush(free, (end, worker))
        first += size
    timeline.wall = max((span.finished for span in timeline.spans), default=0.0)
    return timeline


def _static(n: int, workers: int) -> Iterator[int]:
    """Give each worker one chunk, all of the same number of items as nearly as can be."""
    for worker in range(min(n, workers)):
        yield n // workers + (worker < n % workers)


def _one_at_a_time(n: int, workers: int) -> Iterator[int]:
    yield from [1] * n


def _guided(n: int, workers: int) -> Iterator[int]:
    """Give whoever is free an equal share of what is left.

    Source: Polychronopoulos, Kuck, "Guided self-scheduling", IEEE Trans. Comput. 36 (1987), https://doi.org/10.1109/TC.1987.5009495.
    """
    while n > 0:
        size = math.ceil(n / workers)
        yield size
        n -= size


def _factoring(n: int, workers: int) -> Iterator[int]:
    """Give out half of what is left in equal chunks, one for each worker, then half of the rest."""
    while n > 0:
        size = math.ceil(n / (2 * workers))
        for _ in range(workers):
            if n > 0:
                yield min(size, n)
                n -= min(size, n)


POLICIES: dict[str, Callable[[int, int], Iterator[int]]] = {
    "static": _static,
    "one at a time": _one_at_a_time,
    "guided": _guided,
    "factoring": _factoring,
}
"""How many of n items go to the next free one of so many workers, by the name of the policy."""

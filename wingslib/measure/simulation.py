"""Runs on a virtual clock: what a schedule would look like, without running anything.

List scheduling: the next chunk goes to the worker that is free first.
Source: Graham, "Bounds on multiprocessing timing anomalies", SIAM J. Appl. Math. 17 (1969), https://doi.org/10.1137/0117039.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from wingslib.engines.run import Span, Timeline
from wingslib.errors import require_count


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
    timeline = Timeline("simulated", workers, cold=startup > 0)
    free = [(startup, worker) for worker in range(workers)]
    for first in range(0, len(durations), chunk):
        ready, worker = heapq.heappop(free)
        part = durations[first : first + chunk]
        start = ready + message_seconds
        end = start + sum(part)
        timeline.add(Span(worker, first, len(part), 0.0, start, end, end, end - start, end - start))
        heapq.heappush(free, (end, worker))
    timeline.wall = max((span.finished for span in timeline.spans), default=0.0)
    return timeline

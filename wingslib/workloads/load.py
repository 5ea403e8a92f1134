"""What a server has to do at one time: how much it serves and refuses, and its own count of that."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

MOST_STARTS = 100_000
TOO_MANY_AT_ONCE, TOO_MANY_A_SECOND = 503, 429
REFUSALS = {TOO_MANY_AT_ONCE: "too many at once", TOO_MANY_A_SECOND: "too many in a second"}


@dataclass(frozen=True)
class Counts:
    """What a server saw since the last look: requests, those it refused, and the most that were there at one time.

    `starts` are the moments at which requests came, in seconds (of the last 100,000). `connections` are those that were
    opened for them.
    """

    requests: int
    refused: int
    peak: int
    starts: Sequence[float]
    connections: int = 0

    def busiest(self, seconds: float = 1.0) -> int:
        """Return the most requests that came within any window of this length."""
        return busiest(self.starts, seconds)


def busiest(starts: Sequence[float], seconds: float = 1.0) -> int:
    """Return how many of these moments, in growing order, fall into the window of this length that holds the most."""
    most, first = 0, 0
    for last, moment in enumerate(starts):
        while moment - starts[first] > seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


class Load:
    """The requests of one server: `capacity` are served at one time, the others wait; above `refuse_above` they are refused.

    It is also refused after `allowed` others were taken within the last second. A request is there from its first line
    until it is answered. None means no limit. Moments are those of the running event loop's clock.
    """

    def __init__(self, capacity: int | None = None, refuse_above: int | None = None, allowed: int | None = None) -> None:
        self._refuse_above, self._allowed, self._now = refuse_above, allowed, 0
        self._desks = asyncio.Semaphore(capacity) if capacity else None
        self._taken: deque[float] = deque()
        self._reset()

    def _reset(self) -> None:
        self._requests, self._refused, self._peak, self._connections = 0, 0, self._now, 0
        self._starts: deque[float] = deque(maxlen=MOST_STARTS)

    def connected(self) -> None:
        """Count one connection that brings requests."""
        self._connections += 1

    @contextmanager
    def one(self) -> Iterator[int]:
        """Count one request while it is here; give the status with which to refuse it, or 0."""
        self._now += 1
        self._requests += 1
        self._peak = max(self._peak, self._now)
        self._starts.append(asyncio.get_running_loop().time())
        status = self._refusal(self._starts[-1])
        self._refused += status > 0
        try:
            yield status
        finally:
            self._now -= 1

    def _refusal(self, moment: float) -> int:
        if self._refuse_above is not None and self._now > self._refuse_above:
            return TOO_MANY_AT_ONCE
        if self._allowed is None:
            return 0
        while self._taken and moment - self._taken[0] >= 1:
            self._taken.popleft()
        if len(self._taken) >= self._allowed:
            return TOO_MANY_A_SECOND
        self._taken.append(moment)
        return 0

    async def serve(self, seconds: float) -> None:
        """Take `seconds` for one request, once there is capacity for it."""
        if self._desks is None:
            return await asyncio.sleep(seconds)
        async with self._desks:
            await asyncio.sleep(seconds)

    def counts(self) -> Counts:
        """Return what was seen since the last call; count anew."""
        counts = Counts(self._requests, self._refused, self._peak, list(self._starts), self._connections)
        self._reset()
        return counts

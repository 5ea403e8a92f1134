"""What a server has to do at one time: how much it serves and refuses, and its own count of that."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass

MOST_STARTS = 100_000


@dataclass(frozen=True)
class Counts:
    """What a server saw since the last look: requests, those it refused, and the most that were there at one time.

    `starts` are the moments at which requests came, in seconds (of the last 100,000).
    """

    requests: int
    refused: int
    peak: int
    starts: Sequence[float]

    def busiest(self, seconds: float = 1.0) -> int:
        """Return the most requests that came within any window of this length."""
        most, first = 0, 0
        for last, moment in enumerate(self.starts):
            while moment - self.starts[first] > seconds:
                first += 1
            most = max(most, last - first + 1)
        return most


class Load:
    """The requests of one server: `capacity` are served at one time, the others wait; above `refuse_above` they are refused.

    A request is there from its first line until it is answered. None means no limit.
    """

    def __init__(self, capacity: int | None, refuse_above: int | None) -> None:
        self._refuse_above, self._now = refuse_above, 0
        self._desks = asyncio.Semaphore(capacity) if capacity else None
        self._reset()

    def _reset(self) -> None:
        self._requests, self._refused, self._peak = 0, 0, self._now
        self._starts: deque[float] = deque(maxlen=MOST_STARTS)

    @contextmanager
    def one(self) -> Iterator[bool]:
        """Count one request while it is here; give whether it is to be refused."""
        self._now += 1
        self._requests += 1
        self._peak = max(self._peak, self._now)
        self._starts.append(time.monotonic())
        refuse = self._refuse_above is not None and self._now > self._refuse_above
        self._refused += refuse
        try:
            yield refuse
        finally:
            self._now -= 1

    async def serve(self, seconds: float) -> None:
        """Take `seconds` for one request, once there is capacity for it."""
        if self._desks is None:
            return await asyncio.sleep(seconds)
        async with self._desks:
            await asyncio.sleep(seconds)

    def told(self) -> str:
        """Return the counts as JSON, and count anew."""
        counts = Counts(self._requests, self._refused, self._peak, list(self._starts))
        self._reset()
        return json.dumps(asdict(counts))

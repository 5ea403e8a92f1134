"""How many chunks may be out while other programs need the cores? No worker is ended for it."""

from __future__ import annotations

import math

from wingslib.engines.backend import Backend
from wingslib.engines.run import Timeline
from wingslib.machine import Neighbours, step, usable_cores, window

LOOK_SECONDS = 1.0


class Limit:
    """How many chunks may be out, from a look once a second at what other programs leave of the cores.

    It holds for workers that compute, and if not more of them were asked for than there are cores: whoever asks for
    more has decided. A run is a second old before the first look, so short ones pay nothing.
    """

    def __init__(self, backend: Backend, timeline: Timeline) -> None:
        self._workers, self._timeline, self._now = backend.workers, timeline, backend.workers
        self._neighbours, self._usable = Neighbours(), 0
        self._next = LOOK_SECONDS if backend.computes else math.inf

    def look(self, now: float) -> float:
        """Return the most chunks that may be out `now`, in seconds of the run."""
        if now >= self._next:
            self._next = now + LOOK_SECONDS
            self._usable = self._usable or usable_cores()
            if self._workers > self._usable:
                self._next = math.inf
            else:
                self._narrow_or_widen(now)
        return math.inf if self._now == self._workers else self._now

    def _narrow_or_widen(self, now: float) -> None:
        limit = step(self._now, window(self._workers, self._usable, self._neighbours.look()))
        if limit != self._now:
            self._now = limit
            self._timeline.limits.append((now, limit))

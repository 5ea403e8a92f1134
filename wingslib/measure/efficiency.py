"""Where did the second worker go? Lost efficiency as a product of five factors.

From one run's timeline, its wall time W on p workers and the serial time T of the same round:

    start-up       (W - s) / W           s = starting and ending the workers; 1 when they are warm
    balance        mean busy / max busy  over the workers that were asked for
    dispatch       max busy / (W - s)    what the busiest worker waited for its next message
    serialisation  Σ compute / Σ busy    pickling inside the workers
    work           T / Σ compute         the work itself, slower (or faster) side by side

The terms cancel, so the product is T / (p · W): speedup / workers, exactly. Factors of several rounds are geometric
means, which keeps the product exact.

Source: adapted from the POP parallel efficiencies, https://pop-coe.eu/node/69.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from wingslib.engines.run import Timeline


@dataclass(frozen=True)
class Split:
    """The five factors of one variant; a factor above 1 is a gain."""

    startup: float
    balance: float
    dispatch: float
    serialisation: float
    work: float
    workers: int

    def factors(self) -> dict[str, float]:
        """Return the factors by name, from start-up inwards."""
        return {
            "start-up": self.startup,
            "balance": self.balance,
            "dispatch": self.dispatch,
            "serialisation": self.serialisation,
            "work": self.work,
        }

    @property
    def product(self) -> float:
        """Return speedup / workers."""
        return math.prod(self.factors().values())

    @property
    def speedup(self) -> float:
        """Return the speedup that the factors leave."""
        return self.product * self.workers

    @property
    def smallest(self) -> str:
        """Name the factor that loses most."""
        factors = self.factors()
        return min(factors, key=factors.__getitem__)


def split(timeline: Timeline, serial_seconds: float, seconds: float | None = None) -> Split:
    """Split one run's efficiency; `seconds` is its wall time seen from outside (default: the timeline's own).

    Raises:
        ValueError: nothing was computed, so there is nothing to split.
    """
    wall = timeline.wall if seconds is None else seconds
    busy, compute = sum(timeline.busy.values()), sum(timeline.compute.values())
    if not busy or not compute:
        raise ValueError("a run in which no worker computed anything has no efficiency to split")
    most = max(timeline.busy.values())
    ready = wall - timeline.startup - (wall - timeline.wall if timeline.cold else 0.0)
    return Split(
        startup=ready / wall,
        balance=busy / timeline.workers / most,
        dispatch=most / ready,
        serialisation=compute / busy,
        work=serial_seconds / compute,
        workers=timeline.workers,
    )


def mean_split(splits: Sequence[Split]) -> Split:
    """Return the geometric mean of the factors of several rounds of one variant."""
    columns = zip(*(one.factors().values() for one in splits), strict=True)
    startup, balance, dispatch, serialisation, work = map(statistics.geometric_mean, columns)
    return Split(startup, balance, dispatch, serialisation, work, splits[0].workers)

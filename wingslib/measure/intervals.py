"""Means with their uncertainty, and what may be said of them."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SAME = 0.05


@dataclass(frozen=True)
class Interval:
    """A mean with its 95 % interval; formats as `1.84× (1.64–2.06)` with the unit that you name."""

    mean: float
    low: float
    high: float

    def __format__(self, unit: str) -> str:
        if math.isinf(self.high):
            return f"{self.mean:.3g}{unit}"
        return f"{self.mean:.3g}{unit} ({self.low:.3g}–{self.high:.3g})"


def fastest(speedups: Mapping[str, Interval], baseline: str) -> str:
    """Return the label with the largest mean among those that are faster beyond doubt, else `baseline`."""
    above = [label for label, speedup in speedups.items() if speedup.low > 1 and speedup.high > 1 + SAME]
    return max(above, key=lambda label: speedups[label].mean, default=baseline)


def product(ratios: Iterable[Interval]) -> Interval:
    """Return the product of ratios; its bounds are those of all together, which hold however the ratios hang together."""
    found = list(ratios)
    return Interval(*(math.prod(getattr(each, part) for each in found) for part in ("mean", "low", "high")))


def ratio_interval(first: Sequence[float], second: Sequence[float]) -> Interval:
    """Return the mean of first / second, pair by pair, with the 95 % t-interval of the logarithms.

    Under two pairs the interval is without bounds.
    """
    logs = [math.log(one / other) for one, other in zip(first, second, strict=True)]
    mean = statistics.fmean(logs)
    if len(logs) < 2:
        return Interval(math.exp(mean), 0.0, math.inf)
    half = student(len(logs) - 1) * statistics.stdev(logs) / math.sqrt(len(logs))
    return Interval(math.exp(mean), math.exp(mean - half), math.exp(mean + half))


def student(freedom: int) -> float:
    """Return the 97.5 % point of Student's t: how many standard errors a 95 % interval reaches to each side."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.975))

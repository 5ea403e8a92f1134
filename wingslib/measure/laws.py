"""Models on paper: what a few numbers say about a run before it is made."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from wingslib.errors import ParameterError, require_count, require_seconds
from wingslib.measure.intervals import Interval, student


def chunk_law(items: int, chunk: int, workers: int, item_seconds: float, message_seconds: float, startup: float = 0.0) -> float:
    """Return the seconds that `items` equal items take in chunks of `chunk` on `workers` workers.

    start-up + ⌈items / (chunk · workers)⌉ · chunk · item + ⌈items / chunk⌉ · message: whole waves of chunks (no chunk is
    longer than the items), and a message for each chunk, which the parent handles one after the other. Between two jumps
    of the ceiling longer chunks save messages; at a jump a last, nearly empty wave begins: a saw.

    Raises:
        ParameterError: `items`, `chunk` or `workers` is not a whole number ≥ 1.
    """
    for name, value in (("items", items), ("chunk", chunk), ("workers", workers)):
        require_count(name, value)
    waves = math.ceil(items / (chunk * workers))
    return startup + waves * min(chunk, items) * item_seconds + math.ceil(items / chunk) * message_seconds


@dataclass(frozen=True)
class WaitLaw:
    """What n waits take side by side on one thread: the `longest` of them, and `item_seconds` of handling for each."""

    longest: float
    item_seconds: Interval

    def seconds(self, items: int) -> float:
        """Return longest + items · item_seconds."""
        return self.longest + items * self.item_seconds.mean

    @property
    def takeover(self) -> float:
        """Return from how many items on their handling takes longer than the wait; without end where it costs nothing."""
        return self.longest / self.item_seconds.mean if self.item_seconds.mean > 0 else math.inf


def fit_wait_law(longest: float, walls: Mapping[int, float]) -> WaitLaw:
    """Fit the cost of an item to `walls`, the seconds that so many items took, each of which waits at most `longest`.

    Least squares of wall − longest = items · item_seconds, with the 95 % t-interval; without bounds for one point.

    Raises:
        ParameterError: no walls, a count that is none, or `longest` is no number of seconds.
    """
    require_seconds("longest", longest)
    if not walls:
        raise ParameterError("walls are empty; allowed is at least one count of items with its seconds. Measure one first.")
    spent = {require_count("a count of items", items): wall - longest for items, wall in walls.items()}
    square = sum(items**2 for items in spent)
    mean = sum(items * seconds for items, seconds in spent.items()) / square
    if len(spent) < 2:
        return WaitLaw(longest, Interval(mean, 0.0, math.inf))
    left = sum((seconds - items * mean) ** 2 for items, seconds in spent.items())
    half = student(len(spent) - 1) * math.sqrt(left / (len(spent) - 1) / square)
    return WaitLaw(longest, Interval(mean, mean - half, mean + half))

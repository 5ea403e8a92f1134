"""Models on paper: what a few numbers say about a run before it is made."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
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


@dataclass(frozen=True)
class Line:
    """The seconds of n items as start + n · each, with what they may err by: see `line`."""

    start: float
    each: float
    weights: tuple[float, float, float]
    variance: float
    freedom: int

    def seconds(self, items: float) -> float:
        """Return start + items · each."""
        return self.start + items * self.each

    def error(self, items: float) -> float:
        """Return the half-width of the 95 % interval of `seconds`; without end if two points made the line."""
        if self.freedom < 1:
            return math.inf
        whole, first, second = self.weights
        spread = (second - 2 * items * first + items**2 * whole) / (whole * second - first**2)
        return student(self.freedom) * math.sqrt(self.variance * spread)

    def meets(self, other: Line) -> Interval:
        """Return at how many items both lines are equal, to first order; not a number if they never are."""
        if self.each == other.each:
            return Interval(math.nan, math.nan, math.nan)
        items = (other.start - self.start) / (self.each - other.each)
        half = math.hypot(self.error(items), other.error(items)) / abs(self.each - other.each)
        return Interval(items, items - half, items + half)


def line(points: Iterable[tuple[float, float]]) -> Line:
    """Fit start + n · each to (n, seconds), where a measurement of any size errs by the same share of itself.

    Least squares, each point weighted with 1 / seconds²: plain squares would hear only the largest, and the start is told
    by the smallest. Source: https://en.wikipedia.org/wiki/Weighted_least_squares.

    Raises:
        ParameterError: there are no two different n, or seconds that are not above 0.
    """
    found = [(items, seconds, require_seconds("seconds of a point", seconds) ** -2) for items, seconds in points]
    if len({items for items, _, _ in found}) < 2:
        raise ParameterError("points have fewer than 2 different sizes; allowed are 2 or more. Measure another size.")
    whole, first, second = (sum(weight * items**power for items, _, weight in found) for power in (0, 1, 2))
    level, moment = (sum(weight * seconds * items**power for items, seconds, weight in found) for power in (0, 1))
    each = (whole * moment - first * level) / (whole * second - first**2)
    start = (level - each * first) / whole
    left = sum(weight * (seconds - start - each * items) ** 2 for items, seconds, weight in found)
    freedom = len(found) - 2
    return Line(start, each, (whole, first, second), left / freedom if freedom else 0.0, freedom)

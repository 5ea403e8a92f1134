"""What every bench is made of: a race of entries in interleaved rounds, and the bars that say what came out.

Costs are seconds an item, by a clock that the race names. Ratios and their intervals are those of `measure`. Nothing
here knows what is raced.
"""

from __future__ import annotations

import gc
import random
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from wingslib.errors import NotAvailable, WingsError
from wingslib.measure.intervals import ratio_interval

Progress = Callable[[int, int, str], None]

CHECKED = 2_000
_HEAD = ("bar", "ratio", "95 % interval", "goal", "met", "")


@dataclass(frozen=True)
class Bar:
    """One ratio and what was hoped for: at most the `goal`, or at least that much where `at_most` is False.

    Without a goal it stands for comparison only. `ratio` is None where it could not be measured, `low` and `high` also
    where it was measured once; `note` says why, or what the ratio is made of.
    """

    bar: str
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    goal: float | None = None
    note: str = ""
    at_most: bool = True

    @property
    def met(self) -> bool | None:
        """Say whether the ratio reaches the goal; None without the one or the other."""
        if self.ratio is None or self.goal is None:
            return None
        return self.ratio <= self.goal if self.at_most else self.ratio >= self.goal

    @property
    def aim(self) -> str:
        """Return the goal with its direction, "" without one."""
        return "" if self.goal is None else f"{'≤' if self.at_most else '≥'} {self.goal:g}"

    def row(self) -> dict[str, Any]:
        """Return the bar as a row of JSON; the direction of the goal goes into the note."""
        row = asdict(self) | {"met": self.met, "note": "; ".join(filter(None, [self.aim and f"goal {self.aim}", self.note]))}
        return {key: row[key] for key in ("bar", "ratio", "low", "high", "goal", "met", "note")}


def paired(bar: str, first: Sequence[float], second: Sequence[float], *, note: str = "", **goal: Any) -> Bar:
    """Return the bar of first / second, round by round; `goal` and `at_most` are the Bar's."""
    ratio = ratio_interval(first, second)
    low, high = (ratio.low, ratio.high) if len(first) > 1 else (None, None)
    return Bar(bar, ratio.mean, low, high, note=note, **goal)


def table(bars: Sequence[Bar]) -> str:
    """Return the bars as lines of text with columns."""
    lines = [_HEAD, *map(_cells, bars)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def _cells(bar: Bar) -> tuple[str, ...]:
    interval = "" if bar.low is None else f"{bar.low:.3g}–{bar.high:.3g}"
    met = {True: "yes", False: "no", None: ""}[bar.met]
    return bar.bar, "" if bar.ratio is None else f"{bar.ratio:.3g}", interval, bar.aim, met, bar.note


def in_parts(parts: Mapping[Callable[[Progress], list[Bar]], int], progress: Progress) -> list[Bar]:
    """Make the bars of all `parts`, each with its share of one progress bar."""
    found: list[Bar] = []
    before, whole = 0, sum(parts.values())
    for part, share in parts.items():
        found += part(partial(_scaled, progress, before, share, whole))
        before += share
    return found


def _scaled(progress: Progress, before: int, share: int, whole: int, done: int, total: int, what: str) -> None:
    progress(before + share * done // total, whole, what)


@dataclass(frozen=True)
class Entry:
    """One way to do the work: `call(n)` does n items and returns what must be equal; a round does `items` of them."""

    call: Callable[[int], Any]
    items: int


@dataclass(frozen=True)
class Race:
    """What a race gave: seconds an item by label, one a round, and why others are `absent`."""

    costs: dict[str, list[float]]
    absent: Mapping[str, str]

    def bar(self, name: str, first: str, second: str, *, since: int = 0, **goal: Any) -> Bar:
        """Return the bar of the entry `first` over `second`, from the round `since` on; without a ratio if one is absent."""
        for label in (first, second):
            if label in self.absent:
                return Bar(name, note=self.absent[label], **goal)
        one, other = self.costs[first][since:], self.costs[second][since:]
        return paired(name, one, other, note=f"{_micro(one)} against {_micro(other)} an item", **goal)


def _micro(seconds: Sequence[float]) -> str:
    return f"{statistics.fmean(seconds) * 1e6:.3g} µs"


def race(entries: Mapping[str, Entry | NotAvailable], rounds: int, clock: Callable[[], float], progress: Progress) -> Race:
    """Let every entry do its items once a round, in an order that is shuffled, then turned by one from round to round.

    First each does the same few items, untimed; later too, whoever does as many items as another must give an equal
    result.

    Raises:
        WingsError: an entry gave another result than the one before it; there are no ratios.
    """
    present = {label: entry for label, entry in entries.items() if isinstance(entry, Entry)}
    absent = {label: str(why) for label, why in entries.items() if isinstance(why, NotAvailable)}
    results: dict[int, Any] = {}
    few = min([CHECKED, *(entry.items for entry in present.values())])
    for label, entry in present.items():
        require_equal(label, results.setdefault(few, result := entry.call(few)), result)
    costs: dict[str, list[float]] = {label: [] for label in present}
    for step, label in enumerate(orders(list(present), rounds), start=1):
        entry = present[label]
        gc.collect()
        began = clock()
        result = entry.call(entry.items)
        costs[label].append((clock() - began) / entry.items)
        require_equal(label, results.setdefault(entry.items, result), result)
        progress(step, rounds * len(present), label)
    return Race(costs, absent)


def orders(labels: list[str], rounds: int) -> Iterator[str]:
    """Yield all labels once a round, shuffled, then turned by one from round to round."""
    random.shuffle(labels)
    for turn in range(rounds):
        start = turn % len(labels)
        yield from labels[start:] + labels[:start]


def require_equal(label: str, truth: Any, result: Any) -> None:
    """Raise WingsError unless `result`, given by `label`, equals `truth`."""
    if result != truth:
        raise WingsError(
            f"{label!r} gives {result!r:.60} instead of {truth!r:.60}. There are no ratios of unequal work; "
            "mend it before you race it."
        )

"""`wings bench engines`: the engines beside what else people use for the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from wingslib.bench.computing import interpreter_bars, load_bars, small_item_bars, thread_bars
from wingslib.bench.frame import Bar, Progress
from wingslib.bench.waiting import coroutine_bars

# each part with its share of the progress bar: about the seconds that it takes
_PARTS: dict[Callable[[Progress], list[Bar]], int] = {
    coroutine_bars: 80,
    small_item_bars: 120,
    load_bars: 140,
    thread_bars: 5,
    interpreter_bars: 15,
}


def bars(progress: Progress) -> list[Bar]:
    """Race the engines, part after part, and return all bars."""
    found: list[Bar] = []
    before, whole = 0, sum(_PARTS.values())
    for part, share in _PARTS.items():
        found += part(partial(_scaled, progress, before, share, whole))
        before += share
    return found


def _scaled(progress: Progress, before: int, share: int, whole: int, done: int, total: int, what: str) -> None:
    progress(before + share * done // total, whole, what)

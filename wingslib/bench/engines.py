"""`wings bench engines`: the engines beside what else people use for the same."""

from __future__ import annotations

from collections.abc import Callable

from wingslib.bench.computing import interpreter_bars, load_bars, small_item_bars, thread_bars
from wingslib.bench.frame import Bar, Progress, in_parts
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
    return in_parts(_PARTS, progress)

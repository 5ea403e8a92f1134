"""Many waits on one thread: our stream beside a bare loop, gather and aiometer.

An item is one turn of the event loop and nothing else, so what is seen is what each way adds to it. It is counted in
CPU time of this process, where nothing else runs meanwhile.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from wingslib.bench import peers
from wingslib.bench.frame import Bar, Entry, Progress, race
from wingslib.engines import coroutines
from wingslib.errors import NotAvailable

IN_FLIGHT = 100
MANY, SOME = 1_000_000, 100_000
SETTLED = 10_000
GROWTH_BYTES = 5_000_000
ROUNDS = 6

OURS, BARE, GATHER, AIOMETER = "stream", "bare loop", "gather + Semaphore", "aiometer"


def coroutine_bars(progress: Progress) -> list[Bar]:
    """Memory first, while nothing else has made this process large; then CPU time an item."""
    entries = {
        OURS: _awaited(_streamed, MANY),
        BARE: _awaited(peers.bare, MANY),
        GATHER: _awaited(peers.gathered, SOME),
        AIOMETER: peers.present(lambda: _awaited(peers.aiometer_amap(), SOME)),
    }
    memory = _memory()
    raced = race(entries, ROUNDS, time.process_time, progress)
    return [
        memory,
        raced.bar("async: stream / bare loop", OURS, BARE, goal=1.8),
        raced.bar("async: gather + Semaphore / stream", GATHER, OURS, goal=4, at_most=False),
        raced.bar("async: aiometer / stream", AIOMETER, OURS, goal=10, at_most=False),
    ]


def _awaited(way: Callable[[int, int], Coroutine[Any, Any, peers.Tally]], items: int) -> Entry:
    return Entry(lambda n: asyncio.run(way(n, IN_FLIGHT)), items)


async def _streamed(n: int, limit: int) -> peers.Tally:
    count = total = 0
    async with coroutines.stream(peers.pause, range(n), workers=limit) as results:
        async for outcome in results:
            count += 1
            total += outcome.value or 0
    return count, total


def _memory() -> Bar:
    name = f"async: growth of memory / {GROWTH_BYTES / 1e6:g} MB"
    try:
        growth = asyncio.run(_growth(MANY))
    except NotAvailable as lacking:
        return Bar(name, goal=1, note=str(lacking))
    return Bar(name, growth / GROWTH_BYTES, goal=1, note=f"{growth / 1e6:.3g} MB from item {SETTLED:,} to item {MANY:,}")


async def _growth(n: int) -> int:
    """Return by how many bytes this process grows while it streams n items, the first 10,000 apart."""
    before = 0
    async with coroutines.stream(peers.pause, range(n), workers=IN_FLIGHT) as results:
        async for _ in results:
            if results.run.done == SETTLED:
                before = _resident()
        return _resident() - before


def _resident() -> int:
    """Return the bytes of memory that this process holds."""
    pages = Path("/proc/self/statm")
    if not pages.is_file():
        raise NotAvailable("not testable here: needs Linux, which tells the memory of a process in /proc")
    return int(pages.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

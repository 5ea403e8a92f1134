"""M1: thousands of maps in one process. Memory, threads and descriptors stay what they were after the first hundred."""

from __future__ import annotations

import asyncio
import re
import time
from pathlib import Path

import pytest

from tests.engines import work
from tests.faults import harm
from tests.faults.conftest import LONG_SECONDS
from tests.faults.test_consumers import STATM, resident
from tests.footprint import Footprint
from wingslib.engines import coroutines, processes, serial, threads

pytestmark = [
    pytest.mark.usefixtures("nothing_left"),
    pytest.mark.timeout(LONG_SECONDS),
    pytest.mark.skipif(not STATM.exists(), reason="needs /proc to see memory"),
]

ENGINE_FILES = sorted(Path(serial.__file__).parent.glob("*.py"))


def repeat(one_map, first, count):
    """Call `one_map` `count` times; require what is open and used after the `first` calls to be the same at the end."""
    for number in range(count):
        if number == first:
            before, held = Footprint(), resident()
        assert one_map().values() == [0, 2, 4, 6, 8]
    assert not (grown := before.grown()), f"more than after {first} maps: {grown}"
    assert resident() - held <= 20e6


def test_maps_by_threads(size):
    """300 maps, 10,000 nightly, each with two new threads."""
    repeat(lambda: threads.map(work.double, range(5), workers=2), 100, size(300, 10_000, 100_000))


def test_maps_by_coroutines(size):
    """The same, each in an event loop of its own, and all in one loop."""

    async def soon():
        return await coroutines.map(work.double_soon, range(5), workers=2)

    repeat(lambda: asyncio.run(soon()), 100, size(300, 10_000, 100_000))
    with asyncio.Runner() as runner:
        repeat(lambda: runner.run(soon()), 100, size(300, 10_000, 100_000))


def test_maps_by_a_warm_pool_of_processes(size, warm_pool):
    """The same on one pool, by map, by a stream that is left early, and with failed items."""

    def one_map():
        with warm_pool.stream(work.double, range(30), chunk=3) as results:
            next(results)
        assert len(warm_pool.map(harm.fail, [ValueError]).errors) == 1
        return warm_pool.map(work.double, range(5))

    repeat(one_map, 100, size(300, 10_000, 100_000))


def test_one_shot_maps_by_processes(size):
    """30 maps, 300 nightly, each with new processes."""
    repeat(lambda: processes.map(work.double, range(5), workers=2), size(10, 100, 100), size(30, 300, 3_000))


def test_a_clock_that_is_set_back_does_not_matter(monkeypatch):
    """No engine asks for the time of day, so timeouts, spans and gaps cannot jump."""
    asked = [path.name for path in ENGINE_FILES if re.search(r"time\.time\(|datetime|from time import", path.read_text())]
    assert asked == []
    clock = iter(range(10**9, 0, -1000))
    monkeypatch.setattr(time, "time", lambda: next(clock))
    run = processes.map(work.nap, [0.0, 0.3], workers=1, timeout=5)
    assert run.errors == {}
    assert all(0 <= span.submitted <= span.started <= span.finished <= span.received for span in run.timeline.spans)

"""A2: consumers slower than their producers. What is pulled and not taken stays within the window, and so does memory."""

from __future__ import annotations

import asyncio
import gc
import os
import time
from pathlib import Path

import pytest

from tests.engines import work
from tests.engines.test_protocol import COROUTINES, INTERPRETERS, PROCESSES, SERIAL, THREADS, each
from tests.faults.conftest import LONG_SECONDS
from wingslib.engines import coroutines

pytestmark = pytest.mark.usefixtures("nothing_left")

STATM = Path("/proc/self/statm")
WORKERS = 2
ENGINES = [SERIAL, THREADS, PROCESSES, COROUTINES, *INTERPRETERS]


class Counted:
    """Endless input that counts what was pulled."""

    def __init__(self):
        self.pulled = 0

    def __iter__(self):
        while True:
            self.pulled += 1
            yield self.pulled


def consume(engine, items, count, look, chunk=1, **options):
    """Take `count` outcomes of a stream of any engine, and call `look(taken)` after each."""
    if engine is COROUTINES:
        asyncio.run(consume_soon(items, count, look))
        return
    options |= {"chunk": chunk} if engine is SERIAL else {"chunk": chunk, "workers": WORKERS}
    with engine.module.stream(work.double, items, **options) as results:
        for taken, outcome in enumerate(results, 1):
            assert outcome.value == 2 * (outcome.index + 1)
            look(taken)
            if taken == count:
                break


async def consume_soon(items, count, look):
    async with coroutines.stream(work.double_soon, items, workers=WORKERS) as results:
        taken = 0
        async for outcome in results:
            assert outcome.value == 2 * (outcome.index + 1)
            taken += 1
            look(taken)
            if taken == count:
                break
            if taken % 50 == 0:
                await asyncio.sleep(0.001)  # the workers may run ahead


@each(ENGINES)
def test_a_slow_consumer_holds_the_producer_back(engine, trials):
    """Whenever the consumer pauses, what is pulled and not taken is at most the window times the chunk."""
    for chance in trials(4, 40, 400):
        chunk = 1 if engine in (SERIAL, COROUTINES) else chance.choice([1, 5, 20])
        items, window, most = Counted(), 1 if engine is SERIAL else (2 * WORKERS + 2) * chunk, 0

        def look(taken, items=items, chance=chance):
            nonlocal most
            if chance.random() < 0.02:
                time.sleep(0.01)
            most = max(most, items.pulled - taken)

        consume(
            engine, items, 300, look, chunk, **({"ordered": chance.random() < 0.5} if engine in (THREADS, PROCESSES) else {})
        )
        assert 0 <= most <= window


def resident() -> int:
    """Return the bytes of memory that this process holds."""
    gc.collect()
    return int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not STATM.exists(), reason="needs /proc to see memory")
@pytest.mark.timeout(LONG_SECONDS)
@each(ENGINES)
def test_endless_input_runs_in_constant_memory(engine, size):
    """After the first 10,000 outcomes memory grows by at most 10 MB to 100,000 (nightly: 20 MB to 1,000,000)."""
    count, allowed, seen = size(100_000, 1_000_000, 1_000_000), size(10e6, 20e6, 20e6), {}

    def look(taken):
        if taken in (10_000, count):
            seen[taken] = resident()

    consume(engine, Counted(), count, look, 1 if engine in (SERIAL, COROUTINES) else 20)
    assert seen[count] - seen[10_000] <= allowed

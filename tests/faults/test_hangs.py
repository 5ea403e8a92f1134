"""P3: items that hang. They are timed out, their workers replaced, and their neighbours have values, also in chunks."""

from __future__ import annotations

import asyncio
import threading
import time
from functools import partial

import pytest

from tests.faults import harm
from wingslib.engines import coroutines, threads
from wingslib.errors import TimedOut

HANGS = [harm.sleep, harm.spin, harm.hold_the_gil, harm.sleep_with_the_gil, harm.stop, harm.ignore_and_sleep]
TIMEOUT = 0.25


def require_only_hung(run, places):
    """Require TimedOut, naming the item and the limit, at `places`, and values elsewhere."""
    assert [outcome.index for outcome in run] == list(range(len(run)))
    assert set(run.errors) == places
    assert [outcome.value for outcome in run] == [None if n in places else n for n in range(len(run))]
    for index, error in run.errors.items():
        assert isinstance(error, TimedOut)
        assert f"item {index}: took longer than its timeout of {TIMEOUT:g} s" in str(error)


@pytest.mark.parametrize("hang", HANGS, ids=lambda hang: hang.__name__)
def test_a_hung_process_is_killed_and_replaced(hang, warm, trials):
    """However it hangs, its slot is free again soon, and items before and after it in its chunk have values."""
    for chance in trials(4, 50, 500):
        count, hung = chance.choice([4, 9]), chance.choice([1, 1, 2])
        places = set(chance.sample(range(count), hung))
        began = time.monotonic()
        run = warm.map(partial(harm.at, places, hang), range(count), timeout=TIMEOUT, chunk=chance.choice([1, 3, "auto"]))
        assert time.monotonic() - began < 5 * (TIMEOUT + 0.5) * hung
        require_only_hung(run, places)
        assert warm.map(abs, range(4), chunk=1).values() == [0, 1, 2, 3]


@pytest.mark.filterwarnings("ignore:.*abandoned")
def test_a_hung_thread_is_abandoned_on_time(trials):
    """Its item is TimedOut, the others have values, and once it comes back it ends."""
    for chance in trials(10, 150, 1500):
        free, places = threading.Event(), set(chance.sample(range(12), 2))
        began = time.monotonic()
        fn = partial(harm.at, places, partial(free.wait, 60))
        run = threads.map(fn, range(12), workers=3, timeout=TIMEOUT, chunk=chance.choice([1, 4, "auto"]))
        assert time.monotonic() - began < 5 * 2 * (TIMEOUT + 0.5)
        require_only_hung(run, places)
        assert run.abandoned == 2
        free.set()


@pytest.mark.filterwarnings("ignore:.*abandoned")
def test_a_hung_thread_is_replaced():
    """While two of three threads hang, their replacements work beside the third."""
    free, inside, most = threading.Event(), [], 0

    def work(item):
        nonlocal most
        if item < 2:
            free.wait(60)
            return item
        inside.append(item)
        most = max(most, len(inside))
        time.sleep(0.03)
        inside.remove(item)
        return item

    run = threads.map(work, range(30), workers=3, timeout=TIMEOUT)
    free.set()
    require_only_hung(run, {0, 1})
    assert most >= 2


def test_a_hung_coroutine_is_cancelled_on_time(trials):
    """Its item is TimedOut, and its clean-up has run."""
    for chance in trials(10, 150, 1500):
        places, cleaned = set(chance.sample(range(12), 3)), []

        async def hang(item, places=places, cleaned=cleaned):
            try:
                await asyncio.sleep(60 if item in places else 0)
            finally:
                cleaned.append(item)
            return item

        began = time.monotonic()
        run = asyncio.run(coroutines.map(hang, range(12), workers=chance.choice([1, 3, 12]), timeout=TIMEOUT))
        assert time.monotonic() - began < 5 * 3 * (TIMEOUT + 0.5)
        require_only_hung(run, places)
        assert sorted(cleaned) == list(range(12))

"""A1, A3: coroutines that are cancelled, run out of time or fail at any await, and those that hold the loop."""

from __future__ import annotations

import asyncio
import gc
import re
import time
import warnings

import pytest

from wingslib.engines import coroutines

pytestmark = pytest.mark.usefixtures("nothing_left")


class Group:
    """Coroutines that wait a random number of times, and count their beginnings and clean-ups."""

    def __init__(self, chance):
        self.chance, self.begun, self.cleaned = chance, [], []
        self.cancelled, self.released = [], []

    async def work(self, item):
        self.begun.append(item)
        try:
            for _ in range(self.chance.randint(0, 4)):
                await asyncio.sleep(self.chance.choice([0, 0, 0.0005]))
            return item
        except asyncio.CancelledError:
            self.cancelled.append(item)
            await asyncio.sleep(0)  # who is cancelled once may await in its clean-up
            self.released.append(item)
            raise
        finally:
            self.cleaned.append(item)

    def start(self):
        count = self.chance.choice([1, 7, 40])
        return coroutines.map(self.work, range(count), workers=self.chance.randint(1, 8))


async def cancelled(group):
    """Cancel the run after a random number of turns of the loop."""
    task = asyncio.create_task(group.start())
    for _ in range(group.chance.randint(0, 30)):
        await asyncio.sleep(0)
    if task.cancel():
        with pytest.raises(asyncio.CancelledError):
            await task


async def out_of_time(group):
    """Let a timeout of the caller's end the run."""
    try:
        async with asyncio.timeout(group.chance.uniform(0, 0.004)):
            await group.start()
    except TimeoutError:
        pass


async def beside_a_failure(group):
    """Let a neighbour in a TaskGroup fail, which cancels the run."""

    async def fail():
        for _ in range(group.chance.randint(0, 30)):
            await asyncio.sleep(0)
        raise LookupError("the neighbour")

    async def both():
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(fail())
            tasks.create_task(group.start())

    with pytest.raises(ExceptionGroup) as caught:
        await both()
    assert [type(error) for error in caught.value.exceptions] == [LookupError]


async def left_early(group):
    """Leave a stream after a random number of outcomes, by a break or an error."""
    last, endless = group.chance.randint(0, 12), iter(int, 1)
    try:
        async with coroutines.stream(group.work, endless, workers=group.chance.randint(1, 8)) as results:
            async for _ in results:
                last -= 1
                if last < 0 and group.chance.random() < 0.5:
                    raise LookupError("mine")
                if last < 0:
                    break
    except LookupError:
        pass  # as it was raised, and not in a group


ENDS = [cancelled, out_of_time, beside_a_failure, left_early]


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_a_run_that_ends_early_leaves_nothing_in_the_loop(end, trials):
    """No task is left, each coroutine cleaned up once, none was never awaited, and the loop is idle afterwards."""

    async def run(group):
        await end(group)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        assert sorted(group.cleaned) == sorted(group.begun)
        assert group.released == group.cancelled
        used = time.process_time()
        await asyncio.sleep(0.02)
        assert time.process_time() - used < 0.015

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        for chance in trials(50, 3000, 30000):
            asyncio.run(run(Group(chance)))
        gc.collect()
    assert [str(warning.message) for warning in warned] == []


def sleeps(seconds):
    time.sleep(seconds)


def spins(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def matches(seconds):
    """Hold the GIL too, so that no thread can look on."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        re.match("(a+)+$", "a" * 21 + "!")


async def held_directly(seconds, block):
    time.sleep(seconds)


async def held_by_a_call(seconds, block):
    await asyncio.sleep(0)
    block(seconds)


async def held_below(seconds, block):
    await held_by_a_call(seconds, block)


HELD = {held_directly: "held_directly", held_by_a_call: "held_by_a_call", held_below: "held_by_a_call"}


@pytest.mark.parametrize("block", [sleeps, spins, matches], ids=lambda block: block.__name__)
@pytest.mark.parametrize("hold", HELD, ids=lambda hold: hold.__name__)
def test_what_holds_the_loop_is_named_by_function_and_line(hold, block, trials):
    """Whatever blocks and wherever: a gap names the coroutine and its line, always."""

    async def one(item):
        if item == 3:
            await hold(0.15, block)
        await asyncio.sleep(0)

    for _ in trials(2, 10, 40):
        run = asyncio.run(coroutines.map(one, range(8), workers=4))
        assert run.errors == {}
        culprits = [gap.culprit for gap in run.timeline.gaps if gap.end - gap.start > 0.1]
        held = globals()[HELD[hold]].__code__
        last = held.co_firstlineno + max(line for *_, line in held.co_lines() if line) - held.co_firstlineno
        assert any(f"{HELD[hold]}, line {last}" in culprit for culprit in culprits), culprits

"""What coroutines promise beyond the protocol: a loop that is watched, and tasks that end."""

from __future__ import annotations

import asyncio
import gc
import time
import warnings

import pytest

from tests.engines import work
from wingslib.engines import coroutines
from wingslib.errors import ParameterError, TimedOut

pytestmark = pytest.mark.usefixtures("nothing_left")


async def hold_the_loop(number):
    time.sleep(0.15)  # HOLD
    return number


def line_of(mark):
    with open(__file__) as file:
        return next(number for number, line in enumerate(file, 1) if line.rstrip().endswith(mark))


def test_a_gap_names_the_function_and_line_that_held_the_loop():
    """A blocking call in a coroutine is found by name, and so is its item."""
    run = asyncio.run(coroutines.map(hold_the_loop, [1], workers=1))
    assert run.values() == [1]
    assert {gap.item for gap in run.timeline.gaps if "hold_the_loop" in gap.culprit} == {0}
    culprits = [gap.culprit for gap in run.timeline.gaps]
    assert any("hold_the_loop" in culprit and str(line_of("# HOLD")) in culprit for culprit in culprits)
    assert all(gap.end - gap.start > 0.05 for gap in run.timeline.gaps)


def test_a_loop_that_is_free_has_beats_and_no_culprit():
    """Waiting coroutines leave the loop free: the heart beats, and nobody of ours is blamed."""
    run = asyncio.run(coroutines.map(work.nap_soon, [0.1] * 4, workers=4))
    assert len(run.timeline.beats) >= 3
    assert not [gap for gap in run.timeline.gaps if "nap_soon" in gap.culprit]


def test_at_most_workers_run_at_a_time():
    """Never more than `workers` coroutines are inside the function, and that many are."""
    inside, most = 0, 0

    async def watch(number):
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0.01)
        inside -= 1

    asyncio.run(coroutines.map(watch, range(20), workers=4))
    assert most == 4


def test_a_function_that_blocks_is_refused():
    """A plain function is no coroutine function, and the message says what to use."""
    with pytest.raises(ParameterError, match="async def"):
        asyncio.run(coroutines.map(work.double, [1], workers=1))


def test_a_cancelled_run_leaves_no_task_and_carries_what_was_done():
    """Cancelled at many moments, a run leaves no task and no coroutine that was never awaited."""

    async def run_for(steps):
        task = asyncio.create_task(coroutines.map(work.nap_soon, [0.002] * 50, workers=3))
        for _ in range(steps):
            await asyncio.sleep(0)
        await asyncio.sleep(steps / 5000)
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return caught.value

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        errors = [asyncio.run(run_for(steps)) for steps in range(1, 25)]
        gc.collect()
    assert not [str(warning.message) for warning in warned if "never awaited" in str(warning.message)]
    assert len(errors[-1].run) >= 1
    assert errors[-1].run.total == 50


def test_leaving_a_stream_early_cleans_up_once():
    """Running coroutines are cancelled, and each runs its clean-up once."""
    cleaned = []

    async def tidy(number):
        try:
            await asyncio.sleep(30 if number else 0)
        finally:
            cleaned.append(number)

    async def leave():
        async with coroutines.stream(tidy, range(3), workers=3) as results:
            async for _ in results:
                break
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(leave())
    assert sorted(cleaned) == [0, 1, 2]


def test_the_callers_own_error_comes_out_as_it_was():
    """An error in the body of `async with` is not wrapped in a group."""

    async def break_off():
        async with coroutines.stream(work.double_soon, range(3), workers=2):
            raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        asyncio.run(break_off())


def test_a_function_that_is_cancelled_from_within_fails_alone():
    """CancelledError of the function's own making is its item's error, and the run goes on."""

    async def give_up(number):
        if number == 1:
            raise asyncio.CancelledError("gave up")
        return number

    async def bounded():
        return await asyncio.wait_for(coroutines.map(give_up, range(4), workers=1), 5)

    run = asyncio.run(bounded())
    assert [outcome.value for outcome in run] == [0, None, 2, 3]
    assert isinstance(run.errors[1], asyncio.CancelledError)


def test_a_timeout_of_the_functions_own_is_its_error():
    """TimeoutError raised by the function is not ours."""

    async def impatient(number):
        async with asyncio.timeout(0.001):
            await asyncio.sleep(1)

    error = asyncio.run(coroutines.map(impatient, [0], workers=1, timeout=5)).errors[0]
    assert isinstance(error, TimeoutError)
    assert not isinstance(error, TimedOut)

"""The exercises of 01_async: seven chapters or one error, and a race on one thread.

Both run the reader's coroutine on an event loop of their own. What it awaits counts turns of that loop instead of
seconds (`turns`), so overlap, order and who goes on after an error are exact in every run.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from wingslib.lesson.exercises.exercise import Exercise, Failed, Wrong
from wingslib.lesson.exercises.loops import awaited, told, turns
from wingslib.lesson.exercises.trial import answer_here, answers


@asynccontextmanager
async def _heart() -> AsyncIterator[list[int]]:
    """Give a list whose only number counts the loop's turns."""
    beats = [0]

    async def beat() -> None:
        while True:
            await asyncio.sleep(0)
            beats[0] += 1

    task = asyncio.create_task(beat())
    try:
        yield beats
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


# ---- A: create_all

ALL_STUB = '''\
async def create_all(numbers, create):
    """Await `create(number)` for all numbers at the same time; return the list of results in order.

    If one of them raises, stop the others, and raise an error that names its number.
    """
    return ...
'''

ALL_SOLUTION = '''\
async def create_all(numbers, create):
    """Await `create(number)` for all numbers at the same time; return the list of results in order."""

    async def named(number):
        try:
            return await create(number)
        except Exception as error:
            error.add_note(f"chapter {number}")
            raise

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(named(number)) for number in numbers]
    return [task.result() for task in tasks]
'''

IN_TURN = "overlap 1: you waited for each before starting the next"
WENT_ON = "after the error"
COMPLETION_ORDER = "these are in the order in which they were done, not in the order of numbers"
UNNAMED = "the error does not say which chapter it was"
AS_A_RESULT = "the error was not raised"
STOOD_STILL = "the loop stood still while it ran: something in it blocks"

ALL_HINTS = (
    "What starts a coroutine: to call it, to await it, or to make a task of it? Start all before you wait for the first.",
    "When one task of an asyncio.TaskGroup raises, the group cancels the others and waits until they have ended.",
    "Wrap create in a small coroutine that catches the error, adds a note with the number, and raises it again. Keep the "
    "tasks in a list: it is in the order of numbers.",
)

_ALL_HEAD = "import asyncio\n\nasync def create_all(numbers, create):\n"
_TASKS = "    tasks = [asyncio.create_task(create(number)) for number in numbers]\n"
ALL_WRONG = (
    Wrong(f"{_ALL_HEAD}    return [await create(number) for number in numbers]\n", IN_TURN),
    Wrong(f"{_ALL_HEAD}    return list(await asyncio.gather(*[create(number) for number in numbers]))\n", WENT_ON),
    Wrong(f"{_ALL_HEAD}{_TASKS}    return [await done for done in asyncio.as_completed(tasks)]\n", COMPLETION_ORDER),
    Wrong(
        f"{_ALL_HEAD}    return list(await asyncio.gather(*[create(number) for number in numbers], return_exceptions=True))\n",
        AS_A_RESULT,
    ),
    Wrong(
        f"{_ALL_HEAD}    async with asyncio.TaskGroup() as group:\n"
        "        tasks = [group.create_task(create(number)) for number in numbers]\n"
        "    return [task.result() for task in tasks]\n",
        UNNAMED,
    ),
    Wrong(
        "from concurrent.futures import ThreadPoolExecutor\n"
        f"{_ALL_HEAD}    with ThreadPoolExecutor(len(numbers) or 1) as pool:\n"
        "        return list(pool.map(lambda number: asyncio.run(create(number)), numbers))\n",
        STOOD_STILL,
    ),
)


@dataclass
class _Bench:
    """Makes chapters that take a drawn number of turns each; the one of `failing` raises. It notes what happens."""

    turns: dict[int, int]
    failing: int | None = None
    under_way: int = 0
    most: int = 0
    done: list[int] = field(default_factory=list)

    async def create(self, number: int) -> str:
        """Return what chapter `number` is, after its turns."""
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await turns(self.turns[number])
        finally:
            self.under_way -= 1
        if number == self.failing:
            raise OSError("no answer")
        self.done.append(number)
        return f"chapter {number}"

    @property
    def case(self) -> str:
        """Say what was asked for."""
        told = f"numbers {list(self.turns)}"
        return told if self.failing is None else f"{told}, and {self.failing} fails"


def test_create_all(fn: Callable[..., Any], rng: random.Random) -> None:
    """Let all chapters succeed, let one of them fail while others are half done, and ask for none."""
    count = rng.randrange(5, 12, 2)
    numbers = rng.sample(range(100, 1000), count)
    turns = dict(zip(numbers, rng.sample(range(10, 100, 6), count), strict=True))
    slowest_first = dict(sorted(turns.items(), key=lambda pair: -pair[1]))  # so they are done in another order
    failing = rng.choice(sorted(turns, key=turns.__getitem__)[1:-2])
    for bench, attempt in (
        (_Bench(slowest_first), _succeed),
        (_Bench(turns, failing), _fail),
        (_Bench({}), _succeed),
    ):
        found = answer_here(_run, (partial(attempt, fn, bench),), bench.case)
        if isinstance(found, Failed):
            raise found


def _run(attempt: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    try:
        return asyncio.run(attempt())
    except Failed as failure:
        return failure


async def _succeed(fn: Callable[..., Any], bench: _Bench) -> Any:
    expected = [f"chapter {number}" for number in bench.turns]
    async with _heart() as beats:
        found = await awaited(fn(list(bench.turns), bench.create))
        beaten = beats[0]
    if found is ...:
        return ...
    if found != expected:
        same = isinstance(found, list) and sorted(map(str, found)) == sorted(expected)
        raise Failed(COMPLETION_ORDER if same else "these are not the results", bench.case, found, expected)
    if beaten < max(bench.turns.values(), default=0):
        raise Failed(STOOD_STILL, bench.case, f"{beaten} turns of the loop", f"at least {max(bench.turns.values())}")
    if bench.most < len(expected):
        started = IN_TURN if bench.most == 1 else "not all were under way at the same time"
        raise Failed(started, bench.case, f"{bench.most} under way", f"{len(expected)} under way")
    return None


async def _fail(fn: Callable[..., Any], bench: _Bench) -> None:
    try:
        found = await awaited(fn(list(bench.turns), bench.create))
    except Exception as error:
        before = len(bench.done)
        await turns(2 * max(bench.turns.values()))
        _require_stopped(len(bench.done) - before, bench)
        words = " ".join(told(error))
        if [number for number in bench.turns if str(number) in words] != [bench.failing]:
            raise Failed(UNNAMED, bench.case, f"{type(error).__name__}: {error}", f"“chapter {bench.failing}”") from error
    else:
        raise Failed(AS_A_RESULT, bench.case, found, "an error")


def _require_stopped(went_on: int, bench: _Bench) -> None:
    if went_on:
        chapters = f"{went_on} chapter{'s' * (went_on > 1)}"
        raise Failed(f"{chapters} went on {WENT_ON}", bench.case, f"{chapters} done later", "0")


# ---- B: count_all

TASKS, CALLS = 10, 100

COUNT_STUB = '''\
async def count_all(one):
    """Add up what `await one()` gives to ten tasks, side by side, a hundred times each."""
    return ...
'''

COUNT_SOLUTION = '''\
async def count_all(one):
    """Add up what `await one()` gives to ten tasks, side by side, a hundred times each."""
    total = 0

    async def add():
        nonlocal total
        for _ in range(100):
            got = await one()
            total += got

    async with asyncio.TaskGroup() as group:
        for _ in range(10):
            group.create_task(add())
    return total
'''

READ_BEFORE = "the left side was read before the await"
ONE_AT_A_TIME = "overlap 1: one task holds the lock while the others stand in line"
WAITS_FOR_ITSELF = "the loop waits for itself"

COUNT_HINTS = (
    "total += await one() is three steps: read total, await, write the sum. Where can another task get in between?",
    "Between two awaits nobody else runs. So read and write total in a line that has no await.",
    "got = await one() first, and total += got on the next line.",
)

_COUNT = COUNT_SOLUTION.replace("            got = await one()\n            total += got\n", "{}")
_BODY = "            total += await one()\n"
_LOCKED = _COUNT.replace("    total = 0\n", "    total, lock = 0, {}\n", 1)
COUNT_WRONG = (
    Wrong(_COUNT.format(_BODY), READ_BEFORE),
    Wrong(_COUNT.format(f"{_BODY}            await asyncio.sleep(0)\n"), READ_BEFORE),
    Wrong(
        _LOCKED.format("asyncio.Lock()", "            async with lock:\n                total += await one()\n"), ONE_AT_A_TIME
    ),
    Wrong(
        "import threading\n\n\n"
        + _LOCKED.format("threading.Lock()", "            with lock:\n                total += await one()\n"),
        WAITS_FOR_ITSELF,
    ),
)
HANG_SECONDS = 1.0  # a right answer takes some hundredths of it


@dataclass
class _Giver:
    """Gives drawn numbers, each after some turns, and notes how many are being waited for."""

    rng: random.Random
    given: int = 0
    calls: int = 0
    under_way: int = 0
    most: int = 0

    async def one(self) -> int:
        """Return a number from 1 to 9."""
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await turns(self.rng.randint(1, 3))
        self.under_way -= 1
        number = self.rng.randint(1, 9)
        self.calls, self.given = self.calls + 1, self.given + number
        return number


def test_count_all(fn: Callable[..., Any], rng: random.Random) -> None:
    """Let it add up a thousand drawn numbers, and look at the sum, the calls and how many tasks waited together."""
    case = f"{TASKS} tasks of {CALLS} calls"
    try:
        (found,) = answers(partial(_counted, fn), [(rng,)], HANG_SECONDS)  # in a process: a loop that hangs can be killed
    except Failed as failure:
        hangs = "does not end" in str(failure)
        raise Failed(WAITS_FOR_ITSELF if hangs else str(failure), case) from failure
    if isinstance(found, Failed):
        raise found
    total, giver = found
    _require_counted(total, giver, case)


def _counted(fn: Callable[..., Any], rng: random.Random) -> Any:
    giver = _Giver(rng)
    total = _run(lambda: awaited(fn(giver.one)))
    return total if total is ... or isinstance(total, Failed) else (total, giver)


def _require_counted(total: object, giver: _Giver, case: str) -> None:
    if giver.calls != TASKS * CALLS:
        raise Failed("one() was not called a thousand times", case, giver.calls, TASKS * CALLS)
    if total != giver.given:
        lost = isinstance(total, int) and 0 < total < giver.given
        raise Failed(READ_BEFORE if lost else "this is not the sum", case, total, giver.given)
    if giver.most != TASKS:
        message = ONE_AT_A_TIME if giver.most == 1 else "not all ten tasks waited side by side"
        raise Failed(message, case, f"{giver.most} under way", f"{TASKS} under way")


EXERCISES = (
    Exercise("01a", "create_all", ALL_STUB, ALL_SOLUTION, ALL_HINTS, ALL_WRONG, test_create_all),
    Exercise("01b", "count_all", COUNT_STUB, COUNT_SOLUTION, COUNT_HINTS, COUNT_WRONG, test_count_all),
)

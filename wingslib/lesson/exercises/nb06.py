"""The exercises of 06_semaphores: a crowd that is let in a few at a time, and a retry that does not ruin the service.

Both run the reader's coroutine on a made-up clock (`virtual`), in a process of their own: places, waits and order are
exact in every run, and an answer that never ends is stopped.
"""

from __future__ import annotations

import asyncio
import heapq
import random
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from wingslib.lesson.exercises.exercise import Exercise, Failed, NotAttempted, Wrong
from wingslib.lesson.exercises.loops import awaited
from wingslib.lesson.exercises.trial import answers
from wingslib.workloads import virtual
from wingslib.workloads.load import busiest

SPARE = 2
HANG_SECONDS = 2.0  # a right answer takes some hundredths of it
EXACT = 1e-4  # virtual seconds


def _found(attempt: Callable[[Any], Any], cases: Sequence[Any]) -> list[Any]:
    """Return what the reader's function did in each case, all in one worker; raise the Failed that was found there."""

    def kept(case: Any) -> Any:
        try:
            return attempt(case)
        except Failed as failure:
            return failure

    found = answers(kept, [(case,) for case in cases], HANG_SECONDS)
    for failure in found:
        if isinstance(failure, Failed):
            raise failure
    return found


# ---- A: limited

LIMITED_STUB = '''\
async def limited(calls, limit):
    """Await `call()` for each of `calls`, at most `limit` at a time; return the list of results
    in order.

    `calls` may be a generator without end in sight: take the next one when a place is free.
    """
    return ...
'''

LIMITED_SOLUTION = '''\
async def limited(calls, limit):
    """Await `call()` for each of `calls`, at most `limit` at a time; return the list of results in order."""
    source, results = enumerate(calls), {}

    async def place():
        for index, call in source:
            results[index] = await call()

    async with asyncio.TaskGroup() as group:
        for _ in range(limit):
            group.create_task(place())
    return [results[index] for index in sorted(results)]
'''

OWN_KEY = "everybody has a key of their own"
WHOLE_CROWD = "one lock for the whole crowd"
WHO_EXISTS = "this limits who runs, not who exists"
WAVES = "a free place stayed empty: each wave waits for its slowest"
COMPLETION_ORDER = "these are in the order in which they were done, not in the order of calls"
TOO_MANY = "there were more at a time than the limit"

LIMITED_HINTS = (
    "Who may run is decided by a semaphore. Who exists is decided by the line that takes from calls. Where is that line?",
    "Think of `limit` people at one queue. Each takes the next call from it, awaits it, and comes back for another.",
    "Several tasks may share one iterator: source = enumerate(calls), and in each of the tasks: for index, call in source.",
)

_HEAD = "import asyncio\n\n\nasync def limited(calls, limit):\n"
_ONE = "    async def one(call):\n        async with keys:\n            return await call()\n\n"
_GATHER = "    return await asyncio.gather(*[one(call) for call in calls])\n"
LIMITED_WRONG = (
    Wrong(f"{_HEAD}{_ONE.replace('with keys', 'with asyncio.Semaphore(limit)')}{_GATHER}", OWN_KEY),
    Wrong(
        f"{_HEAD}    async with asyncio.Semaphore(limit):\n        return await asyncio.gather(*[call() for call in calls])\n",
        WHOLE_CROWD,
    ),
    Wrong(f"{_HEAD}    keys = asyncio.Semaphore(limit)\n\n{_ONE}{_GATHER}", WHO_EXISTS),
    Wrong(
        f"{_HEAD}    found, source = [], iter(calls)\n"
        "    while batch := [call for _, call in zip(range(limit), source)]:\n"
        "        found += await asyncio.gather(*[call() for call in batch])\n"
        "    return found\n",
        WAVES,
    ),
    Wrong(f"{_HEAD}    return [await call() for call in calls]\n", WAVES),
    Wrong(
        LIMITED_SOLUTION.replace("results = enumerate(calls), {}", "results = iter(calls), []")
        .replace("for index, call in source:", "for call in source:")
        .replace("results[index] = await call()", "results.append(await call())")
        .replace("[results[index] for index in sorted(results)]", "results"),
        COMPLETION_ORDER,
    ),
)


@dataclass
class _Queue:
    """Calls that take drawn seconds each; it notes how many were taken and how many run."""

    seconds: list[float]
    limit: int
    taken: int = 0
    done: int = 0
    most_taken: int = 0
    now: int = 0
    peak: int = 0
    keys: int = 0

    def calls(self) -> Iterator[Callable[[], Awaitable[str]]]:
        """Yield the calls, noting how many were taken and are not done."""
        for number in range(len(self.seconds)):
            self.taken += 1
            self.most_taken = max(self.most_taken, self.taken - self.done)
            yield partial(self._call, number)

    async def _call(self, number: int) -> str:
        self.now += 1
        self.peak = max(self.peak, self.now)
        await asyncio.sleep(self.seconds[number])
        self.now -= 1
        self.done += 1
        return f"caption {number}"

    @property
    def shortest(self) -> float:
        """Return the seconds that all take if no place is ever left empty."""
        places = [0.0] * self.limit
        for each in self.seconds:
            heapq.heapreplace(places, places[0] + each)
        return max(places)


def test_limited(fn: Callable[..., Any], rng: random.Random) -> None:
    """Let it through a few calls, many, fewer than there are places, and none, of unlike lengths."""
    shapes = [(rng.randrange(31, 60, 2), rng.randint(3, 7)), (rng.randrange(5, 9, 2), 1), (3, rng.randint(4, 9)), (0, 3)]
    queues = [_Queue([rng.choice((0.1, 0.2, 0.3, 0.9)) for _ in range(count)], limit) for count, limit in shapes]
    for values, seconds, queue in _found(partial(_let_in, fn), queues):
        if values is ...:
            raise NotAttempted
        _require_limited(values, seconds, queue, f"{len(queue.seconds)} calls, limit {queue.limit}")


def _let_in(fn: Callable[..., Any], queue: _Queue) -> tuple[Any, float, _Queue]:
    """Run the answer in a worker, counting the semaphores that it makes."""
    with _counted_semaphores(queue):
        values, seconds = virtual.run(awaited(fn(queue.calls(), queue.limit)))
    return values, seconds, queue


@contextmanager
def _counted_semaphores(queue: _Queue) -> Iterator[None]:
    real = asyncio.Semaphore

    class Counted(real):  # type: ignore[misc,valid-type]
        def __init__(self, value: int = 1) -> None:
            queue.keys += 1
            super().__init__(value)

    asyncio.Semaphore = Counted  # type: ignore[misc]
    try:
        yield
    finally:
        asyncio.Semaphore = real  # type: ignore[misc]


def _require_limited(values: Any, seconds: float, queue: _Queue, case: str) -> None:
    if queue.peak > queue.limit:
        crowd = {0: TOO_MANY, 1: WHOLE_CROWD}.get(queue.keys, OWN_KEY)
        raise Failed(f"{crowd}: peak {queue.peak}", case, f"{queue.peak} at a time", f"{queue.limit}")
    expected = [f"caption {number}" for number in range(len(queue.seconds))]
    if values != expected:
        same = isinstance(values, list) and sorted(map(str, values)) == sorted(expected)
        raise Failed(COMPLETION_ORDER if same else "these are not the results", case, values, expected)
    if queue.most_taken > queue.limit + SPARE:
        yours = f"{queue.most_taken} taken from calls and not done"
        raise Failed(WHO_EXISTS, case, yours, f"at most {queue.limit + SPARE}")
    if seconds > queue.shortest + EXACT:
        raise Failed(WAVES, case, f"{seconds:.1f} s of the made-up clock", f"{queue.shortest:.1f} s")


# ---- B: persistent

ATTEMPTS, DEADLINE, LONG = 5, 10.0, 5_000

PERSISTENT_STUB = '''\
async def persistent(ask):
    """Await `ask()` until it is answered: five tries at most, and none that would begin later
    than ten seconds from now.

    Before the next try wait one second, or as long as the Retry-After of error.response.headers
    says, and a random part of a second more. Raise the error as it is if there is no next try,
    or if its status_code is not 429 or 503.
    """
    return ...
'''

PERSISTENT_SOLUTION = '''\
import random


async def persistent(ask):
    """Await `ask()` until it is answered: five tries at most, and none that would begin later than ten seconds from now."""
    clock = asyncio.get_running_loop().time
    end = clock() + 10
    for attempt in range(1, 6):
        try:
            return await ask()
        except OSError as error:
            answer = error.response
            wait = float(answer.headers.get("Retry-After", 1)) + random.random()
            if answer.status_code not in (429, 503) or attempt == 5 or clock() + wait > end:
                raise
        await asyncio.sleep(wait)
'''

TOGETHER = "all {} come back together"
NO_IS_AN_ANSWER = "no is an answer: a 404 was asked again"
NO_END = "it asks on and on"
NO_DEADLINE = "no deadline: it waits for an hour because it was told to"
TOO_SOON = "it came back before Retry-After"
GAVE_UP = "it gave up although a next try was left"
SWALLOWED = "the error was not raised"

PERSISTENT_HINTS = (
    "Read the loop as the service does: who is refused, when do they come back, and how many others come at that moment?",
    "random.random() is a part of a second. asyncio.get_running_loop().time() tells the clock; asyncio.sleep(wait) waits.",
    "Work out the wait in the except block. Raise there if the status is another one, if this was the fifth try, or if the "
    "clock and the wait together pass the end. Sleep after the block.",
)

PERSISTENT_WRONG = (
    Wrong(PERSISTENT_SOLUTION.replace(" + random.random()", ""), "come back together"),
    Wrong(PERSISTENT_SOLUTION.replace("answer.status_code not in (429, 503) or ", ""), NO_IS_AN_ANSWER),
    Wrong(PERSISTENT_SOLUTION.replace(" or clock() + wait > end", ""), NO_DEADLINE),
    Wrong(PERSISTENT_SOLUTION.replace("range(1, 6)", "range(1, 10**9)").replace(" or attempt == 5", ""), NO_END),
    Wrong(PERSISTENT_SOLUTION.replace('float(answer.headers.get("Retry-After", 1))', "1"), TOO_SOON),
    Wrong(PERSISTENT_SOLUTION.replace("raise\n", "return None\n"), SWALLOWED),
    Wrong("async def persistent(ask):\n    return await ask()\n", GAVE_UP),
)


@dataclass
class _Moody:
    """Refuses its first `refusals` requests with a status and a Retry-After, and notes when each came."""

    status: int
    refusals: float
    retry_after: str = ""
    times: list[float] = field(default_factory=list)

    async def ask(self) -> str:
        """Answer or refuse."""
        self.times.append(asyncio.get_running_loop().time())
        await asyncio.sleep(0)
        if len(self.times) <= self.refusals:
            raise virtual.Refused(self.status, {"Retry-After": self.retry_after} if self.retry_after else {})
        return "caption"


def test_persistent(fn: Callable[..., Any], rng: random.Random) -> None:
    """Ask services of different moods: one that recovers, one that never does, a 404, long waits, and a crowd."""
    few, told, crowd = rng.randint(1, 3), rng.randint(2, 4), rng.randrange(151, 250, 2)
    cases: list[tuple[_Moody, str, Callable[[_Tried, str], None]]] = [
        (_Moody(503, few), f"refuses {few} times", partial(_require_answer, few)),
        (_Moody(404, 9e9), "answers 404", partial(_require_tries, 1, NO_IS_AN_ANSWER)),
        (_Moody(503, 9e9), "always refuses", _require_end),
        (_Moody(429, 1, f"{told}"), f"Retry-After: {told}", partial(_require_patience, told)),
        (_Moody(429, 9e9, "3600"), "Retry-After: 3600", partial(_require_tries, 1, NO_DEADLINE)),
    ]
    moods = [*([mood] for mood, _, _ in cases), [_Moody(503, 1) for _ in range(crowd)]]
    *found, together = _found(partial(_try_all, fn), moods)
    for [tried], (_, case, require) in zip(found, cases, strict=True):
        if tried.value is ...:
            raise NotAttempted
        require(tried, case)
    _require_spread(sorted(tried.times[1] for tried in together))


@dataclass
class _Tried:
    """What one who asked got, or the error that was raised, and when they asked."""

    value: Any
    times: list[float]


def _try_all(fn: Callable[..., Any], moods: list[_Moody]) -> list[_Tried]:
    """Run the answer in a worker, at the same time for all."""

    async def tried(mood: _Moody) -> _Tried:
        try:
            return _Tried(await asyncio.wait_for(awaited(fn(mood.ask)), LONG), mood.times)
        except (OSError, TimeoutError) as error:
            return _Tried(error, mood.times)

    async def all_of_them() -> list[_Tried]:
        return await asyncio.gather(*map(tried, moods))

    return virtual.run(all_of_them())[0]


def _require_answer(few: int, tried: _Tried, case: str) -> None:
    if tried.value != "caption":
        raise Failed(GAVE_UP, case, f"{tried.value!r} after {len(tried.times)} tries", f"the answer of try {few + 1}")


def _require_tries(tries: int, message: str, tried: _Tried, case: str) -> None:
    if len(tried.times) > tries:
        raise Failed(message, case, f"asked {len(tried.times)} times, for {tried.times[-1]:.0f} s", f"{tries}")
    _require_raised(tried, case)


def _require_end(tried: _Tried, case: str) -> None:
    asked = len(tried.times)
    if asked > ATTEMPTS or tried.times[-1] > DEADLINE + EXACT:
        raise Failed(NO_END, case, f"asked {asked} times, for {tried.times[-1]:.0f} s", f"{ATTEMPTS} times at most")
    if asked < ATTEMPTS:
        raise Failed(GAVE_UP, case, f"{asked} tries", f"{ATTEMPTS}")
    _require_raised(tried, case)


def _require_raised(tried: _Tried, case: str) -> None:
    if not isinstance(tried.value, virtual.Refused):
        raise Failed(SWALLOWED, case, repr(tried.value), "the error of the last try")


def _require_patience(told: int, tried: _Tried, case: str) -> None:
    _require_answer(1, tried, case)
    waited = tried.times[1] - tried.times[0]
    if waited < told - EXACT:
        raise Failed(TOO_SOON, case, f"after {waited:.2f} s", f"after {told} s or more")


def _require_spread(times: list[float]) -> None:
    together = busiest(times, 0.1)
    if together > len(times) / 3:
        yours = f"{together} within a tenth of a second"
        raise Failed(TOGETHER.format(together), f"{len(times)} are refused at one moment", yours, "spread over a second")


EXERCISES = (
    Exercise("06a", "limited", LIMITED_STUB, LIMITED_SOLUTION, LIMITED_HINTS, LIMITED_WRONG, test_limited),
    Exercise("06b", "persistent", PERSISTENT_STUB, PERSISTENT_SOLUTION, PERSISTENT_HINTS, PERSISTENT_WRONG, test_persistent),
)

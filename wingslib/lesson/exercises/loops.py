"""Watches the reader's coroutine on an event loop whose turns are the clock: no seconds, the same in every run."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from wingslib.lesson.exercises.exercise import Failed
from wingslib.lesson.exercises.trial import answer_here

PATIENT_TURNS, GRACE = 5_000, 20  # a right answer takes some hundred turns; one that sleeps for real gets 0.2 s


async def turns(count: int) -> None:
    """Let the loop go round `count` times."""
    for _ in range(count):
        await asyncio.sleep(0)


async def awaited(call: Any) -> Any:
    """Await what the reader's function gave; Failed if it cannot be awaited."""
    if inspect.isawaitable(call):
        return await call
    if call is Ellipsis:
        return ...
    raise Failed("it gives no coroutine: write it with async def", "", call)


def told(error: BaseException) -> list[str]:
    """Return all that an error says: its text, its notes, and those of the errors in its group and of its cause."""
    inner = [*getattr(error, "exceptions", ()), *([error.__cause__] if error.__cause__ else [])]
    return [str(error), *getattr(error, "__notes__", ()), *(text for each in inner for text in told(each))]


@dataclass(frozen=True)
class Ended:
    """How a coroutine ended: with a result, an error, or not at all; and how many tasks of its own were left then."""

    result: Any = None
    error: Exception | None = None
    hangs: bool = False
    left: int = 0


async def ending(call: Awaitable[Any]) -> Ended:
    """Await `call`, cancel it if it does not end, and tell how it ended."""
    before = asyncio.all_tasks()

    async def attempt() -> Ended:
        result, error = None, None
        try:
            result = await call
        except Exception as raised:
            error = raised
        return Ended(result, error, left=len(asyncio.all_tasks() - before - {task}))

    task = asyncio.ensure_future(attempt())
    for turn in range(PATIENT_TURNS + GRACE):
        if task.done():
            return task.result()
        await asyncio.sleep(0 if turn < PATIENT_TURNS else 0.01)
    left = asyncio.all_tasks() - before - {task}
    task.cancel()
    return Ended(hangs=True, left=len(left))


def run_trial(trial: Callable[[], Coroutine[Any, Any, Any]], case: str) -> None:
    """Run a trial on a loop of its own, in a thread that can be left behind; raise the Failed that it found."""

    def run() -> Any:
        try:
            return asyncio.run(trial())
        except Failed as failure:
            return failure

    found = answer_here(run, (), case)
    if isinstance(found, Failed):
        raise found

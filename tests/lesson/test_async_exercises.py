"""The exercises of 01_async take other right answers, and name other mistakes."""

from __future__ import annotations

import asyncio

import pytest

from wingslib.lesson.grading import grade


async def with_wait(numbers, create):
    """Solve A without a TaskGroup, with an error of its own."""
    tasks = {asyncio.ensure_future(create(number)): number for number in numbers}
    if not tasks:
        return []
    _, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    for task in pending:
        task.cancel()
    for task, number in tasks.items():
        if task.done() and not task.cancelled() and task.exception():
            raise RuntimeError(f"no chapter {number}") from task.exception()
    return [task.result() for task in tasks]


async def with_sum(one):
    """Solve B without a shared total."""

    async def add():
        return sum([await one() for _ in range(100)])

    return sum(await asyncio.gather(*[add() for _ in range(10)]))


@pytest.mark.parametrize(("key", "answer"), [("01a", with_wait), ("01b", with_sum)])
def test_another_right_answer_passes(key, answer):
    """What counts is what it does, not how it is written."""
    assert {grade(key, answer, seed).text for seed in range(3)} == {f"{key}: correct."}


def plain_all(numbers, create):
    """Forget the async."""
    return []


async def reversed_all(numbers, create):
    """Give something else than the results."""
    return [str(number) for number in numbers]


async def pairs_all(numbers, create):
    """Start two at a time."""
    found = []
    for place in range(0, len(numbers), 2):
        found += await asyncio.gather(*map(create, numbers[place : place + 2]))
    return found


async def all_named(numbers, create):
    """Name every chapter, whichever it was."""
    try:
        return await with_wait(numbers, create)
    except RuntimeError as error:
        raise OSError(f"one of {numbers}") from error


async def some_all(numbers, create):
    """Take for granted that there is a number."""
    found = await with_wait(numbers, create)
    return [found[0], *found[1:]]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (plain_all, "write it with async def"),
        (reversed_all, "these are not the results"),
        (pairs_all, "not all were under way at the same time"),
        (all_named, "the error does not say which chapter it was"),
        (some_all, "it raised IndexError: list index out of range.\n  Case:     numbers []"),
    ],
)
def test_other_mistakes_in_a(answer, message):
    """Each is told what it looks like."""
    assert message in grade("01a", answer, 1).text


async def nine_tasks(one):
    """Start too few."""
    return sum(await asyncio.gather(*[one() for _ in range(9)]))


async def five_at_a_time(one):
    """Let half of the tasks wait for the other half."""
    return await _fifth(one) + await _fifth(one)


async def _fifth(one):
    async def add():
        return sum([await one() for _ in range(100)])

    return sum(await asyncio.gather(*[add() for _ in range(5)]))


async def twice(one):
    """Give twice the sum."""
    return 2 * await with_sum(one)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (nine_tasks, "one() was not called a thousand times"),
        (five_at_a_time, "not all ten tasks waited side by side"),
        (twice, "this is not the sum"),
    ],
)
def test_other_mistakes_in_b(answer, message):
    """Each is told what it looks like."""
    assert message in grade("01b", answer, 1).text

"""The exercises of 06_semaphores take other right answers, and name other mistakes."""

from __future__ import annotations

import asyncio
import random

import pytest
import stamina

from wingslib.lesson.grading import grade


async def with_a_window(calls, limit):
    """Solve A with a semaphore that is taken before the next call is."""
    keys, tasks, left = asyncio.Semaphore(limit), [], iter(calls)

    async def one(call):
        try:
            return await call()
        finally:
            keys.release()

    while True:
        await keys.acquire()
        call = next(left, None)
        if call is None:
            return list(await asyncio.gather(*tasks))
        tasks.append(asyncio.ensure_future(one(call)))


async def with_stamina(ask):
    """Solve B with stamina's loop."""

    def again(error):
        answer = error.response
        asked = float(answer.headers.get("Retry-After", 1)) + random.random()
        return answer.status_code in (429, 503) and asked < 10 and asked

    async for attempt in stamina.retry_context(on=again, attempts=5, timeout=None):
        with attempt:
            return await ask()


@pytest.mark.parametrize(("key", "answer"), [("06a", with_a_window), ("06b", with_stamina)])
def test_another_right_answer_passes(key, answer):
    """What counts is what it does, not how it is written."""
    assert {grade(key, answer, seed).text for seed in range(3)} == {f"{key}: correct."}


def plain(calls, limit):
    """Forget the async."""
    return []


async def one_less(calls, limit):
    """Leave a place empty."""
    return await with_a_window(calls, max(1, limit - 1))


async def one_more(calls, limit):
    """Let one too many in, without a semaphore."""
    source, results = enumerate(calls), {}

    async def place():
        for index, call in source:
            results[index] = await call()

    await asyncio.gather(*[place() for _ in range(limit + 1)])
    return [results[index] for index in sorted(results)]


async def names_only(calls, limit):
    """Give the calls instead of what they gave."""
    return [str(call) for call in calls]


async def for_ever(calls, limit):
    """Hold the loop."""
    while True:
        pass


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (plain, "write it with async def"),
        (one_less, "a free place stayed empty"),
        (one_more, "there were more at a time than the limit: peak"),
        (names_only, "these are not the results"),
        (for_ever, "it does not end"),
    ],
)
def test_other_mistakes_in_a(answer, message):
    """Each is told what it looks like."""
    assert message in grade("06a", answer, 1).text


async def late_end(ask):
    """Know the number of tries but not the time."""
    for attempt in range(5):
        try:
            return await ask()
        except OSError as error:
            if error.response.status_code == 404 or attempt == 4:
                raise
            told = error.response.headers.get("Retry-After")
            if told and float(told) > 10:
                raise
        await asyncio.sleep(4 + random.random())
    return None


async def two_tries(ask):
    """Give up after the second try."""
    try:
        return await ask()
    except OSError as error:
        if error.response.status_code == 404:
            raise
        await asyncio.sleep(1 + random.random())
        return await ask()


@pytest.mark.parametrize(("answer", "message"), [(late_end, "it asks on and on"), (two_tries, "it gave up")])
def test_other_mistakes_in_b(answer, message):
    """Each is told what it looks like."""
    assert any(message in grade("06b", answer, seed).text for seed in range(4))

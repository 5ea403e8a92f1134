"""The exercises of 10_patterns take other right answers, and name other mistakes."""

from __future__ import annotations

import asyncio

import pytest

from wingslib.lesson.exercises import loops
from wingslib.lesson.grading import grade


async def with_countdown(fn, source, target, k):
    """Solve A with gather, and a worker that goes out last and closes the door."""
    living = k

    async def work():
        nonlocal living
        while (item := await source.get()) is not None:
            await target.put(await fn(item))
        living -= 1
        await (source if living else target).put(None)

    await asyncio.gather(*[work() for _ in range(k)])


async def with_polling(fn, source, target, k):
    """Solve A by looking again and again."""
    ended = asyncio.Event()

    async def work():
        while not (ended.is_set() and source.empty()):
            try:
                item = source.get_nowait()
            except asyncio.QueueEmpty:
                await asyncio.sleep(0)
                continue
            if item is None:
                ended.set()
            else:
                await target.put(await fn(item))

    await asyncio.gather(*[work() for _ in range(k)])
    await target.put(None)


async def with_wait(pages, stages):
    """Solve B without a TaskGroup, with an error of its own."""
    queues = [asyncio.Queue(1) for _ in range(len(stages) + 1)]
    out = []

    async def feed():
        for page in [*pages, None]:
            await queues[0].put(page)

    async def work(fn, source, target):
        while (page := await source.get()) is not None:
            try:
                made = await fn(page)
            except OSError as error:
                raise RuntimeError(f"{page} is lost") from error
            await target.put(made)
        await target.put(None)

    async def take():
        while (page := await queues[-1].get()) is not None:
            out.append(page)

    tasks = [asyncio.ensure_future(each) for each in (feed(), take(), *map(work, stages, queues, queues[1:]))]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    for task in tasks:
        task.cancel()
    for found in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(found, RuntimeError):
            raise found
    return out


@pytest.mark.parametrize(("key", "answer"), [("10a", with_countdown), ("10a", with_polling), ("10b", with_wait)])
def test_another_right_answer_passes(key, answer):
    """What counts is what it does, not how it is written."""
    assert {grade(key, answer, seed).text for seed in range(3)} == {f"{key}: correct."}


def plain_stage(fn, source, target, k):
    """Forget the async."""


async def two_markers(fn, source, target, k):
    """Close twice."""
    await with_countdown(fn, source, target, k)
    await target.put(None)


async def items_themselves(fn, source, target, k):
    """Hand on what came in."""

    async def itself(item):
        await fn(item)
        return item

    await with_countdown(itself, source, target, k)


async def watcher_left(fn, source, target, k):
    """Leave a task that looks on."""
    watcher = asyncio.ensure_future(asyncio.sleep(3600))
    await with_countdown(fn, source, target, k)
    assert not watcher.done()


async def impatient(fn, source, target, k):
    """Give up where nothing has come yet."""
    source.get_nowait()


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (plain_stage, "write it with async def"),
        (two_markers, "more than one end marker came out"),
        (items_themselves, "these are not the pages"),
        (watcher_left, "1 task left behind"),
        (impatient, "left with 0 done"),
    ],
)
def test_other_mistakes_in_a(answer, message):
    """Each is told what it looks like."""
    assert message in grade("10a", answer, 1).text


async def backwards(pages, stages):
    """Give them in another order."""
    return (await with_wait(pages, stages))[::-1]


async def all_named(pages, stages):
    """Name every page, whichever it was."""
    try:
        return await with_wait(pages, stages)
    except RuntimeError as error:
        raise OSError(f"one of {pages}") from error


async def needs_pages(pages, stages):
    """Take for granted that there is a page."""
    return [pages[0] and page for page in await with_wait(pages, stages)] or pages[0]


async def goes_on(pages, stages):
    """Tell the error, and go on without a task."""
    loop = asyncio.get_running_loop()
    try:
        return await with_wait(pages, stages)
    except RuntimeError:
        loop.call_later(0, lambda: asyncio.ensure_future(stages[0]("page 0")))
        raise


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (backwards, "these are not the pages in their order"),
        (all_named, "the error does not say which page it was"),
        (needs_pages, "it raised IndexError"),
        (goes_on, "stages went on after it had ended"),
    ],
)
def test_other_mistakes_in_b(answer, message):
    """Each is told what it looks like."""
    assert message in grade("10b", answer, 1).text


def test_an_ending_counts_the_tasks_that_are_left_at_that_moment():
    """Cancelled is not ended; a hang is cancelled and told."""

    async def trial():
        async def leave_one():
            task = asyncio.ensure_future(asyncio.sleep(3600))
            await asyncio.sleep(0)
            task.cancel()
            return "done"

        async def hang():
            await asyncio.gather(asyncio.sleep(3600), asyncio.sleep(3600))

        left, hung = await loops.ending(leave_one()), await loops.ending(hang())
        await loops.turns(3)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return left, hung

    left, hung = asyncio.run(trial())
    assert left == loops.Ended("done", left=1)
    assert hung == loops.Ended(hangs=True, left=2)

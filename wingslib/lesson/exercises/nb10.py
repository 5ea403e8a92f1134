"""The exercises of 10_patterns: a stage with several workers that ends cleanly, and a pipeline that swallows errors.

Both run the reader's coroutine on an event loop of their own. What it awaits counts turns of that loop instead of seconds,
so who is still busy, who waits and what is left when it ends are exact in every run.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from wingslib.lesson.exercises.exercise import Exercise, Failed, Wrong
from wingslib.lesson.exercises.loops import Ended, awaited, ending, run_trial, told, turns

BOUND = 2
LEFT_BEHIND = "left behind"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"


# ---- A: stage

STAGE_STUB = '''\
async def stage(fn, source, target, k):
    """Let `k` workers take items from the queue `source`, and put what `await fn(item)` gives
    into `target`.

    `source` ends with one None. When all workers are done, put one None into `target`.
    """
    return ...
'''

STAGE_SOLUTION = '''\
async def stage(fn, source, target, k):
    """Let `k` workers take items from the queue `source`, and put what `await fn(item)` gives into `target`."""

    async def work():
        while (item := await source.get()) is not None:
            await target.put(await fn(item))
        await source.put(None)  # for the next of the k

    async with asyncio.TaskGroup() as group:
        for _ in range(k):
            group.create_task(work())
    await target.put(None)
'''

STILL_WAIT = "still wait: one end marker ends one worker"
LEFT_EARLY = "the next stage left early: items lost"
EMPTY_NOW = "empty now is not empty for ever"
NO_MARKER = "no end marker came out: the next stage would wait for ever"
NOT_ALL = "not all k workers were busy at the same time"
TOO_MANY = "more than k workers were busy at the same time"

STAGE_HINTS = (
    "There is one None in source and there are k workers. Who takes it, and what do the others wait for?",
    "A worker that has taken the None can put it back into source before it leaves. The next stage must not see it yet.",
    "Start k workers in an asyncio.TaskGroup: after its block all of them are done, and only then put a None into target.",
)

_STAGE = STAGE_SOLUTION.replace("        await source.put(None)  # for the next of the k\n", "{back}").replace(
    "\n    await target.put(None)\n", "\n{end}"
)
_END = "    await target.put(None)\n"
STAGE_WRONG = (
    Wrong(_STAGE.format(back="", end=_END), STILL_WAIT),
    Wrong(_STAGE.format(back="        await source.put(None)\n        await target.put(None)\n", end=""), LEFT_EARLY),
    Wrong(
        _STAGE.format(back="", end=_END).replace(
            "while (item := await source.get()) is not None:\n",
            "while not source.empty():\n            item = await source.get()\n"
            "            if item is None:\n                break\n",
        ),
        EMPTY_NOW,
    ),
    Wrong(_STAGE.format(back="        await source.put(None)\n", end=""), NO_MARKER),
    Wrong(_STAGE.format(back="        await source.put(None)\n", end=_END).replace("range(k)", "range(1)"), NOT_ALL),
    Wrong(
        "async def stage(fn, source, target, k):\n"
        "    async def work(item):\n        await target.put(await fn(item))\n\n"
        "    async with asyncio.TaskGroup() as group:\n"
        "        while (item := await source.get()) is not None:\n            group.create_task(work(item))\n" + _END,
        TOO_MANY,
    ),
)


@dataclass
class _Belt:
    """Feeds a stage with drawn numbers and takes what comes out, until the first end marker and then what came after."""

    numbers: list[int]
    under_way: int = 0
    most: int = 0
    closed: bool = False
    out: list[Any] = field(default_factory=list)
    late: list[Any] = field(default_factory=list)

    async def fn(self, number: int) -> str:
        """Return the page of a number; the last one takes many turns."""
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await turns(80 if number == self.numbers[-1] else 10 + number % 10)
        self.under_way -= 1
        return f"page {number}"

    async def feed(self, source: asyncio.Queue[int | None]) -> None:
        """Put the numbers, the last one after a pause, and one end marker."""
        for number in self.numbers:
            await turns(40 if number == self.numbers[-1] else 0)
            await source.put(number)
        await source.put(None)

    async def take(self, target: asyncio.Queue[Any]) -> None:
        """Be the next stage, which leaves at the end marker; what comes later is noted."""
        while (page := await target.get()) is not None:
            self.out.append(page)
        self.closed = True
        while True:
            self.late.append(await target.get())

    @property
    def pages(self) -> list[str]:
        """Return what must come out."""
        return [f"page {number}" for number in self.numbers]


def test_stage(fn: Callable[..., Any], rng: random.Random) -> None:
    """Send a drawn number of items through drawn numbers of workers, then none, and then three through one worker."""
    for k, count in ((rng.randint(2, 5), rng.randrange(11, 30, 2)), (rng.randint(2, 5), 0), (1, 3)):
        belt, case = _Belt(rng.sample(range(100, 1000), count)), f"{_counted(count, 'item')}, {_counted(k, 'worker')}"
        run_trial(partial(_through_stage, fn, belt, k, case), case)


async def _through_stage(fn: Callable[..., Any], belt: _Belt, k: int, case: str) -> Any:
    source: asyncio.Queue[Any] = asyncio.Queue(BOUND)
    target: asyncio.Queue[Any] = asyncio.Queue()
    others = [asyncio.ensure_future(belt.feed(source)), asyncio.ensure_future(belt.take(target))]
    ended = await ending(awaited(fn(belt.fn, source, target, k)))
    await turns(200)
    fed = others[0].done()
    for task in others:
        task.cancel()
    if ended.result is ...:
        return ...
    _require_ended(ended, k, case)
    _require_pages(belt, fed, case)
    if ended.left:
        raise Failed(f"{_counted(ended.left, 'task')} {LEFT_BEHIND}", case, ended.left, 0)
    if belt.pages and belt.most != min(k, len(belt.pages)):
        message = NOT_ALL if belt.most < k else TOO_MANY
        raise Failed(message, case, f"{belt.most} busy", f"{min(k, len(belt.pages))} busy")
    return None


def _require_ended(ended: Ended, k: int, case: str) -> None:
    if isinstance(ended.error, Failed):
        raise ended.error
    if ended.error:
        raise Failed(f"it raised {type(ended.error).__name__}: {ended.error}", case)
    if ended.hangs:
        raise Failed(f"{ended.left} of {k} workers {STILL_WAIT}", case, f"{ended.left} waiting", "0")


def _require_pages(belt: _Belt, fed: bool, case: str) -> None:
    lost = [page for page in belt.late if page is not None]
    if lost:
        raise Failed(LEFT_EARLY, case, f"{len(lost)} after the end marker", "0")
    if not fed or len(belt.out) < len(belt.pages):
        raise Failed(EMPTY_NOW, case, f"left with {len(belt.out)} done", f"{len(belt.pages)} done")
    if sorted(map(str, belt.out)) != sorted(belt.pages):
        raise Failed("these are not the pages", case, belt.out, belt.pages)
    if not belt.closed or belt.late:
        message = "more than one end marker came out" if belt.late else NO_MARKER
        raise Failed(message, case, f"{belt.closed + len(belt.late)} came out", "1 end marker")


# ---- B: send_through

THROUGH_STUB = '''\
async def send_through(pages, stages):
    """Send `pages` through the async functions of `stages`, one worker each; return what the
    last one gives, in order.

    If a stage fails, end the others, and raise an error that names the page it had.
    """
    return ...
'''

THROUGH_SOLUTION = '''\
async def send_through(pages, stages):
    """Send `pages` through the async functions of `stages`, one worker each; return what the last one gives, in order."""
    queues = [asyncio.Queue(), *(asyncio.Queue(2) for _ in stages[1:]), asyncio.Queue()]
    for page in [*pages, None]:
        queues[0].put_nowait(page)

    async def work(fn, source, target):
        while (page := await source.get()) is not None:
            try:
                made = await fn(page)
            except Exception as error:
                error.add_note(f"with {page}")
                raise
            await target.put(made)
        await target.put(None)

    async with asyncio.TaskGroup() as group:
        for fn, source, target in zip(stages, queues, queues[1:]):
            group.create_task(work(fn, source, target))
    return [queues[-1].get_nowait() for _ in pages]
'''

SWALLOWED = "came out, and nobody was told"
NEVER_RETURNS = "it never returns: the others wait for a stage that is gone"
UNNAMED = "the error does not say which page it was"
IN_TURN = "overlap 1: the stages worked in turn"

THROUGH_HINTS = (
    "What does a stage do with an error, and who would hear of it? Let it go on to whoever awaits the stage.",
    "An asyncio.TaskGroup cancels and awaits the other stages when one of them raises. gather does neither.",
    "Catch the error round `await fn(page)`, add the page with error.add_note, and raise it again.",
)

_NAMING = '                error.add_note(f"with {page}")\n                raise\n'
_GROUP = THROUGH_SOLUTION[THROUGH_SOLUTION.index("    async with") : THROUGH_SOLUTION.index("    return")]
_ALL = "*map(work, stages, queues, queues[1:])"
_CANCELS = """\
    tasks = [asyncio.create_task(each) for each in map(work, stages, queues, queues[1:])]
    try:
        await asyncio.gather(*tasks)
    except Exception:
        for task in tasks:
            task.cancel()
        raise
"""
THROUGH_WRONG = (
    Wrong(
        THROUGH_SOLUTION.replace(_NAMING, "                continue\n").replace(
            "for _ in pages", "for _ in range(queues[-1].qsize() - 1)"
        ),
        SWALLOWED,
    ),
    Wrong(THROUGH_SOLUTION.replace(_GROUP, f"    await asyncio.gather({_ALL}, return_exceptions=True)\n"), NEVER_RETURNS),
    Wrong(THROUGH_SOLUTION.replace(_GROUP, f"    await asyncio.gather({_ALL})\n"), f"2 tasks {LEFT_BEHIND}"),
    Wrong(THROUGH_SOLUTION.replace(_GROUP, _CANCELS), f"2 tasks {LEFT_BEHIND}"),
    Wrong(THROUGH_SOLUTION.replace(_NAMING, "                raise\n"), UNNAMED),
    Wrong(
        "async def send_through(pages, stages):\n    for fn in stages:\n        pages = [await fn(page) for page in pages]\n"
        "    return pages\n",
        IN_TURN,
    ),
)


@dataclass
class _Mill:
    """Three stages that take some turns for a page; the one at `torn` (stage, page) raises. It notes what happens."""

    pages: list[str]
    torn: tuple[int, str] | None = None
    calls: int = 0
    under_way: int = 0
    most: int = 0

    async def do(self, place: int, page: str) -> str:
        """Return the page with the number of the stage."""
        self.calls, self.under_way = self.calls + 1, self.under_way + 1
        self.most = max(self.most, self.under_way)
        try:
            await turns(2 + place)
        finally:
            self.under_way -= 1
        if self.torn is not None and self.torn[0] == place and page.startswith(self.torn[1]):
            raise OSError("no room left")
        return f"{page}, {place}"

    @property
    def stages(self) -> list[Callable[[str], Any]]:
        """Return the three stages."""
        return [partial(self.do, place) for place in range(3)]


def test_send_through(fn: Callable[..., Any], rng: random.Random) -> None:
    """Let all pages through, let a drawn stage fail with a drawn page in the middle, and send no page."""
    count = rng.randrange(21, 40, 2)
    pages = [f"page {number}" for number in rng.sample(range(100, 1000), count)]
    torn = rng.randrange(3), rng.choice(pages[4:-10])
    for mill in (_Mill(pages), _Mill(pages, torn), _Mill([])):
        case = _counted(len(mill.pages), "page")
        if mill.torn is not None:
            case += f", and stage {torn[0]} fails with {torn[1]}"
        run_trial(partial(_through_mill, fn, mill, case), case)


async def _through_mill(fn: Callable[..., Any], mill: _Mill, case: str) -> Any:
    ended = await ending(awaited(fn(list(mill.pages), mill.stages)))
    before = mill.calls
    await turns(50)
    if ended.result is ...:
        return ...
    if isinstance(ended.error, Failed):
        raise ended.error
    if ended.hangs:
        raise Failed(NEVER_RETURNS, case, f"{_counted(ended.left, 'task')} waiting")
    (_require_through if mill.torn is None else _require_error)(ended, mill, case)
    if ended.left:
        raise Failed(f"{_counted(ended.left, 'task')} {LEFT_BEHIND}", case, ended.left, 0)
    if mill.calls > before:
        raise Failed("stages went on after it had ended", case, f"{mill.calls - before} calls later", "0")
    if mill.torn is None and len(mill.pages) > 1 and mill.most < 2:
        raise Failed(IN_TURN, case, "1 under way", "up to 3 under way")
    return None


def _require_through(ended: Ended, mill: _Mill, case: str) -> None:
    if ended.error:
        raise Failed(f"it raised {type(ended.error).__name__}: {ended.error}", case)
    expected = [f"{page}, 0, 1, 2" for page in mill.pages]
    if ended.result != expected:
        raise Failed("these are not the pages in their order", case, ended.result, expected)


def _require_error(ended: Ended, mill: _Mill, case: str) -> None:
    assert mill.torn is not None
    if ended.error is None:
        done = len(ended.result) if isinstance(ended.result, list) else 0
        raise Failed(f"{done} of {len(mill.pages)} pages {SWALLOWED}", case, ended.result, "an error")
    words = " ".join(told(ended.error))
    if [page for page in mill.pages if page.split()[1] in words] != [mill.torn[1]]:
        raise Failed(UNNAMED, case, f"{type(ended.error).__name__}: {ended.error}", f"“{mill.torn[1]}”")


EXERCISES = (
    Exercise("10a", "stage", STAGE_STUB, STAGE_SOLUTION, STAGE_HINTS, STAGE_WRONG, test_stage),
    Exercise("10b", "send_through", THROUGH_STUB, THROUGH_SOLUTION, THROUGH_HINTS, THROUGH_WRONG, test_send_through),
)

"""The exercises of 05_dynamic_distribution: chunks that shrink, and a hand-out that loses names, failures and its end."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any

from wingslib.lesson.exercises.exercise import Exercise, Failed, Wrong
from wingslib.lesson.exercises.trial import answer_here, answers

# ---- A: guided

MOST_OF_BOUND = 1.1
MESSAGE = 0.25

GUIDED_STUB = '''\
def guided(n, workers):
    """Yield the number of items in each chunk, until all `n` are handed out.

    Whoever is free gets the next chunk: a share of what is left, so that chunks shrink.
    """
    return ...
'''

GUIDED_SOLUTION = '''\
def guided(n, workers):
    """Yield the number of items in each chunk, until all `n` are handed out."""
    while n > 0:
        size = -(-n // (2 * workers))  # half of an equal share, rounded up
        yield size
        n -= size
'''

NEVER_ENDS = "a chunk of 0 items: it never ends"
NOT_ALL = "items handed out"
ONE_SIZE = "all chunks are of one size"
LATE = "one late chunk, idle workers"
ALL_MESSAGE = "mostly messages"

GUIDED_HINTS = (
    "Keep count of what is left. What is a fair share of it for each worker?",
    "left // workers reaches 0 while items are left. Round up, and each chunk holds at least one.",
    "While n > 0: yield the share of what is left, -(-n // (2 * workers)), and take it from n.",
)

_GUIDED_HEAD = "def guided(n, workers):\n"
GUIDED_WRONG = (
    Wrong(f"{_GUIDED_HEAD}    return [1] * n\n", ONE_SIZE),
    Wrong(f"{_GUIDED_HEAD}    return [n // workers] * workers\n", NOT_ALL),
    Wrong(f"{_GUIDED_HEAD}    while n // workers:\n        yield n // workers\n        n -= n // workers\n", NOT_ALL),
    Wrong(f"{_GUIDED_HEAD}    while n:\n        yield n // workers\n        n -= n // workers\n", NEVER_ENDS),
    Wrong(f"{_GUIDED_HEAD}    while n > 0:\n        yield -(-n // 2)\n        n -= -(-n // 2)\n", LATE),
    Wrong(
        f"{_GUIDED_HEAD}    while n > 0:\n        size = -(-n // (200 * workers))\n        yield size\n        n -= size\n",
        ALL_MESSAGE,
    ),
)


def test_guided(fn: Callable[..., Any], rng: random.Random) -> None:
    """Ask it for chunks: they hold all items; on loads of odd numbers the simulated makespan is ≤ 1.1 × the bound."""
    few = [(n, rng.randint(2, 5)) for n in (rng.randrange(901, 1100, 2), 7, 1, 0)]
    loads = [_load(rng, sort) for sort in (False, True)]
    cases = [*few, *((len(durations), workers) for durations, workers in loads)]
    found = answers(partial(_handed_out, fn), cases)
    for (n, workers), sizes in zip(cases, found, strict=True):
        _require_whole(sizes, n, workers)
    for (durations, workers), sizes in zip(loads, found[len(few) :], strict=True):
        _require_short(durations, workers, sizes)


def _handed_out(fn: Callable[..., Any], n: int, workers: int) -> Any:
    """Return the chunks as a list, and of an endless one only its beginning."""
    sizes = fn(n, workers)
    return sizes if sizes is Ellipsis else list(islice(sizes, n + workers + 1))


def _load(rng: random.Random, sort: bool) -> tuple[list[float], int]:
    """Draw items of 1 s on average for 3 to 6 workers; in every other load the long ones come last."""
    durations = [rng.uniform(0.2, 1.8) if sort else rng.expovariate(1) for _ in range(rng.randrange(2001, 3000, 2))]
    return sorted(durations) if sort else durations, rng.randint(3, 6)


def _require_whole(sizes: list[Any], n: int, workers: int) -> None:
    case = f"n={n}, workers={workers}"
    if any(isinstance(size, bool) or not isinstance(size, int) for size in sizes):
        raise Failed("a chunk is a whole number of items", case, sizes, "whole numbers ≥ 1")
    if len(sizes) > n + workers:
        raise Failed(NEVER_ENDS, case, sizes, f"chunks that sum to {n}")
    if sum(sizes) != n or min(sizes, default=1) < 0:
        raise Failed(f"{sum(sizes):,} of {n:,} {NOT_ALL}", case, sizes, f"chunks that sum to {n}")
    if 0 in sizes:
        raise Failed("a chunk of no items", case, sizes, "whole numbers ≥ 1")


def _require_short(durations: list[float], workers: int, sizes: list[int]) -> None:
    from wingslib.measure import lower_bound, simulate

    case = f"n={len(durations)}, workers={workers}, items of 1 s, {MESSAGE} s a message"
    if len(set(sizes[:-1])) == 1:
        raise Failed(ONE_SIZE, case, f"{len(sizes)} chunks of {sizes[0]}", "chunks that shrink")
    bound, wall = lower_bound(durations, workers), simulate(durations, sizes, workers, MESSAGE).wall
    if wall > MOST_OF_BOUND * bound:
        messages = len(sizes) * MESSAGE / workers
        why = ALL_MESSAGE if messages > wall - bound - messages else LATE
        raise Failed(why, case, f"{len(sizes)} chunks, makespan {wall / bound:.2f} × the bound", f"at most {MOST_OF_BOUND} ×")


# ---- B: hand_out

HAND_OUT_STUB = '''\
def hand_out(fn, pages, workers, progress):
    """Yield (page, value, error) of every page as it completes; call progress(done, total)."""
    raise NotImplementedError("mend it, then take this line out")
    with ThreadPoolExecutor(workers) as executor:
        futures = [executor.submit(fn, page) for page in pages]
        completed = 0
        for page, future in zip(pages, as_completed(futures), strict=True):
            try:
                value = future.result()
                completed += 1
                progress(completed, len(pages))
                yield page, value, None
            except Exception:
                print("a page failed")
'''

HAND_OUT_SOLUTION = '''\
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from itertools import islice


def hand_out(fn, pages, workers, progress):
    """Yield (page, value, error) of every page as it completes; call progress(done, total)."""
    queue, page_of, completed = iter(pages), {}, 0
    with ThreadPoolExecutor(workers) as executor:
        while True:
            for page in islice(queue, 2 * workers - len(page_of)):
                page_of[executor.submit(fn, page)] = page
            if not page_of:
                return
            future = wait(page_of, return_when=FIRST_COMPLETED).done.pop()
            page, error = page_of.pop(future), future.exception()
            completed += 1
            progress(completed, len(pages))
            yield page, None if error else future.result(), error
'''

STOPS = "progress stops at"
UNTOLD = "failed pages are missing"
NO_ERROR = "a failed page came without its error"
WRONG_PAGE = "answers sit on wrong pages"
QUEUED = "were queued already"
RAN_ON = "pages were begun that nobody took"

HAND_OUT_HINTS = (
    "zip deals the finished futures onto the pages in the order of the list. In which order do they finish?",
    "A dict from future to page keeps the name. Count and yield a page also when future.exception() is not None.",
    "Submit 2 · workers pages, and another one only when a result was taken; concurrent.futures.wait(…, "
    "return_when=FIRST_COMPLETED) tells which are done. Or let dynamic_parallel do all this.",
)

_IMPORT = "from concurrent.futures import ThreadPoolExecutor, as_completed\n\n"
_HAND_OUT_HEAD = f"{_IMPORT}def hand_out(fn, pages, workers, progress):\n    with ThreadPoolExecutor(workers) as executor:\n"
_ALL_SUBMITTED = (
    "        page_of = {executor.submit(fn, page): page for page in pages}\n"
    "        for done, future in enumerate(as_completed(page_of), 1):\n"
    "            error = future.exception()\n            progress(done, len(pages))\n"
)
HAND_OUT_WRONG = (
    Wrong(
        _IMPORT
        + HAND_OUT_STUB.replace('    raise NotImplementedError("mend it, then take this line out")\n', "").replace(
            'print("a page failed")', "pass"
        ),
        STOPS,
    ),
    Wrong(
        f"{_HAND_OUT_HEAD}        futures = [executor.submit(fn, page) for page in pages]\n"
        "        for done, (page, future) in enumerate(zip(pages, as_completed(futures)), 1):\n"
        "            value = error = None\n            try:\n                value = future.result()\n"
        "            except Exception as problem:\n                error = problem\n"
        "            finally:\n                progress(done, len(pages))\n            yield page, value, error\n",
        WRONG_PAGE,
    ),
    Wrong(
        f"{_HAND_OUT_HEAD}{_ALL_SUBMITTED}            if error is None:\n"
        "                yield page_of[future], future.result(), None\n",
        UNTOLD,
    ),
    Wrong(
        f"{_HAND_OUT_HEAD}{_ALL_SUBMITTED}            yield page_of[future], None if error else future.result(), None\n",
        NO_ERROR,
    ),
    Wrong(
        f"{_HAND_OUT_HEAD}{_ALL_SUBMITTED}            try:\n"
        "                yield page_of[future], None if error else future.result(), error\n"
        "            except GeneratorExit:\n                executor.shutdown(cancel_futures=True)\n                return\n",
        QUEUED,
    ),
    Wrong(
        f"{_HAND_OUT_HEAD}{_ALL_SUBMITTED}            yield page_of[future], None if error else future.result(), error\n",
        RAN_ON,
    ),
)


@dataclass
class Pages:
    """Pages in a queue: it notes how many were taken out and begun. Some fail; `most` may end before the break.

    The first page waits until two others have ended, so that they complete in another order; no wait is longer than 3 s.
    """

    names: list[str]
    failing: set[str]
    most: int
    taken: int = 0
    begun: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._others, self._tickets = threading.Semaphore(0), threading.Semaphore(self.most)

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[str]:
        for name in self.names:
            self.taken += 1
            yield name

    def make(self, name: str) -> str:
        """Return what is on the page, or raise."""
        self.begun.append(name)
        if name == self.names[0]:
            for _ in range(2):
                self._others.acquire(timeout=1.5)
        if not self._tickets.acquire(blocking=False):
            if not self._tickets.acquire(timeout=1):  # whoever takes all before giving one waits once
                self.break_off()
            time.sleep(0.003)  # so that what is cancelled now does not run before
        self._others.release()
        if name in self.failing:
            raise LookupError(f"no text for {name}")
        return name.upper()

    def break_off(self) -> None:
        """Let all pages end that are still to come."""
        self._tickets.release(len(self.names))


def test_hand_out(fn: Callable[..., Any], rng: random.Random) -> None:
    """Take all pages, of which some fail, then break off early: names, errors, progress, and who began."""
    workers, take = rng.randint(2, 3), rng.randint(1, 3)
    _require_all(fn, _pages(rng, rng.randint(2, 5), 100), workers)
    _require_break(fn, _pages(rng, 0, take + 2 * workers), workers, take)


def _pages(rng: random.Random, failures: int, most: int) -> Pages:
    names = [f"page{number:03}" for number in rng.sample(range(1000), rng.randrange(41, 70, 2))]
    return Pages(names, set(rng.sample(names[1:], failures)), most)


def _require_all(fn: Callable[..., Any], pages: Pages, workers: int) -> None:
    case, told = f"{len(pages)} pages, {len(pages.failing)} of them fail, {workers} workers", list[tuple[int, int]]()
    found = answer_here(partial(_taken, fn, pages, told), (workers,), case)
    last = told[-1] if told else (0, len(pages))
    if last != (len(pages), len(pages)):
        raise Failed(f"{STOPS} {last[0]} of {last[1]}", case, last, (len(pages), len(pages)))
    if len(found) < len(pages):
        raise Failed(f"{len(pages) - len(found)} {UNTOLD}", case, f"{len(found)} results", f"{len(pages)} results")
    if sorted(each[0] for each in found) != sorted(pages.names):
        raise Failed(WRONG_PAGE, case, found[0], "every page once")
    for page, value, error in found:
        _require_own(pages, page, value, error, case)


def _require_own(pages: Pages, page: str, value: Any, error: Any, case: str) -> None:
    right = (page, None if page in pages.failing else page.upper(), f"no text for {page}" if page in pages.failing else None)
    if value is None and error is None:
        raise Failed(NO_ERROR, case, (page, value, error), right)
    if (value, error if error is None else str(error)) != right[1:]:
        raise Failed(WRONG_PAGE, case, (page, value, error), right)


def _require_break(fn: Callable[..., Any], pages: Pages, workers: int, take: int) -> None:
    case, most = f"{len(pages)} pages, a break after {take}, {workers} workers", take + 2 * workers + 2
    taken = answer_here(partial(_taken, fn, pages, [], take=take), (workers,), case)
    begun, queued = len(pages.begun), pages.taken
    if len(taken) < take:
        raise Failed("it ended before the break", case, f"{len(taken)} results", f"{take} results")
    if begun > most:
        raise Failed(
            f"{begun - take} {RAN_ON}", case, f"{begun} begun", f"at most {most}: 2 · workers + 2 more than were taken"
        )
    if queued > most:
        raise Failed(f"{queued} {QUEUED} when you broke off", case, f"{queued} taken from the pages", f"at most {most}")


def _taken(fn: Callable[..., Any], pages: Pages, told: list[Any], workers: int, take: int | None = None) -> Any:
    """Take all results, or `take` of them and break off."""
    results = fn(pages.make, pages, workers, lambda done, total: told.append((done, total)))
    if results is Ellipsis:
        return results
    found = list(results if take is None else islice(results, take))
    pages.break_off()
    getattr(results, "close", lambda: None)()
    return found


EXERCISES = (
    Exercise("05a", "guided", GUIDED_STUB, GUIDED_SOLUTION, GUIDED_HINTS, GUIDED_WRONG, test_guided),
    Exercise("05b", "hand_out", HAND_OUT_STUB, HAND_OUT_SOLUTION, HAND_OUT_HINTS, HAND_OUT_WRONG, test_hand_out),
)

"""The exercises of 02_multiprocessing: a chunk size for every load, and a list that stays empty."""

from __future__ import annotations

import math
import os
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.managers import BaseManager
from typing import Any

from wingslib.engines.run import Run
from wingslib.lesson.exercises.exercise import Exercise, Failed, Wrong
from wingslib.lesson.exercises.letters import Letter, openers
from wingslib.lesson.exercises.trial import answer_here, answers

# ---- A: chunk_for

MOST_OF_BEST = 1.15

CHUNK_STUB = '''\
def chunk_for(n, item_seconds, message_seconds, workers):
    """Return how many of `n` items go into one message: 1 to n.

    An item takes `item_seconds` on average; some take far longer, and often the long
    ones lie side by side. Each message costs `message_seconds` on top.
    """
    return ...
'''

CHUNK_SOLUTION = '''\
def chunk_for(n, item_seconds, message_seconds, workers):
    """Return how many of `n` items go into one message: 1 to n.

    With chunks of k, messages cost each worker n · message / (k · workers), and one late chunk costs k · item. The sum
    is smallest where the two are equal.
    """
    chunk = round((n * message_seconds / (workers * item_seconds)) ** 0.5)
    return max(1, min(chunk, n))
'''

LATE_CHUNK = "one late chunk, one idle worker"
ALL_MESSAGE = "all message"
OUT_OF_RANGE = "a chunk holds 1 to n items"

CHUNK_HINTS = (
    "One share each, n / workers, sends the fewest messages. What if all the long items are in one share?",
    "With chunks of k there are n / k messages, spread over the workers. And one chunk may come last: about k · item_seconds.",
    "Let n · message_seconds / (k · workers) equal k · item_seconds, solve for k, and keep it between 1 and n.",
)

_CHUNK_HEAD = "def chunk_for(n, item_seconds, message_seconds, workers):\n"
CHUNK_WRONG = (
    Wrong(f"{_CHUNK_HEAD}    return max(1, n // workers)\n", LATE_CHUNK),
    Wrong(f"{_CHUNK_HEAD}    return 1\n", ALL_MESSAGE),
    Wrong(f"{_CHUNK_HEAD}    return n // (8 * workers)\n", OUT_OF_RANGE),
    Wrong(f"{_CHUNK_HEAD}    return max(10, round((n * message_seconds / (workers * item_seconds)) ** 0.5))\n", OUT_OF_RANGE),
)


@dataclass(frozen=True)
class Load:
    """Items of these durations in seconds, what a message costs, and who works."""

    durations: list[float]
    message_seconds: float
    workers: int

    @property
    def arguments(self) -> tuple[int, float, float, int]:
        """Return what `chunk_for` is given."""
        n = len(self.durations)
        return n, sum(self.durations) / n, self.message_seconds, self.workers

    def makespan(self, chunk: int) -> float:
        """Return the seconds that the load takes in chunks of `chunk`, on a virtual clock."""
        from wingslib.measure import schedule

        return schedule(self.durations, self.workers, chunk, self.message_seconds).wall

    def best(self) -> int:
        """Return the chunk size that takes the least."""
        return min(range(1, len(self.durations) + 1), key=self.makespan)

    def __str__(self) -> str:
        n, item, message, workers = self.arguments
        return f"n={n}, item_seconds={item:.3g}, message_seconds={message:.3g}, workers={workers}"


def test_chunk_for(fn: Callable[..., Any], rng: random.Random) -> None:
    """Let it choose for a few items, where only 1 to n is asked, and for loads, where at most 1.15 × the best is."""
    workers = rng.randint(3, 6)
    few = [Load([rng.uniform(0.01, 0.02) for _ in range(n)], 0.05, workers) for n in (1, 2, workers - 1, 2 * workers + 1)]
    loads = _loads(rng)
    found = answers(fn, [load.arguments for load in (*few, *loads)])
    for load, chunk in zip((*few, *loads), found, strict=True):
        _require_range(load, chunk)
    for load, chunk in zip(loads, found[len(few) :], strict=True):
        _require_good(load, chunk)


def _loads(rng: random.Random) -> list[Load]:
    """Draw one load with heavy messages, one that grows, and one whose few long items come last."""

    def draw(duration: Callable[[], float], lightest: float, heaviest: float, ordered: bool) -> Load:
        item = 10 ** rng.uniform(-3, -1)
        durations = [item * duration() for _ in range(rng.randrange(301, 700, 2))]
        message = item * rng.uniform(lightest, heaviest)
        return Load(sorted(durations) if ordered else durations, message, rng.randint(2, 4))

    return [
        draw(lambda: rng.expovariate(1), 0.4, 0.6, False),
        draw(lambda: rng.uniform(0.2, 1.8), 0.05, 0.2, True),
        draw(lambda: rng.expovariate(1), 0.2, 0.5, True),
    ]


def _require_range(load: Load, chunk: object) -> None:
    n = len(load.durations)
    if isinstance(chunk, bool) or not isinstance(chunk, int):
        raise Failed("a chunk is a whole number of items", str(load), chunk, f"a whole number from 1 to {n}")
    if not 1 <= chunk <= n:
        raise Failed(OUT_OF_RANGE, str(load), chunk, f"1 to {n}")


def _require_good(load: Load, chunk: int) -> None:
    best = load.best()
    times = load.makespan(chunk) / load.makespan(best)
    if times > MOST_OF_BEST:
        yours = f"{chunk}, which takes {times:.2f} × the best time"
        raise Failed(_costliest(load, chunk), str(load), yours, f"at most {MOST_OF_BEST} ×; {best} is best")


def _costliest(load: Load, chunk: int) -> str:
    """Say which costs each worker more: messages, or the wait for the last chunk."""
    n, item, message, workers = load.arguments
    messages = math.ceil(n / chunk) * message / workers
    idle = load.makespan(chunk) - n * item / workers - messages
    return LATE_CHUNK if idle > messages else ALL_MESSAGE


# ---- B: collect

COLLECT_STUB = '''\
seen = []


def note(letter):
    seen.append(letter.open())


def collect(letters):
    """Return what `letter.open()` gives for each letter, in order, opened in two processes."""
    raise NotImplementedError("mend note and collect, then take this line out")
    processes.map(note, letters, workers=2)
    return seen
'''

COLLECT_SOLUTION = '''\
def note(letter):
    return letter.open()


def collect(letters):
    """Return what `letter.open()` gives for each letter, in order, opened in two processes."""
    return processes.map(note, letters, workers=2).values()
'''

OWN_COPY = "each process has its own copy of the list, and the parent's stays as it was"
SWITCHED_OFF = "right, but one process id: parallelism was switched off"
MESSAGES = "messages where the return value needed none"
IS_A_RUN = "that is the Run with an Outcome for each letter; its values() are the list"

COLLECT_HINTS = (
    "Print os.getpid() and len(seen) in note, and again in collect. How many lists called seen are there?",
    "Whatever a function returns travels back to the parent. What does note return?",
    "Let note return letter.open(), and let collect return the values() of the run.",
)

_MAP = "def collect(letters):\n    processes.map(note, letters, workers=2)\n"
COLLECT_WRONG = (
    Wrong(
        COLLECT_STUB.replace('    raise NotImplementedError("mend note and collect, then take this line out")\n', ""), OWN_COPY
    ),
    Wrong(
        f"seen = []\n\ndef note(letter):\n    global seen\n    seen = [*seen, letter.open()]\n\n{_MAP}    return seen\n",
        OWN_COPY,
    ),
    Wrong("def collect(letters):\n    return [letter.open() for letter in letters]\n", SWITCHED_OFF),
    Wrong(
        "from multiprocessing import get_context\n\n"
        "def note(pair):\n    seen, place, letter = pair\n    seen[place] = letter.open()\n\n"
        "def collect(letters):\n    with get_context('spawn').Manager() as manager:\n"
        "        seen = manager.list([None] * len(letters))\n"
        "        pairs = [(seen, place, letter) for place, letter in enumerate(letters)]\n"
        "        processes.map(note, pairs, workers=2).values()\n        return list(seen)\n",
        MESSAGES,
    ),
    Wrong(
        "def note(letter):\n    return letter.open()\n\n"
        "def collect(letters):\n    return processes.map(note, letters, workers=2)\n",
        IS_A_RUN,
    ),
)


def test_collect(fn: Callable[..., Any], rng: random.Random) -> None:
    """Give it letters that note who opens them: equal numbers, two processes, one opening each, no Manager."""
    with tempfile.TemporaryDirectory(prefix="wings-", ignore_cleanup_errors=True) as folder, _managers() as managers:
        letters = [Letter(index, rng.randrange(1000), folder) for index in range(rng.randrange(9, 20, 2))]
        case, right = f"{len(letters)} letters", [letter.number for letter in letters]
        yours = answer_here(fn, (letters,), case)
        opened = openers(folder)
        if yours != right:
            raise Failed(_why_unequal(yours, right, set(opened)), case, yours, right)
        if len(opened) < 2:
            raise Failed(SWITCHED_OFF, case, f"process ids: {len(opened)}", "process ids: at least 2")
        if managers:
            raise Failed(f"right; {len(letters)} {MESSAGES}", case, f"Managers: {len(managers)}", "Managers: 0")
        if opened.total() != len(letters):
            raise Failed("right, but letters were opened more than once", case, opened.total(), len(letters))


def _why_unequal(yours: Any, right: list[int], opened_by: set[int]) -> str:
    if isinstance(yours, Run):
        return IS_A_RUN
    if not isinstance(yours, list):
        return "collect must return a list of numbers"
    if sorted(map(repr, yours)) == sorted(map(repr, right)):
        return "the numbers are right, their order is not"
    if opened_by - {os.getpid()} and len(yours) < len(right):
        return OWN_COPY
    return "these are other numbers"


@contextmanager
def _managers() -> Iterator[list[BaseManager]]:
    """Note every multiprocessing Manager that is started in the block."""
    started: list[BaseManager] = []
    start = BaseManager.start

    def noted(self: BaseManager, *arguments: Any, **keywords: Any) -> None:
        started.append(self)
        start(self, *arguments, **keywords)

    BaseManager.start = noted  # type: ignore[method-assign]
    try:
        yield started
    finally:
        BaseManager.start = start  # type: ignore[method-assign]


EXERCISES = (
    Exercise("02a", "chunk_for", CHUNK_STUB, CHUNK_SOLUTION, CHUNK_HINTS, CHUNK_WRONG, test_chunk_for),
    Exercise("02b", "collect", COLLECT_STUB, COLLECT_SOLUTION, COLLECT_HINTS, COLLECT_WRONG, test_collect),
)

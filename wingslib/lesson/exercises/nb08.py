"""The exercises of 08_map_reduce: a merge that leaves its arguments alone, and a mean that depends on who added what.

The merge is called in a worker process, and what it did to its arguments is noted there. The mean gets a `map_reduce` of
ours, which shares the words out as drawn and notes what it was given.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from functools import partial, reduce
from itertools import pairwise
from typing import Any, NamedTuple

from wingslib.lesson.exercises.exercise import Exercise, Failed, Wrong
from wingslib.lesson.exercises.trial import answer_here, answers

Count = Counter[str]

# ---- A: merge

MERGE_STUB = '''\
def merge(a, b):
    """Return the counts of `a` and `b` together, as a Counter of its own; `a` and `b` stay as
    they are.
    """
    return ...
'''

MERGE_SOLUTION = '''\
def merge(a, b):
    """Return the counts of `a` and `b` together, as a Counter of its own; `a` and `b` stay as
    they are.
    """
    total = a.copy()
    total.update(b)
    return total
'''

CHANGED = "your first page now contains the library: the left argument was changed"
CHANGED_RIGHT = "the right argument was changed"
NOT_ITS_OWN = "it gives back one of its arguments: who changes the total changes that page"
ZEROS = "Counter + Counter drops what is counted as 0, and copies all of both"
REMEMBERS = "it remembers the last call: a default is made once, when def is read"
NO_COUNTS = "these are not the counts of both"

MERGE_HINTS = (
    "merge(a, b) must not touch a and b. What does a.update(b) change, and what does it return?",
    "Begin with a copy: a.copy() is a Counter of its own, zeros included.",
    "total = a.copy(), then total.update(b): the update of a Counter adds. Return total.",
)

MERGE_WRONG = (
    Wrong("def merge(a, b):\n    a.update(b)\n    return a\n", CHANGED),
    Wrong(
        "def merge(a, b):\n    for word, count in b.items():\n        a[word] = a.get(word, 0) + count\n    return a\n", CHANGED
    ),
    Wrong("def merge(a, b):\n    return a + b\n", ZEROS),
    Wrong(
        "from collections import Counter\n\ndef merge(a, b, total=Counter()):\n"
        "    total.update(a)\n    total.update(b)\n    return total.copy()\n",
        REMEMBERS,
    ),
    Wrong("def merge(a, b):\n    return {**a, **b}\n", NO_COUNTS),
)


class _Seen(NamedTuple):
    """What a call gave, what became of its arguments, and whether the result is one of them."""

    found: Any
    a: Count
    b: Count
    shared: bool


def test_merge(fn: Callable[..., Any], rng: random.Random) -> None:
    """Merge drawn Counters, some of them empty; the second pair has no words, so whatever comes then is remembered."""
    pairs: list[tuple[Count, Count]] = [(_counts(rng), _counts(rng)), (Counter(), Counter())]
    pairs += [(_counts(rng), _counts(rng)) for _ in range(rng.randrange(5, 10, 2))]
    pairs += [(_counts(rng), Counter()), (Counter(), _counts(rng))]
    for (a, b), seen in zip(pairs, answers(partial(_watched, fn), pairs), strict=True):
        _require_merged(a, b, seen)


def _counts(rng: random.Random) -> Count:
    """Draw some words with their counts; the first is counted as 0."""
    words = rng.sample(["wing", "nest", "river", "key", "map", "bell", "self", "gate"], rng.randint(3, 6))
    return Counter({word: place and rng.randint(0, 9) for place, word in enumerate(words)})


def _watched(fn: Callable[..., Any], a: Count, b: Count) -> Any:
    found = fn(a, b)
    return ... if found is ... else _Seen(found, a, b, found is a or found is b)


def _require_merged(a: Count, b: Count, seen: _Seen) -> None:
    expected, case = a.copy(), f"a = {dict(a)}, b = {dict(b)}"
    expected.update(b)
    if dict(seen.a) != dict(a):
        raise Failed(CHANGED, case, dict(seen.a), dict(a))
    if dict(seen.b) != dict(b):
        raise Failed(CHANGED_RIGHT, case, dict(seen.b), dict(b))
    if not isinstance(seen.found, dict):
        raise Failed("it does not give a Counter", case, seen.found, dict(expected))
    if seen.shared:
        raise Failed(NOT_ITS_OWN, case)
    if dict(seen.found) != dict(expected):
        raise Failed(_why(seen.found, expected), case, dict(seen.found), dict(expected))


def _why(found: dict[Any, Any], expected: Count) -> str:
    if not expected.keys() <= found.keys() and Counter(found) == expected:
        return ZEROS
    return REMEMBERS if found.keys() - expected.keys() else NO_COUNTS


# ---- B: mean_length

MEAN_STUB = '''\
def mean_length(words, map_reduce):
    """Return the mean length of `words`, 0.0 for none; `map_reduce(words, map_fn, reduce_fn,
    initial=…)` does the work.
    """
    return ...
'''

MEAN_SOLUTION = '''\
def mean_length(words, map_reduce):
    """Return the mean length of `words`, 0.0 for none; `map_reduce(words, map_fn, reduce_fn,
    initial=…)` does the work.
    """

    def one(word):
        return len(word), 1

    def both(a, b):
        return a[0] + b[0], a[1] + b[1]

    letters, count = map_reduce(words, one, both, initial=(0, 0))
    return letters / count if count else 0.0
'''

HALVED = "(a + b) / 2 gives the last one half of all the weight, and the split decides which is the last"
WEIGHED_LATE = "a count comes along, but means are still joined before they are weighed: weigh at every step"
HIDES = "rounding hides that the answers differ, it does not mend it"
LAST_DIGIT = "the last digits depend on the split: carry the sum and the count, and divide once, at the end"
NOT_PARALLEL = "right because nothing was parallel: map_reduce was given no work"
NO_WORDS = "no words: that is 0.0"

MEAN_HINTS = (
    "Join 1, 2 and 9 with (a + b) / 2, first from the left, then from the right. Which of the three weighs most?",
    "A mean alone does not know how many words it stands for. What must travel with it?",
    "Let map_fn give (len(word), 1), let reduce_fn add both parts, and divide once, after map_reduce.",
)

_MEAN = "def mean_length(words, map_reduce):\n"
_WEIGHED = "(a[0] * a[1] + b[0] * b[1]) / max(1, a[1] + b[1]), a[1] + b[1]"
MEAN_WRONG = (
    Wrong(f"{_MEAN}    return map_reduce(words, len, lambda a, b: (a + b) / 2, initial=0)\n", HALVED),
    Wrong(
        f"{_MEAN}    mean, count = map_reduce(words, lambda word: (len(word), 1), "
        "lambda a, b: ((a[0] + b[0]) / 2, a[1] + b[1]), initial=(0, 0))\n"
        "    return mean * count / count if count else 0.0\n",
        WEIGHED_LATE,
    ),
    Wrong(
        f"{_MEAN}    mean, _ = map_reduce(words, lambda word: (len(word), 1), lambda a, b: ({_WEIGHED}), initial=(0.0, 0))\n"
        "    return round(mean, 6)\n",
        HIDES,
    ),
    Wrong(f"{_MEAN}    return sum(map(len, words)) / len(words) if words else 0.0\n", NOT_PARALLEL),
    Wrong(MEAN_SOLUTION.replace(" if count else 0.0", ""), "it raised ZeroDivisionError"),
)
MOST_WORKERS = 16
CLOSE = 0.01


class _Shares:
    """A `map_reduce` that gives each of so many workers a drawn share, and notes how many words it mapped, and to what."""

    def __init__(self, rng: random.Random, workers: int) -> None:
        self.rng, self.workers, self.mapped = rng, workers, 0
        self.scalar = False

    def __call__(self, data: Any, map_fn: Callable[[Any], Any], reduce_fn: Callable[[Any, Any], Any], *, initial: Any) -> Any:
        """Reduce each share, and then the shares, from left to right."""
        found = [map_fn(item) for item in data]
        self.mapped += len(found)
        self.scalar = any(isinstance(value, int | float) for value in found)
        cuts = sorted(self.rng.randint(0, len(found)) for _ in range(self.workers - 1))
        shares = [found[start:end] for start, end in pairwise([0, *cuts, len(found)])]
        return reduce(reduce_fn, [initial, *(reduce(reduce_fn, share) for share in shares if share)])


def test_mean_length(fn: Callable[..., Any], rng: random.Random) -> None:
    """Take the mean of the same words on 1 to 16 workers, and of none."""
    words = ["".join(rng.choices("abc", k=rng.randint(1, 15))) for _ in range(rng.randrange(701, 900, 2))]
    expected = sum(map(len, words)) / len(words)
    for workers in range(1, MOST_WORKERS + 1):
        shares, case = _Shares(rng, workers), f"{len(words)} words, {workers} workers"
        found = answer_here(fn, (list(words), shares), case)
        if not shares.mapped:
            raise Failed(NOT_PARALLEL, case, found, expected)
        if found != expected:
            raise Failed(_wrong_mean(found, expected, shares.scalar), case, found, expected)
    found = answer_here(fn, ([], _Shares(rng, 2)), "no words")
    if found != 0:
        raise Failed(NO_WORDS, "no words", found, 0.0)


def _wrong_mean(found: object, expected: float, scalar: bool) -> str:
    if not isinstance(found, int | float):
        return "this is not a number"
    if abs(found - expected) < CLOSE:
        return HIDES if found == round(found, 8) else LAST_DIGIT
    return HALVED if scalar else WEIGHED_LATE


EXERCISES = (
    Exercise("08a", "merge", MERGE_STUB, MERGE_SOLUTION, MERGE_HINTS, MERGE_WRONG, test_merge),
    Exercise("08b", "mean_length", MEAN_STUB, MEAN_SOLUTION, MEAN_HINTS, MEAN_WRONG, test_mean_length),
)

"""Checks of the reader's exercises, with hints and solutions: check, hint, solution.

An answer is correct, incorrect or not attempted. Tries and hints are counted for this process only.
"""

from __future__ import annotations

import random
import secrets
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wingslib.errors import require_callable, require_count
from wingslib.lesson.exercises import find
from wingslib.lesson.exercises.exercise import Failed, NotAttempted

TRIES = 3


@dataclass(frozen=True)
class Grade:
    """What a check found: "correct", "incorrect" or "not attempted", and the text to print."""

    word: str
    text: str


@dataclass
class Record:
    """What the reader has done on one exercise."""

    tries: int = 0
    solved: bool = False
    hints: int = 0


_records: defaultdict[str, Record] = defaultdict(Record)


def check(key: str, fn: Callable[..., Any], seed: int | None = None) -> None:
    """Check the reader's function and print what was found; `seed` repeats the cases of an earlier check.

    Raises:
        ParameterError: there is no such exercise, or `fn` is not a function.
    """
    found = grade(key, fn, seed)
    record = _records[key]
    record.solved |= found.word == "correct"
    record.tries += found.word == "incorrect"
    print(found.text)


def grade(key: str, fn: Callable[..., Any], seed: int | None = None) -> Grade:
    """Check a function as `check` does, without printing or counting."""
    exercise = find(key)
    require_callable("fn", fn)
    drawn = secrets.randbelow(1_000_000) if seed is None else require_count("seed", seed, least=0)
    try:
        exercise.test(fn, random.Random(drawn))  # noqa: S311 (repeatable cases, not secrets)
    except NotAttempted:
        return Grade("not attempted", f"{key}: not attempted yet.")
    except Failed as failure:
        again = f"The same cases again: lesson.check({key!r}, {exercise.name}, seed={drawn})"
        return Grade("incorrect", "\n".join([f"{key}: not yet: {failure}.", *_comparison(failure), again]))
    return Grade("correct", f"{key}: correct.")


def _comparison(failure: Failed) -> list[str]:
    lines = {"Case": failure.case, "Yours": failure.yours, "Expected": failure.expected}
    return [f"  {name + ':':<9} {text}" for name, text in lines.items() if text]


def hint(key: str) -> None:
    """Print the next hint, and the last one again after that."""
    hints, record = find(key).hints, _records[key]
    record.hints = min(record.hints + 1, len(hints))
    print(f"{key}, hint {record.hints} of {len(hints)}: {hints[record.hints - 1]}")


def solution(key: str) -> None:
    """Print the solution once the exercise is solved or was tried three times, else how many tries are left."""
    exercise, record = find(key), _records[key]
    left = TRIES - record.tries
    if record.solved or left <= 0:
        print(exercise.solution.rstrip())
    else:
        print(f"{key}: the solution shows when you have solved it, or after {left} more {'try' if left == 1 else 'tries'}.")


def stub(key: str) -> str:
    """Return the source text with which the notebook's cell begins."""
    return find(key).stub

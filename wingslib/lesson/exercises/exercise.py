"""What an exercise is, and how a check tells that an answer fails."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

MOST_SHOWN = 100


class NotAttempted(Exception):
    """The stub still stands: it raised NotImplementedError or returned an Ellipsis."""


class Failed(Exception):
    """An answer is wrong: why, in which case, what came and what was expected (each as text, or "")."""

    def __init__(self, message: str, case: str = "", yours: object = "", expected: object = "") -> None:
        super().__init__(message)
        self.case, self.yours, self.expected = case, shown(yours), shown(expected)


@dataclass(frozen=True)
class Wrong:
    """A wrong answer that people give, as source, and a part of the message that it must get."""

    source: str
    message: str


@dataclass(frozen=True)
class Exercise:
    """One exercise: the `name` of the function to write, texts of Python, and `test(fn, rng)`.

    `test` returns if the function is right, else raises Failed or NotAttempted; its cases come from `rng` alone.
    """

    key: str
    name: str
    stub: str
    solution: str
    hints: tuple[str, ...]
    wrong: tuple[Wrong, ...]
    test: Callable[[Callable[..., Any], random.Random], None]


def shown(value: object) -> str:
    """Return a value as a failure shows it: text as it is, numbers with four figures, the rest shortened."""
    if isinstance(value, str):
        return value
    text = f"{value:.4g}" if isinstance(value, float) else repr(value)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"

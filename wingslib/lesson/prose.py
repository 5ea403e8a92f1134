"""Sentences with computed numbers, and errors that a lesson raises on purpose.

Every number in a notebook's text comes through `say`; every cell that breaks something stands in `caught`.
"""

from __future__ import annotations

import string
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wingslib.errors import ParameterError, WingsError

if TYPE_CHECKING:
    from wingslib.measure import Interval

    Number = int | float | str | Interval

MOST_LINES = 3


@dataclass(frozen=True)
class Sentence:
    """Text that a notebook shows as prose."""

    text: str

    def _repr_markdown_(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text


def say(template: str, **numbers: Number) -> None:
    """Show `template` with its numbers written in: `say("{share:%} idle, {times:×} as long", share=0.21, times=3.2)`.

    A field may say how its number is written: `%` a share of 1, `×` a ratio, `s` seconds in the unit that suits
    (s, ms, µs); without one a name that ends in `_seconds` is seconds and any other is a plain number with at most three
    figures. An Interval shows its bounds too.

    Raises:
        ParameterError: the template names a number that was not given, or the reverse.
    """
    from IPython.display import display

    display(Sentence(written(template, numbers)))  # type: ignore[no-untyped-call]


def written(template: str, numbers: dict[str, Number]) -> str:
    """Return `template` with its numbers written in, as `say` shows it."""
    parts = list(string.Formatter().parse(template))
    named = {name for _, name, _, _ in parts if name is not None}
    if named != numbers.keys():
        missing, spare = sorted(named - numbers.keys()), sorted(numbers.keys() - named)
        raise ParameterError(
            f"say lacks the numbers {missing} and was given {spare} for nothing. Name in both places what you show."
        )
    return "".join(text + ("" if name is None else _number(name, numbers[name], form or "")) for text, name, form, _ in parts)


def _number(name: str, value: Number, form: str) -> str:
    if isinstance(value, str):
        return value
    form = form or ("s" if name.endswith("_seconds") else "")
    if isinstance(value, bool) or form not in ("", "%", "×", "s"):
        raise ParameterError(f"{{{name}:{form}}} shows {value!r}; allowed is a number as %, × or s. For example {{{name}:×}}.")
    if isinstance(value, int | float):
        return _one(value, form)
    return f"{_one(value.mean, form)} ({_one(value.low, form)} to {_one(value.high, form)})"


def _one(value: float, form: str) -> str:
    from wingslib.views import wording

    if form == "%":
        return wording.percent(value)
    if isinstance(value, int) and not form:
        return f"{value:,}"
    return wording.measure(value, form)


@contextmanager
def caught() -> Iterator[None]:
    """Catch the error that its block raises on purpose, and print its type, its message and which item it names.

    Raises:
        WingsError: the block raised nothing, although the lesson says that it breaks.
    """
    try:
        yield
    except Exception as error:
        print(described(error))
    else:
        raise WingsError("nothing was raised here, and this cell is about what is raised. Something else is broken.")


def described(error: BaseException) -> str:
    """Return type and message of `error` in at most three lines, then the first line of each of its notes."""
    lines = str(error).splitlines() or ["no message"]
    notes = [note.splitlines()[0] for note in getattr(error, "__notes__", []) if note]
    return "\n".join([f"{type(error).__name__}: {lines[0]}", *lines[1:MOST_LINES], *notes])

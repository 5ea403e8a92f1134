"""What can go wrong.

WingsError
├── ParameterError         a wrong argument, found before any work starts (also a ValueError)
├── NotAvailable           this machine or Python lacks something; the message says how to get it
├── StoreError             the file of measurements cannot be used
├── TooManyAbandoned       so many threads hang that the run was stopped
└── ItemError              one item of a run failed; the others went on
    ├── TimedOut           it took longer than its timeout
    ├── WorkerDied         the process that worked on it ended
    └── NotPicklable       it, or its result, cannot travel to another process

Every message says what was wrong with the value shown, what is allowed, and what to do next. The three
checks below raise the same ParameterError everywhere, so that a wrong `workers` reads alike in an engine,
a notebook and on the command line. What an item's own function raises is never wrapped.
"""

from __future__ import annotations

import sys


class WingsError(Exception):
    """The root of all errors that Wings raises itself."""


class ParameterError(WingsError, ValueError):
    """A wrong argument; nothing has been started."""


class NotAvailable(WingsError):
    """This machine, this Python or this installation lacks what was asked for."""


class StoreError(WingsError):
    """The file of measurements cannot be opened, read or written."""


class TooManyAbandoned(WingsError):
    """As many threads hang as the run has workers, so it was stopped."""


class ItemError(WingsError):
    """The item with this `index` failed for a reason outside its own function."""

    def __init__(self, message: str, index: int) -> None:
        super().__init__(message)
        self.index = index

    def __reduce__(self) -> tuple[type[ItemError], tuple[str, int]]:
        return type(self), (str(self), self.index)


class TimedOut(ItemError):
    """The item took longer than its timeout."""


class WorkerDied(ItemError):
    """The worker process ended while it held the item."""


class NotPicklable(ItemError):
    """The item or its result cannot be sent to or from another process."""


def require_count(name: str, value: object, least: int = 1) -> int:
    """Return `value` if it is a whole number of at least `least`, else raise ParameterError."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ParameterError(f"{name} is {value!r}; allowed is a whole number ≥ {least}. For example {name}={least + 1}.")
    return value


def require_seconds(name: str, value: object) -> float:
    """Return `value` if it is a positive, finite number of seconds, else raise ParameterError."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 0 < value <= sys.float_info.max:  # type: ignore[operator]
        raise ParameterError(f"{name} is {value!r}; allowed is a finite number of seconds > 0. For example {name}=5.")
    return float(value)  # type: ignore[arg-type]


def require_callable(name: str, value: object) -> None:
    """Raise ParameterError unless `value` can be called."""
    if not callable(value):
        raise ParameterError(f"{name} is {value!r}; allowed is a function or another callable. Pass it without parentheses.")

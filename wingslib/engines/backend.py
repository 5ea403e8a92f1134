"""What an engine with workers must offer to the dispatcher: the Backend protocol, and the two records that cross it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from wingslib.engines.worker import Report, Result
from wingslib.errors import ItemError


@dataclass(slots=True)
class Job:
    """One chunk on its way: what crosses for each item, with the items' indices.

    `tries` counts earlier failures of its item, `deaths` workers that died before they named one; `untaken` items
    are still to be handed to the consumer. `ticket` and `handle` are the backend's.
    """

    indices: list[int]
    payloads: list[Any]
    tries: int = 0
    deaths: int = 0
    untaken: int = 0
    submitted: float = 0.0
    ticket: int = -1
    handle: Any = None


@dataclass(frozen=True, slots=True)
class Lost:
    """A chunk that did not come back: `why`, and the `position` of the item that was being worked on (None: unknown)."""

    error: type[ItemError]
    why: str
    position: int | None
    started: float
    worker: int


class Backend(Protocol):
    """How chunks get to workers; `cold` says that the workers are started for this run."""

    engine: str
    workers: int
    cold: bool
    abandoned: int

    @property
    def hanging(self) -> int:
        """Return how many workers were given up and still hold an item."""

    def encode(self, fn: Callable[[Any], Any]) -> Any:
        """Return the function in the form that crosses to a worker; ParameterError if it cannot."""

    def pack(self, index: int, item: Any) -> Any:
        """Return an item in the form that crosses to a worker; an ItemError if it cannot."""

    def unpack(self, index: int, result: Result) -> Any:
        """Return the value or the error of a result as an object of this process."""

    def submit(self, fn: Any, job: Job, done: Callable[[Job, Report | Lost], None]) -> None:
        """Send `job`, and call `done` from any thread when it is over."""

    def overdue(self, job: Job, timeout: float) -> Lost | None:
        """Get rid of a worker that has held an item of `job` for longer than `timeout`, and tell which item."""

    def check(self) -> None:
        """See to it that chunks which can no longer come back are reported as Lost; called now and then while waiting."""

    def cancel(self, job: Job) -> None:
        """Ask that the items of `job` that have not started are left alone."""

    def close(self) -> None:
        """Leave no worker behind."""

"""What an engine with workers must offer to the dispatcher: the Backend protocol, and the two records that cross it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from wingslib.engines.worker import Failure, Report
from wingslib.errors import ItemError, ParameterError


@dataclass(slots=True)
class Job:
    """One chunk on its way: what crosses (its backend's own form), with the items' indices.

    `tries` counts earlier failures of its item, `deaths` workers that died before they named one; `untaken` items
    are still to be handed to the consumer. `sent_bytes`, `ticket` and `handle` are the backend's.
    """

    indices: list[int]
    payload: Any
    tries: int = 0
    deaths: int = 0
    untaken: int = 0
    submitted: float = 0.0
    sent_bytes: int = 0
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


Done = Callable[[Job, Report | Lost], None]
"""Who is told, from any thread, what became of a chunk."""


def closed() -> ParameterError:
    """Return the error of work that is given to a pool which has ended."""
    return ParameterError("this pool is closed and its workers are gone; use it inside its `with` block.")


class Backend(Protocol):
    """How chunks get to workers.

    `cold` says that the workers are started for this run, `computes` that each can keep a core busy.
    """

    engine: str
    workers: int
    cold: bool
    computes: bool
    abandoned: int

    @property
    def hanging(self) -> int:
        """Return how many workers were given up and still hold an item."""

    def encode(self, fn: Callable[[Any], Any]) -> Any:
        """Return the function in the form that crosses to a worker; ParameterError if it cannot."""

    def pack(self, indices: list[int], items: list[Any]) -> tuple[Any, dict[int, ItemError]]:
        """Return items in the form that crosses, and by index the errors of those that cannot and are left out."""

    def part(self, payload: Any, positions: list[int]) -> Any:
        """Return these items of a packed chunk, packed."""

    def unpack(self, indices: list[int], report: Report) -> tuple[list[Any], dict[int, Failure]]:
        """Return the values of a chunk as objects of this process, and its failures by position."""

    def submit(self, fn: Any, job: Job, done: Done) -> None:
        """Send `job`, and call `done` from any thread when it is over."""

    def overdue(self, job: Job, timeout: float) -> Lost | None:
        """Get rid of a worker that has held an item of `job` for longer than `timeout`, and tell which item."""

    def check(self) -> None:
        """See to it that chunks which can no longer come back are reported as Lost; called now and then while waiting."""

    def cancel(self, job: Job) -> None:
        """Ask that the items of `job` that have not started are left alone."""

    def close(self) -> None:
        """Leave no worker behind."""

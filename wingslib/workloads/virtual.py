"""A made-up clock, and a service that lives on it: hours pass in a moment, every wait is exact, and no machine is slow.

The service counts and refuses by the same `Load` as the server does. Nothing from outside can come between two timers,
so what runs here may only await its own kind: no sockets, no threads.
"""

from __future__ import annotations

import asyncio
import http.client
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from wingslib.workloads.load import REFUSALS, Counts, Load

R = TypeVar("R")


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time jumps to the next timer."""

    def __init__(self) -> None:
        self._virtual = 0.0
        super().__init__()

    def time(self) -> float:
        """Return the virtual seconds."""
        return self._virtual

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:  # type: ignore[attr-defined]
            due = self._scheduled[0].when()  # type: ignore[attr-defined]
            self._virtual = max(self._virtual, due + 1e-9)  # time must go on, however little
        super()._run_once()  # type: ignore[misc]


def run(coroutine: Coroutine[Any, Any, R]) -> tuple[R, float]:
    """Run a coroutine on a virtual loop, in a thread of its own; return its result and the virtual seconds it took.

    So it can be called from a notebook's cell, whose thread has a loop already.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_run, coroutine).result()


def _run(coroutine: Coroutine[Any, Any, R]) -> tuple[R, float]:
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        value = runner.run(coroutine)
        return value, runner.get_loop().time()


@dataclass(frozen=True)
class Reply:
    """The part of an answer that a client looks at when it was refused."""

    status_code: int
    headers: Mapping[str, str]


class Refused(OSError):
    """The service said no. `response` has its status and headers, as an error of httpx does."""

    def __init__(self, status: int, headers: Mapping[str, str]) -> None:
        super().__init__(f"{status} {REFUSALS.get(status) or http.client.responses[status]}")
        self.response = Reply(status, headers)

    def __reduce__(self) -> tuple[Any, ...]:
        return Refused, (self.response.status_code, self.response.headers)


class Service:
    """A service to await: `await service(item)` gives the item after `latency`, or raises Refused at once.

    `capacity`, `refuse_above` and `allowed` are those of `server.library`; `retry_after` is the header of its refusals
    ("" for none).
    """

    def __init__(
        self,
        latency: float = 0.02,
        *,
        capacity: int | None = None,
        refuse_above: int | None = None,
        allowed: int | None = None,
        retry_after: str = "1",
    ) -> None:
        self._latency, self._load = latency, Load(capacity, refuse_above, allowed)
        self._headers = {"Retry-After": retry_after} if retry_after else {}

    async def __call__(self, item: R) -> R:
        """Answer one request."""
        with self._load.one() as refused:
            if refused:
                raise Refused(refused, self._headers)
            await self._load.serve(self._latency)
        return item

    def counts(self) -> Counts:
        """Return what it has seen since the last call."""
        return self._load.counts()

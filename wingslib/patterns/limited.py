"""Many waits on a service that must not be hurt: a limit in flight, a rate, a deadline, and tries that wait.

The only place of `rate`, `deadline` and `retry`. In flight is not a rate: ten at a time, each 5 ms long, are 2,000 a
second. aiolimiter spaces the starts, stamina the tries; whoever waits for a next try keeps its place in flight, so a
service in trouble gets less to do.
"""

from __future__ import annotations

import asyncio
import logging
import math
import random
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sized
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, TypeVar

import stamina
from aiolimiter import AsyncLimiter

from wingslib.engines import coroutines
from wingslib.engines.options import Progress, require_work
from wingslib.engines.run import Run
from wingslib.errors import ParameterError, require_count, require_seconds

R = TypeVar("R")
Errors = type[Exception] | tuple[type[Exception], ...]

LONGEST_WAIT = 60.0

# Without a handler, Python would print a line of stamina's for every try that fails.
logging.getLogger("stamina").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Retry:
    """How often and after which errors an item is tried again: `attempts` in all, after the errors in `on`.

    An error that carries the response of a server (of httpx or requests) counts only with status 429 or from 500 up:
    a 404 would come again. An item that exceeded its timeout is tried again too.

    The wait before a try doubles from `wait` seconds, and up to `wait` more is drawn at random, so that not all come
    back together. Where the response says Retry-After, that takes the place of the doubling. No wait is above 60 s.
    """

    attempts: int
    on: Errors
    wait: float = 0.1

    def __post_init__(self) -> None:
        require_count("attempts", self.attempts)
        require_seconds("wait", self.wait)
        kinds = self.on if isinstance(self.on, tuple) else (self.on,)
        if not kinds or not all(isinstance(kind, type) and issubclass(kind, Exception) for kind in kinds):
            raise ParameterError(f"on is {self.on!r}; allowed is an exception class or a tuple of some. For example OSError.")

    def worth(self, error: BaseException) -> bool:
        """Say whether a next try may go better."""
        if isinstance(error, coroutines.Expired):
            return True
        status = getattr(getattr(error, "response", None), "status_code", None)
        return isinstance(error, self.on) and (status is None or status == 429 or status >= 500)


async def limited_parallel(
    fn: Callable[[Any], Awaitable[R]],
    items: Iterable[Any],
    *,
    limit: int,
    rate: float | None = None,
    deadline: float | None = None,
    retry: Retry | None = None,
    timeout: float | None = None,
    progress: Progress | None = None,
) -> Run[R]:
    """Await `fn` for every item, at most `limit` at a time; return a Run in input order.

    A failing item becomes a failed Outcome, the others still run. `rate` is tries a second: in any window they start
    at most rate × window + 1 times. `timeout` is seconds for each try, `deadline` seconds for the whole run: then what
    runs is cancelled, and it and what was not started become TimedOut (of input without a length no more is pulled).

    Raises:
        ParameterError: a wrong argument, or a function that is not a coroutine function; nothing was awaited.
    """
    require_work(fn, items)
    require_count("limit", limit)
    if not coroutines.gives_coroutines(fn):
        raise ParameterError(f"fn is {fn!r}; limited_parallel needs an `async def`. Use threads for a function that blocks.")
    if retry is not None and not isinstance(retry, Retry):
        raise ParameterError(f"retry is {retry!r}; allowed is a Retry. For example Retry(5, on=OSError).")
    calls = _Calls(fn, _interval(rate), deadline, retry, timeout)
    return await coroutines.map(calls, calls.in_time(items), workers=limit, progress=progress)


def _interval(rate: float | None) -> float | None:
    if rate is None:
        return None
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 < rate < math.inf:
        raise ParameterError(f"rate is {rate!r}; allowed is a finite number of tries a second > 0. For example rate=100.")
    return 1 / rate


class _Calls:
    """The way of an item through the limits, from the outside in: deadline, tries, rate, timeout."""

    def __init__(
        self,
        fn: Callable[[Any], Awaitable[Any]],
        interval: float | None,
        deadline: float | None,
        retry: Retry | None,
        timeout: float | None,
    ) -> None:
        self._clock = asyncio.get_running_loop().time
        self._deadline = None if deadline is None else require_seconds("deadline", deadline)
        self._end = self._clock() + (self._deadline or math.inf)
        self._limiter = None if interval is None else AsyncLimiter(1, interval)
        self._timed = fn
        if timeout is not None:
            self._timed = partial(coroutines.within, require_seconds("timeout", timeout), coroutines.LATE, fn)
        self._tries = self._once if retry is None else self._tried(retry)

    async def __call__(self, item: Any) -> Any:
        """Await the item's value."""
        if self._deadline is None:
            return await self._tries(item)
        left, late = self._end - self._clock(), f"the deadline of {self._deadline:g} s for the whole run came"
        if left <= 0:
            raise coroutines.Expired(f"{late} before it was started.")
        return await coroutines.within(left, f"{late}, so it was cancelled.", self._tries, item)

    def _tried(self, retry: Retry) -> Callable[[Any], Awaitable[Any]]:
        caller = stamina.AsyncRetryingCaller(
            retry.attempts, timeout=None, wait_initial=retry.wait, wait_max=LONGEST_WAIT, wait_jitter=retry.wait
        )
        bound = caller.on(partial(self._again, retry))
        return lambda item: bound(self._once, item)

    async def _once(self, item: Any) -> Any:
        if self._limiter is not None:
            await self._limiter.acquire()
        return await self._timed(item)

    def _again(self, retry: Retry, error: Exception) -> bool | float:
        """Say whether to try again, or after how many seconds."""
        if not retry.worth(error):
            return False
        asked = _retry_after(error)
        if asked is None:
            return True
        wait = min(LONGEST_WAIT, asked + random.uniform(0, retry.wait))  # noqa: S311
        return wait if self._clock() + wait < self._end else False

    def in_time(self, items: Iterable[Any]) -> Iterable[Any]:
        """Return `items`, or if nobody knows their number, those that come before the deadline."""
        return items if self._deadline is None or isinstance(items, Sized) else self._until_late(items)

    def _until_late(self, items: Iterable[Any]) -> Iterator[Any]:
        for item in items:
            yield item
            if self._clock() >= self._end:
                return


def _retry_after(error: Exception) -> float | None:
    """Return the seconds that the server asks to wait, told as a number or as a date; None if it does not, or in no sense."""
    headers = getattr(getattr(error, "response", None), "headers", {})
    told = str(headers.get("Retry-After", "")).strip()
    if told.isdecimal():
        return float(told)
    try:
        date = parsedate_to_datetime(told)
    except (ValueError, OverflowError):
        return None
    return max(0.0, (date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)).total_seconds())

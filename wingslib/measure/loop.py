"""An event loop for what is measured: variants that are awaited run in it, on a thread of its own."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any


class Loop:
    """An event loop on a thread of its own, started when the first awaitable comes: a kernel's own is taken."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Loop:
        return self

    def __exit__(self, *error: object) -> None:
        if self._loop and self._thread:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()

    def _running(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            started = threading.Event()
            self._thread = threading.Thread(target=self._serve, args=(started,), name="wings-loop", daemon=True)
            self._thread.start()
            started.wait()
        assert self._loop is not None
        return self._loop

    def _serve(self, started: threading.Event) -> None:
        with asyncio.Runner() as runner:
            self._loop = runner.get_loop()
            self._loop.call_soon(started.set)
            self._loop.run_forever()

    def settled(self, result: Any) -> Any:
        """Return `result`, awaited if it is awaitable; an interrupt cancels it."""
        if not inspect.isawaitable(result):
            return result

        async def wait() -> Any:
            return await result

        return self._run(wait())

    def _run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        future = asyncio.run_coroutine_threadsafe(coroutine, self._running())
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    @contextmanager
    def entered(self, context: Any) -> Iterator[Any]:
        """Enter and leave an async context manager on the loop."""
        value = self._run(context.__aenter__())
        try:
            yield value
        except BaseException as error:
            if not self._run(context.__aexit__(type(error), error, error.__traceback__)):
                raise
        else:
            self._run(context.__aexit__(None, None, None))

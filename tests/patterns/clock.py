"""An event loop whose time jumps to the next timer: hours pass in a moment, and every wait is exact."""

from __future__ import annotations

import asyncio


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop for coroutines only: nothing from outside can come between two timers."""

    def __init__(self) -> None:
        self._virtual = 0.0
        super().__init__()

    def time(self):
        """Return the virtual seconds."""
        return self._virtual

    def _run_once(self):
        if not self._ready and self._scheduled:
            self._virtual = max(self._virtual, self._scheduled[0].when() + 1e-9)  # time must go on, however little
        super()._run_once()


def run(coroutine):
    """Run a coroutine on a virtual loop."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(coroutine)


def now():
    """Return the virtual seconds of the running loop."""
    return asyncio.get_running_loop().time()

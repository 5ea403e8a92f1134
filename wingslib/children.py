"""How do I start a child that cannot outlive me?

Two ways, both standard library only. A multiprocessing worker calls `die_with_parent()` once. A script that may
hang is run by `watched(script, seconds)`: a small watchdog, this file run as a program, holds the script in a
process group of its own and kills the whole group at the deadline, or as soon as whoever asked for it is gone.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from wingslib.errors import NotAvailable, require_seconds

_KILLED = 124
_CELL = """
import sys, types
sys.modules["__main__"] = types.ModuleType("__main__")
exec({source!r}, sys.modules["__main__"].__dict__)
"""


@dataclass(frozen=True)
class Watched:
    """What became of a watched script: its exit status, its output, the seconds it took, and whether it was killed."""

    status: int
    stdout: str
    stderr: str
    seconds: float
    timed_out: bool


def die_with_parent() -> None:
    """Let this multiprocessing child end, at once and without clean-up, when its parent is gone.

    A thread sees to it; it cannot while C code holds the GIL or the child is stopped. So Linux is asked as well: it kills
    the child when the parent's end of the pipe between them closes.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    if sys.platform == "linux":
        import fcntl  # there is none on Windows

        fcntl.fcntl(parent.sentinel, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(parent.sentinel, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(parent.sentinel, fcntl.F_SETFL, fcntl.fcntl(parent.sentinel, fcntl.F_GETFL) | os.O_ASYNC)

    def wait() -> None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=wait, name="wings-parent-guard", daemon=True).start()


def watched(script: str | Path, seconds: float, arguments: Sequence[str] = (), *, as_cell: bool = False) -> Watched:
    """Run a Python script, given as source text or Path, and kill it and all its children after `seconds`.

    `as_cell` runs source text as a kernel runs a cell: in a `__main__` that no other process can import. Output goes
    through files, so that a grandchild that holds them open cannot make anyone wait.
    """
    if os.name != "posix":
        raise NotAvailable("a watched script needs process groups (Linux or macOS); on Windows run it in a terminal.")
    seconds = require_seconds("seconds", seconds)
    with tempfile.TemporaryDirectory(prefix="wings-") as folder:
        path = script if isinstance(script, Path) else Path(folder, "script.py")
        if isinstance(script, str):
            path.write_text(_CELL.format(source=script) if as_cell else script, encoding="utf-8")
        began = time.monotonic()
        with open(Path(folder, "out"), "w+b") as out, open(Path(folder, "err"), "w+b") as err:
            watchdog = subprocess.Popen(  # noqa: S603 (our own file and the reader's own script)
                [sys.executable, "-I", __file__, str(seconds), sys.executable, str(path), *arguments],
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=err,
                env={**os.environ, "PYTHON_COLORS": "0"},  # a kernel forces colours: Python 3.13 obeys
                start_new_session=True,
            )
            try:
                status = watchdog.wait()
            finally:  # closing its input tells the watchdog that nobody waits any more
                assert watchdog.stdin is not None
                watchdog.stdin.close()
                watchdog.wait()
            took = time.monotonic() - began
            out.seek(0)
            err.seek(0)
            texts = out.read().decode(errors="replace"), err.read().decode(errors="replace")
    return Watched(status, *texts, seconds=took, timed_out=status == _KILLED and took >= seconds)


def _watch(seconds: float, command: Sequence[str]) -> int:
    """Be the watchdog: run `command` in its own group until it ends, the deadline comes or our input closes."""
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, process_group=0)  # noqa: S603
    ended, tell = os.pipe()

    def wait() -> None:
        child.wait()
        os.close(tell)

    threading.Thread(target=wait, daemon=True).start()
    ready, _, _ = select.select([ended, sys.stdin], [], [], seconds)
    with contextlib.suppress(ProcessLookupError):  # the whole group has ended; else grandchildren are left
        os.killpg(child.pid, signal.SIGKILL)
    status = child.wait()
    return status if ended in ready else _KILLED


if __name__ == "__main__":
    sys.exit(_watch(float(sys.argv[1]), sys.argv[2:]))

"""What a process has open: children, threads, files and temporary files, to be the same after a fault as before."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing.util
import os
import re
import tempfile
import threading
import time
from collections import Counter
from multiprocessing import forkserver, resource_tracker
from pathlib import Path

import psutil

SETTLE_SECONDS = 5
DESCRIPTORS = Path("/proc/self/fd")


def children() -> set[psutil.Process]:
    """Return all living descendants but multiprocessing's own two; a zombie does not live."""
    own = {forkserver._forkserver._forkserver_pid, resource_tracker._resource_tracker._pid}
    return {child for child in psutil.Process().children(recursive=True) if child.pid not in own and _runs(child)}


def _runs(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.status() != psutil.STATUS_ZOMBIE
    return False


def descriptors() -> Counter[str]:
    """Count what is open: files by path, sockets and pipes by kind (empty where there is no /proc).

    Multiprocessing's own arenas do not count: it keeps small ones to use them again.
    """
    found: Counter[str] = Counter()
    for entry in DESCRIPTORS.iterdir() if DESCRIPTORS.exists() else ():
        with contextlib.suppress(OSError):  # the listing's own, gone by now
            found[os.readlink(entry).split(":[")[0]] += 1
    ours = f"/proc/{os.getpid()}/fd"
    return Counter({name: count for name, count in found.items() if name != ours and "/pym-" not in name})


def temporary() -> set[str]:
    """Name what lies in the folders for temporary files, and what is ours in shared memory."""
    folders = [Path(tempfile.gettempdir()), Path(multiprocessing.util.get_temp_dir())]
    found = {str(path) for folder in folders for path in folder.iterdir()}
    return found | {str(path) for path in Path("/dev/shm").glob(f"pym-{os.getpid()}-*")}


class Footprint:
    """What this process had open when the footprint was taken."""

    def __init__(self) -> None:
        self._before = _look()

    def grown(self, seconds: float = SETTLE_SECONDS) -> list[str]:
        """Say what there is more of than before; wait up to `seconds` until there is nothing."""
        deadline = time.monotonic() + seconds
        while (more := _more(self._before, _look())) and time.monotonic() < deadline:
            gc.collect()
            time.sleep(0.01)
        return more

    def lift(self) -> None:
        """Allow what there is now, too."""
        now = _look()
        self._before = {kind: before | now[kind] for kind, before in self._before.items()}


Look = dict[str, Counter[str]]


def _look() -> Look:
    return {
        "child": Counter("a process" for _ in children()),
        "thread": Counter(re.sub(r"\d+", "", thread.name) for thread in threading.enumerate()),
        "descriptor": descriptors(),
        "temporary file": Counter(temporary()),
    }


def _more(before: Look, now: Look) -> list[str]:
    return [f"{count} more of {kind} {name}" for kind in now for name, count in (now[kind] - before[kind]).items()]

"""P7: the parent is killed. Its workers are gone within five seconds, whatever they are doing."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.usefixtures("nothing_left"),
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to see whose processes are left"),
]

ROOT = Path(__file__).parents[2]
GONE_SECONDS = 5
SCRIPT = """
import os, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from tests.faults import harm
from wingslib import processes

def work(folder):
    Path(folder, str(os.getpid())).touch()
    {act}

if __name__ == "__main__":
    processes.map(work, [sys.argv[2]] * 4, workers=2, chunk=1, start=sys.argv[3])
"""
ACTS = {
    "asleep": "harm.sleep()",
    "computing": "harm.spin()",
    "in short calls": "while True: time.sleep(0.001)",
    "in C with the GIL": "harm.hold_the_gil()",
    "stopped": "harm.stop()",
}


def started(pid: int) -> str | None:
    """Return when a process was started, so that a pid used again is another; None if it is gone or a zombie."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return None if fields[0] in "ZX" else fields[19]
    return None


def begin(act: str, start: str, folder: Path) -> subprocess.Popen[bytes]:
    """Start a parent whose two workers will leave a file each, named by their pids."""
    (folder / "pids").mkdir()
    (folder / "script.py").write_text(SCRIPT.format(act=ACTS[act]))
    command = [sys.executable, str(folder / "script.py"), str(ROOT), str(folder / "pids"), start]
    with open(folder / "out", "wb") as out:  # a pipe would be held open by an orphan, and waited for
        own = os.environ | {"TMPDIR": str(folder)}  # multiprocessing's folder outlives a killed parent
        return subprocess.Popen(command, stdout=out, stderr=out, env=own, start_new_session=True)


def workers(parent: subprocess.Popen[bytes], folder: Path) -> dict[int, str]:
    """Wait until both workers are at their items; return their start times."""
    deadline = time.monotonic() + 40
    while len(found := [int(path.name) for path in (folder / "pids").iterdir()]) < 2:
        assert parent.poll() is None, (folder / "out").read_text()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return {pid: when for pid in found if (when := started(pid))}


def left(found: dict[int, str]) -> list[int]:
    """Return the workers that still live; those that do after five seconds are ended here."""
    deadline = time.monotonic() + GONE_SECONDS
    while (living := [pid for pid, when in found.items() if started(pid) == when]) and time.monotonic() < deadline:
        time.sleep(0.02)
    for pid in living:
        os.kill(pid, signal.SIGKILL)
    return living


@pytest.mark.parametrize("start", ["forkserver", "spawn"])
@pytest.mark.parametrize("act", ACTS)
def test_workers_of_a_killed_parent_are_gone(act, start, trials, folders):
    """After `kill -9` at a random moment no worker is left, asleep, computing, stopped or in a call of C code."""
    for chance in trials(1, 60, 600):
        folder = folders()
        parent = begin(act, start, folder)
        try:
            found = workers(parent, folder)
            time.sleep(chance.uniform(0, 0.2))
        finally:
            parent.kill()
            parent.wait()
        assert len(found) == 2
        assert left(found) == []


@pytest.mark.parametrize("start", ["forkserver", "spawn"])
def test_a_parent_killed_while_it_starts_leaves_nothing(start, trials, folders):
    """Killed at any moment of its start, it leaves no process of its session."""
    for chance in trials(3, 60, 600):
        folder = folders()
        parent = begin("asleep", start, folder)
        time.sleep(chance.uniform(0.05, 1.0))
        parent.kill()
        parent.wait()
        found = {pid: when for pid in session(parent.pid) if (when := started(pid))}
        assert left(found) == []


def session(leader: int) -> list[int]:
    """Return the processes of one session."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ProcessLookupError):
            if os.getsid(int(entry.name)) == leader:
                found.append(int(entry.name))
    return found

"""`kill -9` of `wings run` at random moments: the store is sound, its rounds have no gap, and no process is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wingslib.store import Store


def alive(store: Path) -> list[str]:
    """Return the command lines of all processes that were started with this store, zombies apart."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment = (process / "environ").read_bytes()
            state = (process / "stat").read_text().rpartition(")")[2].split()[0]
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue  # it ended while we looked
        if f"WINGS_STORE={store}".encode() in environment.split(b"\0") and state != "Z" and int(process.name) != os.getpid():
            found.append(command)
    return found


def gaps(store: Store) -> list[str]:
    """Name each variant of each comparison whose rounds do not count 0, 1, 2, …"""
    faults = []
    for session in store.sessions():
        for comparison in store.comparisons(session["id"]):
            rounds: dict[str, list[int]] = {}
            for sample in store.samples(comparison["id"]):
                rounds.setdefault(sample["variant"], []).append(sample["round"])
            faults += [f"{variant}: {numbers}" for variant, numbers in rounds.items() if numbers != list(range(len(numbers)))]
    return faults


def begin(path: Path) -> subprocess.Popen[bytes]:
    """Start a run of notebook 02 with a store of its own, and a folder for what its kernel leaves when it is killed."""
    command = [sys.executable, "-c", "from wingslib.cli import main; main()", "run", "02", "--profile", "smoke"]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(
        command, env=os.environ | {"WINGS_STORE": str(path), "TMPDIR": str(path.parent)}, stdout=quiet, stderr=quiet
    )


def require_sound(path: Path) -> None:
    """Require that within 10 s nothing runs for this store, that it passes its check, and that no round is missing."""
    deadline = time.monotonic() + 10
    while (left := alive(path)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert left == []
    with Store(path) as store:
        assert store.sound()
        assert gaps(store) == []


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc to see whose processes are left")
def test_killed_runs_leave_sound_stores(trials, folders):
    """After `kill -9` of two runs, each at its moment, both stores are sound and nothing runs."""
    for chance in trials(5, 500, 5000):
        paths = [folders() / "wings.sqlite" for _ in range(2)]
        runs = [begin(path) for path in paths]
        while not all(path.exists() for path in paths):
            assert [run.poll() for run in runs] == [None, None]
            time.sleep(0.05)
        began = time.monotonic()
        for run, moment in zip(runs, sorted(chance.uniform(0, 5) for _ in runs), strict=True):
            time.sleep(max(0.0, began + moment - time.monotonic()))
            run.kill()
            assert run.wait() == -signal.SIGKILL
        for path in paths:
            require_sound(path)

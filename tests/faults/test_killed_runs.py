"""`kill -9` of `wings run` at random moments: the store is sound, its rounds have no gap, and no process is left."""

from __future__ import annotations

import os
import random
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


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc to see whose processes are left")
@pytest.mark.timeout(60)
@pytest.mark.parametrize("seed", range(10))
def test_a_killed_run_leaves_a_sound_store(seed, tmp_path):
    """After `kill -9` the store opens, passes its check, has no gap in its rounds, and within 10 s nothing runs."""
    path = tmp_path / "results" / "wings.sqlite"
    command = [sys.executable, "-c", "from wingslib.cli import main; main()", "run", "02", "--profile", "smoke"]
    quiet = subprocess.DEVNULL
    wings = subprocess.Popen(command, env=os.environ | {"WINGS_STORE": str(path)}, stdout=quiet, stderr=quiet)
    while not path.exists():
        assert wings.poll() is None
        time.sleep(0.05)
    time.sleep(random.Random(seed).uniform(0, 10))
    os.kill(wings.pid, signal.SIGKILL)
    assert wings.wait() == -signal.SIGKILL
    deadline = time.monotonic() + 10
    while (left := alive(path)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert left == []
    with Store(path) as store:
        assert store.sound()
        assert gaps(store) == []

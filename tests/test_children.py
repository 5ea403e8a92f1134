"""Children that cannot outlive us: watched scripts and workers."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from wingslib.children import watched
from wingslib.errors import ParameterError
from wingslib.workloads import startup

pytestmark = [pytest.mark.usefixtures("nothing_left"), pytest.mark.skipif(os.name != "posix", reason="needs process groups")]

GRANDCHILD = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open(sys.argv[1] + ".part", "w").write(f"{os.getpid()} {child.pid}")
os.rename(sys.argv[1] + ".part", sys.argv[1])
"""


def gone(pids, seconds=5.0):
    """Say whether all processes are gone (or zombies) within `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not any(alive(pid) for pid in pids):
            return True
        time.sleep(0.02)
    return False


def alive(pid):
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False


def pids_in(path: Path, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    return [int(pid) for pid in path.read_text().split()]


def test_a_script_that_ends_gives_status_and_output():
    """Exit status, both outputs and arguments come through."""
    done = watched("import sys; print(sys.argv[1:]); print('no', file=sys.stderr); sys.exit(3)", 20, ["a", "b c"])
    assert (done.status, done.stdout, done.stderr, done.timed_out) == (3, "['a', 'b c']\n", "no\n", False)
    assert 0 < done.seconds < 20


def test_a_script_may_be_a_path(tmp_path):
    """A Path is run where it lies."""
    (tmp_path / "script.py").write_text("print(__file__)")
    assert watched(tmp_path / "script.py", 20).stdout == f"{tmp_path / 'script.py'}\n"


def test_what_a_script_says_is_plain_text(monkeypatch):
    """A traceback has no colours, even where a kernel forces them on its children."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert watched("1 / 0", 20).stderr.endswith("\nZeroDivisionError: division by zero\n")


def test_a_script_that_hangs_is_killed_with_its_children(tmp_path):
    """At the deadline script and grandchild are killed, and what was printed is kept."""
    done = watched(GRANDCHILD + "print('here', flush=True); time.sleep(60)", 1.0, [str(tmp_path / "pids")])
    assert done.timed_out
    assert done.stdout == "here\n"
    assert gone(pids_in(tmp_path / "pids"))


def test_grandchildren_of_a_script_that_ends_are_killed(tmp_path):
    """A script that ends leaves no child behind, even one that holds its output open."""
    done = watched(GRANDCHILD, 20, [str(tmp_path / "pids")])
    assert (done.status, done.timed_out) == (0, False)
    assert gone(pids_in(tmp_path / "pids"))


def test_a_status_of_124_is_not_mistaken_for_the_deadline():
    """A script may end with any status of its own."""
    done = watched("raise SystemExit(124)", 20)
    assert (done.status, done.timed_out) == (124, False)


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), "2"])
def test_a_wrong_deadline_is_refused(seconds):
    """Nothing is started without a deadline."""
    with pytest.raises(ParameterError, match="seconds is"):
        watched("print()", seconds)


def start(tmp_path, script: str) -> subprocess.Popen:
    """Start a parent that will be killed; its output goes to a file, so that no orphan can make us wait."""
    (tmp_path / "parent.py").write_text(script)
    with open(tmp_path / "output", "wb") as output:
        return subprocess.Popen(
            [sys.executable, str(tmp_path / "parent.py"), str(tmp_path / "pids")],
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            cwd=Path(__file__).parent.parent,
        )


def test_a_watched_script_ends_with_whoever_asked_for_it(tmp_path):
    """The parent is killed: script and grandchild are gone within 5 s."""
    script = GRANDCHILD + "time.sleep(60)"
    parent = start(tmp_path, f"import sys\nfrom wingslib.children import watched\nwatched({script!r}, 60, sys.argv[1:])")
    pids = pids_in(tmp_path / "pids")
    parent.kill()
    parent.wait()
    assert gone(pids)


WORKERS = """
import os, sys, time
from wingslib import processes

def work(number):
    time.sleep(60)

if __name__ == "__main__":
    with processes.pool(workers=2, start={start!r}) as pool:
        pids = [w for w in pool.backend._pool._pool_manager.worker_manager.workers]
        open(sys.argv[1] + ".part", "w").write(" ".join(map(str, pids)))
        os.rename(sys.argv[1] + ".part", sys.argv[1])
        pool.map(work, range(4))
"""


@pytest.mark.parametrize("start_method", [name for name in startup.methods() if name != "fork"])
@pytest.mark.parametrize("trial", range(3))
def test_workers_end_with_their_parent(tmp_path, start_method, trial):
    """The parent is killed in the midst of work: its two workers are gone within 5 s."""
    parent = start(tmp_path, WORKERS.format(start=start_method))
    pids = pids_in(tmp_path / "pids")
    assert len(pids) == 2
    time.sleep(0.1 * trial)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert gone(pids)

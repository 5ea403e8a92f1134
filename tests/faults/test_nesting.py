"""P8: pools in workers, workers beside threads, one usable core.

Quotas of fake cgroups (1.5 cores among them) are in tests/test_machine.py.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.engines import work
from wingslib.children import watched
from wingslib.engines import processes, threads
from wingslib.errors import WingsError

pytestmark = pytest.mark.usefixtures("nothing_left")

ONE_CORE = """
import os
from wingslib import processes
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
if __name__ == "__main__":
    print(processes.map(abs, range(5)).timeline.workers)
"""


def map_inside(number):
    return processes.map(work.double, range(number), workers=2).values()


def threads_inside(number):
    return threads.map(work.double, range(number), workers=2).values()


def parent_command(_):
    return Path(f"/proc/{os.getppid()}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def test_processes_inside_a_process_are_refused(warm):
    """The item's error is ours, says that the use is nested and what to do; the worker goes on."""
    run = warm.map(map_inside, [3, 4], chunk=1)
    for error in run.errors.values():
        assert isinstance(error, WingsError)
        assert "nested" in str(error)
        assert "serial or threads" in str(error)
    assert len(run.errors) == 2
    assert warm.map(threads_inside, [3]).values() == [[0, 2, 4]]


def test_processes_are_started_beside_busy_threads(trials):
    """Pools that several threads start at one time all work: nothing is forked while another thread holds a lock."""
    for _ in trials(2, 50, 250):
        run = threads.map(map_inside, [3, 4, 5], workers=3)
        assert run.values() == [[0, 2, 4], [0, 2, 4, 6], [0, 2, 4, 6, 8]]


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs /proc to see what started a worker")
@pytest.mark.parametrize("start", [None, "spawn"])
def test_no_worker_is_forked_from_this_process(start):
    """By default a worker's parent is the fork server; spawned, it runs a Python of its own."""
    (parent,) = processes.map(parent_command, [1], workers=1, start=start).values()
    assert ("forkserver" in parent) is (start is None)
    sources = Path(processes.__file__).parent.glob("*.py")
    assert not [path.name for path in sources if "os.fork(" in path.read_text() or '"fork"' in path.read_text()]


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system has no affinity")
def test_one_usable_core_means_one_worker(tmp_path):
    """With an affinity of one core, processes take one worker unless told otherwise."""
    (tmp_path / "script.py").write_text(ONE_CORE)
    done = watched(tmp_path / "script.py", 30)
    assert (done.status, done.stdout, done.stderr) == (0, "1\n", "")

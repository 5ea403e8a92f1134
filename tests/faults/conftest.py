"""How many fault trials, from which seed, and what must hold after each of them.

`WINGS_TIER` is pr (as in `make test`), nightly or release. A failing trial prints the line that replays it alone.
"""

from __future__ import annotations

import contextlib
import multiprocessing.util
import os
import random
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.footprint import Footprint
from wingslib.engines import processes, serial, threads

TIERS = ("pr", "nightly", "release")
TIER = os.environ.get("WINGS_TIER", "pr")
SEED = int(os.environ.get("WINGS_SEED", "0"))
ONLY = os.environ.get("WINGS_TRIAL")
HANG_SECONDS = 60
LONG_SECONDS = HANG_SECONDS if TIER == "pr" else 3 * 3600
REPLAY = pytest.StashKey[str]()


def pytest_configure():
    """Refuse a tier that does not exist."""
    if TIER not in TIERS:
        pytest.exit(f"WINGS_TIER is {TIER!r}; allowed: {', '.join(TIERS)}.", returncode=2)


def pytest_report_header():
    """Say which trials these are."""
    return f"fault trials: WINGS_TIER={TIER} WINGS_SEED={SEED}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """Show with a failure how to run that one trial again."""
    report = yield
    if report.failed and REPLAY in item.stash:
        report.sections.append(("run this trial again", item.stash[REPLAY]))
    return report


@pytest.fixture
def size():
    """Give `size(pr, nightly, release)`: the number that belongs to the tier."""
    return lambda *sizes: sizes[TIERS.index(TIER)]


@pytest.fixture
def trials(request, size, record_property):
    """Give `trials(pr, nightly, release)`: a random generator for each trial of the tier, and the checks after it.

    Each trial has 60 seconds. After it this process has nothing open that it had not before, and runs work.
    """

    def trials(*counts: int) -> Iterator[random.Random]:
        numbers = range(size(*counts)) if ONLY is None else [int(ONLY)]
        before = Footprint()
        for number in numbers:
            request.node.stash[REPLAY] = f"WINGS_SEED={SEED} WINGS_TRIAL={number} pytest '{request.node.nodeid}'"
            _give_seconds(HANG_SECONDS)
            before.lift()
            yield random.Random(f"{SEED} {request.node.nodeid} {number}")
            grown = before.grown()
            assert not grown, f"more than before: {grown}"
            assert serial.map(abs, [-1]).values() == threads.map(abs, [-1], workers=1).values() == [1]
        record_property("trials", len(numbers))
        record_property("wanted", " ".join(map(str, counts)))

    return trials


def _give_seconds(seconds: float) -> None:
    """Set the alarm of pytest-timeout, which is one for a whole test, again."""
    if hasattr(signal, "setitimer") and signal.getitimer(signal.ITIMER_REAL)[0]:
        signal.setitimer(signal.ITIMER_REAL, seconds)


@pytest.fixture(scope="session", autouse=True)
def own_temporary_folder(tmp_path_factory):
    """Keep temporary files apart from those of other programs, which come and go."""
    multiprocessing.util.get_temp_dir()  # its own is chosen now, and removed by itself when all is over
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("temporary")
        patch.setenv("TMPDIR", str(folder))
        patch.setattr(tempfile, "tempdir", str(folder))
        yield


@pytest.fixture(scope="module", autouse=True)
def still_usable(own_temporary_folder):
    """After the trials of a file a new pool works; before them multiprocessing has started what it keeps."""
    assert processes.map(abs, [-1], workers=1).values() == [1]
    yield
    assert processes.map(abs, [-2], workers=1).values() == [2]


@pytest.fixture
def folders():
    """Give a fresh folder for each program, with a short path (a socket's may have 107 characters), removed at the end."""
    with contextlib.ExitStack() as stack:
        yield lambda: Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True, dir="/tmp")))


def worker_pids(pool) -> set[int]:
    """Return the ids of the living worker processes of a pool."""
    manager = getattr(pool.backend._pool, "_pool_manager", None)
    return {pid for pid, process in list(manager.worker_manager.workers.items()) if process.is_alive()} if manager else set()


def answering(pool) -> set[int]:
    """Return the ids of the workers that take an item: one that was just killed still looks alive, and answers nothing."""
    return set(pool.map(_own_id, range(4), chunk=1).values())


def _own_id(_: int) -> int:
    time.sleep(0.01)
    return os.getpid()


@pytest.fixture(scope="module")
def warm_pool():
    """Two processes for all tests of a file."""
    with processes.pool(workers=2) as pool:
        yield pool


@pytest.fixture
def warm(warm_pool):
    """Two warm processes, both up."""
    deadline = time.monotonic() + 20
    while len(answering(warm_pool) & worker_pids(warm_pool)) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    return warm_pool

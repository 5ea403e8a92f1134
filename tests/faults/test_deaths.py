"""Workers killed at random moments: no item is lost and nothing hangs."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time

import pytest

from tests.engines import work
from wingslib.engines import processes
from wingslib.errors import WorkerDied

pytestmark = pytest.mark.usefixtures("nothing_left")


def kill(pids):
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("seed", range(3))
def test_random_kills_lose_no_item(seed, monkeypatch):
    """Idle or at work, one or both workers: every item has its Outcome, and only deaths are errors."""
    monkeypatch.setattr(processes, "STUCK_SECONDS", 1.0)
    chance = random.Random(seed)
    with processes.pool(workers=2) as pool:
        for _ in range(20):
            manager = getattr(pool.backend._pool, "_pool_manager", None)
            pids = list(manager.worker_manager.workers) if manager else []
            victims = chance.sample(pids, min(len(pids), chance.choice([1, 2])))
            timer = threading.Timer(chance.uniform(0, 0.02), kill, [victims])
            timer.start()
            if chance.random() < 0.5:
                time.sleep(chance.uniform(0, 0.02))
            run = pool.map(work.spin, [0.0005] * chance.choice([1, 3, 30]), chunk=chance.choice([1, 5, "auto"]))
            timer.join()
            assert [outcome.index for outcome in run] == list(range(len(run)))
            assert all(outcome.ok or isinstance(outcome.error, WorkerDied) for outcome in run)
            assert len(run.errors) <= 2 * 5
        assert pool.map(work.double, range(9)).values() == [2 * number for number in range(9)]


def test_a_death_that_pebble_does_not_see_costs_one_item(monkeypatch):
    """A worker that dies before pebble knows what it took: its item is WorkerDied all the same, and the run ends."""
    monkeypatch.setattr(processes, "STUCK_SECONDS", 0.5)

    def unseen(worker):
        raise LookupError

    with processes.pool(workers=2) as pool:
        monkeypatch.setattr(pool.backend._pool._pool_manager, "find_expired_task", unseen)
        run = pool.map(work.die_on_seven, range(20), chunk=5)
    assert [outcome.value for outcome in run if outcome.ok] == [number for number in range(20) if number != 7]
    assert [type(error) for error in run.errors.values()] == [WorkerDied]
    assert "item 7:" in str(run.errors[7])


def test_a_chunk_that_a_dying_worker_took_along_comes_back(monkeypatch):
    """Calls of which pebble never speaks again are sent anew once all workers have been idle for a while."""
    monkeypatch.setattr(processes, "STUCK_SECONDS", 0.5)
    with processes.pool(workers=2) as pool:
        manager = pool.backend._pool._pool_manager
        monkeypatch.setattr(manager.worker_manager, "dispatch", lambda task: None)  # lost on the way
        assert pool.map(work.double, range(5)).values() == [0, 2, 4, 6, 8]

"""P1, P2: workers that die or starve. One item is lost, the others have their values, and nothing hangs."""

from __future__ import annotations

import contextlib
import importlib
import math
import os
import signal
import threading
import time
from functools import partial

import pytest

from tests.engines import work
from tests.faults import harm
from tests.faults.conftest import worker_pids
from wingslib.engines import processes, threads
from wingslib.errors import WorkerDied

DEATHS = {
    harm.exit_at_once: "status 3",
    harm.exit_as_if_well: "",
    harm.be_killed: "memory",
    harm.touch_null: "crashed",
    harm.abort: "crashed",
}


def require_only_seven(run, error):
    """Require 19 values and one error that names item 7."""
    assert [outcome.index for outcome in run] == list(range(20))
    assert [outcome.value for outcome in run if outcome.ok] == [number for number in range(20) if number != 7]
    assert list(run.errors) == [7]
    assert isinstance(run.errors[7], error)
    assert "item 7" in f"{run.errors[7]} {run.errors[7].__notes__}"


@pytest.mark.parametrize("chunk", [1, 5, "auto"])
@pytest.mark.parametrize("death", DEATHS, ids=lambda death: death.__name__)
def test_a_death_in_a_warm_pool_costs_one_item(death, chunk, warm, trials, monkeypatch):
    """19 values, and one WorkerDied that names item 7 and what may have happened; the pool goes on.

    It is found by itself, not only because in the end nobody is at work any more.
    """
    monkeypatch.setattr(processes, "STUCK_SECONDS", math.inf)
    for _ in trials(1, 20, 200):
        began = time.monotonic()
        run = warm.map(partial(harm.at, {7}, death), range(20), chunk=chunk)
        assert time.monotonic() - began < 10  # seen within 2 s, with slack
        require_only_seven(run, WorkerDied)
        assert DEATHS[death] in str(run.errors[7])
        assert warm.map(abs, range(4), chunk=1).values() == [0, 1, 2, 3]


@pytest.mark.parametrize("death", DEATHS, ids=lambda death: death.__name__)
def test_a_death_in_a_cold_run_costs_one_item(death, trials):
    """The same where the workers were started for this run, with any chunk."""
    for chance in trials(1, 20, 200):
        run = processes.map(partial(harm.at, {7}, death), range(20), workers=2, chunk=chance.choice([1, 5, 20, "auto"]))
        require_only_seven(run, WorkerDied)


@pytest.mark.parametrize("chunk", [1, 5, "auto"])
def test_an_exit_costs_one_item_and_no_worker(chunk, warm, trials):
    """sys.exit in an item is that item's SystemExit, in processes and threads."""
    leave = partial(harm.at, {7}, harm.leave)
    for _ in trials(1, 20, 200):
        before = worker_pids(warm)
        require_only_seven(warm.map(leave, range(20), chunk=chunk), SystemExit)
        assert worker_pids(warm) == before
        require_only_seven(threads.map(leave, range(20), workers=2, chunk=chunk), SystemExit)


@pytest.mark.parametrize("retries", [0, 1])
def test_items_that_kill_are_tried_again_only_as_often_as_asked(retries, warm, tmp_path, trials):
    """By default a deadly item runs once, for it may have done something already; with one retry it runs twice."""
    for chance in trials(2, 50, 500):
        log = tmp_path / str(chance.random())
        run = warm.map(partial(note_and_die, str(log)), range(3), chunk=1, retries=retries)
        assert "item 1: its worker process ended with status 3" in str(run.errors.get(1))
        assert list(run.errors) == [1]
        assert log.read_text() == "1" * (1 + retries)


def note_and_die(log, item):
    if item == 1:
        with open(log, "a") as file:
            file.write("1")
        os._exit(3)
    return item


@pytest.mark.parametrize("chunk", [1, 5])
def test_an_item_that_starves_fails_alone(chunk, warm, trials):
    """A worker out of memory reports MemoryError for that item; it and its neighbours go on."""
    for chance in trials(3, 50, 500):
        before = worker_pids(warm)
        places = set(chance.sample(range(20), 2))
        run = warm.map(partial(harm.at, places, harm.starve), range(20), chunk=chunk)
        assert {index: type(error) for index, error in run.errors.items()} == dict.fromkeys(sorted(places), MemoryError)
        assert [outcome.value for outcome in run if outcome.ok] == [number for number in range(20) if number not in places]
        assert worker_pids(warm) == before


def kill(pids):
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def test_random_kills_lose_no_item(trials, monkeypatch):
    """Idle or at work, one or both workers: every item has its Outcome, and only deaths are errors."""
    monkeypatch.setattr(processes, "STUCK_SECONDS", 1.0)
    for chance in trials(3, 15, 150):
        with processes.pool(workers=2) as pool:
            for _ in range(20):
                pids = sorted(worker_pids(pool))
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


@pytest.mark.usefixtures("nothing_left")
def test_a_death_that_pebble_does_not_see_costs_one_item(monkeypatch):
    """A worker that dies before pebble knows what it took: its item is WorkerDied all the same, and the run ends."""
    monkeypatch.setattr(processes, "STUCK_SECONDS", 0.5)

    def unseen(worker):
        raise LookupError

    with processes.pool(workers=2) as pool:
        monkeypatch.setattr(pool.backend._pool._pool_manager, "find_expired_task", unseen)
        run = pool.map(work.die_on_seven, range(20), chunk=5)
    require_only_seven(run, WorkerDied)


@pytest.mark.usefixtures("nothing_left")
def test_a_chunk_that_a_dying_worker_took_along_comes_back(monkeypatch):
    """Calls of which pebble never speaks again are sent anew once all workers have been idle for a while."""
    monkeypatch.setattr(processes, "STUCK_SECONDS", 0.5)
    with processes.pool(workers=2) as pool:
        manager = pool.backend._pool._pool_manager
        monkeypatch.setattr(manager.worker_manager, "dispatch", lambda task: None)  # lost on the way
        assert pool.map(work.double, range(5)).values() == [0, 2, 4, 6, 8]


@pytest.mark.usefixtures("nothing_left")
def test_a_slow_import_is_no_death(monkeypatch, tmp_path):
    """Workers that are long at importing the function's module are at work, and no item is lost for it."""
    monkeypatch.setattr(processes, "STUCK_SECONDS", 0.4)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "slow_to_import.py").write_text("import time\ntime.sleep(1.5)\ndef double(number): return 2 * number\n")
    double = importlib.import_module("slow_to_import").double
    assert processes.map(double, range(4), workers=2, chunk=1).values() == [0, 2, 4, 6]

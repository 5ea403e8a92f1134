"""What processes promise beyond the protocol: deaths, hangs, pickling, clean workers."""

from __future__ import annotations

import gc
import math
import os
import signal
import time
import weakref
from multiprocessing import synchronize

import pytest

from tests.engines import work
from wingslib.children import watched
from wingslib.engines import processes, worker
from wingslib.engines.backend import Job, Lost
from wingslib.errors import NotAvailable, NotPicklable, ParameterError, TimedOut, WorkerDied
from wingslib.workloads import startup

pytestmark = pytest.mark.usefixtures("nothing_left")


@pytest.fixture(scope="module")
def warm():
    """Two warm processes for the tests in which none dies."""
    with processes.pool(workers=2) as pool:
        yield pool


@pytest.mark.parametrize("fn", [work.die_on_seven, work.kill_itself_on_seven])
@pytest.mark.parametrize("chunk", [1, 5, "auto"])
def test_a_death_costs_one_item(fn, chunk):
    """A worker that ends on item 7 of 20 leaves 19 values and one WorkerDied that names 7."""
    run = processes.map(fn, range(20), workers=2, chunk=chunk)
    assert [outcome.value for outcome in run if outcome.ok] == [number for number in range(20) if number != 7]
    assert list(run.errors) == [7]
    assert isinstance(run.errors[7], WorkerDied)
    assert "item 7:" in str(run.errors[7])
    assert run.errors[7].index == 7


def test_when_every_item_kills_its_worker_every_item_fails():
    """All workers die at once, again and again; the run still ends with an Outcome for each item."""
    run = processes.map(work.die, range(8), workers=2)
    assert [type(error) for error in run.errors.values()] == [WorkerDied] * 8


def test_workers_that_die_while_idle_do_not_spoil_the_pool():
    """A warm pool whose idle workers were killed works again at the next call."""
    with processes.pool(workers=2) as pool:
        for _ in range(3):
            for pid in set(pool.map(work.pid, range(20), chunk=1).values()):
                os.kill(pid, signal.SIGKILL)
            assert pool.map(work.double, range(20), chunk=1, timeout=20).values() == [2 * number for number in range(20)]


def test_workers_that_die_between_items_lose_none():
    """Workers that end just after they have answered leave every item with an Outcome."""
    run = processes.map(work.kill_itself_soon, [*range(40)], workers=2, chunk=1)
    assert [outcome.index for outcome in run] == list(range(40))
    assert all(outcome.ok or isinstance(outcome.error, WorkerDied) for outcome in run)


def test_retries_give_a_dead_item_another_chance(tmp_path):
    """`retries` also counts for an item whose worker died."""
    run = processes.map(work.die_on_seven, [7], workers=1, retries=1)
    assert isinstance(run.errors[0], WorkerDied)


@pytest.mark.parametrize("fn", [work.hang_on_one, work.stop_on_one], ids=["sleeping", "stopped"])
def test_a_hung_worker_is_killed_within_half_a_second(fn):
    """The slot is free by timeout + 0.5 s (with slack), even if the worker does not hear SIGTERM."""
    with processes.pool(workers=1) as pool:
        began = time.monotonic()
        run = pool.map(fn, range(3), timeout=0.5, chunk=1)
        took = time.monotonic() - began
    assert isinstance(run.errors[1], TimedOut)
    assert [outcome.value for outcome in run] == [0, None, 2]
    assert took < 0.5 + 2.5  # 5 × slack on the half second


def test_a_timeout_in_a_chunk_names_its_item():
    """In a chunk of four only the item that hangs fails."""
    run = processes.map(work.hang_on_one, range(4), workers=1, chunk=4, timeout=0.5)
    assert list(run.errors) == [1]
    assert [outcome.value for outcome in run] == [0, None, 2, 3]


def test_a_timeout_is_kept_while_the_consumer_pauses(warm):
    """The monitor ends a hang although nobody takes results."""
    with processes.pool(workers=1) as pool, pool.stream(work.hang_on_one, range(3), timeout=0.3, chunk=1) as results:
        next(results)
        time.sleep(1.0)
        assert any(isinstance(report, Lost) for _, report, _ in results._inbox.entries)
        rest = list(results)
    assert sorted(outcome.index for outcome in rest) == [1, 2]


def test_an_item_that_cannot_be_pickled_fails_alone(warm):
    """A generator, a lock and an open file are named; the neighbours have values."""
    with open(__file__) as file:
        run = warm.map(type, [1, (n for n in ()), 2, file, 3])
    assert [outcome.value for outcome in run if outcome.ok] == [int, int, int]
    assert [type(error) for error in run.errors.values()] == [NotPicklable, NotPicklable]
    assert "generator" in str(run.errors[1])


def test_a_result_that_cannot_be_pickled_fails_alone(warm):
    """The item whose result cannot travel is NotPicklable and shows the result."""
    run = warm.map(work.a_lock, range(6), chunk=6)
    assert list(run.errors) == [3]
    assert isinstance(run.errors[3], NotPicklable)
    assert "lock" in str(run.errors[3])


def test_a_result_that_cannot_even_be_shown_fails_alone(warm):
    """A result with a broken repr is NotPicklable too."""
    run = warm.map(work.silent_on_three, range(6), chunk=6)
    assert [type(error) for error in run.errors.values()] == [NotPicklable]
    run = warm.map(work.double, [work.Silent(), 1])
    assert [type(error) for error in run.errors.values()] == [NotPicklable]


def test_an_exception_that_cannot_travel_fails_alone(warm):
    """An exception whose constructor wants other arguments becomes a NotPicklable with the worker's traceback."""
    run = warm.map(work.raise_awkward, range(6), chunk=3)
    assert list(run.errors) == [3]
    assert "7: seven" in "".join(run.errors[3].__notes__)
    assert warm.map(work.double, [1]).values() == [2]


def test_a_function_that_holds_a_lock_is_refused():
    """What cannot be sent is said before any process starts."""
    import threading

    lock = threading.Lock()
    with pytest.raises(ParameterError, match="cannot be sent"):
        processes.map(lambda number: lock, [1], workers=1)


def test_a_call_of_sys_exit_fails_only_its_item(warm):
    """SystemExit in an item is that item's error, and the worker goes on."""
    before = set(warm.map(work.pid, range(20), chunk=1).values())
    run = warm.map(work.exit_on_three, range(6))
    assert list(run.errors) == [3]
    assert isinstance(run.errors[3], SystemExit)
    assert set(warm.map(work.pid, range(20), chunk=1).values()) <= before


def test_a_large_function_is_warned_of(warm):
    """A function that takes more than 1 MB along says so."""
    large = bytes(1_500_000)
    with pytest.warns(RuntimeWarning, match="1.5 MB"):
        warm.map(lambda number: len(large), [1])


def test_results_larger_than_a_pipe_come_back(warm):
    """Eight megabytes an item are no trouble."""
    assert [len(value) for value in warm.map(work.megabytes, range(4), chunk=1).values()] == [8_000_000] * 4


def test_a_stream_left_early_leaves_the_pool_usable(warm):
    """What was not started is cancelled; the next map has all its results."""
    for _ in range(5):
        with warm.stream(work.nap, [0.01] * 100, chunk=5) as results:
            next(results)
        assert warm.map(work.double, range(30), chunk=1).values() == [2 * number for number in range(30)]


def test_two_streams_share_a_pool_without_harm(warm):
    """Closing a stream whose chunks are long done cancels nothing of another stream."""
    with warm.stream(work.double, range(6), chunk=1) as first:
        next(first)
        time.sleep(0.2)  # its other chunks are done, and not taken
        with warm.stream(work.nap, [0.005] * 120, chunk=1) as second:
            outcomes = [next(second) for _ in range(19)]  # now it has the tickets that the first had
            first.close()
            outcomes += list(second)
    assert sorted(outcome.index for outcome in outcomes) == list(range(120))


def test_a_timeout_of_one_stream_leaves_another_alone(warm):
    """A stream's monitor judges only its own chunks, also when their slots have passed on."""
    with warm.stream(work.double, range(6), chunk=1, timeout=0.1) as first:
        next(first)
        assert warm.map(work.nap, [*[0.0] * 20, *[0.3] * 4, *[0.0] * 20], chunk=1).errors == {}
        assert not [outcome for outcome in first if not outcome.ok]


@pytest.mark.parametrize("start", [name for name in startup.methods() if name != "fork"])
def test_a_worker_is_light(start):
    """A worker has loaded neither numpy, pandas, matplotlib, scipy nor IPython, and nothing of accel."""
    loaded = set(processes.map(work.modules, [0], workers=1, start=start).values()[0])
    heavy = {"numpy", "pandas", "matplotlib", "scipy", "IPython", "psutil", "wingslib.accel", "wingslib.accel.switch"}
    assert not loaded & heavy
    assert "wingslib.engines.worker" in loaded


def test_an_unknown_start_method_is_refused():
    """fork is not offered, and the message says what is."""
    with pytest.raises(ParameterError, match=r"start is 'fork'.*spawn"):
        processes.map(work.double, [1], workers=1, start="fork")


def test_a_warm_pool_reports_its_start_up_once():
    """Starting is timed by the pool; runs on it have no start-up."""
    with processes.pool(workers=1) as pool:
        assert pool.startup_seconds > 0
        assert pool.map(work.double, [1]).timeline.startup == 0


def test_an_empty_or_refused_run_does_not_wait_for_workers(monkeypatch):
    """Where no worker was started, closing waits for none."""
    waited = []
    monkeypatch.setattr(processes._Processes, "_all_up", lambda self, seconds: waited.append(seconds))
    processes.map(work.double, [], workers=2)
    with pytest.raises(ParameterError):
        processes.map(work.double, [], workers=2, chunk=0)
    assert waited == []


def test_a_script_from_standard_input_is_refused():
    """Workers would look for a file <stdin> and die; the message says what to do."""
    import subprocess
    import sys

    script = "from wingslib import processes\nprocesses.map(abs, [1], workers=1)\n"
    done = subprocess.run([sys.executable, "-"], input=script, capture_output=True, text=True, timeout=60, check=False)
    assert "NotAvailable: the main script is '<stdin>'" in done.stderr


def test_idle_moments_of_two_runs_are_not_taken_for_one(monkeypatch):
    """A look between reports of one run and a look of the next, long after, do not end healthy workers."""
    monkeypatch.setattr(processes, "STUCK_SECONDS", 0.3)
    with processes.pool(workers=1) as pool:
        backend = pool.backend
        before = pool.map(work.pid, [0]).values()
        backend._idle_since = time.monotonic() - 1.0  # as a look at a moment without work leaves it
        assert pool.map(work.pid, [0]).values() == before
        assert backend._idle_since == math.inf


def test_a_run_leaves_no_semaphore_to_garbage_collection(monkeypatch):
    """What a one-shot run made is gone when it ends: Python 3.12 and 3.13 warn of semaphores that are collected late."""
    made, init = [], synchronize.SemLock.__init__
    monkeypatch.setattr(
        synchronize.SemLock, "__init__", lambda self, *a, **k: (made.append(weakref.ref(self)), init(self, *a, **k))[1]
    )
    gc.disable()
    try:
        processes.map(work.double, range(4), workers=2)
        assert made
        assert not [one for one in made if one() is not None]
    finally:
        gc.enable()


def test_retries_in_a_large_chunk_end_although_every_worker_dies(tmp_path):
    """24 items that each fail, are tried again and then end their worker, whose slots are given back."""
    marks = [str(tmp_path / str(number)) for number in range(24)]
    run = processes.map(work.fail_then_end, marks, workers=1, chunk=24, retries=1)
    assert [type(outcome.error) for outcome in run] == [WorkerDied] * 24


def test_a_worker_that_sends_its_results_is_given_longer(monkeypatch):
    """A long way back is not taken for a lost chunk, but a report that never comes is."""
    monkeypatch.setattr(processes, "STUCK_SECONDS", 0.0)
    with processes.pool(workers=1) as pool:
        backend = pool.backend
        pid = pool.map(work.pid, [0]).values()[0]
        results = pool.stream(work.nap, [0.5], chunk=1)
        results._fill()
        [(job, _)] = backend._out.values()
        deadline = time.monotonic() + 5
        while backend._slots[job.ticket * worker.SLOT + worker.WORKER] != pid and time.monotonic() < deadline:
            time.sleep(0.005)
        backend._slots[job.ticket * worker.SLOT + worker.STARTED] = 0.0  # as after the last item
        assert not backend._stuck()
        monkeypatch.setattr(processes, "SENDING_SECONDS", 0.0)
        assert backend._stuck()
        assert [outcome.value for outcome in results] == [0.5]


def test_a_worker_that_is_replaced_late_does_not_end_the_run(monkeypatch):
    """The time that a worker has to start counts from when it was asked for, not from the pool's beginning."""
    with processes.pool(workers=1) as pool:
        backend = pool.backend
        backend._started -= 1000
        monkeypatch.setattr(backend, "_all_up", lambda seconds: False)
        backend._await_another()
        backend.check()
        backend._started -= 1000
        with pytest.raises(NotAvailable, match="did not all start"):
            backend.check()


def test_a_script_that_ends_with_an_open_stream_ends():
    """What is still held when Python ends neither hangs nor complains."""
    script = """
from wingslib import processes
if __name__ == "__main__":
    results = processes.stream(abs, iter(int, 1), workers=1)
    print(next(results).value)
"""
    done = watched(script, 30)
    assert (done.status, done.stdout, done.stderr) == (0, "0\n", "")


def test_a_chunk_that_came_back_is_let_go():
    """Without the garbage collector, nothing holds the chunks that are over, and the items that they carried."""
    with processes.pool(workers=1) as pool:
        pool.map(len, ["warm"])
        gc.collect()
        gc.disable()
        try:
            with pool.stream(len, [(place,) * 100 for place in range(40)], chunk=1) as results:
                assert sum(outcome.value for outcome in results) == 4_000
            held = sum(isinstance(thing, Job) for thing in gc.get_objects())
        finally:
            gc.enable()
    assert held <= 2

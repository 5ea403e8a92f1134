"""What threads promise beyond the protocol: hung threads are abandoned, on time and counted."""

from __future__ import annotations

import threading
import time

import pytest

from tests.engines import work
from wingslib.engines import lanes, threads
from wingslib.engines.backend import Job
from wingslib.errors import TimedOut, TooManyAbandoned

pytestmark = pytest.mark.usefixtures("nothing_left")


@pytest.fixture
def event():
    """An event to hang on, set when the test ends."""
    event = threading.Event()
    yield event
    event.set()


def hang_on(event, *hung):
    return lambda number: event.wait(30) if number in hung else number


def test_a_hung_thread_is_abandoned_and_replaced(event):
    """Its item is TimedOut, a fresh thread takes its place, and the run counts and warns."""
    with pytest.warns(RuntimeWarning, match="abandoned"):
        run = threads.map(hang_on(event, 1), range(8), workers=2, timeout=0.2)
    assert list(run.errors) == [1]
    assert isinstance(run.errors[1], TimedOut)
    assert run.abandoned == 1
    assert [outcome.value for outcome in run] == [0, None, *range(2, 8)]


@pytest.mark.filterwarnings("error")
def test_a_warning_made_an_error_ends_the_run(event):
    """With warnings as errors the abandoned thread is an error at the caller, and no hang."""
    with pytest.raises(RuntimeWarning, match="abandoned"):
        threads.map(hang_on(event, 1), range(8), workers=2, timeout=0.2)


@pytest.mark.filterwarnings("ignore:.*abandoned")
def test_as_many_hung_threads_as_workers_stop_the_run(event):
    """The error carries what was finished."""
    with pytest.raises(TooManyAbandoned, match="2 threads hang") as caught:
        threads.map(hang_on(event, 1, 2), range(50), workers=2, timeout=0.2)
    assert caught.value.run.errors.keys() <= {1, 2}


def test_an_exit_in_a_thread_fails_only_its_item():
    """SystemExit in an item is that item's error; the run ends."""
    run = threads.map(work.exit_on_three, range(6), workers=2)
    assert list(run.errors) == [3]
    assert isinstance(run.errors[3], SystemExit)


def test_a_pool_of_threads_ends_them():
    """After the block no thread of the pool is left."""
    with threads.pool(workers=3) as pool:
        pool.map(work.double, range(9))
        assert sum(thread.name == "wings-thread" for thread in threading.enumerate()) >= 3
        mine = [thread for thread in threading.enumerate() if thread.name == "wings-thread"]
    for thread in mine:
        thread.join(5)
    assert not any(thread.is_alive() for thread in mine)


def test_a_stream_left_early_leaves_the_pool_usable():
    """What was not started is cancelled; the next map has all its results."""
    with threads.pool(workers=2) as pool:
        with pool.stream(work.nap, [0.01] * 100, chunk=5) as results:
            next(results)
        assert pool.map(work.double, range(30)).values() == [2 * number for number in range(30)]


def test_what_was_not_started_is_not_run():
    """Leaving a stream cancels the chunks that wait and the rest of the one that runs."""
    called = []
    with threads.pool(workers=1) as pool:
        with pool.stream(lambda number: called.append(number) or work.nap(0.001), range(1000), chunk=50) as results:
            next(results)
        pool.map(work.double, [1])  # waits until the thread has come through what was queued
    assert 50 <= len(called) < 150


def test_threads_see_the_same_objects():
    """Nothing is copied."""
    thing = object()
    assert threads.map(lambda item: item, [thing], workers=1).values()[0] is thing


def test_an_abandoned_thread_counts_for_its_own_run_only(event):
    """A later run on the same pool reports none of the threads that an earlier run gave up."""
    with threads.pool(workers=3) as pool:
        with pytest.warns(RuntimeWarning, match="abandoned"):
            assert pool.map(hang_on(event, 1), range(8), timeout=0.2).abandoned == 1
        assert pool.map(work.double, range(8)).abandoned == 0


def test_a_replaced_thread_takes_work(event):
    """While one of two hangs two others are at work side by side: each waits for the other."""
    both = threading.Barrier(2)
    with threads.pool(workers=2) as pool:
        with pytest.warns(RuntimeWarning, match="abandoned"):
            pool.map(hang_on(event, 1), [1], timeout=0.1)
        assert pool.map(lambda number: both.wait(5), range(2), chunk=1).errors == {}


@pytest.mark.filterwarnings("ignore:.*abandoned")
def test_a_thread_that_came_back_hangs_no_longer():
    """Of two hung threads that come back in between, never two hang at one time, and no run is stopped."""
    with threads.pool(workers=2) as pool:
        for _ in range(3):
            event = threading.Event()
            assert isinstance(pool.map(hang_on(event, 1), [1], timeout=0.05).errors[0], TimedOut)
            event.set()
            deadline = time.monotonic() + 5
            while pool.backend.hanging and time.monotonic() < deadline:
                time.sleep(0.005)
        assert pool.backend.hanging == 0


def test_a_thread_that_has_just_come_back_is_not_given_up():
    """The monitor saw an item as overdue, but its chunk is over by now: nobody is abandoned."""
    backend = threads._Threads(2, cold=False)
    job = Job([0], [1])
    job.handle = [float(threading.get_ident()), 0.0, 1e-9, 0.0]
    assert backend.overdue(job, 0.1) is None
    assert (backend.hanging, backend.abandoned) == (0, 0)


def test_leaving_does_not_wait_for_an_item(event, monkeypatch):
    """A thread at work ends by itself later."""
    monkeypatch.setattr(lanes, "LAST_SECONDS", 20.0)
    began = time.monotonic()
    with threads.stream(hang_on(event, 1), range(8), workers=2) as results:
        next(results)
    assert time.monotonic() - began < 5


def test_a_pool_may_be_closed_by_one_of_its_threads():
    """As happens when the garbage collector finds a forgotten stream there."""
    closed = threading.Event()
    backend = threads._Threads(2, cold=True)

    def done(job, report):
        backend.close()
        closed.set()

    backend.submit(work.double, Job([0], [1]), done)
    assert closed.wait(5)

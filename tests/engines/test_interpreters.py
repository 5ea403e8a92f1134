"""What interpreters promise beyond the protocol: an own GIL, bytes across, what does not load, what cannot be killed."""

from __future__ import annotations

import importlib
import sys
import threading
import time

import pytest

from tests.engines import work
from wingslib import accel, children
from wingslib.engines import interpreters
from wingslib.errors import NotAvailable, NotPicklable, ParameterError, TimedOut, TooManyAbandoned, WorkerDied

pytestmark = pytest.mark.usefixtures("nothing_left")
here = pytest.mark.skipif(sys.version_info < interpreters.OLDEST, reason="interpreters needs Python 3.14 or newer")


@pytest.fixture(scope="module")
def warm():
    """Two warm interpreters for the tests in which none hangs."""
    with interpreters.pool(workers=2) as pool:
        yield pool


def living():
    """Return how many interpreters there are beside the first."""
    from concurrent import interpreters as known

    return len(known.list_all()) - 1


def gone_by(number, seconds=5):
    """Wait until no more than `number` interpreters are left; say whether that came."""
    deadline = time.monotonic() + seconds
    while living() > number and time.monotonic() < deadline:
        time.sleep(0.01)
    return living() <= number


def untouched():
    """Give items that fail the test when the first is pulled."""
    pytest.fail("an item was pulled")
    yield


@pytest.mark.parametrize("version", [(3, 11, 7), (3, 13, 0)])
def test_an_older_python_is_refused_by_name(version, monkeypatch):
    """Below 3.14 all three doors name both versions and the way out, before an item is pulled or a thread starts."""
    monkeypatch.setattr(interpreters.sys, "version_info", version)
    monkeypatch.setattr(threading.Thread, "start", lambda self: pytest.fail("a thread was started"))
    found = ".".join(map(str, version))
    with pytest.raises(NotAvailable, match=rf"interpreters needs Python 3\.14 or newer, this is {found}\. Use processes"):
        interpreters.map(work.double, untouched())
    with pytest.raises(NotAvailable, match="needs Python"):
        interpreters.stream(work.double, untouched())
    with pytest.raises(NotAvailable, match="needs Python"):
        interpreters.pool()


@here
def test_each_worker_is_an_interpreter_in_this_process(warm):
    """Items run in this process and in as many other interpreters as there are workers."""
    places = warm.map(work.place, [0.02] * 8, chunk=1).values()
    assert {pid for pid, _ in places} == {work.pid(None)}
    assert len({interpreter for _, interpreter in places}) == 2
    assert 0 not in {interpreter for _, interpreter in places}


@here
def test_nothing_is_shared(warm):
    """What comes back is an equal copy."""
    thing = [1, [2]]
    back = warm.map(work.same, [thing]).values()[0]
    assert back == thing
    assert back is not thing


@here
def test_what_a_notebook_defines_crosses(warm):
    """A lambda, a closure and a class of a function's inside travel by value, and its instances are of the same class."""
    offset = 3

    class Point:
        def __init__(self, x):
            self.x = x

    assert warm.map(lambda number: number + offset, range(4)).values() == [3, 4, 5, 6]
    assert [type(value) for value in warm.map(lambda number: Point(number), range(2)).values()] == [Point, Point]


@here
def test_a_main_that_none_can_import_crosses():
    """Functions and classes of a script's or cell's `__main__` work, although an interpreter has another one."""
    done = children.watched(SCRIPT, 30, as_cell=True)
    assert (done.status, done.stdout.split()) == (0, ["Point", "0", "1", "2"]), done.stderr


SCRIPT = """
from wingslib.engines import interpreters
class Point:
    def __init__(self, x):
        self.x = x
def make(x):
    return Point(x)
points = interpreters.map(make, range(3), workers=2).values()
print(Point.__name__ if all(type(point) is Point for point in points) else "another", *[point.x for point in points])
"""


@here
def test_what_this_process_can_import_a_worker_can(tmp_path, monkeypatch):
    """A folder that was put on the path later is on the workers' path."""
    (tmp_path / "found_later.py").write_text("def triple(number):\n    return 3 * number\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert interpreters.map(importlib.import_module("found_later").triple, [1, 2], workers=1).values() == [3, 6]


@here
def test_what_cannot_be_pickled_fails_alone(warm):
    """An item, a result and an exception that cannot cross cost themselves, in a chunk, and say where they could not go."""
    run = warm.map(type, [1, (n for n in ()), 2], chunk=3)
    assert [outcome.value for outcome in run] == [int, None, int]
    assert isinstance(run.errors[1], NotPicklable)
    assert "cannot be sent to another interpreter" in str(run.errors[1])
    for fn in (work.a_lock, work.silent_on_three, work.raise_awkward):
        run = warm.map(fn, range(6), chunk=6)
        assert {index: type(error) for index, error in run.errors.items()} == {3: NotPicklable}
    lock = threading.Lock()
    with pytest.raises(ParameterError, match="sent to another interpreter"):
        warm.map(lambda number: lock, [1])


@here
def test_a_call_of_sys_exit_fails_only_its_item(warm):
    """SystemExit in an item is that item's error, and the interpreter goes on."""
    run = warm.map(work.exit_on_three, range(6))
    assert {index: type(error) for index, error in run.errors.items()} == {3: SystemExit}


@here
@pytest.mark.parametrize("module", ["numpy", "pandas"])
def test_a_module_that_refuses_is_named_with_the_way_out(module, warm):
    """NumPy, by itself or under pandas, fails its item each time with its name and "Use processes"; the others go on."""
    run = warm.map(work.load_on_three, [(number, module) for number in (3, 1, 3)], chunk=3)
    assert list(run.errors) == [0, 2]
    for index, error in run.errors.items():
        assert isinstance(error, NotAvailable)
        assert f"item {index} needs numpy._core._multiarray_umath" in str(error)
        assert "Use processes" in str(error)
        assert isinstance(error.__cause__, ImportError)


@here
def test_a_function_or_item_that_needs_numpy_says_so(warm):
    """Also where unpickling is what imports it."""
    import numpy as np

    for run in (warm.map(lambda number: np.sqrt(number), [4.0]), warm.map(len, [np.zeros(3)])):
        assert "needs numpy" in str(run.errors[0])


@here
def test_a_module_that_is_not_there_stays_an_import_error(warm):
    """Only refusals are translated."""
    run = warm.map(work.load_on_three, [(3, "no_such_module")])
    assert type(run.errors[0]) is ModuleNotFoundError


@here
def test_no_rust(warm, monkeypatch):
    """With an operation switched to Rust the run is refused before an item is pulled."""
    monkeypatch.setattr(interpreters, "enabled", lambda: ("word_count",))
    for run in (warm.map, interpreters.map, interpreters.stream):
        with pytest.raises(NotAvailable, match=r"no Rust, and word_count is switched to it.*processes"):
            run(work.double, untouched())
    assert accel.enabled() == ()


@here
def test_workers_of_workers_are_refused(warm):
    """An interpreter starts no interpreters."""
    run = warm.map(work.nested_interpreters, [1])
    assert "nested" in str(run.errors[0])


@here
def test_a_hung_interpreter_is_abandoned_and_replaced():
    """Its item is TimedOut on time, the others have values, also in its chunk; the run counts and warns."""
    with pytest.warns(RuntimeWarning, match="abandoned"):
        run = interpreters.map(work.nap_on_one, range(8), workers=2, timeout=0.2, chunk=4)
    assert {index: error.index for index, error in run.errors.items()} == {1: 1}
    assert isinstance(run.errors[1], TimedOut)
    assert [outcome.value for outcome in run] == [0, None, *range(2, 8)]
    assert run.abandoned == 1
    assert gone_by(2)  # of the module's warm pool


@here
@pytest.mark.filterwarnings("ignore:.*abandoned")
def test_as_many_hung_interpreters_as_workers_stop_the_run():
    """The error carries what was finished."""
    with pytest.raises(TooManyAbandoned) as caught:
        interpreters.map(work.nap_on_one, [1, 1, 2], workers=2, timeout=0.2, chunk=1)
    assert caught.value.run.errors.keys() <= {0, 1}
    assert gone_by(2)


@here
def test_an_item_that_computes_without_end_is_abandoned_too():
    """A busy interpreter does not keep the monitor from its work: its GIL is its own."""
    with pytest.warns(RuntimeWarning, match="abandoned"):
        run = interpreters.map(work.spin, [1.0, 0.0, 0.0], workers=2, timeout=0.2)
    assert {index: type(error) for index, error in run.errors.items()} == {0: TimedOut}
    assert gone_by(2)


@here
def test_a_pool_has_all_interpreters_up_and_destroys_them(warm):
    """When `pool` returns they are there, its runs have no start-up, and after the block they are gone."""
    before = living()
    with interpreters.pool(workers=3) as pool:
        assert living() == before + 3
        assert pool.startup_seconds > 0
        assert pool.map(work.double, [1]).timeline.startup == 0
    assert living() == before


@here
def test_a_run_of_one_shot_leaves_nothing():
    """Its start-up is in its timeline, and its interpreters and threads are gone when it returns."""
    before, threads = living(), threading.active_count()
    run = interpreters.map(work.double, range(20), workers=2)
    assert run.timeline.startup > 0
    assert (living(), threading.active_count()) == (before, threads)


@here
def test_a_timeline_has_bytes_and_cpu_seconds(warm):
    """What crossed is counted both ways, and CPU time is that of the worker's thread."""
    spans = warm.map(work.spin, [0.02] * 4, chunk=1).timeline.spans
    assert all(span.sent_bytes > 0 and span.returned_bytes > 0 for span in spans)
    assert all(0 < span.cpu_seconds <= span.busy_seconds * 1.5 for span in spans)


@here
def test_a_stream_left_early_leaves_the_pool_usable(warm):
    """What was not started is cancelled; the next map has all its results."""
    for _ in range(5):
        with warm.stream(work.nap, [0.01] * 100, chunk=5) as results:
            next(results)
        assert warm.map(work.double, range(30), chunk=1).values() == [2 * number for number in range(30)]


@here
def test_a_process_ends_well_beside_a_hung_interpreter():
    """A script that ends with a pool still open and an item hanging in it does not crash, three times in three."""
    for _ in range(3):
        done = children.watched(LEFT_OPEN, 30)
        assert (done.status, done.stderr) == (0, "")


LEFT_OPEN = """
import time, warnings
from wingslib.engines import interpreters
warnings.simplefilter("ignore")
pool = interpreters.pool(workers=2)
pool.map(time.sleep, [0, 30, 0, 0], timeout=0.2)
"""


@here
def test_an_interpreter_that_cannot_start_is_heard_of(monkeypatch):
    """If the operating system or Python gives no interpreter, the run ends with the reason and no worker is left."""
    from concurrent import interpreters as known

    def refuse():
        raise RuntimeError("no more of them")

    monkeypatch.setattr(known, "create", refuse)
    for run in (lambda: interpreters.map(work.double, [1, 2]), interpreters.pool):
        with pytest.raises(NotAvailable, match="no more of them"):
            run()


@here
def test_a_chunk_that_fails_as_a_whole_is_not_waited_for(warm, monkeypatch):
    """If the call into an interpreter itself fails, its items fail by name."""
    from concurrent import interpreters as known

    def fail(self, *args):
        raise MemoryError("none left")

    monkeypatch.setattr(known.Interpreter, "call", fail)
    run = warm.map(work.double, range(4), chunk=2)
    assert [type(error) for error in run.errors.values()] == [WorkerDied] * 4
    assert "none left" in str(run.errors[0])

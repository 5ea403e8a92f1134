"""Stages work on different items at once, no queue passes its bound, and every end is clean."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.footprint import Footprint
from tests.patterns import work
from wingslib.engines import processes, serial, threads
from wingslib.engines.backend import Lost
from wingslib.engines.pools import Pool
from wingslib.engines.worker import Report
from wingslib.errors import ItemError, NotPicklable, ParameterError, WorkerDied
from wingslib.patterns import Stage, pipeline, pipelines

pytestmark = pytest.mark.usefixtures("nothing_left")


async def soon(thing):
    """Return the thing after a turn of the loop."""
    await asyncio.sleep(0)
    return thing


async def double_soon(number):
    """Return twice the number after a moment."""
    await asyncio.sleep(0.001)
    return 2 * number


def flow(*stages, items, **options):
    """Run a pipeline, and see that no task is left on its loop."""

    async def watched():
        try:
            return await asyncio.wait_for(pipeline(*stages, items=items, **options), 30)
        finally:
            assert asyncio.all_tasks() == {asyncio.current_task()}

    return asyncio.run(watched())


@pytest.fixture(scope="module")
def pool():
    """Give two warm processes."""
    with processes.pool(workers=2) as warm:
        yield warm


def test_a_hundred_items_through_three_kinds_of_stages(pool):
    """Async, computing and blocking, several workers each: all values in input order, stages overlap, queues are bounded."""
    stages = Stage(double_soon, workers=3), Stage(work.double, workers=2, engine=pool), Stage(work.nap_by_number, workers=3)
    run = flow(*stages, items=iter(range(100)), queue_size=4)
    assert run.values() == [4 * number for number in range(100)]
    assert run.total == 100
    assert run.stages == ("double_soon",) * 3 + ("double",) * 2 + ("nap_by_number",) * 3
    assert run.workers == 8
    spans = sorted(run.timeline.spans, key=lambda span: span.started)
    turns = itertools.groupby(run.stages[span.worker] for span in spans)
    assert len(spans) == 300
    assert len(list(turns)) > 30
    assert all(0 <= depth <= 4 for queue in run.depths for _, depth in queue)
    for index in range(100):
        times = [(span.submitted, span.started, span.finished, span.received) for span in spans if span.first == index]
        assert len(times) == 3
        assert list(itertools.chain.from_iterable(times)) == sorted(itertools.chain.from_iterable(times))


@settings(deadline=None, max_examples=25)
@given(
    st.integers(0, 30),
    st.lists(st.tuples(st.sampled_from([soon, double_soon, work.same]), st.integers(1, 4)), min_size=1, max_size=4),
    st.integers(1, 5),
)
def test_any_number_of_workers_ends_with_all_items(number, kinds, queue_size):
    """Whatever the stages, their workers and the bound: every item once, in order, and no queue is ever fuller."""
    run = flow(*(Stage(*kind) for kind in kinds), items=range(number), queue_size=queue_size)
    times = 2 ** [fn for fn, _ in kinds].count(double_soon)
    assert run.values() == [times * item for item in range(number)]
    assert all(depth <= queue_size for queue in run.depths for _, depth in queue)
    assert [len(queue) for queue in run.depths] == [2 * number] * (len(kinds) - 1)
    assert all(queue[-1][1] == 0 for queue in run.depths if queue)  # the end is no item


@pytest.mark.parametrize("queue_size", [1, 2, 10])
def test_a_slow_last_stage_slows_the_first(queue_size):
    """When the first item is saved, the first stage has started only what queues and hands can hold."""
    started, seen = [], []

    async def make(number):
        started.append(number)
        return number

    async def save(number):
        for _ in range(50):
            await asyncio.sleep(0)
        seen.append(len(started))

    run = flow(make, save, items=range(100), queue_size=queue_size)
    assert seen[0] == queue_size + 2  # one is saved, the queue is full, one is in hand before it
    assert max(depth for _, depth in run.depths[0]) == queue_size
    assert all(ahead - saved <= queue_size + 2 for saved, ahead in enumerate(seen))


def plan(place, fn):
    """Return three stages of three kinds, one of them with `fn`."""
    kinds = [None, processes, threads]
    stages = [Stage(work.same, engine=kind) for kind in kinds]
    stages[place] = Stage(fn, workers=2, engine=kinds[place])
    return stages


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_failure_in_any_stage_ends_all(place, pool):
    """The function's own error arrives with its item and stage; what was finished is kept, and nothing is left open."""
    before = Footprint()
    with pytest.raises(LookupError, match="thirteen") as caught:
        flow(*plan(place, work.fail_on_13), items=itertools.count())
    assert any("item 13 on worker" in note and f"in stage {place} (fail_on_13)" in note for note in caught.value.__notes__)
    run = caught.value.run
    assert all(outcome.value == outcome.index != 13 for outcome in run)
    assert run.total > len(run)
    assert before.grown(10) == []


async def fail_on_13_soon(number):
    """Fail for 13, on the loop."""
    return work.fail_on_13(number)


def test_a_failure_cancels_those_who_wait():
    """A coroutine that would wait for ever is cancelled and sees it."""
    cancelled = []

    async def stuck(number):
        try:
            return await asyncio.sleep(3600 if number == 12 else 0, number)
        except asyncio.CancelledError:
            cancelled.append(number)
            raise

    with pytest.raises(LookupError):
        flow(Stage(stuck, workers=2), fail_on_13_soon, items=range(100), queue_size=3)
    assert 12 in cancelled


@pytest.mark.parametrize(
    ("fn", "engine", "error"),
    [
        (work.die_on_13, processes, WorkerDied),
        (work.leave_on_13, processes, WorkerDied),
        (work.exit_on_13, processes, ItemError),
        (work.exit_on_13, threads, ItemError),
    ],
)
def test_a_worker_that_ends_is_an_error_by_name(fn, engine, error):
    """A dead process or a sys.exit fails its item, and the pipeline ends."""
    with pytest.raises(error) as caught:
        flow(soon, Stage(fn, engine=engine), items=range(50))
    assert any("item 13 on worker" in note for note in caught.value.__notes__)


def test_a_cancelled_item_is_a_failure_of_its_own():
    """A coroutine that raises CancelledError by itself does not pass for a cancel from outside."""

    async def cancel_itself(number):
        raise asyncio.CancelledError("mine")

    with pytest.raises(ItemError, match=r"item 0: its function raised CancelledError\('mine'\)") as caught:
        flow(cancel_itself, soon, items=range(3))
    assert caught.value.__notes__ == ["item 0 on worker 0, in stage 0 (cancel_itself)"]


def test_input_that_fails_ends_all():
    """An iterator's own error is raised, and what came before is kept."""

    def numbers():
        yield from range(5)
        raise OSError("no more")

    with pytest.raises(OSError, match="no more") as caught:
        flow(soon, soon, items=numbers())
    assert caught.value.run.total == 5


def test_what_cannot_cross_is_named(pool):
    """A lock does not travel to a process."""
    with pytest.raises(NotPicklable, match="item 0"):
        flow(Stage(work.same, engine=pool), items=[threading.Lock()])


def test_functions_of_a_cell_travel(pool):
    """A lambda works in a process stage."""
    assert flow(Stage(lambda number: number + 1, engine=pool), items=range(3)).values() == [1, 2, 3]


def test_a_cancelled_pipeline_carries_what_is_done():
    """A cancel from outside ends all stages and brings the finished items along."""

    async def cancelled():
        through = asyncio.Event()

        async def last(number):
            if number == 4:
                through.set()
                await asyncio.sleep(3600)
            return number

        task = asyncio.ensure_future(pipeline(soon, Stage(work.same), last, items=range(100)))
        await through.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return caught.value.run

    assert cancelled_values(asyncio.run(cancelled())) == [0, 1, 2, 3]


def cancelled_values(run):
    """Return the values that are there."""
    return [outcome.value for outcome in run]


def test_blocking_stages_leave_the_loop_free():
    """While a stage blocks its thread, the loop goes on."""
    turns = []

    async def beside():
        while True:
            await asyncio.sleep(0.005)
            turns.append(1)

    async def both():
        task = asyncio.ensure_future(beside())
        await pipeline(time.sleep, items=[0.1, 0.1])
        task.cancel()

    asyncio.run(both())
    assert len(turns) >= 5


def test_a_thread_that_ends_after_its_pipeline_does_no_harm():
    """A blocking call that is still running when another stage fails ends later, and says nothing."""
    begun, release, ended = threading.Event(), threading.Event(), threading.Event()

    def hold(number):
        if number:
            begun.set()
            release.wait(10)
            ended.set()
        return number

    async def fail(number):
        while not begun.is_set():
            await asyncio.sleep(0.001)
        raise LookupError(number)

    with pytest.raises(LookupError):
        flow(hold, fail, items=range(5), queue_size=1)
    release.set()
    assert ended.wait(5)


def test_what_waits_in_a_pool_is_not_run_after_a_failure():
    """An item that was sent to a pool where others keep the workers is left alone when the pipeline ends."""
    begun, release, ran = threading.Event(), threading.Event(), []

    def hold(thing):
        begun.set()
        release.wait(10)

    def numbers():
        yield from range(2)
        raise OSError("no more")

    with threads.pool(workers=1) as pool:
        other = threading.Thread(target=pool.map, args=(hold, [0]))
        other.start()
        assert begun.wait(10)
        with pytest.raises(OSError, match="no more"):
            flow(soon, Stage(ran.append, engine=pool), items=numbers())
        release.set()
        other.join(10)
        assert pool.map(work.same, ["last"]).values() == ["last"]
    assert ran == []


def test_a_pool_that_is_closed_meanwhile_is_told_as_it_is():
    """The pipeline ends with the pool's own error, in no group."""
    begun, release = threading.Event(), threading.Event()

    def hold(number):
        begun.set()
        release.wait(10)

    async def both():
        task = asyncio.ensure_future(pipeline(soon, Stage(hold, engine=pool), items=range(5)))
        while not begun.is_set():
            await asyncio.sleep(0.001)
        pool.close()
        await task

    with threads.pool(workers=1) as pool, pytest.raises(ParameterError, match="this pool is closed") as caught:
        asyncio.run(both())
    release.set()
    assert caught.value.run.total == 4  # one at work, two in the queue, one in hand before it


def test_two_stages_of_one_pool_look_at_it_once(monkeypatch):
    """A death is told of after two looks with time between: nobody may look for each stage."""
    monkeypatch.setattr(pipelines, "CHECK_SECONDS", 0.02)
    fake = Dying(0)
    pool = Pool(fake, list)

    async def wait(number):
        await asyncio.sleep(0.3)

    flow(Stage(work.same, engine=pool), Stage(work.same, engine=pool), wait, items=[1])
    assert 1 <= fake.checks <= 0.3 / 0.02 + 1


class Stop(BaseException):
    """An error of its own kind, as test runners and servers have them."""


@pytest.mark.parametrize("error", [Stop("mine"), KeyboardInterrupt("mine"), GeneratorExit("mine"), SystemExit("mine")])
def test_an_error_that_is_no_exception_ends_only_the_pipeline(error):
    """From a thread it is raised by name: the loop goes on, and no group has to be opened."""
    cause = ValueError("before")

    def fail(number):
        raise error from cause

    with pytest.raises(Stop if isinstance(error, Stop) else ItemError, match="mine") as caught:
        flow(soon, fail, items=range(3))
    assert error.__cause__ is cause
    place, _, traceback = caught.value.__notes__[0].partition("\n")
    assert (place, "raise error from cause" in traceback) == ("item 0 on worker 1, in stage 1 (fail)", True)


def test_an_error_of_the_loop_that_is_no_exception_has_its_place():
    """A coroutine's error is raised as it is, too."""

    async def fail(number):
        raise Stop("mine")

    with pytest.raises(Stop) as caught:
        flow(fail, items=range(3))
    assert caught.value.__notes__ == ["item 0 on worker 0, in stage 0 (fail)"]


def test_the_run_that_an_error_carries_is_its_own():
    """A stage that runs something inside, which was interrupted, keeps what that had done."""
    error = LookupError("inner")
    error.run = "inner run"

    def fail(number):
        raise error

    with pytest.raises(LookupError) as caught:
        flow(fail, items=range(3))
    assert caught.value.run == "inner run"


def test_stages_of_one_function_have_numbers(pool):
    """Two stages can be told apart in the trace, which also has the bytes that crossed."""
    run = flow(soon, Stage(work.double, engine=pool), soon, items=[b"x" * 1000])
    assert run.stages == ("soon 0", "double", "soon 2")
    assert [span.sent_bytes > 1000 for span in run.timeline.spans] == [False, True, False]
    assert [span.returned_bytes > 2000 for span in run.timeline.spans] == [False, True, False]


class Dying:
    """A pool whose worker dies `deaths` times before it takes its item."""

    def __init__(self, deaths):
        self.deaths, self.workers, self.checks = deaths, 1, 0
        self.encode = work.same

    def check(self):
        """Count the looks."""
        self.checks += 1

    def pack(self, indices, items):
        """Give the items themselves."""
        return items, {}

    def unpack(self, indices, report):
        """Give the values themselves."""
        return report.values, {}

    def submit(self, fn, job, done):
        """Die, or run the item."""
        self.deaths -= 1
        lost = Lost(WorkerDied, "its worker died", None, 0.0, -1)
        done(job, lost if self.deaths >= 0 else Report(0, 0.0, 0.0, 0.0, [fn(job.payload[0])], [0.0], {}))


@pytest.mark.parametrize("deaths", [0, 2, 3])
def test_an_item_that_no_worker_had_is_sent_again(deaths):
    """A worker that dies before it has an item costs none, unless three do."""
    pool = Pool(Dying(deaths), list)
    if deaths < 3:
        assert flow(Stage(work.double, engine=pool), items=[4]).values() == [8]
    else:
        with pytest.raises(WorkerDied, match="item 0: its worker died"):
            flow(Stage(work.double, engine=pool), items=[4])


def test_no_items_no_values():
    """Empty input ends every stage."""
    run = flow(soon, Stage(work.same, workers=3), items=[])
    assert (run.values(), run.total, run.workers) == ([], 0, 0)


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: pipeline(items=[1]), "stages is empty"),
        (lambda: pipeline(3, items=[1]), "fn is 3"),
        (lambda: pipeline(soon, items=3), "items is 3"),
        (lambda: pipeline(soon, items=[1], queue_size=0), "queue_size is 0"),
        (lambda: pipeline(Stage(soon, workers=0), items=[1]), "workers is 0"),
        (lambda: pipeline(Stage(soon, engine=threads), items=[1]), "Leave engine out"),
        (lambda: pipeline(Stage(work.same, engine=serial), items=[1]), "engine is serial"),
        (lambda: pipeline(Stage(work.same, engine=3), items=[1]), "engine is 3"),
        (lambda: pipeline(Stage(work.same, workers=2, engine=Pool(Dying(0), list)), items=[1]), "workers is 2; .* at most 1"),
    ],
)
def test_a_wrong_argument_is_named(call, match):
    """Nothing is started when an argument is wrong."""
    with pytest.raises(ParameterError, match=match):
        asyncio.run(call())

"""What all engines promise alike."""

from __future__ import annotations

import asyncio
import math
import sys
import types

import pytest

from tests.engines import work
from wingslib.engines import coroutines, interpreters, processes, serial, threads
from wingslib.engines.run import Outcome, Run
from wingslib.errors import ParameterError, TimedOut

pytestmark = pytest.mark.usefixtures("nothing_left")

SOON = {
    work.double: work.double_soon,
    work.fail_on_three: work.fail_on_three_soon,
    work.hang_on_one: work.hang_on_one_soon,
    work.first_fails: work.first_fails_soon,
    work.nap: work.nap_soon,
}


class Engine:
    """One way to run a map, with `warm` from a pool: the same call for all, sync or not."""

    def __init__(self, name: str, module: types.ModuleType, count: int | None = 2, **pool):
        self.name, self.module, self.count, self.pool = name, module, count, pool

    def map(self, fn, items, **options):
        if self.count and not self.pool:
            options = {"workers": self.count} | options
        if self.pool:
            with self.module.pool(**self.pool) as pool:
                return pool.map(fn, items, **options)
        if self.module is coroutines:
            return asyncio.run(coroutines.map(SOON.get(fn, fn), items, **options))
        return self.module.map(fn, items, **options)

    def stream(self, fn, items, take=None, **options):
        """Return the first `take` outcomes of a stream (None: all) and the stream."""
        options = {"workers": self.count} | options if self.count else options
        if self.module is coroutines:
            return asyncio.run(self._stream_soon(SOON.get(fn, fn), items, take, options))
        taken = []
        with self.module.stream(fn, items, **options) as results:
            for outcome in results:
                taken.append(outcome)
                if len(taken) == take:
                    break
        return taken, results

    async def _stream_soon(self, fn, items, take, options):
        taken = []
        async with coroutines.stream(fn, items, **options) as results:
            async for outcome in results:
                taken.append(outcome)
                if len(taken) == take:
                    break
        return taken, results

    def __repr__(self):
        return self.name


SERIAL, THREADS = Engine("serial", serial, None), Engine("threads", threads)
PROCESSES, COROUTINES = Engine("processes", processes), Engine("coroutines", coroutines)
INTERPRETERS = [Engine("interpreters", interpreters)] if sys.version_info >= interpreters.OLDEST else []
WARM = [Engine("warm threads", threads, workers=2), Engine("warm processes", processes, workers=2)]
WARM += [Engine("warm interpreters", interpreters, workers=2) for _ in INTERPRETERS]
FED = [THREADS, PROCESSES, *INTERPRETERS]
ONE_SHOT = [SERIAL, COROUTINES, *FED]
ALL = [*ONE_SHOT, *WARM]
MANY = [COROUTINES, *FED]


def each(engines):
    return pytest.mark.parametrize("engine", engines, ids=repr)


def untouched():
    """Give items that fail the test when the first is pulled."""
    pytest.fail("an item was pulled")
    yield


@pytest.fixture
def no_start(monkeypatch):
    """Fail a test that starts a worker process or thread."""
    import multiprocessing.process
    import threading

    def refuse(self):
        pytest.fail(f"{self.name} was started")

    monkeypatch.setattr(multiprocessing.process.BaseProcess, "start", refuse)
    monkeypatch.setattr(threading.Thread, "start", refuse)


BAD = [
    *[("workers", value) for value in (0, -1, 2.5, math.nan, True, "4")],
    *[("timeout", value) for value in (0, -1, math.nan, math.inf, True, "5")],
    *[("chunk", value) for value in (0, -3, 1.5, True, "big")],
    *[("retries", value) for value in (-1, 1.5, True)],
    ("progress", 7),
]


@pytest.mark.parametrize(
    ("engine", "name", "value"),
    [(engine, name, value) for engine in ONE_SHOT for name, value in BAD if (engine, name) != (COROUTINES, "chunk")],
    ids=str,
)
def test_a_wrong_argument_is_refused_with_its_value(engine, name, value, no_start):
    """A wrong argument is named with its value before a worker starts or an item is pulled."""
    with pytest.raises(ParameterError) as caught:
        engine.map(work.double, untouched(), **{name: value})
    assert f"{name} is {value!r}" in str(caught.value)
    with pytest.raises(ParameterError, match=f"{name} is"):
        engine.stream(work.double, untouched(), **{name: value})


@each(ONE_SHOT)
def test_a_wrong_function_or_input_is_refused(engine, no_start):
    """What cannot be called, and what cannot be iterated, is shown before a worker starts."""
    with pytest.raises(ParameterError, match="fn is 3"):
        engine.map(3, untouched())
    with pytest.raises(ParameterError, match="items is 5"):
        engine.map(work.double, 5)


@each(WARM)
def test_a_pool_refuses_wrong_arguments_and_stays_usable(engine):
    """A wrong argument to a warm pool starts nothing and spoils nothing; a closed pool says that it is closed."""
    with engine.module.pool(workers=2) as pool:
        for name, value in (("timeout", 0), ("chunk", 0), ("retries", -1), ("progress", 7)):
            with pytest.raises(ParameterError, match=f"{name} is"):
                pool.map(work.double, untouched(), **{name: value})
        assert pool.map(work.double, [1, 2]).values() == [2, 4]
    with pytest.raises(ParameterError, match="closed"):
        pool.map(work.double, [1])
    pool.close()  # a second time is no error


@each(FED)
@pytest.mark.parametrize("workers", [0, True, "4"])
def test_a_pool_of_no_workers_is_refused(engine, workers, no_start):
    """A pool checks its workers before it starts any."""
    with pytest.raises(ParameterError, match="workers is"):
        engine.module.pool(workers=workers)


@each(ALL)
def test_an_empty_input_gives_an_empty_run(engine):
    """No items, no outcomes, no error."""
    run = engine.map(work.double, [])
    assert isinstance(run, Run)
    assert (list(run), run.values(), run.total, run.workers) == ([], [], 0, 0)


@each(ALL)
@pytest.mark.parametrize("known", [True, False], ids=["list", "generator"])
def test_every_item_has_one_outcome_in_input_order(engine, known):
    """A list and a generator of unknown length both come back in order, one Outcome an item."""
    items = list(range(57)) if known else (number for number in range(57))
    run = engine.map(work.double, items)
    assert [outcome.index for outcome in run] == list(range(57))
    assert run.values() == [2 * number for number in range(57)]
    assert (len(run), run.total, run.errors) == (57, 57, {})
    assert all(isinstance(outcome, Outcome) and outcome.ok and outcome.seconds >= 0 for outcome in run)
    assert {outcome.worker for outcome in run} <= {0, 1}


@each(ALL)
def test_a_failing_item_costs_only_itself(engine):
    """The others have values; the error is the original one, with item, worker and the worker's traceback."""
    run = engine.map(work.fail_on_three, range(6))
    assert list(run.errors) == [3]
    assert [outcome.value for outcome in run] == [0, 1, 2, None, 4, 5]
    with pytest.raises(KeyError, match="three") as caught:
        run.values()
    note = "".join(caught.value.__notes__)
    assert "item 3 on worker" in note
    assert "in fail_on_three" in note


@each(ALL)
@pytest.mark.parametrize("retries", [0, 1])
def test_a_failed_item_runs_again_as_often_as_retries_says(engine, retries, tmp_path):
    """With one retry an item that fails once succeeds; without, it has failed."""
    run = engine.map(work.first_fails, [str(tmp_path / "mark")], retries=retries)
    assert run[0].ok is bool(retries)


@each([PROCESSES, COROUTINES, WARM[1]])
def test_an_item_over_its_timeout_fails_and_frees_its_worker(engine):
    """The hung item is TimedOut, all others have values, and one worker is enough for them."""
    if engine.pool:
        engine = Engine("one warm process", processes, workers=1)
    options = {} if engine.pool else {"workers": 1}
    run = engine.map(work.hang_on_one, range(4), timeout=0.5, **options)
    assert list(run.errors) == [1]
    assert isinstance(run.errors[1], TimedOut)
    assert "item 1" in str(run.errors[1])
    assert [outcome.value for outcome in run] == [0, None, 2, 3]


@each(ONE_SHOT)
def test_a_stream_gives_every_outcome_and_keeps_totals(engine):
    """A stream ends by itself; its `.run` has how many were done and the errors by index."""
    outcomes, results = engine.stream(work.fail_on_three, range(8))
    assert sorted(outcome.index for outcome in outcomes) == list(range(8))
    assert results.run.done == 8
    assert list(results.run.errors) == [3]


@each(ONE_SHOT)
def test_a_stream_may_be_left_early(engine):
    """After three of endlessly many outcomes a stream is left, and nothing goes on."""
    outcomes, results = engine.stream(work.double, iter(int, 1), take=3)
    assert len(outcomes) == 3
    assert results.run.done == 3


@each(MANY)
@pytest.mark.parametrize("chunk", [1, 5])
def test_a_stream_pulls_only_as_results_are_taken(engine, chunk):
    """On endless input never more than the window of 2 · workers + 2 chunks is pulled and not taken."""
    pulled, most = 0, 0

    def items():
        nonlocal pulled
        while True:
            pulled += 1
            yield pulled

    options = {} if engine is COROUTINES else {"chunk": chunk}
    window = 2 * 2 + 2 if engine is COROUTINES else (2 * 2 + 2) * chunk
    taken = 0

    async def consume_soon():
        nonlocal taken, most
        async with coroutines.stream(work.double_soon, items(), workers=2) as results:
            async for _ in results:
                taken += 1
                most = max(most, pulled - taken)
                await asyncio.sleep(0)
                if taken == 60:
                    break

    if engine is COROUTINES:
        asyncio.run(consume_soon())
    else:
        with engine.module.stream(work.double, items(), workers=2, **options) as results:
            for _ in results:
                taken += 1
                most = max(most, pulled - taken)
                if taken == 60:
                    break
    assert 0 < most <= window


@each(FED)
def test_an_ordered_stream_keeps_input_order(engine):
    """With `ordered` a slow first item holds the others back, and none is lost."""
    outcomes, _ = engine.stream(work.nap, [0.05, 0, 0, 0.02, 0, 0, 0, 0, 0], ordered=True)
    assert [outcome.index for outcome in outcomes] == list(range(9))


@each(ALL)
def test_progress_hears_of_the_end(engine):
    """`progress` is called with what is done and the total, and last of all with everything."""
    told = []
    engine.map(work.double, range(9), progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (9, 9)
    assert all(0 <= done <= 9 for done, _ in told)


@each(ALL)
def test_an_interrupt_carries_the_finished_outcomes(engine):
    """KeyboardInterrupt leaves the map at once, with all outcomes that were handed out and the number of items."""

    def interrupt(done, total):
        if done >= 1:
            raise KeyboardInterrupt

    naps = [0.01 + number / 1e6 for number in range(50)]
    with pytest.raises(KeyboardInterrupt) as caught:
        engine.map(work.nap, naps, progress=interrupt)
    run = caught.value.run
    assert run.total == 50
    assert 1 <= len(run) < 50
    assert [outcome.value for outcome in run] == [naps[outcome.index] for outcome in run]
    assert run.timeline.wall > 0


@each(ALL)
def test_an_input_that_fails_is_heard_of(engine):
    """An error of the input itself reaches the caller, and the run ends."""

    def items():
        yield 1
        raise LookupError("the input broke")

    with pytest.raises(LookupError, match="the input broke"):
        engine.map(work.double, items())


@each(ALL)
def test_a_timeline_explains_the_wall_time(engine):
    """Each span's times are in order, and filled = start-up × balance × dispatch."""
    from wingslib.measure.efficiency import split

    run = engine.map(work.double if engine is COROUTINES else work.spin, [0.002] * 12)
    timeline = run.timeline
    assert timeline.engine == engine.module.__name__.rsplit(".", 1)[1]
    assert timeline.cold is (engine in FED)
    assert sum(span.count for span in timeline.spans) == 12
    for span in timeline.spans:
        assert 0 <= span.submitted <= span.started <= span.finished <= span.received <= timeline.wall
        assert span.compute_seconds <= span.busy_seconds + 1e-9
    factors = split(timeline, 0.024).factors()
    assert math.isclose(factors["start-up"] * factors["balance"] * factors["dispatch"], timeline.filled, abs_tol=1e-12)


@each([SERIAL, *FED])
def test_a_list_that_grows_while_it_is_read_is_read_to_its_end(engine):
    """A length that proves too small neither stops a run nor makes it spin."""
    items = [0, 0, 0, 0, 0, 0, 0, 0]

    class Growing:
        def __len__(self):
            return 4

        def __iter__(self):
            return iter(items)

    assert len(engine.map(work.double, Growing())) == 8

"""Items come back with their names, failures count, and breaking off leaves the rest alone."""

from __future__ import annotations

import itertools

import pytest

from tests.patterns import work
from wingslib.engines import coroutines, processes, threads
from wingslib.errors import ParameterError
from wingslib.patterns import dynamic_parallel

pytestmark = pytest.mark.usefixtures("nothing_left")


@pytest.mark.parametrize("name", work.SYNC)
def test_each_item_comes_with_its_outcome(name):
    """Items that fail are there too, by name, and progress reaches the total with them."""
    engine, options = work.SYNC[name]
    items, told = [*range(20), "a", "a"], []
    pairs = dynamic_parallel(work.fail_on_13, items, engine=engine, progress=lambda *counts: told.append(counts), **options)
    with pairs as results:
        taken = list(results)
    assert sorted(map(str, (item for item, _ in taken))) == sorted(map(str, items))
    assert all(item == items[outcome.index] for item, outcome in taken)
    assert [item for item, outcome in taken if not outcome.ok] == [13]
    assert all(outcome.value == item for item, outcome in taken if outcome.ok)
    assert told[-1] == (22, 22)
    assert (pairs.run.done, list(pairs.run.errors)) == (22, [13])


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("take", [1, 5])
def test_breaking_off_starts_at_most_a_window_more(workers, take):
    """After `take` results of endless input no more than 2 · workers + 2 others were pulled or started."""
    pulled, started = [], []
    numbers = (pulled.append(number) or number for number in itertools.count())
    with dynamic_parallel(started.append, numbers, engine=threads, workers=workers) as results:
        for _ in itertools.islice(results, take):
            pass
        held = len(results._held)
    assert len(started) <= len(pulled) <= take + 2 * workers + 2
    assert held == len(pulled) - take
    assert len(list(results)) <= held  # what was finished is still given, and nothing new


def test_an_iterator_that_is_dropped_starts_no_more():
    """A plain `for` with `break` is enough."""
    started = []
    for _ in dynamic_parallel(started.append, range(1000), engine=threads, workers=2):
        break
    assert len(started) <= 7


@pytest.mark.parametrize("name", work.SYNC)
def test_an_error_that_leaves_the_block_carries_what_was_done(name):
    """An interrupt between two results has the totals as its `.run`, as with a stream."""
    engine, options = work.SYNC[name]

    def interrupted():
        with dynamic_parallel(work.double, range(9), engine=engine, **options) as pairs:
            assert len(list(itertools.islice(pairs, 3))) == 3
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:
        interrupted()
    assert caught.value.run.done == 3


def test_one_item_is_one_message():
    """Each item is handed out by itself, unless a chunk is asked for."""
    with processes.pool(workers=2) as pool:
        with dynamic_parallel(work.double, range(30), engine=pool) as results:
            assert sorted(outcome.value for _, outcome in results) == list(range(0, 60, 2))
        assert [span.count for span in results.timeline.spans] == [1] * 30
        with dynamic_parallel(work.double, range(30), engine=pool, chunk=10) as results:
            assert len(list(results)) == 30
        assert [span.count for span in results.timeline.spans] == [10] * 3


def test_no_items_no_results():
    """Empty input ends at once."""
    assert list(dynamic_parallel(work.double, [], engine=threads, workers=2)) == []


@pytest.mark.parametrize("engine", [coroutines, "threads", None])
def test_a_wrong_engine_is_refused(engine):
    """Coroutines have a pattern of their own; a name is not an engine."""
    with pytest.raises(ParameterError, match="engine is"):
        dynamic_parallel(work.double, [1], engine=engine)


@pytest.mark.parametrize(("options", "match"), [({"chunk": 0}, "chunk is 0"), ({"workers": 0}, "workers is 0")])
def test_a_wrong_argument_is_named_at_the_call(options, match):
    """Before the first result is asked for."""
    with pytest.raises(ParameterError, match=match):
        dynamic_parallel(work.double, [1], engine=threads, **({"workers": 2} | options))

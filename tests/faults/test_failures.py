"""P4: items, and inputs, that raise. Each costs itself only and is heard of with item, worker and traceback."""

from __future__ import annotations

import asyncio
import contextlib
from functools import partial

import pytest

from tests.engines import work
from tests.engines.test_protocol import COROUTINES, INTERPRETERS, SERIAL, Engine
from tests.faults import harm
from wingslib.engines import coroutines, interpreters, processes, threads

ERRORS = [
    partial(harm.fail, ValueError, "no"),
    partial(harm.fail, KeyError, "three"),
    partial(harm.fail, harm.Plain, "of a module"),
    partial(harm.fail, StopIteration, 5),
    partial(harm.fail, TimeoutError, "of its own"),
    harm.fail_in_a_group,
    harm.fail_with_cause,
]
NO_EXCEPTIONS = [SystemExit, harm.Own, GeneratorExit, KeyboardInterrupt]


class Warm(Engine):
    """An engine whose pool stays open for all trials."""

    def __init__(self, name, pool):
        super().__init__(name, None)
        self.open = pool
        pool.map(abs, range(4), chunk=1)

    def map(self, fn, items, **options):
        return self.open.map(fn, items, **options)


@pytest.fixture(scope="module", params=["serial", "threads", "processes", "coroutines", *map(repr, INTERPRETERS)])
def engine(request):
    """Every engine; workers that are costly to start are warm."""
    with contextlib.ExitStack() as stack:
        yield {
            "serial": lambda: SERIAL,
            "coroutines": lambda: COROUTINES,
            "threads": lambda: Warm("threads", stack.enter_context(threads.pool(workers=2))),
            "processes": lambda: Warm("processes", stack.enter_context(processes.pool(workers=2))),
            "interpreters": lambda: Warm("interpreters", stack.enter_context(interpreters.pool(workers=2))),
        }[request.param]()


def call(engine, places, hurt, count, chance):
    at = harm.at_soon if engine is COROUTINES else harm.at
    options = {} if engine is COROUTINES else {"chunk": chance.choice([1, 5, "auto"])}
    return engine.map(partial(at, places, hurt), range(count), **options)


def test_items_that_raise_cost_only_themselves(engine, trials):
    """The first, the last, some or all: the others have values; each error has item, worker and traceback."""
    for chance in trials(30, 1000, 10000):
        count, hurt = chance.randint(1, 30), chance.choice(ERRORS)
        places = {0} if chance.random() < 0.2 else {count - 1} if chance.random() < 0.2 else set(range(count))
        if chance.random() < 0.6:
            places = set(chance.sample(range(count), chance.randint(1, count)))
        run = call(engine, places, hurt, count, chance)
        assert [outcome.index for outcome in run] == list(range(count))
        assert [outcome.value for outcome in run] == [None if n in places else n for n in range(count)]
        assert set(run.errors) == places
        for index, error in run.errors.items():
            note = "".join(error.__notes__)
            assert note.count("item ") == 1
            assert f"item {index} on worker" in note
            assert "harm.py" in note
        with pytest.raises(type(run.errors[min(places)])):
            run.values()


def test_one_error_raised_by_all_items_stays_small(engine):
    """A cached error, raised again and again, neither grows with each item nor names another's place."""
    known = ValueError("cached")

    def again(item):
        raise known

    async def again_soon(item):
        raise known

    run = engine.map(again_soon if engine is COROUTINES else again, range(12))
    assert [type(error) for error in run.errors.values()] == [ValueError] * 12
    assert max(len("".join(error.__notes__)) for error in run.errors.values()) < 20_000


@pytest.mark.parametrize("error", NO_EXCEPTIONS, ids=lambda error: error.__name__)
def test_what_is_no_exception_costs_its_item_in_a_worker_of_its_own(error, engine, trials):
    """Threads and processes keep it as the item's error; serial and coroutines, in the caller's thread, let it through."""
    for chance in trials(4, 100, 1000):
        place = chance.randrange(20)
        hurt = partial(harm.fail, error)
        if engine in (SERIAL, COROUTINES):
            with pytest.raises(error):
                call(engine, {place}, hurt, 20, chance)
            continue
        run = call(engine, {place}, hurt, 20, chance)
        assert {index: type(error) for index, error in run.errors.items()} == {place: error}
        assert [outcome.value for outcome in run if outcome.ok] == [number for number in range(20) if number != place]


def test_an_input_that_fails_is_heard_of_at_once(engine, trials):
    """The error reaches the caller as it was, with what is finished as `.run`; items before it may have run."""
    for chance in trials(20, 500, 5000):
        place, known = chance.randrange(30), LookupError("the input broke")

        def items(place=place, known=known):
            yield from range(place)
            raise known

        at = work.double_soon if engine is COROUTINES else work.double
        with pytest.raises(LookupError) as caught:
            engine.map(at, items())
        assert caught.value is known
        values = [outcome.value for outcome in caught.value.run]
        assert [outcome.value for outcome in caught.value.run] == [2 * outcome.index for outcome in caught.value.run]
        assert len(values) <= place


def take_until(last):
    with threads.stream(work.double, iter(int, 1), workers=2) as results:
        for outcome in results:
            if outcome.index >= last:
                raise ZeroDivisionError


async def take_until_soon(last):
    async with coroutines.stream(work.double_soon, iter(int, 1), workers=2) as results:
        async for outcome in results:
            if outcome.index >= last:
                raise ZeroDivisionError


def test_a_consumer_that_fails_ends_the_stream(trials):
    """An error in the body of `with stream` comes out as it was, and nothing goes on."""
    for chance in trials(20, 300, 3000):
        with pytest.raises(ZeroDivisionError):
            take_until(chance.randint(0, 20))
        with pytest.raises(ZeroDivisionError):
            asyncio.run(take_until_soon(chance.randint(0, 20)))

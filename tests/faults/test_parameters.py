"""V1: wrong arguments. Whatever the engine and the value: an error that names both, before anything is started or pulled."""

from __future__ import annotations

import math
import multiprocessing.process
import threading

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests.engines import work
from tests.engines.test_protocol import COROUTINES, INTERPRETERS, PROCESSES, SERIAL, THREADS
from tests.faults.conftest import LONG_SECONDS, SEED, TIER
from wingslib.errors import ParameterError

ENGINES = [SERIAL, THREADS, PROCESSES, COROUTINES, *INTERPRETERS]
CASES = {"pr": 1_000, "nightly": 10_000, "release": 100_000}[TIER]

NO_NUMBERS = st.one_of(
    st.booleans(), st.text(max_size=5), st.none(), st.lists(st.integers(), max_size=2), st.binary(max_size=3)
)
FRACTIONS = st.floats(allow_nan=True, allow_infinity=True)
NO_COUNTS = st.one_of(st.integers(max_value=0), FRACTIONS, NO_NUMBERS)
NO_SECONDS = st.one_of(
    st.floats(max_value=0), st.integers(max_value=0), st.sampled_from([math.nan, math.inf, 10**400]), NO_NUMBERS
)
WRONG = {
    "workers": NO_COUNTS.filter(lambda value: value is not None),
    "chunk": NO_COUNTS.filter(lambda value: value != "auto"),
    "timeout": NO_SECONDS.filter(lambda value: value is not None),
    "retries": st.one_of(st.integers(max_value=-1), FRACTIONS, NO_NUMBERS),
    "progress": st.one_of(st.integers(min_value=1), st.text(min_size=1, max_size=5)),
    "start": st.one_of(st.sampled_from(["fork", "", "SPAWN"]), st.integers()),
    "fn": st.one_of(st.integers(), st.text(max_size=5), st.none()),
    "items": st.one_of(st.integers(), st.floats(), st.just(abs)),
}
LACKS = {SERIAL: {"start"}, THREADS: {"start"}, COROUTINES: {"start", "chunk"}} | {engine: {"start"} for engine in INTERPRETERS}


@st.composite
def cases(draw):
    """An engine, the name of one parameter, and a wrong value for it."""
    engine = draw(st.sampled_from(ENGINES))
    name = draw(st.sampled_from([name for name in WRONG if name not in LACKS.get(engine, ())]))
    return engine, name, draw(WRONG[name])


def untouched():
    """Give items that fail the test when the first is pulled."""
    pytest.fail("an item was pulled")
    yield


def refuse(self):
    pytest.fail(f"{self.name} was started")


@seed(SEED)
@settings(max_examples=CASES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(case=cases())
def check(case):
    engine, name, value = case
    arguments = {"fn": work.double_soon if engine is COROUTINES else work.double, "items": untouched()} | {name: value}
    with pytest.raises(ParameterError) as caught:
        engine.map(arguments.pop("fn"), arguments.pop("items"), **arguments)
    assert f"{name} is {value!r}" in str(caught.value)
    assert any(word in str(caught.value) for word in ("allowed", "Use", "use"))


@pytest.mark.timeout(LONG_SECONDS)
def test_a_wrong_argument_is_refused_by_name_and_value(monkeypatch):
    """1,000 wrong values (10,000 nightly): ParameterError with name and value; no worker starts, no item is pulled."""
    with monkeypatch.context() as patch:
        patch.setattr(multiprocessing.process.BaseProcess, "start", refuse)
        patch.setattr(threading.Thread, "start", refuse)
        check()


@pytest.mark.parametrize("engine", ENGINES, ids=repr)
def test_odd_but_right_arguments_work(engine, trials):
    """Empty input, one item, more workers than items, a chunk larger than the input, a timeout far away."""
    for chance in trials(4, 40, 400):
        options = {} if engine is SERIAL else {"workers": chance.choice([1, 2, 3]), "timeout": chance.choice([None, 10**6])}
        options |= {} if engine is COROUTINES else {"chunk": chance.choice([1, 10**6, "auto"])}
        count = chance.choice([0, 1, 2])
        run = engine.map(work.double_soon if engine is COROUTINES else work.double, range(count), **options)
        assert run.values() == [0, 2, 4][:count]

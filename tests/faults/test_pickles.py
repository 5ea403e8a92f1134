"""P5: what cannot cross to a process, or breaks on the way: that item only, with the way out in the message."""

from __future__ import annotations

import contextlib
import random
from functools import partial

import pytest

from tests.engines import work
from tests.faults import harm
from wingslib.engines import processes
from wingslib.errors import NotPicklable, ParameterError, WorkerDied

CANNOT = [harm.lock, harm.generator, harm.handle, harm.deep, harm.exits_on_dumping]
ARGUMENTS = dict.fromkeys(CANNOT, (NotPicklable, "Send what it is made from")) | {
    harm.broken_on_loading: (ValueError, "cannot be loaded"),
    harm.exits_on_loading: (SystemExit, "enough"),
    harm.dies_on_loading: (WorkerDied, "item"),
}
RESULTS = [*CANNOT, harm.broken_on_loading, harm.exits_on_loading]
EXCEPTIONS = [harm.locked, harm.awkward]


def require_only(run, places, error, text):
    """Require a value at all but `places`, and there one error that names its item and says `text`."""
    assert [outcome.index for outcome in run] == list(range(len(run)))
    assert {index: type(error) for index, error in run.errors.items()} == dict.fromkeys(sorted(places), error)
    for index, error in run.errors.items():
        assert text in str(error)
        assert f"item {index}" in f"{error} {''.join(getattr(error, '__notes__', ()))}"


def some(chance: random.Random, count: int = 200) -> tuple[set[int], int | str]:
    """Choose one to three places, and a chunk."""
    return set(chance.sample(range(count), chance.randint(1, 3))), chance.choice([1, 7, 50, "auto"])


@pytest.mark.parametrize("make", ARGUMENTS, ids=lambda make: make.__name__)
def test_an_argument_that_cannot_cross_fails_alone(make, warm, trials):
    """Beside 200 good items; also one that breaks, exits or kills its worker where it is unpickled."""
    for chance in trials(3, 40, 400):
        places, chunk = some(chance)
        with contextlib.ExitStack() as stack:
            items = [make() if number in places else number for number in range(200)]
            for item in items:
                stack.callback(getattr(item, "close", int))
            run = warm.map(harm.kind, items, chunk=chunk)
        require_only(run, places, *ARGUMENTS[make])
        assert {outcome.value for outcome in run if outcome.ok} == {"int"}


@pytest.mark.parametrize("make", RESULTS, ids=lambda make: make.__name__)
def test_a_result_that_cannot_cross_fails_alone(make, warm, trials):
    """Beside 200 good items; also one that breaks, or would end this process, where it is unpickled."""
    for chance in trials(3, 40, 400):
        places, chunk = some(chance)
        run = warm.map(partial(harm.made, places, make), range(200), chunk=chunk)
        require_only(run, places, NotPicklable, "Return plain data")
        assert [outcome.value for outcome in run if outcome.ok] == [n for n in range(200) if n not in places]


@pytest.mark.parametrize("make", EXCEPTIONS, ids=lambda make: make.__name__)
def test_an_exception_that_cannot_cross_fails_alone(make, warm, trials):
    """It becomes a NotPicklable with the worker's traceback."""
    for chance in trials(3, 40, 400):
        places, chunk = some(chance)
        run = warm.map(partial(harm.raised, places, make), range(200), chunk=chunk)
        require_only(run, places, NotPicklable, "the exception that it raised")
        assert all("harm.py" in "".join(error.__notes__) for error in run.errors.values())


@pytest.mark.parametrize("make", [harm.lock, harm.generator, harm.handle], ids=lambda make: make.__name__)
def test_a_function_that_cannot_cross_is_refused_before_a_start(make, monkeypatch):
    """The message names the function and the way out, and no process is started."""
    monkeypatch.setattr(processes._Processes, "_schedule", lambda *args, **options: pytest.fail("started"))
    with contextlib.ExitStack() as stack:
        held = make()
        stack.callback(getattr(held, "close", int))
        with pytest.raises(ParameterError, match=r"fn is .*cannot be sent to a process.*inside the function"):
            processes.map(lambda number: (number, held), [1], workers=1)


@pytest.mark.parametrize(
    ("make", "error"), [(harm.broken_on_loading, ValueError), (harm.exits_on_loading, SystemExit)], ids=["breaks", "exits"]
)
def test_a_function_that_breaks_where_it_is_loaded_fails_every_item(make, error, warm):
    """Every item has the reason as its error, and the pool goes on."""
    held = make()
    run = warm.map(lambda number: (number, held), range(20), chunk=3)
    assert [type(outcome.error) for outcome in run] == [error] * 20
    assert warm.map(work.double, [1]).values() == [2]

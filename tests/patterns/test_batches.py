"""Each batch is saved before the next starts, and a restart does only what is not saved."""

from __future__ import annotations

import itertools
import random
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.patterns import work
from wingslib.engines import coroutines, processes, serial, threads
from wingslib.errors import ParameterError
from wingslib.patterns import process_in_batches

pytestmark = pytest.mark.usefixtures("nothing_left")


@pytest.mark.parametrize("name", work.SYNC)
def test_all_values_are_saved_in_order(name):
    """From a generator, under every engine: batches in turn, their values in input order, the last one shorter."""
    engine, options = work.SYNC[name]
    saved = {}
    count = process_in_batches(iter(range(25)), work.double, save=saved.__setitem__, batch=10, engine=engine, **options)
    assert count == 3
    assert list(saved) == [0, 1, 2]
    assert list(saved.values()) == [list(range(0, 20, 2)), list(range(20, 40, 2)), list(range(40, 50, 2))]


def test_a_batch_is_saved_before_the_next_is_pulled_or_started():
    """When batch k is saved, nothing of batch k + 1 was touched."""
    events = []
    numbers = (events.append(("pulled", number)) or number for number in range(12))

    def run(number):
        events.append(("ran", number))

    process_in_batches(
        numbers, run, save=lambda index, values: events.append(("saved", index)), batch=4, engine=threads, workers=3
    )
    for index in range(3):
        before = events[: events.index(("saved", index))]
        for what in ("pulled", "ran"):
            assert sorted(number for event, number in before if event == what) == list(range(4 * index + 4))


@settings(deadline=None)
@given(st.integers(0, 30), st.integers(1, 8), st.sets(st.integers(0, 9)))
def test_a_restart_skips_what_is_done(size, batch, done):
    """Any set of done batches: the others are run and saved, and only they."""
    saved, ran = {}, []
    process_in_batches(range(size), lambda n: ran.append(n) or n, save=saved.__setitem__, done=done, batch=batch, engine=serial)
    batches = dict(enumerate(list(range(first, min(first + batch, size))) for first in range(0, size, batch)))
    assert saved == {index: values for index, values in batches.items() if index not in done}
    assert ran == list(itertools.chain.from_iterable(saved.values()))


def test_a_failure_keeps_what_was_saved_and_a_restart_ends_the_work():
    """The batch of the failed item is not saved, its error is raised; mended, the rest follows."""
    saved = {}
    with pytest.raises(LookupError, match="thirteen") as caught:
        process_in_batches(range(30), work.fail_on_13, save=saved.__setitem__, batch=5, engine=threads, workers=2)
    assert list(saved) == [0, 1]
    assert caught.value.__notes__[-1] == "in batch 2, whose items begin with number 10"
    count = process_in_batches(
        range(30), work.same, save=saved.__setitem__, done=saved.copy(), batch=5, engine=threads, workers=2
    )
    assert (count, [value for index in range(6) for value in saved[index]]) == (4, list(range(30)))


SCRIPT = """
import os, sys, time
from pathlib import Path
from wingslib.engines import threads
from wingslib.patterns import process_in_batches

folder = Path(sys.argv[1])

def save(index, values):
    new = folder / f"{index}.new"
    new.write_text(" ".join(map(str, values)))
    os.link(new, folder / str(index))  # fails if it was saved before
    print(index, flush=True)

def double(number):
    time.sleep(0.002)
    return 2 * number

done = {int(path.name) for path in folder.iterdir() if not path.suffix}
process_in_batches(iter(range(45)), double, save=save, done=done, batch=5, engine=threads, workers=2)
"""


@pytest.mark.parametrize("seed", [1, 2])
def test_a_run_that_is_killed_and_restarted_saves_each_batch_once(tmp_path, seed):
    """Killed after any number of batches, again and again, until one run ends: all are saved, none twice."""
    drawn, status, kills = random.Random(seed), -9, 0
    while status:
        with subprocess.Popen([sys.executable, "-c", SCRIPT, tmp_path], stdout=subprocess.PIPE, text=True) as child:
            told = [child.stdout.readline() for _ in range(drawn.randint(1, 4))]
            if told[-1]:
                child.kill()
                kills += 1
            status = child.wait()
        assert status in (0, -9)
    assert kills >= 2
    saved = {int(path.name): path.read_text() for path in tmp_path.iterdir() if not path.suffix}
    assert " ".join(saved[index] for index in range(9)) == " ".join(str(2 * number) for number in range(45))


def test_a_save_that_fails_stops_the_run():
    """What cannot be saved is not lost unheard: its error is raised and nothing more starts."""
    ran = []

    def full(index, values):
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        process_in_batches(range(30), ran.append, save=full, batch=5, engine=threads, workers=2)
    assert len(ran) == 5


def test_the_workers_stay_from_batch_to_batch():
    """One start for all batches: no batch has a process of its own."""
    saved = {}
    process_in_batches(range(12), work.pid, save=saved.__setitem__, batch=3, engine=processes, workers=1)
    assert len({pid for values in saved.values() for pid in values}) == 1


def test_a_pool_is_used_and_left_open():
    """A warm pool is the caller's."""
    with threads.pool(workers=2) as pool:
        assert process_in_batches(range(4), work.double, save=lambda index, values: None, batch=2, engine=pool) == 2
        assert pool.map(work.double, [1]).values() == [2]


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"batch": 0}, "batch is 0"),
        ({"save": 3}, "save is 3"),
        ({"done": iter([0])}, "done is <list_iterator"),
        ({"engine": coroutines}, "engine is coroutines"),
        ({"engine": serial, "workers": 2}, "workers is 2"),
        ({"engine": threads}, "workers is None"),
    ],
)
def test_a_wrong_argument_is_named(change, match):
    """Nothing is pulled when an argument is wrong."""
    source = iter(range(3))
    call = {"items": source, "fn": work.double, "save": print, "engine": serial} | change
    with pytest.raises(ParameterError, match=match):
        process_in_batches(**call)
    assert next(source) == 0

"""One pairing for any number of workers, any chunk and any order of completion."""

from __future__ import annotations

import functools
import operator
import random
import re
import threading
from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.patterns import work
from wingslib import accel
from wingslib.engines import processes, serial, threads
from wingslib.errors import ParameterError, WorkerDied
from wingslib.patterns import map_reduce
from wingslib.patterns.reduction import BLOCK

pytestmark = pytest.mark.usefixtures("nothing_left")


def paired(values):
    """Return neighbours joined level by level, a last one without a neighbour kept: the definition."""
    while len(values) > 1:
        values = [
            work.brackets(*values[at : at + 2]) if at + 1 < len(values) else values[at] for at in range(0, len(values), 2)
        ]
    return values[0]


def floats(number):
    """Return floats whose sum depends on the order in which they are added."""
    drawn = random.Random(number)
    return [drawn.uniform(-1, 1) * 10 ** drawn.randint(-8, 8) for _ in range(number)]


def merge(left, right):
    """Count right into left, which is changed."""
    left.update(right)
    return left


def words(text):
    """Count the words of one text."""
    return Counter(text.split())


def added(values):
    """Return blocks of 256 paired, and added one after the other to an "i": the definition."""
    total = "i"
    for at in range(0, len(values), BLOCK):
        total = work.brackets(total, paired(values[at : at + BLOCK]))
    return total


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 70), st.one_of(st.just("auto"), st.integers(1, 80)), st.booleans())
def test_any_chunk_gives_the_same_pairs(number, chunk, counted):
    """The pairing can be read off the brackets, and no chunk changes it; initial enters once, leftmost."""
    texts = [f"{index}." for index in range(number)]
    joined = map_reduce(texts if counted else iter(texts), str, work.brackets, initial="i", engine=serial, chunk=chunk)
    assert joined == (f"(i{paired(texts)})" if texts else "i")


@pytest.mark.parametrize("number", [255, 256, 257, 512, 1000, 1025])
@pytest.mark.parametrize("chunk", ["auto", 1, 100, 256, 300, 512, 5000])
def test_blocks_are_added_one_after_the_other(number, chunk):
    """Around the size of a block, chunks within one and over several give the same pairs; each result is used once."""
    texts = [f"{index}." for index in range(number)]
    joined = map_reduce(texts, str, work.brackets, initial="i", engine=threads, workers=3, chunk=chunk)
    assert joined == added(texts)


def test_a_sum_is_the_same_to_the_last_bit():
    """1 to 16 threads and chunks of any size add 1,000 floats to one sum, which other orders do not."""
    data = floats(1000)
    expected = map_reduce(data, float, operator.add, initial=0.0, engine=serial).hex()
    sums = {
        map_reduce(data, float, operator.add, initial=0.0, engine=threads, workers=workers, chunk=chunk).hex()
        for workers in range(1, 17)
        for chunk in ("auto", workers, 5 * workers, 64, 1000)
    }
    assert sums == {expected}
    others = [random.Random(seed).sample(data, 1000) for seed in range(5)]  # `sum` corrects itself from Python 3.12 on
    assert len({functools.reduce(operator.add, other).hex() for other in others}) > 1


def test_processes_add_the_same():
    """What crossed to processes and came back in any order is the same sum."""
    data = floats(300)
    expected = map_reduce(data, float, work.add, initial=0.0, engine=serial).hex()
    with processes.pool(workers=2) as pool:
        for chunk in ("auto", 1, 7):
            assert (
                map_reduce(iter(data), lambda x: x, lambda a, b: a + b, initial=0.0, engine=pool, chunk=chunk).hex() == expected
            )


@settings(deadline=None)
@given(st.lists(st.text(st.sampled_from("aB é_0\n.İ"))))
def test_words_of_any_texts_are_those_of_the_joined_text(texts):
    """With the library's own count of words: as one Counter over the texts joined by a newline."""
    counts = map_reduce(texts, lambda text: Counter(accel.word_count([text]).value), merge, initial=Counter(), engine=serial)
    folded = "\n".join(texts).replace("B", "b")
    assert counts == Counter(re.findall("[0-9A-Za-z_\u0080-\U0010ffff]+", folded))


@pytest.mark.parametrize("name", work.SYNC)
def test_counts_are_those_of_the_joined_text(name):
    """Words are counted as in one text, with a merge that changes its left side, and the texts stay whole."""
    engine, options = work.SYNC[name]
    texts = [f"a b{index % 5} a c{index % 7}" for index in range(100)]
    initial = Counter()
    counts = map_reduce(texts, words, merge, initial=initial, engine=engine, chunk=8, **options)
    assert counts == Counter("\n".join(texts).split())
    assert initial == Counter()


@pytest.mark.parametrize("name", work.SYNC)
def test_no_data_give_initial(name):
    """The chapter's reduce raises there."""
    engine, options = work.SYNC[name]
    assert map_reduce([], work.same, work.add, initial=7, engine=engine, **options) == 7
    assert map_reduce(iter([]), work.same, work.add, initial=7, engine=engine, **options) == 7


@pytest.mark.parametrize("name", work.SYNC)
@pytest.mark.parametrize("chunk", ["auto", 1, 8])
def test_a_failure_names_its_item(name, chunk):
    """The error is the function's own, with the index of the item in the data."""
    engine, options = work.SYNC[name]
    with pytest.raises(LookupError, match="thirteen") as caught:
        map_reduce(iter(range(40)), work.fail_on_13, work.add, initial=0, engine=engine, chunk=chunk, **options)
    assert any("in item 13 of the data" in note for note in caught.value.__notes__)


@dataclass(frozen=True)
class Frozen(Exception):
    """An error whose attributes cannot be set."""

    number: int


def test_a_frozen_error_is_named_too():
    """Where `add_note` fails, the error is still the function's own."""

    def fail(number):
        raise Frozen(number)

    with pytest.raises(Frozen) as caught:
        map_reduce([4], fail, work.add, initial=0, engine=serial)
    assert "in item 0 of the data" in caught.value.__notes__


def test_a_worker_that_dies_names_where_in_the_data():
    """Nobody is left to tell the item, but its chunk is known."""
    with pytest.raises(WorkerDied) as caught:
        map_reduce(iter(range(40)), work.die_on_13, work.add, initial=0, engine=processes, workers=1, chunk=8)
    assert caught.value.__notes__[-1] == "in the chunk of the data that begins with item 8"


def test_data_are_pulled_as_results_come():
    """Memory holds a window of chunks and a branch of the tree, however long the data."""
    ahead, mapped = [], []

    def numbers():
        for number in range(4000):
            ahead.append(number - len(mapped))
            yield number

    result = map_reduce(numbers(), lambda n: mapped.append(n) or n, work.add, initial=0, engine=threads, workers=2, chunk=10)
    assert result == sum(range(4000))
    assert max(ahead) <= 8 * (2 * 2 + 2)  # 8 is the power of two below 10


class Held:
    """A result that knows how many of its kind there are."""

    now = most = 0

    def __init__(self):
        Held.now += 1
        Held.most = max(Held.most, Held.now)

    def __del__(self):
        Held.now -= 1


@pytest.mark.parametrize("chunk", [1, 16, 5000])
def test_no_more_results_are_held_of_more_data(chunk):
    """A total and one branch of a block, whether there are 1,000 items or 20,000: memory stays flat."""
    Held.now = Held.most = 0
    for number in (1000, 20_000):
        map_reduce(iter(range(number)), lambda n: Held(), lambda a, b: a, initial=None, engine=serial, chunk=chunk)
        assert Held.most <= 8 + 3 + 2 * (chunk // BLOCK)  # a branch, a total and what is joined; two messages of large chunks


def test_the_first_failure_of_the_data_is_raised():
    """Whichever worker is the faster: of two items that fail, the error is the first one's."""
    waiting = threading.Event()

    def fail(number):
        if number == 4:
            waiting.wait(10)
        if number == 6:
            waiting.set()
        if number in (4, 6):
            raise LookupError(number)
        return number

    with pytest.raises(LookupError, match="4"):
        map_reduce(range(9), fail, work.add, initial=0, engine=threads, workers=4, chunk=1)


def test_a_failure_stops_the_run():
    """After the first failure no more than a window is pulled."""
    pulled = []
    with pytest.raises(LookupError):
        map_reduce(
            (pulled.append(n) or n for n in range(100_000)), work.fail_on_13, max, initial=0, engine=threads, workers=1, chunk=1
        )
    assert len(pulled) <= 14 + 4


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"chunk": 0}, "chunk is 0"),
        ({"reduce_fn": 3}, "reduce_fn is 3"),
        ({"map_fn": 3}, "fn is 3"),
        ({"engine": 3}, "engine is"),
    ],
)
def test_a_wrong_argument_is_named(change, match):
    """Nothing runs when an argument is wrong."""
    call = {"data": [1], "map_fn": float, "reduce_fn": operator.add, "initial": 0, "engine": serial} | change
    with pytest.raises(ParameterError, match=match):
        map_reduce(**call)

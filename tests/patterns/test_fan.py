"""Parts cover the items once and in order, and what came of them is combined in that order."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.patterns import work
from wingslib.engines import processes, serial, threads
from wingslib.errors import ParameterError
from wingslib.patterns import fan_out_fan_in

pytestmark = pytest.mark.usefixtures("nothing_left")

SIZES = [0, 1, 99, 100, 101, 1000]


@pytest.fixture(scope="module")
def engines():
    """Give the sync engines by name, processes warm."""
    with processes.pool(workers=2) as pool:
        yield work.SYNC | {"processes": (pool, {})}


@pytest.mark.parametrize("name", work.SYNC)
@pytest.mark.parametrize("size", SIZES)
def test_parts_cover_all_items_in_order(engines, name, size):
    """Each size around a hundred splits into parts of a hundred and a rest, under every engine."""
    engine, options = engines[name]
    parts = fan_out_fan_in(work.same, iter(range(size)), work.same, engine=engine, **options)
    assert [item for part in parts for item in part] == list(range(size))
    assert [len(part) for part in parts] == [100] * (size // 100) + [size % 100] * bool(size % 100)


@settings(deadline=None)
@given(st.integers(0, 60), st.integers(1, 70))
def test_any_part_size_covers_all(size, part):
    """No item is lost or doubled at any rest."""
    assert fan_out_fan_in(sum, range(size), sum, engine=serial, part=part) == sum(range(size))
    assert fan_out_fan_in(len, range(size), len, engine=serial, part=part) == math.ceil(size / part)


def test_a_part_is_a_message():
    """Each part is handed out by itself: two in one message would be one worker's."""
    asked = []
    spy = SimpleNamespace(map=lambda *work, **options: asked.append(options) or serial.map(*work), stream=serial.stream)
    fan_out_fan_in(len, range(300), len, engine=spy)
    assert [options["chunk"] for options in asked] == [1]


def test_a_failed_part_raises_its_own_error():
    """The error is the function's, after all parts have ended."""
    ended = []

    def fail_first(part):
        ended.append(part)
        if part == [0, 1]:
            raise LookupError("first")

    with pytest.raises(LookupError, match="first"):
        fan_out_fan_in(fail_first, range(8), list, engine=threads, workers=2, part=2)
    assert len(ended) == 4


@pytest.mark.parametrize(
    ("change", "match"),
    [({"part": 0}, "part is 0"), ({"combine": 3}, "combine is 3"), ({"fn": 3}, "fn is 3"), ({"engine": 3}, "engine is")],
)
def test_a_wrong_argument_is_named(change, match):
    """Nothing runs when an argument is wrong."""
    call = {"fn": sum, "items": [1], "combine": sum, "engine": serial} | change
    with pytest.raises(ParameterError, match=match):
        fan_out_fan_in(**call)

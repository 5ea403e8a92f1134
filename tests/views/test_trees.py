"""The tree of a sum: brackets by completion and by index, and the widget over them."""

from __future__ import annotations

import operator

import pytest

from wingslib.engines import serial
from wingslib.patterns import map_reduce
from wingslib.views import trees

NUMBERS = [0.1, 300.0, 0.2, -300.0, 0.3, 40.0, 0.4]
SECONDS = [8.0, 7.0, 5.0, 6.0, 3.0, 5.0, 3.0]
BALANCED = "(((0+1)+(2+3))+((4+5)+6))"


@pytest.mark.parametrize(
    ("workers", "pairing"),
    [(1, "((((((0+1)+2)+3)+4)+5)+6)"), (2, "((((((1+0)+2)+3)+4)+6)+5)"), (7, "((((((4+6)+2)+5)+3)+1)+0)")],
)
def test_by_completion_the_tree_follows_the_finish_line(workers: int, pairing: str) -> None:
    """Each is added to the total as it comes; of those that finish at the same time the lower worker is first."""
    assert trees.added(NUMBERS, SECONDS, workers, "completion").pairing == pairing


@pytest.mark.parametrize("workers", range(1, 8))
def test_by_index_it_is_the_tree_of_map_reduce(workers: int) -> None:
    """The pairing and the last bit are the same for any number of workers."""
    root = trees.added(NUMBERS, SECONDS, workers, "index")
    assert root.pairing == BALANCED
    assert root.value == map_reduce(NUMBERS, float, operator.add, initial=0.0, engine=serial)


def test_the_orders_give_different_last_digits() -> None:
    """Six sums of the same seven numbers."""
    sums = {trees.last_digits(trees.added(NUMBERS, SECONDS, workers, "completion").value) for workers in range(1, 8)}
    assert len(sums) == 6


def test_the_digits_are_the_last_of_the_fraction() -> None:
    """Four hexadecimal digits before the exponent."""
    assert trees.last_digits(float.fromhex("0x1.5e7fad5162476p+25")) == "2476"


def test_a_picture_tells_pairing_and_digits() -> None:
    """The reading holds the brackets."""
    picture = trees.summation(NUMBERS, SECONDS, workers=3, by="index")
    assert picture.title == "Three workers, by index: the sum ends in 0001"
    assert picture.reading == f"Added by index on 3 workers: {BALANCED}; last hexadecimal digits 0001."


def test_the_widget_moves_workers_and_order() -> None:
    """Each control draws anew, and reset goes back to where it began."""
    box = trees.summation_explorer(NUMBERS, SECONDS)
    first = box.reading.value
    assert "((((((1+0)+2)+3)+4)+6)+5)" in first
    box.workers.value = 7
    assert "((((((4+6)+2)+5)+3)+1)+0)" in box.reading.value
    box.by.value = "index"
    assert BALANCED in box.reading.value
    assert "data:image/png" in box.chart.value
    box.reset.click()
    assert (box.workers.value, box.by.value, box.reading.value) == (2, "completion", first)

"""Memory of a map_reduce does not grow with its data: measured in fresh processes, on words that are always the same."""

from __future__ import annotations

import sys

import pytest

from wingslib.children import watched

SCRIPT = """
import sys
from wingslib.bench.reduction import grown
from wingslib.patterns import map_reduce

PARTS = [{f"word {word}": 1 for word in range(part, 20_000, 16)} for part in range(16)]

def words(number):
    return dict(PARTS[number % 16])

def merge(total, more):
    for word, count in more.items():
        total[word] = total.get(word, 0) + count
    return total

if __name__ == "__main__":
    numbers = iter(range(int(sys.argv[1])))
    counts, parent, workers = grown(lambda pool: map_reduce(numbers, words, merge, initial={}, engine=pool, chunk=64))
    print(len(counts), sum(counts.values()), parent, workers)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_ten_times_the_data_take_no_more_memory():
    """At its peak the run of 5,120 dicts takes at most 1.2 times what 512 take; in the parent, where it varies, twice."""
    peaks = []
    for times in (1, 10):
        child = watched(SCRIPT, 60, [str(512 * times)])
        assert child.status == 0, child.stderr
        words, uses, *megabytes = map(float, child.stdout.split())
        assert (words, uses) == (20_000, 640_000 * times)
        peaks.append(megabytes)
    (parent, workers), (parent_later, workers_later) = peaks
    assert parent_later <= 2 * parent
    assert parent_later + workers_later <= 1.2 * (parent + workers)

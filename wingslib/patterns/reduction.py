"""Map-reduce: workers combine before they send, and who is joined with whom is fixed by the items' indices.

In each block of 256 items, item i is paired with its neighbour, pairs with pairs, and so on: a binary tree over the
index, cut off at the right where the items end. The blocks are added to the total one after the other, so that no more
than one total and one branch of a tree is kept, however many items there are. Workers make whole subtrees of 2^k items,
whose place is a multiple of 2^k, and the parent joins those. So any number of workers and any chunk adds in the same
order, and a sum of floats is the same to the last bit.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable, Iterator, Sized
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from wingslib.engines.chunking import Chunk, require_chunk
from wingslib.engines.options import require_work
from wingslib.engines.run import noted
from wingslib.errors import require_callable
from wingslib.machine import usable_cores
from wingslib.patterns.supply import require_engine

T = TypeVar("T")
R = TypeVar("R")

BLOCK = 256
AUTO_MOST = 16
CHUNKS_A_CORE = 8


def map_reduce(
    data: Iterable[T],
    map_fn: Callable[[T], R],
    reduce_fn: Callable[[R, R], R],
    *,
    initial: R,
    engine: Any,
    chunk: Chunk = "auto",
    **options: Any,
) -> R:
    """Return `initial` reduced with all `map_fn(item)` in the order of the items; `initial` itself if there are none.

    `reduce_fn(left, right)` must be associative: it joins neighbours first, and the leftmost with `initial`. It may change
    and return `left`, which nobody needs again (`initial` is copied). `chunk` is how many items a worker combines before it
    sends, rounded down to a power of two (above 256 it sends one result for each 256); "auto" is at most 16, so give more
    where items are cheap. Memory holds a window of chunks, a total and one branch of a tree: results are taken in the order
    of the data, so that a chunk which takes long lets the others go on for a window at most. `options` are those of the
    engine's `stream`: workers, timeout (seconds for a chunk), retries, progress (in chunks).

    Raises:
        ParameterError: a wrong argument; nothing was started.
        Exception: the error of the first item that failed, with notes that say where it is in the data; what had not
            started was cancelled.
    """
    require_engine(engine)
    require_work(map_fn, data)
    require_callable("reduce_fn", reduce_fn)
    require_chunk(chunk)
    size = _power(chunk, len(data) if isinstance(data, Sized) else math.inf)
    work, total, tree = partial(_combined, map_fn, reduce_fn), copy.deepcopy(initial), Tree(reduce_fn)
    with engine.stream(work, _chunks(data, size), chunk=1, ordered=True, **options) as results:
        for outcome in results:
            if outcome.error is not None:
                raise noted(outcome.error, f"in the chunk of the data that begins with item {outcome.index * size}")
            for subtree in outcome.value:
                tree.add(subtree)
                if tree.leaves * min(size, BLOCK) == BLOCK:
                    total, tree = reduce_fn(total, tree.joined()), Tree(reduce_fn)
    return reduce_fn(total, tree.joined()) if tree.leaves else total


def _power(chunk: Chunk, items: float) -> int:
    """Return the power of two that is a chunk: no more than `chunk`; by itself, so many that every core gets some."""
    most = min(AUTO_MOST, items / (CHUNKS_A_CORE * usable_cores())) if chunk == "auto" else chunk
    return 1 << max(1, int(most)).bit_length() - 1


def _chunks(data: Iterable[T], size: int) -> Iterator[tuple[int, list[T]]]:
    """Yield the index of its first item with each chunk."""
    source, first = iter(data), 0
    while items := list(islice(source, size)):
        yield first, items
        first += size


def _combined(map_fn: Callable[[T], R], reduce_fn: Callable[[R, R], R], chunk: tuple[int, list[T]]) -> list[R]:
    """Map one chunk in a worker, and reduce what belongs to one block to one result."""
    first, items = chunk
    trees = [Tree(reduce_fn) for _ in range(0, len(items), BLOCK)]
    for place, item in enumerate(items):
        try:
            trees[place // BLOCK].add(map_fn(item))
        except Exception as error:
            noted(error, f"in item {first + place} of the data")
            raise
    return [tree.joined() for tree in trees]


class Tree:
    """Neighbours joined as they come, from left to right, then pairs with pairs: what waits is one branch."""

    def __init__(self, reduce_fn: Callable[[Any, Any], Any]) -> None:
        self.leaves = 0
        self._reduce = reduce_fn
        self._branch: list[Any] = []

    def add(self, value: Any) -> None:
        """Take the next leaf, and join it upwards as far as left siblings wait."""
        self.leaves += 1
        pairs = self.leaves
        while pairs % 2 == 0:
            value, pairs = self._reduce(self._branch.pop(), value), pairs // 2
        self._branch.append(value)

    def joined(self) -> Any:
        """Return all in one: what has no sibling is joined from the right."""
        value = self._branch.pop()
        while self._branch:
            value = self._reduce(self._branch.pop(), value)
        return value

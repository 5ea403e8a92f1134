"""Map-reduce: workers combine before they send, and the pairing is fixed by the items' indices.

Item i is paired with its neighbour, pairs with pairs, and so on: a binary tree over the index, cut off at the right
where the items end. Workers make whole subtrees of 2^k items, whose place is a multiple of 2^k; the parent joins those
as their siblings come. So any number of workers, any chunk and any order of completion adds in the same order, and a
sum of floats is the same to the last bit.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable, Iterator, Sized
from functools import partial, reduce
from itertools import islice
from typing import Any, TypeVar

from wingslib.engines.chunking import Chunk, require_chunk
from wingslib.engines.options import require_work
from wingslib.errors import require_callable
from wingslib.machine import usable_cores
from wingslib.patterns.supply import require_engine

T = TypeVar("T")
R = TypeVar("R")
Place = tuple[int, int]
"""Of a subtree: its level, and how many of that level stand left of it."""

AUTO_MOST = 16
BLOCKS_A_CORE = 8


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

    `reduce_fn(left, right)` must be associative: it joins neighbours first, and `initial` once, leftmost, at the end. It
    may change and return `left`, which nobody needs again (`initial` is copied). `chunk` is how many items a worker combines
    before it sends, rounded down to a power of two; "auto" is at most 16, so give more where items are cheap. Data are pulled
    as results come: memory holds a window of chunks, and as many results as the number of chunks has bits. `options` are
    those of the engine's `stream`: workers, timeout (seconds for a chunk), retries, progress (in chunks).

    Raises:
        ParameterError: a wrong argument; nothing was started.
        Exception: the error of the first item that was seen to fail, with a note that names its index; what had not
            started was cancelled.
    """
    require_engine(engine)
    require_work(map_fn, data)
    require_callable("reduce_fn", reduce_fn)
    require_chunk(chunk)
    size = _block(chunk, len(data) if isinstance(data, Sized) else math.inf)
    work = partial(_subtree, map_fn, reduce_fn)
    tree = Tree(reduce_fn)
    with engine.stream(work, _blocks(data, size), chunk=1, **options) as results:
        for outcome in results:
            if outcome.error is not None:
                raise outcome.error
            tree.add(outcome.index, outcome.value)
    result: R = tree.joined(copy.deepcopy(initial))
    return result


def _block(chunk: Chunk, items: float) -> int:
    """Return the power of two that is a block: no more than `chunk`; by itself, so many that every core gets some."""
    most = min(AUTO_MOST, items / (BLOCKS_A_CORE * usable_cores())) if chunk == "auto" else chunk
    return 1 << max(1, int(most)).bit_length() - 1


def _blocks(data: Iterable[T], size: int) -> Iterator[tuple[int, list[T]]]:
    source, first = iter(data), 0
    while block := list(islice(source, size)):
        yield first, block
        first += size


def _subtree(map_fn: Callable[[T], R], reduce_fn: Callable[[R, R], R], block: tuple[int, list[T]]) -> R:
    """Map and reduce one block in a worker."""
    first, items = block
    tree = Tree(reduce_fn)
    for place, item in enumerate(items):
        try:
            tree.add(place, map_fn(item))
        except Exception as error:
            error.add_note(f"in item {first + place} of the data, the {place + 1}th of its chunk")
            raise
    result: R = tree.joined()
    return result


class Tree:
    """Values that are joined as soon as their siblings are there, in whatever order they come."""

    def __init__(self, reduce_fn: Callable[[Any, Any], Any]) -> None:
        self._reduce = reduce_fn
        self._waiting: dict[Place, Any] = {}

    def add(self, index: int, value: Any) -> None:
        """Take the leaf of this index, and join it upwards as far as siblings wait."""
        level = 0
        while (sibling := (level, index ^ 1)) in self._waiting:
            other = self._waiting.pop(sibling)
            value = self._reduce(other, value) if index & 1 else self._reduce(value, other)
            level, index = level + 1, index >> 1
        self._waiting[level, index] = value

    def joined(self, *initial: Any) -> Any:
        """Return all in one: what has no sibling is joined from the right, and then `initial` from the left."""
        left_to_right = sorted(self._waiting, key=lambda place: place[1] << place[0])
        values = [self._waiting[place] for place in reversed(left_to_right)]
        tree = [reduce(lambda right, left: self._reduce(left, right), values)] if values else []
        return reduce(self._reduce, [*initial, *tree])

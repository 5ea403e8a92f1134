"""Fan-out, fan-in: split the items into parts, work on all parts at once, combine what came of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, TypeVar

from wingslib.engines.options import require_work
from wingslib.errors import require_callable, require_count
from wingslib.patterns.supply import require_engine

T = TypeVar("T")
P = TypeVar("P")
R = TypeVar("R")


def fan_out_fan_in(
    fn: Callable[[list[T]], P],
    items: Iterable[T],
    combine: Callable[[list[P]], R],
    *,
    engine: Any,
    part: int = 100,
    **options: Any,
) -> R:
    """Call `fn` with lists of `part` items (the last may be shorter) and return `combine` of its results, in order.

    No items make no parts, and `combine` gets an empty list. The first part that failed raises its error, after all have
    ended. `options` are those of the engine's `map`: workers, timeout (seconds for a part), retries, progress (in parts).

    Raises:
        ParameterError: a wrong argument; nothing was started.
    """
    require_engine(engine)
    require_work(fn, items)
    require_callable("combine", combine)
    require_count("part", part)
    source = iter(items)
    parts = list(iter(lambda: list(islice(source, part)), []))
    return combine(engine.map(fn, parts, chunk=1, **options).values())

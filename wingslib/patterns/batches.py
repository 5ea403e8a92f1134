"""Batch after batch, each saved before the next starts: what was done is never lost, and not done again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from itertools import islice
from typing import Any, TypeVar

from wingslib.engines.options import require_work
from wingslib.errors import require_callable, require_count
from wingslib.patterns.supply import warm

T = TypeVar("T")
R = TypeVar("R")


def process_in_batches(
    items: Iterable[T],
    fn: Callable[[T], R],
    *,
    save: Callable[[int, list[R]], object],
    done: Collection[int] = (),
    batch: int = 100,
    engine: Any,
    workers: int | None = None,
    **options: Any,
) -> int:
    """Run `fn` on `batch` items, give `save` the number of the batch (from 0) and its values, go on; return how many it saved.

    The workers stay for the whole run, and one batch at a time is in memory. Batches whose numbers are in `done` are pulled
    and left out, so a restart with the same items and the same `batch` goes on where the last run was saved. A batch with a
    failed item is not saved and raises the item's error; those before it are safe. `options` are those of the engine's `map`:
    chunk, timeout, retries, progress (in items of a batch).

    Raises:
        ParameterError: a wrong argument; nothing was started.
    """
    require_work(fn, items)
    require_callable("save", save)
    require_count("batch", batch)
    source, saved = iter(items), 0
    with warm(engine, workers) as warmed:
        for index, entries in enumerate(iter(lambda: list(islice(source, batch)), [])):
            if index not in done:
                save(index, warmed.map(fn, entries, **options).values())
                saved += 1
    return saved

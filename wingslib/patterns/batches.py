"""Batch after batch, each saved before the next starts: what was done is never lost, and not done again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from itertools import islice
from typing import Any, TypeVar

from wingslib.engines.options import require_work
from wingslib.engines.run import noted
from wingslib.errors import ParameterError, require_callable, require_count
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
    failed item is not saved: the item's error is raised, with a note that names the batch. Those before it are safe.
    `options` are those of the engine's `map`: chunk, timeout, retries, progress (in items of a batch).

    Raises:
        ParameterError: a wrong argument; nothing was started.
    """
    require_work(fn, items)
    require_callable("save", save)
    require_count("batch", batch)
    if not isinstance(done, Collection):
        raise ParameterError(f"done is {done!r}; allowed is a collection of batch numbers. For example done={{0, 1}}.")
    source, saved = iter(items), 0
    with warm(engine, workers) as warmed:
        for index, entries in enumerate(iter(lambda: list(islice(source, batch)), [])):
            if index not in done:
                run = warmed.map(fn, entries, **options)
                for error in run.errors.values():
                    raise noted(error, f"in batch {index}, whose items begin with number {index * batch}")
                save(index, run.values())
                saved += 1
    return saved

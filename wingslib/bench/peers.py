"""How others do it.

A peer for threads or processes is a context manager over `fn` and `workers`, warm as long as it is open, that gives a
callable from items to the list of results. For async it is a function of `n` and `limit` that awaits `pause` for n
items, at most `limit` at a time, and returns how many results came and their sum. For counting it is a function of a
list of texts that returns a dict. Packages are imported inside.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import string
from collections.abc import Callable, Coroutine, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar

from wingslib.errors import NotAvailable
from wingslib.machine import start_method

T = TypeVar("T")
Fn = Callable[[Any], Any]
Call = Callable[[Iterable[Any]], list[Any]]
Peer = Callable[[Fn, int], AbstractContextManager[Call]]
Tally = tuple[int, int]

CHUNK = 100
_IN_WORD = r"0-9A-Za-z_\x{80}-\x{10FFFF}"
_FOLD = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
PEERS = ("aiometer", "duckdb", "joblib", "loky", "mpire", "pebble", "polars")


async def pause(item: int) -> int:
    """Give the loop a turn and return the item."""
    await asyncio.sleep(0)
    return item


async def bare(n: int, limit: int) -> Tally:
    """Let `limit` tasks pull from one iterator and add up: the plainest loop, with no queue, outcome or error handling."""
    source, totals = iter(range(n)), [0, 0]

    async def work() -> None:
        for item in source:
            value = await pause(item)
            totals[0] += 1
            totals[1] += value

    await asyncio.gather(*(work() for _ in range(limit)))
    return totals[0], totals[1]


async def gathered(n: int, limit: int) -> Tally:
    """Start a task for every item at once; a semaphore lets `limit` through."""
    gate = asyncio.Semaphore(limit)

    async def one(item: int) -> int:
        async with gate:
            return await pause(item)

    values = await asyncio.gather(*map(one, range(n)))
    return len(values), sum(values)


def aiometer_amap() -> Callable[[int, int], Coroutine[Any, Any, Tally]]:
    """Return the way of `aiometer.amap`, its results taken as they come."""
    import aiometer

    async def amap(n: int, limit: int) -> Tally:
        count = total = 0
        async with aiometer.amap(pause, range(n), max_at_once=limit) as results:
            async for value in results:
                count += 1
                total += value
        return count, total

    return amap


@contextmanager
def threads(fn: Fn, workers: int) -> Iterator[Call]:
    """Give `ThreadPoolExecutor.map`."""
    with ThreadPoolExecutor(workers) as pool:
        yield lambda items: list(pool.map(fn, items))


def stdlib(chunk: int) -> Peer:
    """Return the peer `ProcessPoolExecutor.map` with this chunk size."""

    @contextmanager
    def opened(fn: Fn, workers: int) -> Iterator[Call]:
        with ProcessPoolExecutor(workers, multiprocessing.get_context(start_method())) as pool:
            yield lambda items: list(pool.map(fn, items, chunksize=chunk))

    return opened


@contextmanager
def loky(fn: Fn, workers: int) -> Iterator[Call]:
    """Give the map of loky's executor with chunks of 100."""
    from loky import ProcessPoolExecutor as Loky

    with Loky(workers) as pool:
        yield lambda items: list(pool.map(fn, items, chunksize=CHUNK))


@contextmanager
def joblib(fn: Fn, workers: int) -> Iterator[Call]:
    """Give joblib's Parallel on loky, with automatic batches and the same workers for every call."""
    from joblib import Parallel, delayed

    task = delayed(fn)
    with Parallel(n_jobs=workers, backend="loky") as parallel:
        yield lambda items: list(parallel(map(task, items)))


@contextmanager
def pebble(fn: Fn, workers: int) -> Iterator[Call]:
    """Give the map of pebble's pool with chunks of 100."""
    from pebble import ProcessPool

    with ProcessPool(workers, context=multiprocessing.get_context(start_method())) as pool:
        yield lambda items: list(pool.map(fn, items, chunksize=CHUNK).result())


@contextmanager
def mpire(fn: Fn, workers: int) -> Iterator[Call]:
    """Give the map of mpire's pool with its own chunks."""
    from mpire import WorkerPool

    with WorkerPool(workers, start_method=start_method(), keep_alive=True) as pool:
        yield lambda items: list(pool.map(fn, items))


def duckdb_words() -> Callable[[list[str]], dict[str, int]]:
    """Return the way of DuckDB: a regular expression splits, SQL groups; capitals are folded in the groups."""
    import duckdb
    import pandas

    query = "select word, count(*) from (select unnest(string_split_regex(text, $1)) as word from texts) group by word"

    def words(texts: list[str]) -> dict[str, int]:
        with duckdb.connect() as base:
            base.register("texts", pandas.DataFrame({"text": texts}))
            return _folded(base.execute(query, [f"[^{_IN_WORD}]+"]).fetchall())

    return words


def polars_words() -> Callable[[list[str]], dict[str, int]]:
    """Return the way of Polars: a regular expression extracts, a lazy frame groups; capitals are folded in the groups."""
    import polars

    def words(texts: list[str]) -> dict[str, int]:
        word = polars.col("word")
        found = polars.LazyFrame({"word": texts}).select(word.str.extract_all(f"[{_IN_WORD}]+").explode())
        return _folded(found.drop_nulls().group_by("word").len().collect().iter_rows())

    return words


def _folded(groups: Iterable[tuple[str, int]]) -> dict[str, int]:
    words: dict[str, int] = {}
    for group, count in groups:
        if word := group.translate(_FOLD):
            words[word] = words.get(word, 0) + count
    return words


def present(make: Callable[[], T]) -> T | NotAvailable:
    """Return what `make()` gives, or how to get the peer that it needs and that is not installed."""
    try:
        return make()
    except ModuleNotFoundError as lacking:
        if lacking.name not in PEERS:
            raise
        return NotAvailable(f"absent: {lacking.name} is not installed; to race it: python -m pip install {lacking.name}")

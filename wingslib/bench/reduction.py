"""`wings bench map_reduce`: counting the words of the library, beside DuckDB, Polars and the best plain Python.

Everyone gets the same list of texts in memory and gives the same dict of counts. What they need to begin is in their
time: our texts cross to warm workers, those of the others become a table. Ten times the corpus are the same texts again,
so there are no new words in it, and the memory that map_reduce takes should stay the same.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

from wingslib.accel import word_count
from wingslib.bench import peers
from wingslib.bench.frame import Bar, Entry, Progress, in_parts, race, require_equal
from wingslib.children import watched
from wingslib.engines import processes
from wingslib.engines.pools import Pool
from wingslib.errors import NotAvailable
from wingslib.patterns import map_reduce
from wingslib.workloads import corpora
from wingslib.workloads.corpora import Module

T = TypeVar("T")
Words = dict[str, int]

TIMES = 10
ROUNDS, TIMES_ROUNDS = 12, 5
MEMORY_SECONDS = 300.0
GOAL = 1.2

PLAIN, OURS, RUST = "plain Python", "map_reduce", "map_reduce with Rust"
_RIVALS = (PLAIN, "DuckDB", "Polars")
_CHILD = "from wingslib.bench.reduction import tell_growth\nif __name__ == '__main__':\n    tell_growth({times})\n"


def bars(progress: Progress) -> list[Bar]:
    """Measure memory in children of their own, then race: the library's texts once, and ten times."""
    parts: dict[Callable[[Progress], list[Bar]], int] = {
        memory_bars: 20,
        partial(speed_bars, 1, ROUNDS): 30,
        partial(speed_bars, TIMES, TIMES_ROUNDS): 80,
    }
    return in_parts(parts, progress)


def speed_bars(times: int, rounds: int, progress: Progress) -> list[Bar]:
    """Bars of each rival over ours, without Rust and with it; an item is a text."""
    texts = _texts() * times
    with processes.pool() as pool:
        entries: dict[str, Entry | NotAvailable] = {label: _entry(call, texts) for label, call in _ways(pool).items()}
        raced = race(entries, rounds, time.perf_counter, progress)
    return [raced.bar(f"word count, {times} ×: {rival} / {ours}", rival, ours) for ours in (OURS, RUST) for rival in _RIVALS]


def _ways(pool: Pool) -> dict[str, Callable[[list[str]], Words] | NotAvailable]:
    return {
        PLAIN: partial(_whole, "python"),
        OURS: partial(_reduced, pool, "python"),
        RUST: _built() or partial(_reduced, pool, "rust"),
        "DuckDB": peers.present(peers.duckdb_words),
        "Polars": peers.present(peers.polars_words),
    }


def _entry(call: Callable[[list[str]], Words] | NotAvailable, texts: list[str]) -> Entry | NotAvailable:
    return call if isinstance(call, NotAvailable) else Entry(lambda n: call(texts[:n]), len(texts))


def _built() -> NotAvailable | None:
    try:
        word_count([], backend="rust")
    except NotAvailable as lacking:
        return lacking
    return None


@cache
def _texts() -> list[str]:
    return list(corpora.texts())


def _whole(backend: str, texts: list[str]) -> Words:
    words: Words = word_count(texts, backend=backend).value
    return words


def _reduced(pool: Pool, backend: str, texts: list[str]) -> Words:
    return map_reduce(texts, partial(_words, backend), _merge, initial=Words(), engine=pool)


def _words(backend: str, text: str) -> Words:
    return _whole(backend, [text])


def _merge(total: Words, more: Words) -> Words:
    """Add to the left, which nobody needs again: `+` would copy the growing total each time."""
    seen = total.get
    for word, count in more.items():
        total[word] = seen(word, 0) + count
    return total


def memory_bars(progress: Progress) -> list[Bar]:
    """Bar of the growth at ten times the corpus over that at once, each in a fresh process."""
    name = f"word count: growth of memory at {TIMES} × / at 1 ×"
    try:
        once, often = (growth(times) for times in (1, TIMES))
    except NotAvailable as lacking:
        return [Bar(name, goal=GOAL, note=str(lacking))]
    progress(1, 1, "memory")
    note = f"parent and workers above the start: {_megabytes(often)} against {_megabytes(once)}"
    return [Bar(name, sum(often) / sum(once), goal=GOAL, note=note)]


def _megabytes(parts: tuple[float, float]) -> str:
    return f"{sum(parts):.0f} MB ({parts[0]:.0f} of them in the parent)"


def growth(times: int) -> tuple[float, float]:
    """Return the MB that a fresh process and its workers take to count `times` times the corpus, each at its peak."""
    if sys.platform != "linux":
        raise NotAvailable("not testable here: needs Linux, which tells the memory of a process in /proc")
    child = watched(_CHILD.format(times=times), MEMORY_SECONDS)
    if child.status:
        raise RuntimeError(f"the child that measures memory ended with status {child.status}: {child.stderr}")
    parent, workers = map(float, child.stdout.split())
    return parent, workers


def tell_growth(times: int) -> None:
    """Print what `grown` gives for so many times the corpus; the counts must be right."""
    modules = corpora.modules()
    counts, parent, workers = grown(
        lambda pool: map_reduce(_repeated(modules, times), _words_of, _merge, initial=Words(), engine=pool)
    )
    truth = _whole("python", _texts())
    require_equal(OURS, {word: count * times for word, count in truth.items()}, counts)
    print(parent, workers)


def grown(work: Callable[[Pool], T]) -> tuple[T, float, float]:
    """Return what `work` gives with a new pool, and peaks in MB: of this process, above the start, and of the workers."""
    with suppress(OSError):  # where a sandbox refuses, the peak may be one from before
        Path("/proc/self/clear_refs").write_text("5")
    before = _status(os.getpid(), "VmRSS")
    with processes.pool() as pool:
        value = work(pool)
        parent = _status(os.getpid(), "VmHWM") - before
        return value, parent, sum(_status(worker.pid, "VmHWM") for worker in multiprocessing.active_children())


def _repeated(modules: list[Module], times: int) -> Iterator[Module]:
    for _ in range(times):
        yield from modules


def _words_of(module: Module) -> Words:
    """Read the text where its words are counted: so only names cross, and no text is in the parent."""
    return _words("python", module.text())


def _status(pid: int | None, field: str) -> float:
    """Return a size of a process in MB."""
    found = re.search(rf"{field}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1e3 if found else 0.0

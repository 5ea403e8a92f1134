"""Computing on two workers: chunks, whole loads, threads and interpreters, each beside what else does the same.

Work is counted in steps of `tasks.spin`, so an item costs the same whoever runs it; how many steps make 10 µs is
measured first. Pools are warm, and times are wall times.
"""

from __future__ import annotations

import math
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import cache, partial

from wingslib.bench import peers
from wingslib.bench.frame import Bar, Entry, Progress, Race, orders, paired, race, require_equal
from wingslib.engines import interpreters, processes, threads
from wingslib.engines.chunking import Chunk
from wingslib.engines.pools import Pool
from wingslib.errors import NotAvailable
from wingslib.machine import usable_cores
from wingslib.workloads.tasks import durations, spin

WORKERS = 2
MANY, FEW = 100_000, 5_000
SMALL_SECONDS = 10e-6
ROUNDS, LOAD_ROUNDS = 12, 5
CHECKED = 10
SEED = 7

OURS, JOBLIB = "ours", "joblib"
_CHUNKED: dict[str, Chunk] = {f"chunk {chunk:,}": chunk for chunk in (10, 100, 300, 1_000, 3_000)}
_PEERS: dict[str, tuple[peers.Peer, int]] = {
    JOBLIB: (peers.joblib, MANY),
    "ProcessPoolExecutor, chunk 100": (peers.stdlib(100), MANY),
    "ProcessPoolExecutor, chunk 1": (peers.stdlib(1), FEW),
    "loky, chunk 100": (peers.loky, MANY),
    "pebble, chunk 100": (peers.pebble, MANY),
    "mpire": (peers.mpire, MANY),
}
_SMALL_ITEMS = (OURS, *_CHUNKED, *_PEERS)


def small_item_bars(progress: Progress) -> list[Bar]:
    """Bars of 10 µs items; the best fixed chunk is chosen in the first half of the rounds and judged in the second."""
    lacking = _short_of_cores()
    raced = Race({}, dict.fromkeys(_SMALL_ITEMS, lacking)) if lacking else _small_items(progress)
    best = min(_CHUNKED, key=lambda label: statistics.fmean(raced.costs[label][: ROUNDS // 2]) if raced.costs else 0)
    fixed = raced.bar("processes, 10 µs: chunk auto / best fixed chunk", OURS, best, since=ROUNDS // 2, goal=1.15)
    rivals = [raced.bar(f"processes, 10 µs: {label} / ours", label, OURS) for label in _PEERS if label != JOBLIB]
    return [
        replace(fixed, note=f"{best}: {fixed.note}") if raced.costs else fixed,
        raced.bar("processes, 10 µs: joblib / ours", JOBLIB, OURS, goal=1, at_most=False),
        *rivals,
    ]


def _small_items(progress: Progress) -> Race:
    fn = partial(spin, _iterations(SMALL_SECONDS))
    with ExitStack() as stack:
        pool = stack.enter_context(processes.pool(workers=WORKERS))
        entries: dict[str, Entry | NotAvailable] = {
            label: Entry(partial(_mapped, pool, fn, chunk), MANY) for label, chunk in {OURS: "auto", **_CHUNKED}.items()
        }
        for label, (peer, items) in _PEERS.items():
            entries[label] = peers.present(partial(_opened, stack, peer, fn, items))
        return race(entries, ROUNDS, time.perf_counter, progress)


def _opened(stack: ExitStack, peer: peers.Peer, fn: Callable[[int], int], items: int) -> Entry:
    call = stack.enter_context(peer(fn, WORKERS))
    return Entry(lambda n: call(range(n)), items)


def _mapped(pool: Pool, fn: Callable[[int], int], chunk: Chunk, n: int) -> list[int]:
    return pool.map(fn, range(n), chunk=chunk).values()


def load_bars(progress: Progress) -> list[Bar]:
    """Makespan over the lower bound of the same run: all work shared out evenly, or the longest item."""
    if lacking := _short_of_cores():
        return [Bar(f"processes, {load}: makespan / lower bound", goal=1.15, note=lacking) for load in _LOADS]
    found: dict[str, list[tuple[float, float]]] = {load: [] for load in _LOADS}
    with processes.pool(workers=WORKERS) as pool:
        for step, load in enumerate(orders(list(_LOADS), LOAD_ROUNDS), start=1):
            found[load].append(_makespan(pool, load))
            progress(step, LOAD_ROUNDS * len(_LOADS), load)
    return [_load_bar(load, *zip(*pairs, strict=True)) for load, pairs in found.items()]


def _skewed(n: int) -> list[float]:
    """Return n lognormal durations whose mean is 1 ms and whose deviation is three times the mean."""
    rng, sigma = random.Random(SEED), math.sqrt(math.log(10))  # noqa: S311 - repeatable, not secret
    return [0.001 * rng.lognormvariate(-sigma * sigma / 2, sigma) for _ in range(n)]


_LOADS: dict[str, Callable[[], list[float]]] = {
    "constant 1 ms": lambda: [0.001] * 8_000,
    "exponential 1 ms": lambda: durations("exponential", 8_000, SEED, 0.001),
    "lognormal 1 ms, cv 3": lambda: _skewed(8_000),
    "exponential 1 ms, sorted up": lambda: sorted(durations("exponential", 8_000, SEED, 0.001)),
    "20 µs × 100,000": lambda: [20e-6] * 100_000,
    "exponential 100 ms × 200": lambda: durations("exponential", 200, SEED, 0.1),
}


def _makespan(pool: Pool, load: str) -> tuple[float, float]:
    """Return the seconds that the load took, and the least that its items leave possible."""
    steps = [_iterations(seconds) for seconds in _LOADS[load]()]
    run = pool.map(spin, steps)
    require_equal(f"processes, {load}", list(map(spin, steps[:CHECKED])), run.values()[:CHECKED])
    seconds = [outcome.seconds for outcome in run]
    return run.timeline.wall, max(sum(seconds) / WORKERS, max(seconds))


def _load_bar(load: str, makespans: Sequence[float], bounds: Sequence[float]) -> Bar:
    note = f"{statistics.fmean(makespans):.3g} s against {statistics.fmean(bounds):.3g} s"
    return paired(f"processes, {load}: makespan / lower bound", makespans, bounds, note=note, goal=1.15)


def thread_bars(progress: Progress) -> list[Bar]:
    """Items of 10 µs, where threads have nothing to gain: what is seen is what handing out an item costs."""
    fn = partial(spin, _iterations(SMALL_SECONDS))
    with ExitStack() as stack:
        pool = stack.enter_context(threads.pool(workers=WORKERS))
        theirs = _opened(stack, peers.threads, fn, FEW)
        entries = {OURS: Entry(partial(_mapped, pool, fn, "auto"), FEW), "ThreadPoolExecutor": theirs}
        raced = race(entries, ROUNDS, time.perf_counter, progress)
    return [raced.bar("threads, 10 µs: ThreadPoolExecutor / ours", "ThreadPoolExecutor", OURS)]


def interpreter_bars(progress: Progress) -> list[Bar]:
    """Items of 5 ms in plain Python: threads share one GIL, interpreters have one each."""
    name, lacking = "computing, 5 ms: threads / interpreters", _short_of_cores()
    if sys.version_info < interpreters.OLDEST:
        lacking = f"not testable here: needs Python {'.'.join(map(str, interpreters.OLDEST))}"
    if lacking:
        return [Bar(name, goal=1.6, at_most=False, note=lacking)]
    fn = partial(spin, _iterations(0.005))
    with threads.pool(workers=WORKERS) as shared, interpreters.pool(workers=WORKERS) as apart:
        entries = {
            label: Entry(partial(_mapped, pool, fn, "auto"), 100) for label, pool in (("threads", shared), (OURS, apart))
        }
        raced = race(entries, ROUNDS, time.perf_counter, progress)
    return [raced.bar(name, "threads", OURS, goal=1.6, at_most=False)]


def _short_of_cores() -> str:
    cores = usable_cores()
    return "" if cores >= WORKERS else f"not testable here: needs {WORKERS} usable cores, found {cores}"


def _iterations(seconds: float) -> int:
    """Return how many steps of `spin` take so long on an idle core."""
    return max(1, round(seconds / _step_seconds()))


@cache
def _step_seconds() -> float:
    """Return the least seconds seen for a step of `spin`: whatever disturbs only adds."""
    steps, least = 10_000, math.inf
    for _ in range(50):
        began = time.perf_counter()
        spin(steps)
        least = min(least, time.perf_counter() - began)
    return least / steps

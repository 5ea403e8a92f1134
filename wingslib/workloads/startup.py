"""How do workers come into being? The standard library's two pools, under each start method.

They are at their defaults but for one thing: their workers end with their parent, which the standard library's do not.

Run as a script (`startup.py METHOD WORKERS COUNT`) in a child of its own, because a notebook's kernel must never fork:
it has threads. The script prints one line of JSON: the values, the wall seconds and each item's stamp.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

from wingslib.children import die_with_parent
from wingslib.workloads.corpora import functions
from wingslib.workloads.tasks import complexity


class Stamp(NamedTuple):
    """One item's value, with the process that made it and when, in seconds of `time.perf_counter`."""

    value: int
    worker: int
    started: float
    finished: float


def stamped_complexity(source: str) -> Stamp:
    """Count a function's branches and note who did it and when."""
    started = time.perf_counter()
    value = complexity(source)
    return Stamp(value, os.getpid(), started, time.perf_counter())


def _executor(method: str, workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, multiprocessing.get_context(method), initializer=die_with_parent)


def executor_run(method: str, workers: int, sources: list[str]) -> tuple[float, list[Stamp]]:
    """Run a fresh ProcessPoolExecutor over `sources`; return its wall seconds and the stamps, counted from its start."""
    began = time.perf_counter()
    with _executor(method, workers) as pool:
        stamps = list(pool.map(stamped_complexity, sources))
    wall = time.perf_counter() - began
    return wall, [stamp._replace(started=stamp.started - began, finished=stamp.finished - began) for stamp in stamps]


def executor_map(method: str, workers: int, sources: list[str]) -> list[int]:
    """Run a fresh ProcessPoolExecutor over `sources` at its defaults, one item a message; return the values."""
    with _executor(method, workers) as pool:
        return list(pool.map(complexity, sources))


def pool_map(method: str, workers: int, sources: list[str]) -> list[int]:
    """Run a fresh multiprocessing.Pool over `sources` with the chunk it chooses itself; return the values."""
    with multiprocessing.get_context(method).Pool(workers, die_with_parent) as pool:
        return pool.map(complexity, sources)


def methods() -> list[str]:
    """Return the start methods that this platform has."""
    return [name for name in ("fork", "forkserver", "spawn") if name in multiprocessing.get_all_start_methods()]


def main() -> None:
    """Run the method named on the command line and print the result."""
    method, workers, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    wall, stamps = executor_run(method, workers, functions(count))
    print(json.dumps({"wall": wall, "stamps": stamps}))


if __name__ == "__main__":
    main()

"""`wings bench rust`: every Rust operation beside the usual Python and the best pure Python.

Results are equal first. Ratios are of wall seconds, round by round, theirs over ours; CPU seconds of this process stand
beside them, since Rust uses all cores (what other processes compute is not in them). Goals are for the machine that they
were set on; what is below its goal, or slower than the other, is named so in its note.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from importlib import import_module
from pkgutil import iter_modules

from wingslib.accel import native
from wingslib.bench.case import Case, Way
from wingslib.bench.frame import Bar, Progress, orders, paired, require_equal
from wingslib.errors import NotAvailable

ROUNDS = 7
OURS, COLUMNS = "ours", "ours, columns"
Opened = Callable[[], AbstractContextManager[Case]]
Costs = dict[str, list[tuple[float, float]]]


def bars(progress: Progress) -> list[Bar]:
    """Race all cases of all operations, one after the other, and return a bar for each other way."""
    cases = list(_cases())
    found: list[Bar] = []
    for number, (operation, case) in enumerate(cases):
        try:
            native.operation(operation)
        except NotAvailable as lacking:
            found += [] if operation in {bar.bar for bar in found} else [Bar(operation, note=str(lacking))]
            continue
        with case() as entered:
            step = partial(_step, progress, number, len(cases))
            found += _bars(operation, entered, race(entered, ROUNDS, step))
    return found


def _cases() -> Iterator[tuple[str, Opened]]:
    folder = import_module("wingslib.bench.operations").__path__
    for module in sorted(iter_modules(folder), key=lambda module: module.name):
        for case in import_module(f"wingslib.bench.operations.{module.name}").CASES:
            yield module.name, case


def _step(progress: Progress, number: int, cases: int, done: int, total: int, what: str) -> None:
    progress(number * 100 + 100 * done // total, cases * 100, what)


def race(case: Case, rounds: int, progress: Progress) -> Costs:
    """Return wall and CPU seconds of every way in every round, after all have given the same result once.

    Raises:
        WingsError: a way gave another result; there are no ratios of unequal work.
    """
    ways: dict[str, Way] = {OURS: case.ours} | ({COLUMNS: case.columns} if case.columns else {})
    ways |= {label: way for label, (way, _) in case.ways.items()}
    truth = case.canonical(ways[OURS]())
    for label, way in ways.items():
        require_equal(label, truth, case.canonical(way()))
    costs: Costs = {label: [] for label in ways}
    for step, label in enumerate(orders(list(ways), rounds), start=1):
        gc.collect()
        wall, cpu = time.perf_counter(), time.process_time()
        ways[label]()
        costs[label].append((time.perf_counter() - wall, time.process_time() - cpu))
        progress(step, rounds * len(ways), f"{case.name}: {label}")
    return costs


def _bars(operation: str, case: Case, costs: Costs) -> Iterator[Bar]:
    for label, (_, goal) in case.ways.items():
        yield _bar(f"{operation}, {case.name}: {label} / ours", costs[label], costs[OURS], goal)
        if case.columns:
            goal = case.columns_goals.get(label)
            yield _bar(f"{operation}, {case.name}: {label} / ours, columns", costs[label], costs[COLUMNS], goal)


def _bar(name: str, theirs: list[tuple[float, float]], ours: list[tuple[float, float]], goal: float | None) -> Bar:
    wall = [[round_[0] for round_ in costs] for costs in (theirs, ours)]
    bar = paired(name, *wall, note=f"{_shown(theirs)} against {_shown(ours)}", goal=goal, at_most=False)
    return replace(bar, note=f"{_fault(bar)}{bar.note}")


def _fault(bar: Bar) -> str:
    """Say first what must not be overlooked."""
    if bar.ratio is not None and bar.ratio < 1:
        return "OURS IS SLOWER: "
    return "below its goal: " if bar.met is False else ""


def _shown(costs: list[tuple[float, float]]) -> str:
    wall, cpu = (statistics.median(column) * 1_000 for column in zip(*costs, strict=True))
    return f"{wall:.3g} ms (CPU {cpu:.3g})"

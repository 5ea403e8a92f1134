"""Run notebooks without a browser: one at a time with papermill, at each point of a sweep.

Everything is checked first. An executed notebook is kept, whole or as far as it came; what it measured is in the
store already, written by its own kernel.
"""

from __future__ import annotations

import itertools
import logging
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wingslib.paths import results, store
from wingslib.store import Store
from wingslib.workbook import parameters as declared

Progress = Callable[[int, int, str], None]

# A kernel greets its terminal with hints about encryption and debuggers that no reader can act on.
_KERNEL = ["--Application.log_level=ERROR"]
# ipykernel looks once a second whether its parent is gone, on a thread that needs the GIL: a cell that holds it in C code
# would live on. Linux can be asked to end the kernel at once: PR_SET_PDEATHSIG, SIGKILL.
if sys.platform == "linux":
    _KERNEL.append("--IPKernelApp.exec_lines=__import__('ctypes').CDLL(None).prctl(1, 9)")


@dataclass(frozen=True)
class Execution:
    """One notebook at one sweep point: where it lies, how long it took, and its `error` ("" if it ran to the end).

    `sessions` are the numbers that it has in the store.
    """

    notebook: str
    parameters: dict[str, object]
    path: Path
    seconds: float
    error: str
    sessions: list[int]


@dataclass(frozen=True)
class _Plan:
    """What is to be run: a notebook with all its parameters, its number of cells and the place of its product."""

    notebook: Path
    parameters: dict[str, object]
    cells: int
    path: Path


def run_notebooks(
    names: Iterable[str] = (),
    parameters: Mapping[str, object] | None = None,
    sweep: Mapping[str, Sequence[object]] | None = None,
    profile: str = "learn",
    progress: Progress | None = None,
) -> list[Execution]:
    """Run notebooks (all for no names) one after another, each at every point of `sweep`, and return what became of each.

    A failed one is kept as far as it came and the others still run. `progress(done, total, notebook)` counts cells.
    Ctrl-C leaves with a KeyboardInterrupt whose note names the partial notebook.

    Raises:
        ParameterError, StoreError: a notebook, a parameter, the profile, the results folder or the store is unusable.
    """
    parameters, sweep = parameters or {}, sweep or {}
    declared.check_once(parameters, sweep)
    plans = _plans(declared.find(names), parameters, sweep, declared.check_profile(profile))
    _sessions(0, "")  # a store that is none says so before any work
    total = sum(plan.cells for plan in plans)
    done, executions = 0, []
    with environment(profile):
        for plan in plans:
            executions.append(_execute(plan, _count(progress, done, total, plan.notebook.stem)))
            done += plan.cells
    if progress:
        progress(total, total, "")
    return executions


def _plans(
    notebooks: list[Path], parameters: Mapping[str, object], sweep: Mapping[str, Sequence[object]], profile: str
) -> list[_Plan]:
    points = [dict(zip(sweep, values, strict=True)) for values in itertools.product(*sweep.values())]
    checked = [declared.check(notebooks, {**parameters, **point, "profile": profile}) for point in points]
    folder = results() / "notebooks"
    folder.mkdir(exist_ok=True)
    return [
        _Plan(notebook, given, _cells(notebook), folder / f"{_label(notebook, given, sweep)}.ipynb")
        for notebook in notebooks
        for given in checked
    ]


def _label(notebook: Path, given: Mapping[str, object], sweep: Mapping[str, object]) -> str:
    return ".".join([notebook.stem, *(f"{name}={given[name]}".replace(os.sep, "-") for name in sweep)])


def _cells(notebook: Path) -> int:
    """Return how many cells papermill will run: those of the notebook and the one with the parameters."""
    import nbformat

    return len(nbformat.read(notebook, as_version=4).cells) + 1


def _execute(plan: _Plan, count: Callable[[int], None]) -> Execution:
    import papermill

    logging.getLogger("papermill").setLevel(logging.ERROR)  # it does not know `int | str`; names were checked already
    place: list[Any] = [0, ""]  # the cell that is running: its number and its source

    def begin(cell: Any, cell_index: int) -> None:
        place[:] = [cell_index, cell.source]
        count(cell_index)

    since = max(_sessions(0, plan.notebook.stem), default=0)
    began, error = time.monotonic(), ""
    try:
        papermill.execute_notebook(
            plan.notebook,
            plan.path,
            plan.parameters,
            kernel_name="python3",
            language="python",
            progress_bar=False,
            autosave_cell_every=0,  # saving in the middle of a cell would disturb what it measures
            extra_arguments=_KERNEL,
            shutdown_kernel="immediate",  # else it waits 3 s for multiprocessing's resource tracker, which ignores SIGTERM
            on_cell_start=begin,
        )
    except KeyboardInterrupt as interrupt:
        logging.getLogger("asyncio").disabled = True  # nbclient leaves the cell's task behind, which would complain at exit
        interrupt.add_note(f"kept: {plan.path}")
        raise
    except Exception as failure:  # told by its text in the report of the run; the other notebooks go on
        error = _told(failure, *place)
    seconds = time.monotonic() - began
    return Execution(plan.notebook.stem, plan.parameters, plan.path, seconds, error, _sessions(since, plan.notebook.stem))


def _sessions(since: int, notebook: str) -> list[int]:
    with Store() as opened:
        return [row["id"] for row in opened.sessions() if row["id"] > since and row["notebook"] == notebook]


def _told(failure: Exception, index: int, source: str) -> str:
    """Say which cell failed, with its first line and the message."""
    name, text = getattr(failure, "ename", ""), getattr(failure, "evalue", str(failure))
    first = next((line for line in source.splitlines() if line.strip()), "")
    return f"cell {index + 1} ({first.strip()}): {name or type(failure).__name__}: {text}"


def _count(progress: Progress | None, done: int, total: int, notebook: str) -> Callable[[int], None]:
    return lambda index: progress(done + index, total, notebook) if progress else None


@contextmanager
def environment(profile: str) -> Iterator[None]:
    """Let kernels inherit the store's absolute path and the profile, and draw no progress bar of their own."""
    before = dict(os.environ)
    quiet = {"WINGS_PROGRESS": "off", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    os.environ.update(quiet, WINGS_STORE=str(store()), WINGS_PROFILE=profile)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)

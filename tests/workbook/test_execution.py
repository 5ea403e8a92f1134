"""Notebooks run one after another in real kernels; whatever happens to one, it is kept and told."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time

import nbformat
import psutil
import pytest

from wingslib import paths
from wingslib.errors import ParameterError, StoreError
from wingslib.workbook.execution import run_notebooks

FAILING = ["ran = 'before'\nprint(ran)", "x = 1\nraise ValueError('no such plate')", "print('never')"]
# A kernel with two hung workers that itself holds the interpreter's lock in C code.
BUSY = (
    "import os, sys, threading, time\nfrom wingslib import processes\n"
    "threading.Thread(target=lambda: processes.map(time.sleep, [600, 600], workers=2), daemon=True).start()\n"
    "time.sleep(3)\nopen({here!r}, 'w').close()\n{then}"
)
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere ipykernel's own look at its parent needs the GIL")
HOLDING = "sum(range(10**12))"
WAITING = "time.sleep(600)"


def printed(path):
    """Return what each code cell of a notebook printed."""
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    return ["".join(out.get("text", "") for out in cell.outputs) for cell in cells]


def test_a_sweep_runs_every_point(notebook):
    """Each sweep point has a file named after it, the given parameters, and the store and profile of the caller."""
    path = notebook("import os\nprint(workers, seed, profile, os.environ['WINGS_PROFILE'], os.environ['WINGS_STORE'])")
    before = dict(os.environ)
    seen = []
    done = run_notebooks([str(path)], {"seed": "3"}, {"workers": ["1", "2"]}, "smoke", lambda *at: seen.append(at))
    assert [one.path.name for one in done] == ["90_small.workers=1.ipynb", "90_small.workers=2.ipynb"]
    assert [one.error for one in done] == ["", ""]
    assert [printed(one.path)[-1] for one in done] == [f"{n} 3 smoke smoke {paths.store()}\n" for n in (1, 2)]
    assert [at[0] for at in seen] == sorted(at[0] for at in seen)
    assert seen[-1][:2] == (8, 8)
    assert dict(os.environ) == before


def test_a_failed_notebook_is_kept_and_the_others_run(notebook):
    """The error names cell and message, what ran before it is in the file, and the next notebook still runs."""
    first, second = notebook(*FAILING, name="90_failing"), notebook("print('whole')", name="91_whole")
    failed, whole = run_notebooks([str(first), str(second)], profile="smoke")
    assert failed.error == "cell 5 (x = 1): ValueError: no such plate"
    assert "before\n" in printed(failed.path)
    assert "never\n" not in printed(failed.path)
    assert (whole.error, printed(whole.path)[-1]) == ("", "whole\n")


def test_a_dead_kernel_is_noticed(notebook):
    """A kernel that ends itself is an error that names its cell, and what it printed before is kept."""
    (done,) = run_notebooks([str(notebook("print('alive')", "import os\nos._exit(3)"))], profile="smoke")
    assert done.error.startswith("cell 5 (import os): DeadKernelError")
    assert "alive\n" in printed(done.path)


@pytest.mark.parametrize(
    ("given", "sweep", "told"),
    [({"profile": "smoke"}, {}, "option of its own"), ({"workers": "1"}, {"workers": ["2"]}, "given by -p and by --sweep")],
)
def test_a_name_is_set_in_one_place(notebook, given, sweep, told):
    """The profile has its own option, and what a sweep sets no parameter sets too."""
    with pytest.raises(ParameterError, match=told):
        run_notebooks([str(notebook("1"))], given, sweep, profile="smoke")


def test_nothing_runs_on_bad_input(notebook):
    """A bad point of a sweep is refused before the good points run."""
    with pytest.raises(ParameterError, match="workers is '0'"):
        run_notebooks([str(notebook("1"))], sweep={"workers": ["1", "0"]}, profile="smoke")
    assert not list(paths.results().rglob("*.ipynb"))


def test_a_store_that_is_none_is_refused(notebook):
    """A file of another kind in the store's place is refused before any work, and left alone."""
    paths.results()
    paths.store().write_text("a letter, not a database, and long enough to be read as one: " * 20)
    with pytest.raises(StoreError, match="cannot be used as a store"):
        run_notebooks([str(notebook("1"))], profile="smoke")
    assert paths.store().read_text().startswith("a letter")
    assert not list(paths.results().rglob("*.ipynb"))


def test_a_results_folder_that_is_a_file_is_refused(notebook, tmp_path):
    """A file in the place of the results folder is refused before any work."""
    (tmp_path / "results").write_text("in the way")
    with pytest.raises(ParameterError, match="is a file; results need a folder"):
        run_notebooks([str(notebook("1"))], profile="smoke")


@pytest.fixture
def running(request, notebook, tmp_path):
    """Give `wings run` at work on a notebook whose kernel has two hung workers, once they are there, and its family.

    The test's parameter is what the kernel itself is busy with.
    """
    here = tmp_path / "kernel.pid"
    path = notebook("print('first')", BUSY.format(here=str(here), then=request.param))
    command = [sys.executable, "-c", "from wingslib.cli import main; main()", "run", str(path), "--profile", "smoke"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as wings:
        try:
            yield wings, wait_for(lambda: family_of(wings, here))
        finally:
            wings.kill()


def family_of(wings, here) -> list[psutil.Process]:
    """Return all processes below `wings` once its kernel runs the busy cell with forkserver and workers, else none."""
    assert wings.poll() is None, wings.stderr.read()
    family = psutil.Process(wings.pid).children(recursive=True)
    return family if here.exists() and len(family) >= 5 else []


def wait_for(what, seconds: float = 30):
    """Return the first true answer of `what`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := what():
            return answer
        time.sleep(0.1)
    raise AssertionError("waited in vain")


def alive(family) -> list[psutil.Process]:
    """Return those that still run."""
    found = []
    for process in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


@pytest.mark.parametrize("running", [WAITING, pytest.param(HOLDING, marks=LINUX)], indirect=True)
def test_a_killed_run_leaves_no_process(running):
    """Within 10 seconds of a `kill -9` kernel and workers are gone."""
    wings, family = running
    wings.send_signal(signal.SIGKILL)
    wait_for(lambda: not alive(family), 10)


@pytest.mark.parametrize("running", [WAITING], indirect=True)
def test_an_interrupted_run_keeps_its_notebook(running):
    """Ctrl-C ends with status 130, says what was kept, and leaves no process."""
    wings, family = running
    wings.send_signal(signal.SIGINT)
    _, said = wings.communicate(timeout=20)
    assert wings.returncode == 130
    kept = said.rsplit("wings: interrupted\nkept: ", 1)[1].strip()
    assert "first\n" in printed(kept)
    wait_for(lambda: not alive(family), 10)

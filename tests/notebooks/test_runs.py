"""Notebook 02 as its users run it: by plain papermill from elsewhere, and by nbval, which sees a broken engine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import nbformat
import pytest

from wingslib import paths

NAME = "02_multiprocessing"

# Planted from outside: every kernel runs this first, and its engine `processes` then loses the last result of a run.
FAULT = """
from wingslib.engines import run

whole = run.Run.__init__

def losing(self, outcomes, timeline, *rest, **more):
    kept = outcomes[:-1] if timeline.engine == "processes" and len(outcomes) > 1 else outcomes
    whole(self, kept, timeline, *rest, **more)

run.Run.__init__ = losing
"""


@pytest.mark.timeout(150)
def test_papermill_runs_it_from_another_folder(tmp_path):
    """`papermill … -p workers 1 -p profile smoke` works wherever it is typed."""
    notebook = paths.project() / "notebooks" / f"{NAME}.ipynb"
    command = [sys.executable, "-m", "papermill", str(notebook), "out.ipynb", "-p", "workers", "1", "-p", "profile", "smoke"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    cells = [cell for cell in nbformat.read(tmp_path / "out.ipynb", as_version=4).cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in cells if cell.source.strip())


@pytest.mark.timeout(150)
def test_nbval_sees_an_engine_that_drops_a_result(tmp_path):
    """Strict nbval turns red when `processes` loses one result of a run."""
    for name in (f"{NAME}.ipynb", "conftest.py"):
        shutil.copy(paths.project() / "notebooks" / name, tmp_path)
    startup = tmp_path / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00-fault.py").write_text(FAULT)
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--nbval", "--nbval-current-env", "--nbval-cell-timeout", "60"]
    environment = {**os.environ, "IPYTHONDIR": str(tmp_path / "ipython")}
    done = subprocess.run([*command, f"{NAME}.ipynb"], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 1, done.stdout[-3000:] + done.stderr
    assert "1 failed" in done.stdout

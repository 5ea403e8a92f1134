"""Without the Rust extension 04 is "not tested: not built", and no failure."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import nbformat
import papermill
import pytest

from wingslib import paths
from wingslib.lesson.lacking import UNTESTED

NAME = "04_rust.ipynb"
HIDE = "import sys\nsys.modules['wings_rs'] = None\n"  # an import of it fails as of a module that is not there


def compared(tmp_path, **environment):
    """Compare a notebook of 04's name, one cell of which has changed, where the extension is hidden."""
    cell = nbformat.v4.new_code_cell("1 + 1", outputs=[nbformat.v4.new_output("stream", text="3\n")])
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / NAME)
    shutil.copy(paths.project() / "notebooks" / "conftest.py", tmp_path)
    (tmp_path / "hide.py").write_text(HIDE)
    command = [sys.executable, "-m", "pytest", "-p", "hide", "-p", "no:cacheprovider", "-rs", "--nbval", "--nbval-current-env"]
    inherited = {**os.environ, "PYTHONPATH": str(tmp_path), "WINGS_REQUIRE": "", **environment}
    return subprocess.run([*command, NAME], cwd=tmp_path, env=inherited, capture_output=True, text=True)


def test_nbval_skips_it_with_the_command(tmp_path):
    """Its cells are skipped, not failed, and the reason says how to build the extension."""
    done = compared(tmp_path)
    assert done.returncode == 0, done.stdout
    assert "not tested: not built; run `wings build`" in done.stdout


def test_where_rust_is_required_nothing_is_skipped(tmp_path):
    """Where WINGS_REQUIRE names rust, a notebook without it is an error."""
    assert compared(tmp_path, WINGS_REQUIRE="browser,rust").returncode == 1


@pytest.mark.timeout(150)
def test_papermill_runs_it_to_its_end(tmp_path, monkeypatch):
    """What needs no Rust runs; each cell from there on says that it is not tested, and the leaf holds no verdict."""
    startup = tmp_path / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00-hide.py").write_text(HIDE)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.setenv("WINGS_PROFILE", "smoke")
    source = paths.project() / "notebooks" / NAME
    notebook = papermill.execute_notebook(source, tmp_path / "out.ipynb", kernel_name="python3", progress_bar=False)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    first = next(number for number, cell in enumerate(cells) if "needs_rust" in cell.source)
    texts = ["".join(output.get("text", "") for output in cell.outputs) for cell in cells]
    assert all(text.startswith(UNTESTED) for text in texts[first:])
    assert not any(UNTESTED in text for text in texts[:first])

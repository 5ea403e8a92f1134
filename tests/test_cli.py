"""The command `wings`: one clear message and the right exit status, whatever is typed."""

from __future__ import annotations

import subprocess
import sys

import nbformat
import pytest
from click.testing import CliRunner

from wingslib import paths
from wingslib.cli import main
from wingslib.errors import StoreError
from wingslib.workbook import execution, outputs

SMALL = "90_small.ipynb"
PARAMETERS = 'profile: str = "auto"\nworkers: int | str = "auto"\nseed: int = 7'

# what is typed after `wings run`, part of the one message
REFUSED = [
    (["77"], "there is no notebook '77'; known are"),
    ([SMALL, "-p", "workers", "0"], "workers is '0'; allowed is auto or a whole number ≥ 1"),
    ([SMALL, "-p", "workers", "-1"], "workers is '-1'"),
    ([SMALL, "-p", "workers", "2.5"], "workers is '2.5'"),
    ([SMALL, "-p", "workers", "NaN"], "workers is 'NaN'"),
    ([SMALL, "-p", "wrkers", "2"], "90_small has no parameter 'wrkers'; it has\n  profile: str"),
    ([SMALL, "-p", "seed", "seven"], "seed is 'seven'; its type is int"),
    ([SMALL, "--sweep", "workers=1,none"], "workers is 'none'"),
    ([SMALL, "--sweep", "workers"], "--sweep is 'workers'; allowed is a name and its values"),
    ([SMALL, "--sweep", "workers=1,,2"], "--sweep is 'workers=1,,2'"),
    ([SMALL, "--profile", "fast"], "profile is 'fast'; allowed are smoke, learn, bench"),
]


@pytest.fixture
def idle(monkeypatch):
    """Fail if any notebook is run."""
    monkeypatch.setattr(execution, "_execute", lambda *ignored: pytest.fail("work was begun"))


@pytest.mark.parametrize(("typed", "message"), REFUSED)
def test_bad_input_is_refused_before_any_work(idle, tmp_path, monkeypatch, typed, message):
    """One message on stderr, exit status 2, nothing on stdout, nothing run."""
    small(tmp_path, "1")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["run", *typed])
    assert done.stderr.startswith(f"wings: {message}")
    assert (done.exit_code, done.stdout) == (2, "")


def test_a_store_that_is_none_is_refused(idle, tmp_path):
    """A file of another kind in the store's place ends with 2 and stays as it is."""
    paths.results()
    paths.store().write_text("no database " * 100)
    done = CliRunner().invoke(main, ["run", small(tmp_path, "1")])
    assert (done.exit_code, "cannot be used as a store" in done.stderr) == (2, True)
    assert paths.store().read_text() == "no database " * 100


def test_a_results_folder_that_is_a_file_is_refused(idle, tmp_path):
    """A file in the place of the results folder ends with 2."""
    (tmp_path / "results").write_text("in the way")
    done = CliRunner().invoke(main, ["run", small(tmp_path, "1")])
    assert (done.exit_code, "is a file; results need a folder" in done.stderr) == (2, True)


def small(folder, *sources):
    """Write a notebook of these cells and return its path as text."""
    cells = [nbformat.v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})]
    cells += [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "90_small.ipynb")
    return str(folder / "90_small.ipynb")


def test_a_run_ends_in_a_report(tmp_path):
    """A run says how each notebook went, and where the report is."""
    done = CliRunner().invoke(main, ["run", small(tmp_path, "print(1)"), "--profile", "smoke"])
    assert done.exit_code == 0, done.output
    assert "90_small  " in done.stdout
    assert done.stdout.rstrip().endswith("report.html")
    assert (paths.results() / "report.html").is_file()


def test_a_failed_notebook_ends_with_1(tmp_path):
    """The cell and its message are on stderr with the place of the partial notebook; the report is written all the same."""
    done = CliRunner().invoke(main, ["run", small(tmp_path, "1 / 0"), "--profile", "smoke"])
    kept = paths.results() / "notebooks" / "90_small.ipynb"
    assert done.exit_code == 1
    assert f"wings: 90_small failed at cell 3 (1 / 0): ZeroDivisionError: division by zero\nkept: {kept}" in done.stderr
    assert (paths.results() / "report.html").is_file()


def test_an_error_of_another_kind_is_not_hidden(monkeypatch):
    """A defect of Wings itself shows its traceback instead of a message that blames the input."""
    monkeypatch.setattr(outputs, "refresh", lambda *ignored: 1 / 0)
    assert isinstance(CliRunner().invoke(main, ["refresh"]).exception, ZeroDivisionError)


def test_an_unusable_store_ends_with_2(monkeypatch):
    """Whatever command meets it, the store's own message is shown."""

    def refuse(*ignored):
        raise StoreError("the store is of another time")

    monkeypatch.setattr(outputs, "refresh", refuse)
    done = CliRunner().invoke(main, ["refresh"])
    assert (done.exit_code, done.stderr.splitlines()[-1]) == (2, "wings: the store is of another time")


def test_check_lists_what_was_looked_at():
    """Every finding is a line; what is lacking has a line more with the way to get it."""
    done = CliRunner().invoke(main, ["check"])
    assert done.exit_code == 0
    assert "✓ Python: 3." in done.stdout


def test_help_is_quick():
    """Help for a command loads neither papermill nor a plotting library."""
    call = "import sys; from wingslib.cli import main; main(['run', '--help'], standalone_mode=False); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", call], capture_output=True, text=True, check=True)
    assert not {"papermill", "nbformat", "matplotlib", "numpy"} & set(done.stdout.split())

"""A notebook about Rust says so where Rust is not built, and runs to its end."""

from __future__ import annotations

import sys

import pytest
from IPython.core.interactiveshell import InteractiveShell

from wingslib import lesson, machine, store
from wingslib.lesson import lacking, leaf, page

CELL = "ran = True\nprint(undefined)\n"


@pytest.fixture
def opened(monkeypatch):
    """Open the page of 04 without the extension, in a shell of its own."""
    monkeypatch.setitem(sys.modules, "wings_rs", None)  # an import of it fails as of a module that is not there
    monkeypatch.setattr(page, "_page", None)
    monkeypatch.setattr(page, "describe", lambda *_: machine.describe(0.0))
    yield page.begin("04_rust", profile="smoke")
    store.end()


@pytest.fixture
def shell():
    """Give an IPython shell that is gone afterwards."""
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


def test_it_names_the_command(opened, capsys):
    """Without the extension it prints that it is not built, and how to build it."""
    lesson.needs_rust()
    assert capsys.readouterr().out.splitlines()[0] == lacking.UNTESTED
    assert "not tested: not built" in lacking.UNTESTED
    assert "`wings build`" in lacking.UNTESTED


def test_no_cell_below_runs(opened, shell, capsys):
    """A cell below prints the same line instead of running or failing."""
    lesson.needs_rust()
    lesson.needs_rust()
    capsys.readouterr()
    assert shell.run_cell(CELL).success
    assert capsys.readouterr().out == f"{lacking.UNTESTED}\n"
    assert "ran" not in shell.user_ns
    assert shell.input_transformers_cleanup.count(lacking._skipped) == 1


def test_cells_run_again_once_it_is_built(opened, shell, monkeypatch):
    """As soon as the extension can be imported, cells are themselves again."""
    lesson.needs_rust()
    monkeypatch.setattr(lacking, "operation", lambda name: None)
    assert not shell.run_cell(CELL, silent=True).success
    assert shell.user_ns["ran"]


def test_its_claims_cannot_be_tested(opened):
    """Every claim of the notebook is "not testable here", for want of the extension, also in the leaf that it leaves."""
    lesson.needs_rust()
    (left,) = leaf.leaves()
    assert {verdict.word for verdict in left.verdicts} == {"not testable here"}
    assert {verdict.reason for verdict in left.verdicts} == {"not built: run `wings build`"}
    assert left.table == [{"operations in Rust": lacking.UNTESTED}]


def test_a_leaf_of_a_built_run_stays(opened):
    """It does not replace what the notebook has left before."""
    lesson.needs_rust()
    before = (leaf.guide() / "04_rust.png").stat().st_mtime_ns
    lesson.needs_rust()
    assert (leaf.guide() / "04_rust.png").stat().st_mtime_ns == before


def test_where_it_is_built_nothing_is_skipped(opened, shell, monkeypatch, capsys):
    """With the extension it says so, and cells run."""
    monkeypatch.setattr(lacking, "operation", lambda name: None)
    lesson.needs_rust()
    assert capsys.readouterr().out == "the Rust extension is built\n"
    assert shell.input_transformers_cleanup.count(lacking._skipped) == 0

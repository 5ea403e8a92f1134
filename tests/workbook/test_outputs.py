"""Committed outputs come from `refresh` alone: the same again, but for what was measured."""

from __future__ import annotations

import nbformat
import pytest

from wingslib.errors import WingsError
from wingslib.workbook.outputs import clean, refresh

WIDGET = "import ipywidgets\nipywidgets.IntSlider()"


def test_two_refreshes_are_equal(notebook):
    """Without measurements two refreshes write the same bytes: no times, no ids of widgets, no versions."""
    path = notebook("print(1 + 1)", WIDGET, "import os\nprint(os.environ['WINGS_PROFILE'])")
    ids = [cell.id for cell in nbformat.read(path, as_version=4).cells]
    refresh([str(path)])
    first = path.read_bytes()
    refresh([str(path)])
    written = nbformat.read(path, as_version=4)
    assert path.read_bytes() == first
    assert [cell.id for cell in written.cells] == ids
    assert [cell.execution_count for cell in written.cells if cell.cell_type == "code"] == [1, 2, 3, 4]
    assert written.cells[-1].outputs[0].text == "learn\n"
    assert b"widget-view" not in first
    assert list(written.metadata) == ["kernelspec", "language_info"]


def test_a_failed_refresh_changes_nothing(notebook):
    """When a cell fails the file is as it was."""
    path = notebook("print('new')", "1 / 0")
    before = path.read_bytes()
    with pytest.raises(WingsError, match="90_small failed, its file is as it was"):
        refresh([str(path)])
    assert path.read_bytes() == before
    assert list(path.parent.glob("*.partial")) == []


def test_a_dead_kernel_changes_nothing(notebook):
    """A kernel that ends itself leaves the file as it was."""
    path = notebook("import os\nos._exit(3)")
    before = path.read_bytes()
    with pytest.raises(WingsError, match="90_small failed"):
        refresh([str(path)])
    assert path.read_bytes() == before


def test_clean_keeps_other_data():
    """Only the view of a widget is dropped from an output, its text stays."""
    data = {"application/vnd.jupyter.widget-view+json": {"model_id": "8f"}, "text/plain": "IntSlider(value=0)"}
    cell = nbformat.v4.new_code_cell("x", outputs=[nbformat.v4.new_output("display_data", data=data)])
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"widgets": {"state": {}}})
    clean(notebook)
    assert dict(notebook.cells[0].outputs[0].data) == {"text/plain": "IntSlider(value=0)"}
    assert "widgets" not in notebook.metadata

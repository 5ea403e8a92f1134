"""Committed notebooks are clean, and strict nbval has something to compare in them."""

from __future__ import annotations

import copy
import re

import nbformat
import pytest

from wingslib import paths

NOTEBOOKS = sorted((paths.project() / "notebooks").glob("*.ipynb"))
IGNORED = {"nbval-ignore-output", "nbval-skip", "nbval-check-output"}
COMPARED = 8  # outputs at least
VALUES = 4  # of them with a number at least
UNCOMPARED = 0.6  # of the code cells at most
SIZE = 1_500_000  # bytes at most
ABSOLUTE = re.compile(r"(?<![\w./:<])/(?:home|root|Users|tmp|usr|opt|var|work|mnt)/|\b[A-Z]:\\\\")
PICTURES = {"image/png", "image/jpeg"}


def code_cells(notebook):
    """Return the code cells that have something to run."""
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def ignored(cell) -> bool:
    """Say whether nbval ignores the outputs of this cell."""
    return bool(IGNORED & set(cell.metadata.get("tags", [])))


def text_of(cell) -> str:
    """Return what nbval compares of a cell's outputs, without the constant names of charts."""
    parts = []
    for output in cell.outputs:
        parts.append(output.get("text", ""))
        parts += [text for kind, text in output.get("data", {}).items() if kind not in PICTURES and isinstance(text, str)]
    return "\n".join(part for part in parts if part.strip() and not part.startswith("chart: "))


def faults(notebook, size: int = 0) -> list[str]:
    """Return what is wrong with a committed notebook."""
    cells = code_cells(notebook)
    compared = [text for cell in cells if not ignored(cell) and (text := text_of(cell))]
    values = [text for text in compared if re.search(r"\d", text)]
    counts = [cell.execution_count for cell in cells]
    share = sum(map(ignored, cells)) / max(1, len(cells))
    outputs = [output for cell in cells for output in cell.outputs]
    whole = nbformat.writes(notebook)
    found = {
        f"{len(compared)} compared outputs, {COMPARED} are needed": len(compared) < COMPARED,
        f"{len(values)} compared outputs show a number, {VALUES} are needed": len(values) < VALUES,
        f"{share:.0%} of the code cells are ignored": share > UNCOMPARED,
        "cells were not run in order": counts != list(range(1, len(cells) + 1)),
        "an output is an error": any(output.output_type == "error" for output in outputs),
        "an output went to stderr": any(output.get("name") == "stderr" for output in outputs),
        f"an absolute path: {ABSOLUTE.findall(whole)}": bool(ABSOLUTE.search(whole)),
        "the kernel is not python3": notebook.metadata.get("kernelspec", {}).get("name") != "python3",
        "widget state": "widgets" in notebook.metadata or "widget-view" in whole,
        "no cell is tagged parameters": not any("parameters" in cell.metadata.get("tags", []) for cell in cells),
        f"{size} bytes": size >= SIZE,
    }
    return [fault for fault, there in found.items() if there]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_committed_notebook_is_clean(path):
    """Run in order without errors, enough compared outputs, nothing of this machine, small."""
    assert faults(nbformat.read(path, as_version=4), path.stat().st_size) == []


def test_there_are_notebooks():
    """The lint looks at 00 and 02 at least."""
    assert {"00", "02"} <= {path.stem[:2] for path in NOTEBOOKS}


@pytest.fixture
def clean():
    """Give a notebook in which nothing is wrong: the parameters, 8 compared cells, 3 ignored ones."""
    cells = [nbformat.v4.new_code_cell("workers: int = 2", metadata={"tags": ["parameters"]})]
    cells += [nbformat.v4.new_code_cell(f"{n} + 1", outputs=[stream(f"{n + 1}\n")]) for n in range(8)]
    cells += [nbformat.v4.new_code_cell("t", metadata={"tags": ["nbval-ignore-output"]}) for _ in range(3)]
    for number, cell in enumerate(cells, 1):
        cell.execution_count = number
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})


def stream(text: str, name: str = "stdout"):
    """Return an output that printed this text."""
    return nbformat.v4.new_output("stream", text=text, name=name)


def compare_less(notebook):
    """Leave one compared output too few."""
    notebook.cells[1].outputs = []


def only_charts(notebook):
    """Let a chart's constant text stand in for a value."""
    data = {"image/png": "AAAA", "text/plain": "chart: timeline"}
    notebook.cells[1].outputs = [nbformat.v4.new_output("display_data", data=data)]


def only_true(notebook):
    """Let five of eight compared outputs say nothing but True."""
    for cell in notebook.cells[1:6]:
        cell.outputs = [stream("True\n")]


def ignore_most(notebook):
    """Ignore five more of twelve cells, and then one more than allowed."""
    for cell in notebook.cells[1:6]:
        cell.metadata["tags"] = ["nbval-ignore-output"]


def run_again(notebook):
    """Run a cell a second time."""
    notebook.cells[2].execution_count = 13


def fail(notebook):
    """Leave an error in an ignored cell."""
    notebook.cells[-1].outputs = [nbformat.v4.new_output("error", ename="ValueError", evalue="", traceback=[])]


def warn(notebook):
    """Leave a warning."""
    notebook.cells[-1].outputs = [stream("UserWarning: fork\n", "stderr")]


def name_a_path(notebook):
    """Show where the reader's home lies."""
    notebook.cells[-1].outputs = [stream("File /home/ada/wings/notebooks\n")]


def personal_kernel(notebook):
    """Save with a kernel of one's own."""
    notebook.metadata.kernelspec.name = "ada"


def keep_widgets(notebook):
    """Save with the state of widgets."""
    notebook.metadata["widgets"] = {"state": {}}


def untag(notebook):
    """Forget the tag of the parameters."""
    notebook.cells[0].metadata["tags"] = []


PLANTED = {
    compare_less: "7 compared outputs, 8 are needed",
    only_charts: "7 compared outputs, 8 are needed",
    only_true: "3 compared outputs show a number, 4 are needed",
    ignore_most: "67% of the code cells are ignored",
    run_again: "cells were not run in order",
    fail: "an output is an error",
    warn: "an output went to stderr",
    name_a_path: "an absolute path: ['/home/']",
    personal_kernel: "the kernel is not python3",
    keep_widgets: "widget state",
    untag: "no cell is tagged parameters",
}


@pytest.mark.parametrize(("plant", "fault"), PLANTED.items(), ids=lambda part: getattr(part, "__name__", ""))
def test_a_planted_fault_is_found(clean, plant, fault):
    """Each kind of fault is found in a notebook that was clean before."""
    assert faults(clean) == []
    planted = copy.deepcopy(clean)
    plant(planted)
    assert fault in faults(planted)


def test_a_heavy_notebook_is_found(clean):
    """1.5 MB are too much."""
    assert faults(clean, SIZE) == [f"{SIZE} bytes"]

"""Functions and classes of a notebook cell in processes, in a real kernel."""

from __future__ import annotations

import nbformat
import pytest
from nbclient import NotebookClient

from wingslib.workloads import startup

pytestmark = pytest.mark.usefixtures("nothing_left")

STARTS = [name for name in startup.methods() if name != "fork"]
CELLS = [
    "from wingslib import processes\n"
    "class Point:\n"
    "    def __init__(self, x): self.x = x\n"
    "scale = 3\n"
    "def scaled(point): return Point(point.x * scale)",
    f"for start in {STARTS}:\n"
    "    run = processes.map(scaled, [Point(n) for n in range(6)], workers=2, start=start)\n"
    "    print(start, [point.x for point in run.values()], all(type(point) is Point for point in run.values()))",
    "print(processes.map(lambda n: n + scale, [1, 2], workers=1).values())",
    "import multiprocessing, threading\n"
    "print(multiprocessing.active_children(), [t.name for t in threading.enumerate() if t.name.startswith('wings')])",
]


@pytest.mark.filterwarnings("default")  # of jupyter_client and zmq
def test_what_a_cell_defines_crosses_to_processes_and_back():
    """A function, a class and a global of a cell work under forkserver and spawn, and nothing stays behind."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    texts = ["".join(output.get("text", "") for output in cell.outputs) for cell in notebook.cells]
    assert texts[1].splitlines() == [f"{start} [0, 3, 6, 9, 12, 15] True" for start in STARTS]
    assert texts[2] == "[4, 5]\n"
    assert texts[3] == "[] []\n"

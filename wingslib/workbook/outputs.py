"""The outputs that are committed with the notebooks: made again by `refresh`, never by saving in JupyterLab.

Two refreshes differ only in what was measured: times, models of widgets and versions are left out, cell ids stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from wingslib.errors import WingsError
from wingslib.workbook import parameters
from wingslib.workbook.execution import environment

_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
_VIEW = "application/vnd.jupyter.widget-view+json"  # holds a random id; nbval does not miss it


def refresh(names: Iterable[str] = (), progress: Callable[[int, int, str], None] | None = None) -> list[Path]:
    """Run notebooks (all for no names) under profile learn and write their outputs into them; return the files.

    Raises:
        ParameterError: there is no such notebook.
        WingsError: a cell failed; that notebook's file is as it was.
    """
    notebooks = parameters.find(names)
    with environment("learn"):
        for done, path in enumerate(notebooks):
            if progress:
                progress(done, len(notebooks), path.stem)
            _refresh(path)
    return notebooks


def _refresh(path: Path) -> None:
    import nbformat
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    notebook = nbformat.read(path, as_version=4)
    try:
        _client(notebook, path).execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise WingsError(f"{path.stem} failed, its file is as it was: {error}") from error
    clean(notebook)
    partial = path.with_suffix(".partial")
    nbformat.write(notebook, partial)
    partial.replace(path)  # at once: an interrupt leaves the old file or the new one


def _client(notebook: Any, path: Path) -> Any:
    from nbclient import NotebookClient

    return NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=False,
        shutdown_kernel="immediate",  # as in a run: nothing is left to be saved
        extra_arguments=["--Application.log_level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
    )


def clean(notebook: Any) -> None:
    """Leave in an executed notebook only what a second run would write again, and what it measured."""
    notebook.metadata.clear()
    notebook.metadata.update(_METADATA)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(_VIEW, None)

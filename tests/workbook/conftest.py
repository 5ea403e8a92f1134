"""Small notebooks to run."""

from __future__ import annotations

import nbformat
import pytest

PARAMETERS = 'workers: int | str = "auto"\nprofile: str = "auto"\nseed: int = 7\nshare: float = 0.5\nloud: bool = False'


@pytest.fixture
def notebook(tmp_path):
    """Give `notebook(*sources, name=)`: write a notebook with a parameters cell and these cells, return its path."""

    def notebook(*sources: str, name: str = "90_small"):
        cells = [nbformat.v4.new_markdown_cell("# Small"), nbformat.v4.new_code_cell(PARAMETERS)]
        cells[1].metadata["tags"] = ["parameters"]
        cells += [nbformat.v4.new_code_cell(source) for source in sources]
        written = nbformat.v4.new_notebook(cells=cells)
        written.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        path = tmp_path / f"{name}.ipynb"
        nbformat.write(written, path)
        return path

    return notebook

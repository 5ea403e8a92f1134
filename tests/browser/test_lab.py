"""Notebook 02 in JupyterLab, as its reader sees it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from wingslib import paths
from wingslib.workbook import environment

sys.path.insert(0, str(Path(__file__).parent))
import lab

NAME = "02_multiprocessing.ipynb"


@pytest.fixture
def page(need, tmp_path, monkeypatch):
    """Give a page with notebook 02 open in JupyterLab, on a copy, in profile smoke."""
    browser = environment.browser()
    need("browser", "" if browser else "no Chromium here: `sudo apt-get install chromium fonts-dejavu-core`")
    from playwright.sync_api import sync_playwright

    root = tmp_path / "root"
    root.mkdir()
    shutil.copy(paths.project() / "notebooks" / NAME, root)
    monkeypatch.setenv("WINGS_PROFILE", "smoke")
    with lab.jupyterlab(root) as base, sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=browser, args=lab.CHROME)
        page = chromium.new_page(viewport={"width": 1280, "height": 1000})
        lab.open_notebook(page, base, NAME)
        yield page
        chromium.close()


@pytest.mark.timeout(240)
def test_all_cells_run_and_the_slider_moves_the_chart(page, tmp_path):
    """Every cell runs without an error, and moving the explorer's slider draws another chart."""
    assert lab.run_all(page, 150) is True
    code = [cell for cell in lab.cells(page) if cell["cell_type"] == "code"]
    assert all(cell["execution_count"] for cell in code if "".join(cell["source"]).strip())
    explorer = page.locator(".jp-Notebook .jupyter-widgets:has([role=slider]):has(img)").last
    chart, knob = explorer.locator("img").first, explorer.locator("[role=slider]").first
    before = chart.get_attribute("src")
    at_end = knob.get_attribute("aria-valuenow") == knob.get_attribute("aria-valuemax")
    lab.move(page, knob, -1 if at_end else 1)
    page.wait_for_function(
        "([box, old]) => { const img = box.querySelector('img'); return img && img.src !== old; }",
        arg=[explorer.element_handle(), before],
        timeout=15_000,
    )
    page.screenshot(path=tmp_path / "moved.png")

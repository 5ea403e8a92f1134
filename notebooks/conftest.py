"""Under nbval the notebooks run in profile smoke and measure into a store of their own, which goes when they end."""

from __future__ import annotations

import importlib.util
import tempfile
from pathlib import Path

import pytest

from wingslib.workbook.environment import required

RUST = "04_rust.ipynb"


def pytest_collection_modifyitems(config, items):
    """Set what the kernels inherit (nbval's items know no fixtures), and let its time limit for a cell speak first."""
    folder = tempfile.TemporaryDirectory(prefix="wings-nbval-")
    config.add_cleanup(folder.cleanup)
    patch = pytest.MonkeyPatch()
    config.add_cleanup(patch.undo)
    patch.setenv("WINGS_PROFILE", "smoke")
    patch.setenv("WINGS_PROGRESS", "off")
    patch.setenv("WINGS_STORE", str(Path(folder.name, "results", "wings.sqlite")))
    for item in items:
        item.add_marker(pytest.mark.timeout(150))  # nbval's own limit names the cell
        if item.path.name == RUST and not _rust():
            item.add_marker(pytest.mark.skip(reason="not tested: not built; run `wings build`"))


def _rust() -> bool:
    """Say whether 04 can be compared: the extension is there, or WINGS_REQUIRE says that it must be."""
    return required("rust") or importlib.util.find_spec("wings_rs") is not None

"""Under nbval the notebooks run in profile smoke and measure into a store of their own, which goes when they end."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest


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

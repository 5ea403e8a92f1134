"""Under nbval the notebooks run in profile smoke and measure into a store of their own, which goes when they end."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session", autouse=True)
def _kernels_environment(tmp_path_factory):
    """Let the kernels, which inherit this process's environment, leave the reader's own store alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WINGS_PROFILE", "smoke")
        patch.setenv("WINGS_STORE", str(tmp_path_factory.mktemp("results") / "wings.sqlite"))
        yield


def pytest_collection_modifyitems(items):
    """Let nbval's own time limit for a cell speak first: its message names the cell."""
    for item in items:
        item.add_marker(pytest.mark.timeout(150))

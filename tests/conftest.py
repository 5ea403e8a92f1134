"""What every test may use."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from tests.footprint import children
from wingslib.workbook import environment


def pytest_configure(config):
    """Name the marker of what takes minutes, and let children be interrupted: a shell's background job ignores Ctrl-C."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line("markers", "slow: takes minutes; runs only if asked for, with -m slow")


def pytest_collection_modifyitems(config, items):
    """Leave slow tests out unless a marker expression asks."""
    slow = [item for item in items if item.get_closest_marker("slow")]
    if slow and not config.option.markexpr:
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]


@pytest.fixture(autouse=True)
def own_store(tmp_path, monkeypatch):
    """Give each test a store, and so a results folder, of its own."""
    monkeypatch.setenv("WINGS_STORE", str(tmp_path / "results" / "wings.sqlite"))


@pytest.fixture
def need():
    """Give `need(what, lacking)`: skip with the reason in `lacking`, or fail where WINGS_REQUIRE names `what`."""

    def need(what: str, lacking: str) -> None:
        if lacking and environment.required(what):
            pytest.fail(f"WINGS_REQUIRE names {what}: {lacking}")
        if lacking:
            pytest.skip(lacking)

    return need


@pytest.fixture
def nothing_left():
    """Fail a test after which a child process is left (but multiprocessing's own two) or a thread that is no daemon."""
    before, threads = children(), set(threading.enumerate())
    yield
    deadline = time.monotonic() + 5
    while (new := children() - before) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not new, f"processes left behind: {new}"
    assert not [thread for thread in set(threading.enumerate()) - threads if not thread.daemon]

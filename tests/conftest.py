"""What every test may use."""

from __future__ import annotations

import pytest

from wingslib.workbook import environment


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

"""What the tests of accel share."""

from __future__ import annotations

import importlib.util

import pytest

from wingslib import accel


@pytest.fixture(autouse=True)
def all_in_python():
    """Start and leave with every operation in Python."""
    accel.enable_rust_acceleration([])
    yield
    accel.enable_rust_acceleration([])


@pytest.fixture
def rust(need):
    """Skip, with the reason, where the extension is not built; fail where WINGS_REQUIRE names rust."""
    need("rust", "" if importlib.util.find_spec("wings_rs") else "wings_rs is not built: run `wings build`")

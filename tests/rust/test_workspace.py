"""The Rust workspace's own tests, run by cargo."""

from __future__ import annotations

import subprocess

import pytest

from wingslib import paths
from wingslib.workbook import environment


@pytest.mark.timeout(600)
def test_cargo_test_passes(need):
    """All tests of both crates pass."""
    need("rust", environment.rust_lacking())
    done = subprocess.run(
        ["cargo", "test", "--quiet", "--workspace"], cwd=paths.project() / "rust_ext", capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr

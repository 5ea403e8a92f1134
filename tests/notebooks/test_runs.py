"""Strict nbval means something: it sees an engine that is broken."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from wingslib import paths

NAME = "02_multiprocessing"

# Planted from outside: every kernel runs this first, and its engine `processes` then loses the last result of a run.
FAULT = """
from wingslib.engines import run

whole = run.Run.__init__

def losing(self, outcomes, timeline, *rest, **more):
    kept = outcomes[:-1] if timeline.engine == "processes" and len(outcomes) > 1 else outcomes
    whole(self, kept, timeline, *rest, **more)

run.Run.__init__ = losing
"""


@pytest.mark.timeout(150)
def test_nbval_sees_an_engine_that_drops_a_result(tmp_path):
    """Strict nbval turns red when `processes` loses one result of a run."""
    for name in (f"{NAME}.ipynb", "conftest.py"):
        shutil.copy(paths.project() / "notebooks" / name, tmp_path)
    startup = tmp_path / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00-fault.py").write_text(FAULT)
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--nbval", "--nbval-current-env", "--nbval-cell-timeout", "60"]
    environment = {**os.environ, "IPYTHONDIR": str(tmp_path / "ipython")}
    done = subprocess.run([*command, f"{NAME}.ipynb"], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 1, done.stdout[-3000:] + done.stderr
    assert "1 failed" in done.stdout

"""The floors of the house hold: import-linter is green, and red on each kind of planted import."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from wingslib import paths

# room that imports, what it imports, name of the contract that must break
PLANTED = [
    ("machine.py", "import wingslib.measure", "the floors of the house"),
    ("errors.py", "from wingslib.paths import project", "the floors of the house"),
    ("engines/chunking.py", "from wingslib.store import Store", "the floors of the house"),
    ("views/__init__.py", "import wingslib", "the front door is for notebooks"),
    ("measure/__init__.py", "from wingslib import threads", "the front door is for notebooks"),
    ("engines/threads.py", "from wingslib.engines.processes import map as other", "no engine knows another"),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Give a copy of the library and its contracts."""
    shutil.copytree(paths.project() / "wingslib", tmp_path / "wingslib", ignore=shutil.ignore_patterns("__pycache__", "*.so"))
    shutil.copy(paths.project() / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run lint-imports on the library in this folder."""
    call = (
        "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports; sys.exit(lint_imports(cache_dir=None))"
    )
    return subprocess.run([sys.executable, "-c", call], cwd=folder, capture_output=True, text=True)


def test_the_house_stands(copy):
    """All contracts are kept as the library is."""
    done = lint(copy)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("file", "planted", "contract"), PLANTED)
def test_a_planted_import_is_seen(copy, file, planted, contract):
    """An import from above, through the front door or between engines breaks its contract by name."""
    path = copy / "wingslib" / file
    path.write_text(path.read_text() + f"\n{planted}\n")
    done = lint(copy)
    broken = [line for line in done.stdout.splitlines() if "BROKEN" in line]
    assert done.returncode == 1, done.stdout + done.stderr
    assert any(contract in line for line in broken), done.stdout

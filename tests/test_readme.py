"""The README's commands are real: each make target exists, and what ends within a minute is run."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from wingslib import paths

README = (paths.project() / "README.md").read_text(encoding="utf-8")
(SHELL,) = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
ENGINE, PATTERNS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command of the environment that runs this test."""
    here = Path(sys.executable).parent
    path = f"{here}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(command, cwd=folder, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False)


def test_every_make_target_exists():
    """Each `make …` that the README names is a target of the Makefile."""
    named = set(re.findall(r"`make (\w[\w-]*)", README))
    targets = set(re.findall(r"^([\w-]+):", (paths.project() / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"run", "test", "lab", "help"} <= named
    assert named <= targets


def test_every_wings_command_exists(tmp_path):
    """Each `wings …` that the README names is a command that knows how to help."""
    for name in set(re.findall(r"`wings (\w+)", README)):
        assert run(["wings", name, "--help"], tmp_path).returncode == 0, name


def test_every_link_leads_somewhere():
    """Each relative link and picture of the README is a file of the project."""
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert links
    assert [link for link in links if not (paths.project() / link).exists()] == []


@pytest.mark.timeout(120)
def test_the_benchmark_runs_from_another_folder(tmp_path):
    """The papermill line runs as it stands, from a folder that is not the project's."""
    line = SHELL.strip()
    notebook = re.search(r"\S+\.ipynb", line)[0]
    done = run(shlex.split(line.replace(notebook, str(paths.project() / notebook), 1)), tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    cells = nbformat.read(tmp_path / "out.ipynb", as_version=4).cells
    assert all(cell.execution_count for cell in cells if cell.cell_type == "code")


@pytest.mark.parametrize(
    ("example", "printed"),
    [(ENGINE, ["[1, 2, 3] {} "]), (PATTERNS, ["a 1", "bb 2", "499500", "499500.0", "0 [0, 1]", "1 [2, 3]"])],
    ids=["an engine", "patterns"],
)
def test_an_example_runs(tmp_path, example, printed):
    """Each Python example runs as it stands and prints what it says, in whatever order."""
    script = tmp_path / "example.py"
    script.write_text(example)
    done = run([sys.executable, str(script)], tmp_path)
    assert done.returncode == 0, done.stderr
    lines = sorted(done.stdout.splitlines())
    assert [line[: len(start)] for line, start in zip(lines, sorted(printed), strict=True)] == sorted(printed)

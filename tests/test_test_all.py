"""`make test-all` tells the truth about each Python: passed, failed, or could not be used and why."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from wingslib import paths

TOOLS = paths.project() / ".ci"
# An environment without packages: its pytest notes what it was asked and fails where RED says so.
RULE = "$(VENV)/.ready:\n\t@$(PYTHON) -m venv $(VENV) && mkdir -p $(VENV)/bin && cp pytest wings $(VENV)/bin\n"
PYTEST = '#!/bin/sh\necho "$* $PYTHONPATH" >> asked\ncase "$* $PYTHONPATH" in *${RED:-nothing}*) exit 1;; esac\n'
WINGS = "#!/bin/sh\necho '✓ Python: there'\necho '✗ Rust extension: not built: found no cargo'\n"
OLD = "import sys; sys.version_info, sys.version = (3, 10), '3.10.13 (main)'; exec(sys.argv[1])"
# Pythons that lack something: what a shell does in their place.
ODD = {
    "old": f'exec "{sys.executable}" -c "{OLD}" "$2"',
    "bare": f'[ "$1" = -m ] && echo "ensurepip is not available" && exit 1; exec "{sys.executable}" "$@"',
    "good": f'[ "$1" = -m ] && exit 0; exec "{sys.executable}" "$@"',
    "broken": "exit 7",
}


@pytest.fixture
def tool(tmp_path):
    """Give `tool(*names, red=)`: the tool's exit status and closing lines, in a project with odd Pythons."""
    shutil.copytree(TOOLS, tmp_path / ".ci")
    (tmp_path / "Makefile").write_text(RULE)
    scripts = {name: f"#!/bin/sh\n{text}\n" for name, text in ODD.items()} | {"pytest": PYTEST, "wings": WINGS}
    for name, text in scripts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        (tmp_path / name).chmod(0o755)

    def tool(*names: str, red: str = "nothing") -> tuple[int, list[str]]:
        command = [sys.executable, str(tmp_path / ".ci" / "test_all.py"), *names]
        environment = os.environ | {"RED": red, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": ""}
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False)
        assert done.stderr == ""
        return done.returncode, done.stdout.strip().rpartition("\n\n")[2].splitlines()

    return tool


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nowhere/python3.12", "not found"),
        ("old", "3.10.13 is too old, 3.11 is needed"),
        ("bare", "ensurepip is not available"),
        ("broken", "broken ended with status 7"),
    ],
)
def test_a_python_that_cannot_be_used_is_named_with_the_reason(tool, name, reason):
    """With no other Python the exit status is 1."""
    assert tool(name) == (1, [f"{name}: could not be used: {reason}"])


def test_one_python_that_passes_is_enough(tool, tmp_path):
    """Tests and notebooks run twice, the second time without forkserver, and the browser once; what is lacking is said."""
    status, (good, again, missing) = tool("good", "good", "none")
    assert status == 0
    version = sys.version.split()[0]
    assert good == f"good, {version}: passed (skipped for lack of Rust extension: not built: found no cargo)"
    assert again == f"good: could not be used: it is {version}, which was tested already"
    assert missing == "none: could not be used: not found"
    asked = (tmp_path / "asked").read_text().splitlines()
    assert [line.endswith("without_forkserver") for line in asked] == [False, False, True, True, False]
    assert ["--nbval" in line for line in asked] == [False, True, False, True, False]


def test_a_failure_is_named_and_decides(tool):
    """Steps that fail are named, the others run all the same, and the exit status is 1."""
    status, (line,) = tool("good", red="notebooks")
    assert status == 1
    assert ": failed: notebooks, notebooks without forkserver (" in line


def test_without_names_or_pythons_it_says_what_to_type(tool, monkeypatch, tmp_path):
    """Where no python3.11 to python3.15 is on PATH, the message names them."""
    monkeypatch.setenv("PATH", str(tmp_path))
    status, (line,) = tool()
    assert status == 1
    assert line.startswith("none of python3.11, ")
    assert "PYTHONS=" in line


def test_forkserver_can_be_hidden_from_outside():
    """No process below sees it: not in the list, not by name, not as the default."""
    script = (
        "import multiprocessing as m, subprocess, sys\n"
        "print('forkserver' in m.get_all_start_methods(), m.get_start_method() == 'forkserver', flush=True)\n"
        "try: m.get_context('forkserver')\n"
        "except ValueError: print('refused', flush=True)\n"
        "if sys.argv[1:]: subprocess.run([sys.executable, '-c', sys.argv[1]])\n"
    )
    environment = os.environ | {"PYTHONPATH": str(TOOLS / "without_forkserver")}
    done = subprocess.run([sys.executable, "-c", script, script], env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout.split(), done.stderr) == (["False", "False", "refused"] * 2, "")

"""Runs the tests under each of several Pythons, then names those that passed, failed or could not be used.

`make test-all PYTHONS="python3.12 /opt/bin/python3.14"`; without names, every python3.11 to python3.15 on PATH. Each
gets an environment of its own in .venvs, made by the Makefile's rule. The exit status is 0 if at least one could be
used and all of those passed. Standard library only: it runs outside every environment.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
KNOWN = [f"python3.{minor}" for minor in range(11, 16)]
VERSION = (
    "import sys, sysconfig; sys.version_info >= (3, 11) or sys.exit(f'{sys.version.split()[0]} is too old, 3.11 is needed');"
    "print(sys.version.split()[0] + 't' * bool(sysconfig.get_config_var('Py_GIL_DISABLED')))"
)
TESTS = ["-q", "-rs", "tests", "--ignore", "tests/rust", "--ignore", "tests/browser"]
NOTEBOOKS = ["-q", "--nbval", "--nbval-current-env", "--nbval-cell-timeout", "120", "notebooks"]
WITHOUT = {"PYTHONPATH": str(Path(__file__).resolve().parent / "without_forkserver")}
STEPS: dict[str, tuple[list[str], dict[str, str]]] = {
    "tests": (TESTS, {}),
    "notebooks": (NOTEBOOKS, {}),
    "tests without forkserver": (TESTS, WITHOUT),
    "notebooks without forkserver": (NOTEBOOKS, WITHOUT),
}
BROWSER = {"browser": (["-q", "-rs", "tests/browser"], dict[str, str]())}


class UnusableError(Exception):
    """The tests cannot run under this Python; the message is the reason."""


def main(names: list[str]) -> int:
    """Test each named Python, print a line for each, and return the exit status."""
    versions: list[str] = []
    lines, ok = [], True
    for name in names or [name for name in KNOWN if shutil.which(name)]:
        try:
            version = asked(name)
            if version in versions:
                raise UnusableError(f"it is {version}, which was tested already")
            environment = made(name, version)
            steps = STEPS if versions else STEPS | BROWSER  # once: the page is the same for all
            failed = [step for step in steps if not passed(environment, step, *steps[step])]
            versions.append(version)
            ok = ok and not failed
            lines.append(f"{name}, {version}: {'failed: ' + ', '.join(failed) if failed else 'passed'}{lacks(environment)}")
        except UnusableError as reason:
            lines.append(f"{name}: could not be used: {reason}")
    print("", *lines or [f"none of {', '.join(KNOWN)} is on PATH; name some: make test-all PYTHONS=..."], sep="\n")
    return int(not (ok and versions))


def asked(name: str) -> str:
    """Return the version that this Python tells, with a t where it is free-threaded."""
    if not shutil.which(name):
        raise UnusableError("not found")
    return output([name, "-c", VERSION])


def made(name: str, version: str) -> Path:
    """Return the folder of this Python's environment, made if it is not there or older than the lock."""
    environment = Path(".venvs", version)
    heading(f"{name}, {version}: set-up in {environment}")
    output(["make", f"VENV={environment}", f"PYTHON={name}", f"{environment}/.ready"])
    return environment


def passed(environment: Path, step: str, arguments: list[str], variables: dict[str, str]) -> bool:
    """Run pytest in this environment, its output shown as it comes, and say whether all passed."""
    heading(f"{environment.name}: {step}")
    command = [str(PROJECT / environment / "bin" / "pytest"), *arguments]
    return subprocess.run(command, cwd=PROJECT, env=os.environ | variables, check=False).returncode == 0  # noqa: S603


def lacks(environment: Path) -> str:
    """Return what `wings check` misses in this environment: tests that need it were skipped."""
    told = output([str(PROJECT / environment / "bin" / "wings"), "check"], check=False).splitlines()
    missing = [line[2:] for line in told if line.startswith("✗")]
    return f" (skipped for lack of {'; '.join(missing)})" if missing else ""


def output(command: list[str], *, check: bool = True) -> str:
    """Return what a command prints; if it fails the last line, make's own apart, is the reason."""
    done = subprocess.run(  # noqa: S603 (a Python that the caller names, and what it made)
        command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace", check=False
    )
    if done.returncode and check:
        print(done.stdout, flush=True)
        told = [line for line in done.stdout.splitlines() if line.strip() and not line.startswith("make")]
        raise UnusableError(told[-1] if told else f"{command[0]} ended with status {done.returncode}")
    return done.stdout.strip()


def heading(text: str) -> None:
    """Print what comes next."""
    print(f"\n== {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

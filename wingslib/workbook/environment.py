"""What does this machine lack, and how is it mended? And the build of the Rust extension.

Nothing is installed here but the extension, into the running environment.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from wingslib.errors import NotAvailable, WingsError
from wingslib.paths import project, results, store

_INSTALL_RUST = "install Rust from https://rustup.rs (or `rustup update`), then run `wings build`"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: what was `found`, and how to `mend` it ("" where nothing is lacking)."""

    subject: str
    found: str
    mend: str = ""


def required(what: str) -> bool:
    """Say whether `WINGS_REQUIRE` names `what` ("browser", "rust"): then its absence is an error, not a skip."""
    return what in os.environ.get("WINGS_REQUIRE", "").replace(",", " ").split()


def browser() -> str | None:
    """Return the path of a Chromium, None where there is none."""
    return next(filter(None, map(shutil.which, _BROWSERS)), None)


def rust_lacking() -> str:
    """Return why the Rust extension cannot be built here, "" if it can."""
    need = _rust_version()
    if not shutil.which("cargo"):
        return f"not built: found no cargo, need Rust {need}; {_INSTALL_RUST}"
    found = _rustc()
    if _numbers(found) < _numbers(need):
        return f"not built: found rustc {found}, need {need}; {_INSTALL_RUST}"
    return ""


def build() -> str:
    """Build the Rust extension into this environment and return one line that says so.

    Raises:
        NotAvailable: cargo is absent or too old; the message says how to get it.
        WingsError: the build itself failed; the message ends with its output.
    """
    if lacking := rust_lacking():
        raise NotAvailable(lacking)
    done = subprocess.run(
        [sys.executable, "-m", "maturin", "develop", "--release"],
        cwd=_workspace() / "python",
        env={**os.environ, "VIRTUAL_ENV": sys.prefix},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise WingsError(f"the Rust extension did not build; maturin said\n{done.stdout}{done.stderr}")
    _stamp().write_text(_sources())
    return f"built: the Rust extension, with rustc {_rustc()}"


def check() -> list[Finding]:
    """Look at everything that the workbook needs and return a finding for each."""
    return [_python(), _extension(), _chromium(), _font(), _results(), _store()]


def _python() -> Finding:
    mend = "" if sys.version_info >= (3, 11) else "install Python 3.11 or newer, then `make clean run`"
    return Finding("Python", sys.version.split()[0], mend)


def _extension() -> Finding:
    subject = "Rust extension"
    if importlib.util.find_spec("wings_rs") is None:
        return Finding(subject, *(rust_lacking() or "not built; run `wings build`").split("; ", 1))
    fresh = _stamp().exists() and _stamp().read_text() == _sources()
    return Finding(subject, "built") if fresh else Finding(subject, "older than its sources", "run `wings build`")


def _chromium() -> Finding:
    found = browser()
    mend = "for the browser test: `sudo apt-get install chromium`, or your system's Chrome"
    return Finding("Chromium", found) if found else Finding("Chromium", "not found", mend)


def _font() -> Finding:
    fonts = Path("/usr/share/fonts")
    if not sys.platform.startswith("linux") or any(fonts.rglob("*.ttf")):
        return Finding("fonts", "there")
    return Finding("fonts", "none", "for the browser test: `sudo apt-get install fonts-dejavu-core`")


def _results() -> Finding:
    try:
        folder = results()
    except WingsError as error:
        return Finding("results", "cannot be made", str(error))
    if os.access(folder, os.W_OK):
        return Finding("results", str(folder))
    return Finding("results", f"{folder} is not writable", "set WINGS_STORE to a file in a folder you own")


def _store() -> Finding:
    from wingslib.store import Store

    if not store().exists():
        return Finding("store", "empty: nothing was measured yet")
    try:
        with Store(store()) as opened:
            return Finding("store", f"{len(opened.sessions())} sessions")
    except WingsError as error:
        return Finding("store", "cannot be used", str(error))


def _workspace() -> Path:
    return project() / "rust_ext"


def _rust_version() -> str:
    text = (_workspace() / "Cargo.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["workspace"]["package"]["rust-version"])


def _rustc() -> str:
    """Return the version of the rustc that cargo would use, "0" where it cannot be told."""
    try:
        told = subprocess.run(["rustc", "--version"], capture_output=True, text=True, cwd=_workspace()).stdout  # noqa: S607
    except FileNotFoundError:
        return "0"
    match = re.search(r"\d+\.\d+(\.\d+)?", told)
    return match.group() if match else "0"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _stamp() -> Path:
    """Return the file beside the environment's packages that says which sources were built."""
    return Path(sys.prefix) / ".wings_rs"


def _sources() -> str:
    """Return a digest of all Rust sources: a checkout or a copy changes times, not contents."""
    digest = hashlib.sha256()
    for path in sorted(_workspace().rglob("*")):
        if path.suffix in {".rs", ".toml", ".lock"} and "target" not in path.parts:
            digest.update(path.read_bytes())
    return digest.hexdigest()

"""What is missing is said with how to get it; a missing compiler is no error, a failed build is one."""

from __future__ import annotations

import subprocess

import pytest
from click.testing import CliRunner

from wingslib import paths
from wingslib.cli import main
from wingslib.errors import NotAvailable, WingsError
from wingslib.workbook import environment


@pytest.fixture
def tools(tmp_path, monkeypatch):
    """Give `tools(name=script)`: a PATH that holds only these programs."""

    def tools(**scripts: str) -> None:
        for name, script in scripts.items():
            (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
            (tmp_path / name).chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))

    return tools


@pytest.fixture
def maturin(monkeypatch):
    """Give `maturin(status, said)`: what the build would end with."""

    def maturin(status: int, said: str) -> None:
        real = subprocess.run

        def fake(command, **keywords):
            ended = subprocess.CompletedProcess(command, status, said, "")
            return ended if "maturin" in command else real(command, **keywords)

        monkeypatch.setattr(subprocess, "run", fake)

    return maturin


def test_no_cargo(tools):
    """Without cargo nothing is built, and the message says what is needed and where it comes from."""
    tools()
    with pytest.raises(NotAvailable, match=r"not built: found no cargo, need Rust 1\.\d+; install Rust from"):
        environment.build()


def test_a_rustc_that_is_too_old(tools):
    """An old rustc is named with the version that is needed."""
    tools(cargo="exit 1", rustc="echo 'rustc 1.63.0 (4b91a6ea7 2022-08-08)'")
    with pytest.raises(NotAvailable, match=r"not built: found rustc 1\.63\.0, need 1\.\d+; install Rust from"):
        environment.build()


def test_a_rustc_that_cannot_be_told(tools):
    """A cargo whose rustc does not answer builds nothing."""
    tools(cargo="exit 1")
    assert "not built: found rustc 0" in environment.rust_lacking()


def test_a_new_rustc_lacks_nothing(tools):
    """A rustc newer than needed is fine, also where its minor number has more digits."""
    tools(cargo="exit 0", rustc="echo 'rustc 1.1000.0'")
    assert environment.rust_lacking() == ""


def test_a_failed_build_is_shown(tools, maturin, monkeypatch):
    """When the compiler is there but the build fails, its output is shown; only where rust is required does it stop all."""
    tools(cargo="exit 0", rustc="echo 'rustc 1.1000.0'")
    maturin(101, "error[E0308]: mismatched types")
    with pytest.raises(WingsError, match="E0308"):
        environment.build()
    for required, status in (("", 0), ("rust", 1)):
        monkeypatch.setenv("WINGS_REQUIRE", required)
        done = CliRunner().invoke(main, ["build"])
        assert (done.exit_code, "E0308" in done.stdout) == (status, True)


def test_a_missing_compiler_is_no_failure(tools, monkeypatch):
    """`wings build` without cargo ends with 0, unless WINGS_REQUIRE names rust."""
    tools()
    monkeypatch.delenv("WINGS_REQUIRE", raising=False)
    done = CliRunner().invoke(main, ["build"])
    assert (done.exit_code, done.output.startswith("not built: found no cargo")) == (0, True)
    monkeypatch.setenv("WINGS_REQUIRE", "browser,rust")
    assert CliRunner().invoke(main, ["build"]).exit_code == 1


def test_a_built_extension_is_fresh_until_its_sources_change(tmp_path, tools, maturin, monkeypatch):
    """What was built is told by the contents of the sources, not by their times."""
    (tmp_path / "rust_ext").mkdir()
    (tmp_path / "rust_ext" / "Cargo.toml").write_text('[workspace.package]\nrust-version = "1.85"\n')
    source = tmp_path / "rust_ext" / "lib.rs"
    source.write_text("fn main() {}")
    monkeypatch.setattr(environment, "project", lambda: tmp_path)
    monkeypatch.setattr(environment, "_stamp", lambda: tmp_path / "stamp")
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda name: "there")
    tools(cargo="exit 0", rustc="echo 'rustc 1.90.0'")
    maturin(0, "")
    assert environment.build() == "built: the Rust extension, with rustc 1.90.0"
    source.touch()
    assert environment.check()[1].mend == ""
    source.write_text("fn main() { todo!() }")
    assert environment.check()[1].mend == "run `wings build`"


def test_check_says_how_to_mend(tools):
    """Everything that is lacking comes with a way to get it, and the store is looked at."""
    tools()
    found = {one.subject: one for one in environment.check()}
    assert list(found) == ["Python", "Rust extension", "Chromium", "fonts", "results", "store"]
    assert "apt-get install chromium" in found["Chromium"].mend
    assert found["store"].mend == ""
    paths.store().write_text("no database " * 200)
    assert "cannot be used as a store" in environment.check()[5].mend

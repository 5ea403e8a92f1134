"""`wings bench rust`: every case gives equal results, small, and what is wrong or absent is named."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from wingslib.accel import operations
from wingslib.bench import case, rust
from wingslib.bench.case import Case
from wingslib.errors import WingsError


def quiet(*ignored):
    """Show no progress."""


@pytest.fixture
def small(monkeypatch):
    """Let all material be small, and a race one round."""
    for name, value in {"DOCUMENTS": 60, "CHAPTERS": 3, "VOCABULARY": 400, "WORDS": 40}.items():
        monkeypatch.setattr(case, name, value)
    monkeypatch.setattr(rust, "ROUNDS", 2)
    folder = Path(rust.__file__).parent
    for name in operations.names():
        module = __import__(f"wingslib.bench.operations.{name}", fromlist=["CASES"])
        if hasattr(module, "python_files"):
            monkeypatch.setattr(module, "python_files", lambda: [folder])
    case.documents.cache_clear()
    case.vocabulary.cache_clear()
    yield
    case.documents.cache_clear()
    case.vocabulary.cache_clear()


def test_every_operation_is_raced(need, small):
    """Each operation has bars with a ratio, CPU seconds beside wall, and a goal somewhere; all ways gave the same."""
    need("rust", "" if "wings_rs" in sys.modules or __import__("importlib.util").util.find_spec("wings_rs") else "not built")
    bars = rust.bars(quiet)
    for name in operations.names():
        own = [bar for bar in bars if bar.bar.startswith(f"{name}, ")]
        assert own, name
        assert all(bar.ratio and "CPU" in bar.note for bar in own)
        assert any(bar.goal and not bar.at_most for bar in own), name


def test_another_result_ends_the_race():
    """The way that gave it is named, and there is no ratio."""
    with pytest.raises(WingsError, match="'theirs' gives 2 instead of 1"):
        rust.race(Case("one", lambda: 1, {"theirs": (lambda: 2, None)}), 2, quiet)


def test_without_the_extension_every_operation_is_named_once(monkeypatch):
    """There are no ratios then, but the command that builds it."""
    monkeypatch.setitem(sys.modules, "wings_rs", None)
    bars = rust.bars(quiet)
    assert [bar.bar for bar in bars] == list(operations.names())
    assert all(bar.ratio is None and "wings build" in bar.note for bar in bars)

"""`wings bench map_reduce`: everyone counts alike, who is absent is named, and memory has a bar."""

from __future__ import annotations

import json
import sys

import pytest
from click.testing import CliRunner

from wingslib import accel
from wingslib.bench import peers, reduction
from wingslib.bench.frame import Bar
from wingslib.cli import main
from wingslib.errors import NotAvailable, WingsError

TEXTS = ["The the THE.", "", "Été, été: nul\0nul", "snake_case x2 don't", "İ ﬁ ß"] * 9


def quiet(*ignored):
    """Show no progress."""


@pytest.fixture
def small(monkeypatch):
    """Make the corpus small, on one worker."""
    monkeypatch.setattr(reduction, "_texts", lambda: TEXTS)


@pytest.fixture
def alone(monkeypatch):
    """Let no peer be installed."""
    for name in ("duckdb", "polars"):
        monkeypatch.setitem(sys.modules, name, None)


def test_each_rival_stands_beside_ours_with_and_without_rust(small, alone, nothing_left):
    """Six bars at each size; those of absent peers say how to get them."""
    bars = reduction.speed_bars(2, 1, quiet)
    assert [bar.bar for bar in bars] == [
        f"word count, 2 ×: {rival} / {ours}"
        for ours in ("map_reduce", "map_reduce with Rust")
        for rival in ("plain Python", "DuckDB", "Polars")
    ]
    assert bars[0].ratio
    for name, *pair in (("duckdb", bars[1], bars[4]), ("polars", bars[2], bars[5])):
        assert {bar.ratio for bar in pair} == {None}
        assert f"absent: {name} is not installed; to race it: python -m pip install {name}" in {bar.note for bar in pair}


def test_without_rust_its_bars_say_so(small, alone, monkeypatch):
    """What is not built has no ratio, and the others run."""
    monkeypatch.setitem(sys.modules, "wings_rs", None)
    bars = reduction.speed_bars(1, 1, quiet)
    assert [bar.ratio is None for bar in bars] == [False, True, True, True, True, True]
    assert "wings build" in bars[3].note


def test_a_wrong_count_ends_the_race(small, alone, monkeypatch):
    """There is no ratio of unequal work."""
    monkeypatch.setattr(reduction, "_merge", lambda total, more: total | more)
    with pytest.raises(WingsError, match="unequal work"):
        reduction.speed_bars(1, 1, quiet)


@pytest.mark.parametrize("way", [peers.duckdb_words, peers.polars_words])
def test_peers_count_alike(way):
    """Where they are installed they give what the plain Python twin gives: ASCII letters are folded, no others."""
    words = peers.present(way)
    if isinstance(words, NotAvailable):
        pytest.skip(str(words))
    assert words(TEXTS) == accel.word_count(TEXTS, backend="python").value


def test_memory_has_a_bar_with_a_goal(monkeypatch):
    """Ten times the corpus over once, the parent's part named; elsewhere than on Linux it says why not."""
    monkeypatch.setattr(reduction, "growth", lambda times: (10.0 + times, 50.0))
    (bar,) = reduction.memory_bars(quiet)
    assert (bar.ratio, bar.goal, bar.met) == (70 / 61, 1.2, True)
    assert (
        bar.note
        == "parent and workers above the start: 70 MB (20 of them in the parent) against 61 MB (11 of them in the parent)"
    )
    monkeypatch.undo()
    monkeypatch.setattr(reduction.sys, "platform", "win32")
    (bar,) = reduction.memory_bars(quiet)
    assert (bar.ratio, bar.goal, bar.note[:18]) == (None, 1.2, "not testable here:")


def test_a_row_for_each_bar(monkeypatch):
    """The command runs memory first, then both sizes, and prints rows as the other benches do."""
    monkeypatch.setattr(reduction, "memory_bars", lambda progress: [Bar("memory", 1.1, goal=1.2)])
    monkeypatch.setattr(reduction, "speed_bars", lambda times, rounds, progress: [Bar(f"{times} ×, {rounds}", 0.9, 0.8, 1.0)])
    done = CliRunner().invoke(main, ["bench", "map_reduce", "--json"])
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["bar"], row["met"]) for row in rows] == [("memory", True), ("1 ×, 12", None), ("10 ×, 5", None)]

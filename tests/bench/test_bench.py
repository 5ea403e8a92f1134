"""`wings bench`: what may be typed, what is printed, and the real races once, very small."""

from __future__ import annotations

import json
import sys

import pytest
from click.testing import CliRunner

from wingslib.bench import computing, engines, peers, waiting
from wingslib.bench.frame import Bar
from wingslib.cli import main
from wingslib.errors import NotAvailable, WingsError

KEYS = ["bar", "ratio", "low", "high", "goal", "met", "note"]
PACKAGES = ["aiometer", "joblib", "loky", "mpire"]


def quiet(*ignored):
    """Show no progress."""


@pytest.fixture
def small(monkeypatch):
    """Make every race one of two rounds with few items, in which no peer is installed."""
    for name in PACKAGES:
        monkeypatch.setitem(sys.modules, name, None)
    for name, value in {"MANY": 3_000, "SOME": 500, "SETTLED": 100, "ROUNDS": 2}.items():
        monkeypatch.setattr(waiting, name, value)
    for name, value in {"MANY": 500, "FEW": 100, "ROUNDS": 2, "LOAD_ROUNDS": 1}.items():
        monkeypatch.setattr(computing, name, value)
    monkeypatch.setattr(computing, "_PEERS", {label: (peer, 500) for label, (peer, _) in computing._PEERS.items()})
    monkeypatch.setattr(computing, "_LOADS", {load: lambda: [1e-5] * 50 for load in computing._LOADS})


def plant(monkeypatch, part):
    """Let the bench have one part."""
    monkeypatch.setattr(engines, "_PARTS", {part: 1})


@pytest.mark.parametrize("name", ["engine", "rusty", "reduction", ""])
def test_an_unknown_bench_is_refused(monkeypatch, name):
    """One message with the allowed names, exit status 2, nothing run."""
    plant(monkeypatch, lambda progress: pytest.fail("work was begun"))
    done = CliRunner().invoke(main, ["bench", name])
    assert (done.exit_code, done.stdout) == (2, "")
    assert (
        done.stderr
        == f"wings: there is no bench {name!r}; allowed is engines, map_reduce, rust. For example wings bench engines.\n"
    )


def test_json_is_a_row_a_bar(monkeypatch):
    """With --json each line of stdout is one bar with its seven keys."""
    plant(monkeypatch, lambda progress: [Bar("one", 1.5, 1.4, 1.6, goal=1.8), Bar("two", note="absent: …")])
    done = CliRunner().invoke(main, ["bench", "engines", "--json"])
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.exit_code, [list(row) for row in rows]) == (0, [KEYS, KEYS])
    assert [row["met"] for row in rows] == [True, None]


def test_without_json_there_is_a_table(monkeypatch):
    """The table goes to stdout, the machine and the progress bar to stderr."""

    def part(progress):
        progress(1, 2, "ours")
        return [Bar("one", 1.5, goal=1.8)]

    plant(monkeypatch, part)
    done = CliRunner().invoke(main, ["bench", "engines"])
    assert done.stdout.splitlines()[1].split() == ["one", "1.5", "≤", "1.8", "yes"]
    assert "· Python 3." in done.stderr.splitlines()[-1]
    assert "racing" in done.stderr


def test_unequal_results_end_the_bench(monkeypatch):
    """One message that names who is wrong, exit status 1, and no ratio at all."""

    def part(progress):
        raise WingsError("'ours' gives 1 instead of 2.")

    plant(monkeypatch, part)
    done = CliRunner().invoke(main, ["bench", "engines", "--json"])
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.endswith("wings: 'ours' gives 1 instead of 2.\n")


def test_progress_runs_over_all_parts(monkeypatch):
    """Parts fill their shares of one bar, from the first to the last."""

    def part(progress):
        progress(1, 2, "half")
        progress(2, 2, "whole")
        return []

    told = []
    monkeypatch.setattr(engines, "_PARTS", {part: 30, lambda progress: part(progress): 10})
    engines.bars(lambda *step: told.append(step))
    assert told == [(15, 40, "half"), (30, 40, "whole"), (35, 40, "half"), (40, 40, "whole")]


@pytest.mark.parametrize("package", PACKAGES)
def test_a_peer_that_is_not_installed_is_named(monkeypatch, package):
    """It becomes a reason with the way to get it; any other failing import is an error."""
    monkeypatch.setitem(sys.modules, package, None)
    way = getattr(peers, "aiometer_amap" if package == "aiometer" else package)
    open_it = way if package == "aiometer" else lambda: way(abs, 1).__enter__()
    reason = peers.present(open_it)
    assert isinstance(reason, NotAvailable)
    assert str(reason) == f"absent: {package} is not installed; to race it: python -m pip install {package}"


def test_a_broken_import_is_not_hidden(monkeypatch):
    """A module that a peer itself lacks is not taken for the peer."""
    monkeypatch.setitem(sys.modules, "another", None)
    with pytest.raises(ModuleNotFoundError, match="another"):
        peers.present(lambda: __import__("another"))


def test_async_is_raced(small):
    """Without aiometer, three bars have a ratio; the fourth says how to get it."""
    bars = waiting.coroutine_bars(quiet)
    assert [bar.goal for bar in bars] == [1, 1.8, 4, 10]
    assert [bar.ratio is None for bar in bars] == [sys.platform != "linux", False, False, True]
    assert "pip install aiometer" in bars[-1].note


def test_small_items_are_raced(small, nothing_left, monkeypatch):
    """Our chunks, the standard library and pebble are raced; the absent peers are named; no worker is left."""
    monkeypatch.setattr(computing, "usable_cores", lambda: 2)
    fixed, *rivals = computing.small_item_bars(quiet)
    assert fixed.ratio
    assert fixed.note.startswith("chunk ")
    assert ["absent" in bar.note for bar in rivals] == [True, False, False, True, False, True]


def test_loads_are_held_against_their_bound(small, nothing_left, monkeypatch):
    """No makespan is under the lower bound of its run."""
    monkeypatch.setattr(computing, "usable_cores", lambda: 2)
    bars = computing.load_bars(quiet)
    assert len(bars) == 6
    assert all(bar.ratio >= 1 for bar in bars)


def test_threads_are_raced(small):
    """The standard library's threads stand beside ours."""
    assert [bar.ratio is None for bar in computing.thread_bars(quiet)] == [False]


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="here interpreters can be had")
def test_interpreters_need_a_newer_python():
    """Below 3.14 the row is there, without a ratio."""
    assert [(bar.ratio, bar.goal, bar.note) for bar in computing.interpreter_bars(quiet)] == [
        (None, 1.6, "not testable here: needs Python 3.14")
    ]


def test_one_core_is_not_enough(monkeypatch):
    """With one usable core the bars that need two are there, and say so."""
    monkeypatch.setattr(computing, "usable_cores", lambda: 1)
    bars = [*computing.small_item_bars(quiet), *computing.load_bars(quiet)]
    assert len(bars) == 13
    assert {(bar.ratio, bar.note) for bar in bars} == {(None, "not testable here: needs 2 usable cores, found 1")}

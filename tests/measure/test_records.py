"""Recorded races are whole, and named after the Python that ran them."""

from __future__ import annotations

import pytest

from wingslib import paths
from wingslib.measure import recorded
from wingslib.measure.records import recorded as read

TOML = """
[[race]]
name = "loops on Python 3.99.1"
stopped = "budget"
workers = { loop = 1, interpreters = 2 }

[race.machine]
cores = 4
usable = 2
python = "3.99.1"
implementation = "CPython"
gil = true
start_method = "forkserver"
load = 0.1
system = "Linux"
cpu = "a cpu"
day = "2026-11-24"

[race.samples]
loop = [2.0, 2.0, 2.0, 2.0]
interpreters = [1.0, 1.0, 1.0, 1.0]
"""


def test_a_race_comes_back_as_it_was_measured(tmp_path, monkeypatch):
    """Samples, engines, workers and machine are those of the file; verdicts are computed from the samples."""
    (tmp_path / "recorded.toml").write_text(TOML)
    monkeypatch.setattr(paths, "data", lambda: tmp_path)
    [race] = read()
    assert (race.labels, race.engines) == (["loop", "interpreters"], {"loop": "serial", "interpreters": "interpreters"})
    assert race.speedup("interpreters").mean == pytest.approx(2)
    assert race.verdict("interpreters") == "faster"
    assert (race.workers, race.stopped) == ({"loop": 1, "interpreters": 2}, "budget")
    assert race.machine.stamp() == "2 cores · Python 3.99.1 · GIL on · load 0.1 · 2026-11-24"


def test_what_is_committed_names_builds_that_have_interpreters():
    """Each recorded race has the four ways, equal numbers of rounds, enough for a verdict, and its Python in its name."""
    assert recorded()
    for race in recorded():
        assert race.labels == ["loop", "threads", "interpreters", "processes"]
        assert {len(seconds) for seconds in race.samples.values()} == {race.rounds}
        assert race.rounds >= 12
        assert race.name.endswith(f"Python {race.machine.python}")
        assert tuple(map(int, race.machine.python.split(".")[:2])) >= (3, 14)

"""Facts about this computer."""

from __future__ import annotations

import json
import os
import sys

import pytest

from wingslib import machine


def test_usable_cores_know_affinity_and_quota(monkeypatch):
    """The smaller of affinity and quota counts, and never less than one."""
    monkeypatch.setattr(machine.os, "sched_getaffinity", lambda pid: {0, 1, 2, 3}, raising=False)
    for quota, cores in ((None, 4), (2.5, 2), (0.5, 1), (16.0, 4)):
        monkeypatch.setattr(machine, "cgroup_quota", lambda quota=quota: quota)
        assert machine.usable_cores() == cores
    monkeypatch.delattr(machine.os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(machine, "cgroup_quota", lambda: None)
    assert machine.usable_cores() == os.cpu_count()


@pytest.mark.parametrize(("text", "quota"), [("150000 100000", 1.5), ("max 100000", None)])
def test_a_new_cgroup_is_read(tmp_path, text, quota):
    """cpu.max has quota and period, or max."""
    (tmp_path / "cpu.max").write_text(text)
    assert machine.cgroup_quota(tmp_path) == quota


@pytest.mark.parametrize(("text", "quota"), [("50000\n", 0.5), ("-1\n", None)])
def test_an_old_cgroup_is_read(tmp_path, text, quota):
    """Version 1 keeps quota and period in two files."""
    (tmp_path / "cpu").mkdir()
    (tmp_path / "cpu" / "cpu.cfs_quota_us").write_text(text)
    (tmp_path / "cpu" / "cpu.cfs_period_us").write_text("100000\n")
    assert machine.cgroup_quota(tmp_path) == quota


def test_no_cgroup_means_no_quota(tmp_path):
    """An empty folder has no quota."""
    assert machine.cgroup_quota(tmp_path) is None


def made(**changes):
    facts = {"cores": 8, "usable": 2, "python": "3.11.7", "implementation": "CPython", "gil": True, "start_method": "spawn"}
    facts |= {"blas_threads": None, "load": 0.3, "system": "Linux", "cpu": "a chip", "day": "2026-11-24"}
    return machine.Machine(**(facts | changes))


def test_the_stamp_is_one_line():
    """Cores, Python, GIL, load and day."""
    assert made().stamp() == "2 cores · Python 3.11.7 · GIL on · load 0.3 · 2026-11-24"
    assert made(usable=1, gil=False).stamp().startswith("1 core · Python 3.11.7 · GIL off")


def test_a_machine_is_busy_from_three_tenths_on():
    """Others may keep 0.3 of the usable cores busy."""
    assert not made(load=0.6).busy
    assert made(load=0.61).busy


def test_the_load_counts_others_only(monkeypatch):
    """What our own processes used between the looks is taken off, whichever of them end or begin."""
    looks = [{1: 2.0, 2: 1.0, 3: 90.0}, {1: 2.3, 2: 1.0, 4: 0.2}]  # 3 has ended between the two, 4 has begun
    busy, own, clock = iter([10.0, 11.5]), iter(looks), iter([0.0, 2.0])
    monkeypatch.setattr(machine, "_busy_seconds", lambda: next(busy))
    monkeypatch.setattr(machine, "_own_seconds", lambda: next(own))
    monkeypatch.setattr(machine.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(machine.time, "sleep", lambda seconds: None)
    assert machine.load_by_others() == pytest.approx(0.5)


def test_a_look_at_this_machine():
    """Every fact is there, the fingerprint is JSON, and the latest look is kept."""
    seen = machine.describe(load_seconds=0.01)
    assert seen.usable >= 1
    assert seen.python == ".".join(map(str, sys.version_info[:3]))
    assert seen.start_method in ("forkserver", "spawn")
    assert machine.latest() is seen
    assert json.loads(json.dumps(machine.fingerprint(seen)))["usable"] == seen.usable


def test_the_gil_is_asked_for(monkeypatch):
    """Where Python can tell, it is asked; else the GIL is on."""
    monkeypatch.delattr(machine.sys, "_is_gil_enabled", raising=False)
    assert machine.gil_enabled() is True
    monkeypatch.setattr(machine.sys, "_is_gil_enabled", lambda: False, raising=False)
    assert machine.gil_enabled() is False

"""Facts about this computer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import psutil
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


def reading(at, busy, own, ended=0.0):
    return machine._Reading(at, busy, own, ended)


@pytest.mark.parametrize(
    ("after", "others"),
    [
        (reading(2.0, 11.5, {1: 2.3, 2: 1.0, 3: 90.0, 4: 0.2}), 0.5),  # 4 has begun
        (reading(2.0, 11.5, {1: 2.3, 2: 1.0, 4: 0.2}, ended=90.5), 0.25),  # 3 used 0.5 s more, ended and was reaped
        (reading(2.0, 11.5, {1: 2.3, 2: 1.0, 4: 0.2}), 0.5),  # 3 has ended, and nobody tells what it used
        (reading(2.0, 11.5, {1: 9.0, 2: 1.0, 3: 90.0}), 0.0),  # clocks that tick apart
        (reading(0.0, 10.0, {}), 0.0),  # no time has passed
    ],
)
def test_the_load_counts_others_only(monkeypatch, after, others):
    """What our own processes used between two readings is taken off, whichever of them end or begin."""
    monkeypatch.setattr(machine, "_spare_cores", lambda: 0)
    assert machine._used_by_others(reading(0.0, 10.0, {1: 2.0, 2: 1.0, 3: 90.0}), after) == pytest.approx(others)


def test_a_quota_leaves_cores_to_others(monkeypatch):
    """Four busy cores of 64 cost a container of two nothing; 63 take one of its two."""
    monkeypatch.setattr(machine, "allowed_cores", lambda: list(range(64)))
    monkeypatch.setattr(machine, "usable_cores", lambda: 2)
    for busy, taken in ((4.0, 0.0), (63.0, 1.0)):
        assert machine._used_by_others(reading(0.0, 0.0, {}), reading(1.0, busy, {})) == pytest.approx(taken)


def test_looks_follow_each_other_without_sleeping(monkeypatch):
    """The first look starts the count; each later one counts from the look before."""
    monkeypatch.setattr(machine, "_spare_cores", lambda: 0)
    monkeypatch.setattr(machine.time, "sleep", lambda seconds: pytest.fail("a look slept"))
    readings = iter([reading(0.0, 10.0, {1: 1.0}), reading(1.0, 12.0, {1: 2.0}), reading(3.0, 13.0, {1: 2.5})])
    monkeypatch.setattr(machine, "_read", lambda: next(readings))
    neighbours = machine.Neighbours()
    assert [neighbours.look() for _ in range(3)] == pytest.approx([0.0, 1.0, 0.25])


SPIN = "import time\nbegan = time.monotonic()\nwhile time.monotonic() - began < 20: pass"
ORPHAN = f"""import subprocess, sys
print(subprocess.Popen([sys.executable, "-c", {SPIN!r}], stdout=-3, stderr=-3, start_new_session=True).pid)
"""


@pytest.fixture
def spinning():
    """Two busy processes: one that we started, and one that has nothing to do with us."""
    mine = subprocess.Popen([sys.executable, "-c", SPIN])
    printed = subprocess.run([sys.executable, "-c", ORPHAN], capture_output=True, text=True, check=True).stdout
    stranger = psutil.Process(int(printed))
    yield psutil.Process(mine.pid), stranger
    for process in (stranger, mine):
        process.kill()
    mine.wait()


@pytest.mark.skipif(os.name != "posix", reason="needs an orphan that another process adopts")
def test_a_busy_child_is_ours_and_a_stranger_is_not(spinning):
    """What a child of ours used is taken off; what a stranger used is left to be counted."""
    child, stranger = spinning
    strange, before = stranger.cpu_times().user, machine._read()
    deadline = time.monotonic() + 5
    while (used := stranger.cpu_times().user - strange) < 0.1 and time.monotonic() < deadline:
        time.sleep(0.02)
    after = machine._read()
    assert after.own[child] > before.own[child]
    assert stranger not in after.own
    assert machine._used_by_others(before, after) * (after.at - before.at) > used / 2


def test_a_child_that_ends_meanwhile_is_left_out(monkeypatch):
    """A child that was listed and is gone when it is asked raises nothing."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    gone = psutil.Process(child.pid)
    child.communicate(b"")
    monkeypatch.setattr(psutil.Process, "children", lambda self, recursive: [gone])
    own, _ = machine._own_seconds()
    assert list(own) == [psutil.Process()]


@pytest.mark.parametrize(
    ("workers", "usable", "others", "wide"),
    [
        (1, 2, 0.0, 1),
        (1, 2, 5.0, 1),
        (8, 2, 0.0, 2),
        (2, 2, 0.4, 2),
        (2, 2, 0.5, 2),
        (2, 2, 0.6, 1),
        (2, 2, 1.0, 1),
        (2, 2, 5.0, 1),
        (4, 8, 1.5, 4),
        (8, 8, 1.5, 7),
        (8, 8, 1.6, 6),
    ],
)
def test_the_window_leaves_room_for_others(workers, usable, others, wide):
    """As many workers as there are usable cores that nobody else keeps busy, never fewer than one."""
    assert machine.window(workers, usable, others) == wide


def test_a_window_narrows_at_once_and_widens_one_step_a_look():
    """A scripted load of one core for two looks gives 2, 1, 1, 2; a window of 8 comes back by ones."""
    for cores, load, expected in ((2, [0, 1, 1, 0], [2, 1, 1, 2]), (8, [6, 0, 0, 5, 0], [2, 3, 4, 3, 4])):
        now, seen = cores, []
        for others in load:
            now = machine.step(now, machine.window(cores, cores, others))
            seen.append(now)
        assert seen == expected


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


def test_memory_is_sampled_above_the_start():
    """30 MB that are held and let go are seen, and what was there before is not counted."""
    held = bytearray(20_000_000)
    with machine.Memory(every=0.002) as memory:
        more = bytearray(30_000_000)
        time.sleep(0.02)
        del more
    seconds, megabytes = zip(*memory.samples, strict=True)
    assert 28 < memory.peak < 40
    assert list(seconds) == sorted(seconds)
    assert (megabytes[0], len(held)) == (0.0, 20_000_000)
    assert megabytes[-1] < 10


def test_memory_of_children_counts():
    """What a child holds is ours, and gone when it ends."""
    script = "import sys; held = bytearray(40_000_000); print(flush=True); sys.stdin.read()"
    with machine.Memory(every=0.002) as memory:
        child = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        child.stdout.readline()
        time.sleep(0.1)
        child.communicate()
    assert memory.peak > 40
    assert memory.samples[-1][1] < 20

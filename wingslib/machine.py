"""What computer is this? Cores that may be used, the Python that runs, and how busy others keep it.

Facts only: nothing here starts work or changes a setting.
"""

from __future__ import annotations

import datetime
import importlib.util
import multiprocessing
import os
import platform
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")
BUSY_SHARE = 0.3

_latest: Machine | None = None


@dataclass(frozen=True)
class Machine:
    """One look at this computer: `cores` it has, of them `usable`, `load` = cores kept busy by other programs."""

    cores: int
    usable: int
    python: str
    implementation: str
    gil: bool
    start_method: str
    blas_threads: int | None
    load: float
    system: str
    cpu: str
    day: str

    @property
    def busy(self) -> bool:
        """Say whether others keep more than 0.3 of the usable cores busy."""
        return self.load > BUSY_SHARE * self.usable

    def stamp(self) -> str:
        """Return the one line that every chart carries."""
        cores = f"{self.usable} core{'s' * (self.usable != 1)}"
        return f"{cores} · Python {self.python} · GIL {'on' if self.gil else 'off'} · load {self.load:.1f} · {self.day}"


def usable_cores() -> int:
    """Return how many cores this process may use: affinity and the container's quota, at least 1.

    `os.cpu_count()` knows neither.
    """
    affinity = getattr(os, "sched_getaffinity", None)
    allowed = len(affinity(0)) if affinity else os.cpu_count() or 1
    quota = cgroup_quota()
    return max(1, allowed if quota is None else min(allowed, int(quota)))


def cgroup_quota(root: Path = CGROUPS) -> float | None:
    """Return the cores that a Linux container's quota allows, or None without a quota; `root` is its folder."""
    new, old = root / "cpu.max", root / "cpu" / "cpu.cfs_quota_us"
    if new.is_file():
        quota, period = new.read_text().split()
    elif old.is_file():
        quota, period = old.read_text().strip(), (old.parent / "cpu.cfs_period_us").read_text().strip()
    else:
        return None
    return None if quota in ("max", "-1") else int(quota) / int(period)


def exists(pid: int) -> bool:
    """Say whether there is a process with this id."""
    import psutil

    return psutil.pid_exists(pid)


def gil_enabled() -> bool:
    """Say whether the GIL is on now, after all imports so far (a free-threaded build may have switched it on)."""
    ask = getattr(sys, "_is_gil_enabled", None)
    return True if ask is None else bool(ask())


def start_method() -> str:
    """Return how `processes` starts workers here: forkserver where the platform has it, else spawn."""
    return "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"


def current_core() -> int | None:
    """Return the core that this thread runs on right now, or None where the system does not tell (Linux does)."""
    status = Path("/proc/thread-self/stat")
    return int(status.read_text().rpartition(")")[2].split()[36]) if status.is_file() else None


def allowed_cores() -> list[int]:
    """Return the cores that this process may run on; empty where the system does not tell."""
    affinity = getattr(os, "sched_getaffinity", None)
    return sorted(affinity(0)) if affinity else []


def load_by_others(seconds: float = 0.3) -> float:
    """Watch for `seconds` and return how many cores programs outside this process tree kept busy."""
    before, own_before = _busy_seconds(), _own_seconds()
    began = time.monotonic()
    time.sleep(seconds)
    busy, own_after = _busy_seconds() - before, _own_seconds()
    own = sum(used - own_before.get(process, 0.0) for process, used in own_after.items())
    return max(0.0, (busy - own) / (time.monotonic() - began))


def _busy_seconds() -> float:
    import psutil

    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0))


def _own_seconds() -> dict[int, float]:
    """Return the CPU seconds so far of this process and each that it started, by process id."""
    import psutil

    found = {}
    me = psutil.Process()
    for process in [me, *me.children(recursive=True)]:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue  # it has just ended, and the little that it used since the first look counts as the others'
        found[process.pid] = times.user + times.system
    return found


def blas_threads() -> int | None:
    """Return how many threads NumPy's linear algebra would use, or None where NumPy is missing or not yet loaded."""
    if "numpy" not in sys.modules or importlib.util.find_spec("threadpoolctl") is None:
        return None
    from threadpoolctl import threadpool_info

    return max((int(pool["num_threads"]) for pool in threadpool_info() if pool["user_api"] == "blas"), default=None)


def _cpu_name() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def describe(load_seconds: float = 0.3) -> Machine:
    """Look at this computer, watching the load of others for `load_seconds`."""
    global _latest
    _latest = Machine(
        cores=os.cpu_count() or 1,
        usable=usable_cores(),
        python=platform.python_version(),
        implementation=platform.python_implementation(),
        gil=gil_enabled(),
        start_method=start_method(),
        blas_threads=blas_threads(),
        load=load_by_others(load_seconds),
        system=platform.system(),
        cpu=_cpu_name(),
        day=datetime.date.today().isoformat(),
    )
    return _latest


def latest() -> Machine:
    """Return what the last `describe` saw, so that charts of one session carry one stamp."""
    return _latest or describe()


def fingerprint(machine: Machine) -> dict[str, object]:
    """Return what must be equal before two sessions may be compared, and the load and day of this one."""
    return asdict(machine) | {"release": platform.release()}

"""What computer is this? Cores that may be used, the Python that runs, and how busy others keep it.

Facts only: nothing here starts work or changes a setting.
"""

from __future__ import annotations

import contextlib
import datetime
import importlib.util
import math
import multiprocessing
import os
import platform
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

CGROUPS = Path("/sys/fs/cgroup")
BUSY_SHARE = 0.3
LOOKS_A_FAMILY = 10

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


class Neighbours:
    """Watches how many cores programs outside this process tree keep busy, from one look to the next.

    Cores that this process may not use count only where what is busy there crowds those that it may. CPU clocks tick
    every 10 ms, so looks closer than 0.1 s are coarse.
    """

    def __init__(self) -> None:
        self._seen: _Reading | None = None

    def look(self) -> float:
        """Return the cores kept busy since the last look, without sleeping; the first look starts the count: 0.0."""
        before, self._seen = self._seen, _read()
        return 0.0 if before is None else _used_by_others(before, self._seen)


def load_by_others(seconds: float = 0.3) -> float:
    """Watch for `seconds` and return how many cores programs outside this process tree kept busy."""
    neighbours = Neighbours()
    neighbours.look()
    time.sleep(seconds)
    return neighbours.look()


def window(workers: int, usable: int, others: float) -> int:
    """Return how many workers should have work while other programs keep `others` of the `usable` cores busy.

    Whole cores count: half a core and less is nobody's, more than half is a core taken (1.5 takes one, 1.6 two).
    """
    taken = math.ceil(others - 0.5)
    return max(1, min(workers, usable - taken))


def step(now: int, wanted: int) -> int:
    """Return the next window on the way from `now` to `wanted`: narrowed at once, widened by one."""
    return min(wanted, now + 1)


@dataclass(frozen=True, slots=True)
class _Reading:
    """CPU seconds so far, of the cores that we may use and of each of our processes; `ended` is used by what we reaped."""

    at: float
    busy: float
    own: dict[Any, float]
    ended: float


def _read() -> _Reading:
    busy, (own, ended) = _busy_seconds(), _own_seconds()
    return _Reading(time.monotonic(), busy, own, ended)


def _used_by_others(before: _Reading, after: _Reading) -> float:
    """Return the cores that others kept busy between two readings; what ended in between is told by who reaped it."""
    alive = sum(max(0.0, used - before.own.get(process, 0.0)) for process, used in after.own.items())
    gone = sum(used for process, used in before.own.items() if process not in after.own)
    own = alive + max(0.0, after.ended - before.ended - gone)
    seconds = max(after.at - before.at, 1e-9)
    return max(0.0, (after.busy - before.busy - own) / seconds - _spare_cores())


def _spare_cores() -> int:
    """Return how many of the cores we are allowed a quota leaves to others, whom it costs us nothing to let have them."""
    return max(0, (len(allowed_cores()) or os.cpu_count() or 1) - usable_cores())


def _busy_seconds() -> float:
    """Return the CPU seconds so far of the cores that this process may run on, used by whomever."""
    import psutil

    allowed, cores = allowed_cores(), psutil.cpu_times(percpu=True)
    watched = [cores[core] for core in allowed if core < len(cores)] or cores
    return sum(float(sum(core) - core.idle - getattr(core, "iowait", 0.0) - getattr(core, "guest", 0.0)) for core in watched)


def _own_seconds() -> tuple[dict[Any, float], float]:
    """Return the CPU seconds so far of this process and of each that it started, and of those that they reaped.

    A process that ends while we look is left out.
    """
    import psutil

    found, ended = {}, 0.0
    me = psutil.Process()
    for process in [*me.children(recursive=True), me]:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        found[process] = times.user + times.system
        ended += times.children_user + times.children_system
    return found, ended


class Memory:
    """Samples the memory of this process and of all that it started, on a thread, as long as its block runs.

    `samples` are (seconds, MB) above what the block began with. Memory is what no other process shares (USS). An
    allocator keeps what it was once given, so what is compared begins in a process of its own.
    """

    def __init__(self, every: float = 0.01) -> None:
        self.samples: list[tuple[float, float]] = []
        self._every, self._stop = every, threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="wings-memory", daemon=True)

    def __enter__(self) -> Memory:
        self._began, self._before = time.perf_counter(), _own_bytes(_family())
        self.samples.append((0.0, 0.0))
        self._watcher.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        self._stop.set()
        self._watcher.join()
        self._look(_family())

    @property
    def peak(self) -> float:
        """Return the most that was seen, in MB above the start."""
        return max(megabytes for _, megabytes in self.samples)

    def _watch(self) -> None:
        family = _family()
        while not self._stop.wait(self._every):
            if len(self.samples) % LOOKS_A_FAMILY == 0:
                family = _family()
            self._look(family)

    def _look(self, family: list[Any]) -> None:
        above = _own_bytes(family) - self._before
        self.samples.append((time.perf_counter() - self._began, above / 1e6))


def _family() -> list[Any]:
    """Return this process and all that it started; to find them takes some milliseconds."""
    import psutil

    me = psutil.Process()
    return [me, *me.children(recursive=True)]


def _own_bytes(family: list[Any]) -> int:
    """Return the memory that only these processes have; one that has ended has none."""
    import psutil

    held = 0
    for process in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            held += process.memory_full_info().uss
    return held


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

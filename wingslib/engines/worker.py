"""What runs inside a worker, a process or a thread: one chunk of items, its clock and its post.

A worker process loads this file, cloudpickle and pebble, and the room `accel` only when an operation is enabled
there: what is imported here is paid for at every start of a worker.

Before each item the worker notes in a slot of shared memory who it is, which item it starts and when, so that a
hang or a death names its item; and it looks there whether the rest of its chunk is still wanted.
"""

from __future__ import annotations

import io
import os
import pickle
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import cloudpickle

SLOT = 4
WORKER, POSITION, STARTED, CANCELLED = range(SLOT)
"""A slot is four floats: the worker's id, the position of its item in the chunk, when that began (negative: when loading
the function began, which is no item's time), 1 if unwanted."""
LOADING_SECONDS = 60.0
"""How long loading the function, and with it the modules that it needs, may take where items have a timeout."""

_BLAS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")

_slots: Any = None
_function: tuple[bytes, tuple[str, ...], Callable[[Any], Any]] | None = None


ATOMS = frozenset({bool, bytes, complex, float, int, str, type(None)})
"""Types whose things cross as they are: nothing in them can fail to be pickled, and no two of them share a part."""


class Note(NamedTuple):
    """What a slot says: which worker is at work (-1: none), at which position (None: at none yet), and since when."""

    worker: int
    position: int | None
    since: float

    @classmethod
    def of(cls, slot: Any) -> Note:
        """Read a slot."""
        worker, position, started, _ = slot
        return cls(int(worker) or -1, int(position) if started > 0 else None, abs(started))

    def overdue(self, timeout: float) -> bool:
        """Say whether its item has run for longer than `timeout`, or loading the function for 60 s as well."""
        limit = timeout if self.position is not None else max(timeout, LOADING_SECONDS)
        return bool(self.since) and time.perf_counter() - self.since > limit


class Failure(NamedTuple):
    """Why an item has no value: its error, as an object or (from a process) as its pickle, and the worker's traceback.

    Without an error, `traceback` begins with what could not be pickled.
    """

    error: Any
    traceback: str


class Report(NamedTuple):
    """One chunk's results and times; `values` is shorter than the chunk if the rest was cancelled.

    `values` is a list, with None where an item failed, or from a process the pickle of a Parcel. `seconds` has what the
    function took for each item, `failed` the failures by position in the chunk.
    """

    worker: int
    started: float
    finished: float
    cpu_seconds: float
    values: Any
    seconds: list[float]
    failed: dict[int, Failure]


class Parcel(NamedTuple):
    """Things as they cross: an atom as itself, anything else as a pickle of its own, at the positions in `pickled`.

    So a bad one costs only itself, and no two of them share a part on the other side that they did not share here.
    """

    things: list[Any]
    pickled: list[int]

    def part(self, positions: list[int]) -> Parcel:
        """Return the parcel of these things only."""
        own = set(self.pickled)
        return Parcel([self.things[old] for old in positions], [new for new, old in enumerate(positions) if old in own])

    def sealed(self) -> bytes:
        """Return the bytes that cross."""
        return pickle.dumps(tuple(self), protocol=pickle.HIGHEST_PROTOCOL)


def opened(data: bytes) -> Parcel:
    """Return the parcel in `data`; what is in `pickled` is not loaded yet."""
    return Parcel(*pickle.loads(data))  # noqa: S301 (bytes of our own parent or worker)


class _ByValue(cloudpickle.Pickler):  # type: ignore[misc]
    """Pickles by value what was defined in a notebook or script; refuses open files, whose content would cross."""

    def reducer_override(self, thing: Any) -> Any:
        kept_in_memory = isinstance(thing, io.BytesIO | io.StringIO)
        if isinstance(thing, io.IOBase) and not kept_in_memory and thing not in (sys.stdin, sys.stdout, sys.stderr):
            raise TypeError(f"{short(thing)} is an open file, which cannot be pickled")
        return super().reducer_override(thing)


def by_value(thing: object) -> bytes:
    """Pickle by value what another process could not import."""
    buffer = io.BytesIO()
    _ByValue(buffer).dump(thing)
    return buffer.getvalue()


def dumps(thing: object) -> bytes:
    """Pickle by reference where that works, by value what was defined in a notebook or script.

    Pickle would store a class of `__main__` by its name, and the other side has another `__main__`.
    """
    try:
        data = pickle.dumps(thing, protocol=pickle.HIGHEST_PROTOCOL)
    except (pickle.PicklingError, AttributeError, TypeError):
        data = b"__main__"
    return data if b"__main__" not in data else by_value(thing)


def start(slots: Any, gate: Any, blas_threads: int) -> None:
    """Prepare a worker process: its shared slots, one thread limit for linear algebra, and the tie to its parent.

    Opening the `gate` tells the parent that this worker is ready.
    """
    import faulthandler  # does not load in an interpreter, which loads this file too

    from wingslib.children import die_with_parent

    global _slots
    _slots = memoryview(slots).cast("B").cast("d")
    for name in _BLAS:
        os.environ.setdefault(name, str(blas_threads))
    if sys.stderr is not None:
        faulthandler.enable()  # a crash in compiled code tells where, on the terminal
    die_with_parent()
    gate.release()


def started() -> bool:
    """Say whether this process is a worker."""
    return _slots is not None


def run_pickled(ticket: int, function: bytes, accelerated: tuple[str, ...], data: bytes) -> Report:
    """Run one chunk in a worker process."""
    slot = _slots[ticket * SLOT : (ticket + 1) * SLOT]
    return _run_parcel(function, accelerated, data, slot, os.getpid())


def run_beside(slot: Any, function: bytes, data: bytes) -> Report:
    """Run one chunk in an interpreter beside the first."""
    return _run_parcel(function, (), data, slot, threading.get_ident())


def _run_parcel(function: bytes, accelerated: tuple[str, ...], data: bytes, slot: Any, me: int) -> Report:
    """Load and dump by itself each item that is no atom."""
    began, cpu, clock = time.perf_counter(), time.thread_time(), time.perf_counter
    slot[WORKER], slot[STARTED] = me, -began
    fn = _load_function(function, accelerated)
    things, numbers = opened(data)
    loads, results, seconds, failed = set(numbers), Parcel([], []), list[float](), dict[int, Failure]()
    for position, item in _wanted(things, slot, me):
        value, started = None, clock()
        try:
            if position in loads:
                item, started = pickle.loads(item), clock()  # noqa: S301 (bytes of our own parent)
            value = fn(item)
        except BaseException as error:  # a sys.exit in an item must not end the worker
            failed[position] = _dumped_error(error)
        seconds.append(clock() - started)
        if type(value) not in ATOMS:
            value = _dumped_value(value, position, results.pickled, failed)
        results.things.append(value)
    values = results.sealed()
    return Report(me, began, clock(), time.thread_time() - cpu, values, seconds, failed)


def run_plain(fn: Callable[[Any], Any], items: Sequence[Any], slot: Any) -> Report:
    """Run one chunk in this thread."""
    began, cpu, me, clock = time.perf_counter(), time.thread_time(), threading.get_ident(), time.perf_counter
    values, seconds, failed = list[Any](), list[float](), dict[int, Failure]()
    for position, item in _wanted(items, slot, me):
        value, started = None, clock()
        try:
            value = fn(item)
        except BaseException as error:  # a sys.exit in an item must not end, unheard, its thread
            failed[position] = Failure(error, traceback.format_exc())
        seconds.append(clock() - started)
        values.append(value)
    return Report(me, began, clock(), time.thread_time() - cpu, values, seconds, failed)


def _wanted(items: Sequence[Any], slot: Any, worker: int) -> Iterator[tuple[int, Any]]:
    slot[WORKER], clock = worker, time.perf_counter
    for entry in enumerate(items):
        if slot[CANCELLED]:
            break
        slot[POSITION] = entry[0]
        slot[STARTED] = clock()
        yield entry
    slot[STARTED] = 0.0


def _load_function(function: bytes, accelerated: tuple[str, ...]) -> Callable[[Any], Any]:
    """Unpickle the function once for all chunks of a run, with the operations that the parent has enabled."""
    global _function
    if _function is None or _function[:2] != (function, accelerated):
        if accelerated or (_function and _function[1]):
            from wingslib.accel import enable_rust_acceleration

            enable_rust_acceleration(list(accelerated))
        try:
            fn = cloudpickle.loads(function)
        except BaseException as error:  # it travels back as the error of every item
            fn = _Broken(error)
        _function = function, accelerated, fn
    return _function[2]


class _Broken:
    """A function that could not be unpickled: every call raises the reason."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __call__(self, item: object) -> object:
        raise self.error


def _dumped_value(value: Any, position: int, pickled: list[int], failed: dict[int, Failure]) -> bytes | None:
    try:
        data = dumps(value)
    except BaseException as error:
        failed[position] = Failure(None, f"its result ({short(value)}) cannot be pickled: {error}")
        return None
    pickled.append(position)
    return data


def _dumped_error(error: BaseException) -> Failure:
    text = traceback.format_exc()
    try:
        data = dumps(error)
        pickle.loads(data)  # noqa: S301 (an exception with arguments of its own may dump and not load)
    except BaseException as reason:
        return Failure(None, f"the exception that it raised ({short(error)}) cannot be pickled: {reason}\n{text}")
    return Failure(data, text)


def short(thing: object) -> str:
    """Return the start of what `thing` looks like."""
    try:
        text = repr(thing)
    except Exception:
        text = f"a {type(thing).__name__} that cannot be shown"
    return text if len(text) <= 60 else f"{text[:57]}…"

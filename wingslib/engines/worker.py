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
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import cloudpickle

SLOT = 4
WORKER, POSITION, STARTED, CANCELLED = range(SLOT)
"""A slot is four floats: the worker's id, the position of its item in the chunk, when that began, 1 if unwanted."""

_BLAS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")

_slots: Any = None
_function: tuple[bytes, tuple[str, ...], Callable[[Any], Any]] | None = None


class Result(NamedTuple):
    """One item's value or error, as an object or (from a process) as its pickle, and its seconds."""

    ok: bool
    content: Any
    traceback: str
    seconds: float


class Report(NamedTuple):
    """One chunk's results and times; `results` is shorter than the chunk if the rest was cancelled."""

    worker: int
    started: float
    finished: float
    cpu_seconds: float
    results: list[Result]


def dumps(thing: object) -> bytes:
    """Pickle by reference where that works, by value what was defined in a notebook or script.

    Pickle would store a class of `__main__` by its name, and the other side has another `__main__`. An open file is
    refused: cloudpickle would send its content in its place.
    """
    if isinstance(thing, io.IOBase):
        raise TypeError("an open file cannot be pickled")
    try:
        data = pickle.dumps(thing, protocol=pickle.HIGHEST_PROTOCOL)
    except (pickle.PicklingError, AttributeError, TypeError):
        data = b"__main__"
    if b"__main__" not in data:
        return data
    by_value: bytes = cloudpickle.dumps(thing)
    return by_value


def start(slots: Any, gate: Any, blas_threads: int) -> None:
    """Prepare a worker process: its shared slots, one thread limit for linear algebra, and the tie to its parent.

    Opening the `gate` tells the parent that this worker is ready.
    """
    from wingslib.children import die_with_parent

    global _slots
    _slots = memoryview(slots).cast("B").cast("d")
    for name in _BLAS:
        os.environ.setdefault(name, str(blas_threads))
    die_with_parent()
    gate.release()


def run_pickled(ticket: int, function: bytes, accelerated: tuple[str, ...], payloads: list[bytes]) -> Report:
    """Run one chunk in a worker process: load, call and dump each item by itself, so that a bad one costs only itself."""
    began, cpu = time.perf_counter(), time.thread_time()
    slot = _slots[ticket * SLOT : (ticket + 1) * SLOT]
    fn = _load_function(function, accelerated)
    results = [_run_payload(fn, payload) for payload in _wanted(payloads, slot, os.getpid())]
    return Report(os.getpid(), began, time.perf_counter(), time.thread_time() - cpu, results)


def run_plain(fn: Callable[[Any], Any], items: Sequence[Any], slot: Any) -> Report:
    """Run one chunk in this thread."""
    began, cpu, me = time.perf_counter(), time.thread_time(), threading.get_ident()
    results = [_call(fn, item) for item in _wanted(items, slot, me)]
    return Report(me, began, time.perf_counter(), time.thread_time() - cpu, results)


def _wanted(items: Sequence[Any], slot: Any, worker: int) -> Any:
    slot[WORKER] = worker
    for position, item in enumerate(items):
        if slot[CANCELLED]:
            break
        slot[POSITION] = position
        slot[STARTED] = time.perf_counter()
        yield item
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


def _call(fn: Callable[[Any], Any], item: Any) -> Result:
    began = time.perf_counter()
    try:
        value = fn(item)
    except BaseException as error:  # a sys.exit in an item must end neither the worker nor, unheard, its thread
        return Result(False, error, traceback.format_exc(), time.perf_counter() - began)
    return Result(True, value, "", time.perf_counter() - began)


def _run_payload(fn: Callable[[Any], Any], payload: bytes) -> Result:
    try:
        item = pickle.loads(payload)  # noqa: S301 (bytes of our own parent)
    except Exception as error:
        return _dumped(Result(False, error, traceback.format_exc(), 0.0))
    return _dumped(_call(fn, item))


def _dumped(result: Result) -> Result:
    try:
        data = dumps(result.content)
        if not result.ok:
            pickle.loads(data)  # noqa: S301 (an exception with arguments of its own may dump and not load)
    except Exception as error:
        what = "its result" if result.ok else "the exception that it raised"
        text = f"{what} ({short(result.content)}) cannot be pickled: {error}"
        return Result(False, None, f"{text}\n{result.traceback}", result.seconds)
    return result._replace(content=data)


def short(thing: object) -> str:
    """Return the start of what `thing` looks like."""
    try:
        text = repr(thing)
    except Exception:
        text = f"a {type(thing).__name__} that cannot be shown"
    return text if len(text) <= 60 else f"{text[:57]}…"

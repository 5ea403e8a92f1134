"""Runs the reader's function where it may hang, raise or end its process.

A plain function runs in a worker process, which is killed at the time limit. One that starts processes itself runs in
a thread of this process: a worker may have no children.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from wingslib.engines import processes, threads
from wingslib.errors import TimedOut, WorkerDied
from wingslib.lesson.exercises.exercise import Failed, NotAttempted

CASE_SECONDS = 5.0
CALL_SECONDS = 30.0

Arguments = tuple[Any, ...]


def answers(fn: Callable[..., Any], cases: Sequence[Arguments], seconds: float = CASE_SECONDS) -> list[Any]:
    """Return what `fn` answers in each case, called in one worker process; a case may take `seconds`.

    Raises:
        NotAttempted: the stub still stands.
        Failed: in one case the function raised, hung, or ended its process; the cases after it are not run.
    """
    found = []
    call = partial(_apply, fn)
    with processes.stream(call, cases, workers=1, chunk=1, timeout=seconds, ordered=True) as results:
        for outcome in results:
            found.append(_answer(outcome.value, outcome.error, cases[outcome.index], seconds))
    return found


def answer_here(fn: Callable[..., Any], arguments: Arguments, case: str, seconds: float = CALL_SECONDS) -> Any:
    """Return what `fn` answers, called in a thread of this process; after `seconds` the thread is left behind.

    Raises:
        NotAttempted: the stub still stands.
        Failed: the function raised or hung.
    """
    (outcome,) = threads.map(partial(_apply, fn), [arguments], workers=2, timeout=seconds)
    return _answer(outcome.value, outcome.error, case, seconds)


def _apply(fn: Callable[..., Any], arguments: Arguments) -> Any:
    return fn(*arguments)


def _answer(value: Any, error: BaseException | None, case: object, seconds: float) -> Any:
    if isinstance(error, NotImplementedError) or value is Ellipsis:
        raise NotAttempted
    where = case if isinstance(case, str) else f"arguments {case!r:.90}"
    if isinstance(error, TimedOut):
        raise Failed(f"it does not end: stopped after {seconds:g} s", where)
    if isinstance(error, WorkerDied):
        raise Failed("it ended the process that ran it", where)
    if error is not None:
        raise Failed(f"it raised {type(error).__name__}: {error}", where)
    return value

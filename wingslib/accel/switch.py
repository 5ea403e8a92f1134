"""Which backend runs an operation.

The state is one tuple of names for the process: engines send it to their workers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from wingslib.accel import native, operations
from wingslib.accel.columns import wrapped
from wingslib.accel.result import Acceleration, Result
from wingslib.errors import NotAvailable, ParameterError

_enabled: tuple[str, ...] = ()


def enable_rust_acceleration(operations: Iterable[str]) -> Acceleration:
    """Run the named `operations` in Rust from now on, and all others in Python.

    Each is first compared with its Python twin on a small sample; one that is not built or does not agree stays in
    Python, and the record says why.

    Raises:
        ParameterError: a name is unknown; nothing has been changed.
    """
    global _enabled
    requested = _known(operations)
    unavailable = {name: reason for name in requested if (reason := _defect(name))}
    _enabled = tuple(name for name in requested if name not in unavailable)
    return Acceleration(requested, _enabled, unavailable)


def enabled() -> tuple[str, ...]:
    """Return the names of the operations that run in Rust."""
    return _enabled


def backends() -> dict[str, str]:
    """Return the backend, "python" or "rust", of every operation."""
    return {name: "rust" if name in _enabled else "python" for name in operations.names()}


def run(
    twin: Callable[..., tuple[Any, ...]],
    *arguments: Any,
    backend: str | None,
    workers: int | None,
    columns: Callable[..., Any] | None = None,
) -> Result[Any]:
    """Give `arguments` to the twin, or to the Rust function of its name without the underscore; make a Result of it.

    `columns`, if given, makes the twin's value into columns; Rust makes its own.
    """
    chosen = _chosen(twin, backend)
    if chosen == "rust":
        value, errors, *skipped = native.call(twin.__name__.lstrip("_"), *arguments, workers, columns is not None)
        value = wrapped(value) if columns else value
    else:
        value, errors, *skipped = twin(*arguments)
        value = columns(value) if columns else value
    return Result(value, dict(sorted(errors.items())), chosen, *skipped)


def _chosen(twin: Callable[..., Any], backend: str | None) -> str:
    if backend is None:
        return backends()[twin.__module__.rpartition(".")[2]]
    if backend not in ("python", "rust"):
        raise ParameterError(f'backend is {backend!r}; allowed are "python", "rust", or None for the one switched on.')
    return backend


def _defect(name: str) -> str:
    """Say why `name` cannot run in Rust; "" if it can and agrees with its twin."""
    try:
        samples = operations.load(name).SAMPLES
        agree = all(_described(one(backend="rust")) == _described(one(backend="python")) for one in samples)
    except NotAvailable as error:
        return str(error)
    if agree:
        return ""
    return f"{name} in Rust disagrees with Python on the sample, so Python runs it. Build it again with `wings build`."


def _described(result: Result[Any]) -> tuple[Any, ...]:
    """Make results comparable: two exceptions are never equal, their kinds and messages are."""
    errors = {index: (type(error), str(error)) for index, error in result.errors.items()}
    return result.value, errors, result.skipped


def _known(requested: Iterable[str]) -> tuple[str, ...]:
    known = operations.names()
    if isinstance(requested, str) or not isinstance(requested, Iterable):
        shown = f"For example operations={[known[0]]}."
        raise ParameterError(f"operations is {requested!r}; allowed is a list of names. {shown}")
    names = list(requested)
    for name in names:
        if name not in known:
            raise ParameterError(f"operations has {name!r}; known are {', '.join(known)}. Nothing was switched.")
    return tuple(dict.fromkeys(names))

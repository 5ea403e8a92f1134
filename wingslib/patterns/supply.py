"""Where the workers of a pattern come from: an engine, which starts them for the run, or a pool that has them warm."""

from __future__ import annotations

import inspect
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from wingslib.engines.pools import Pool
from wingslib.errors import ParameterError


def require_engine(engine: Any) -> None:
    """Raise ParameterError unless `engine` has a `map` and a `stream` that are not async."""
    if not callable(getattr(engine, "map", None)) or not callable(getattr(engine, "stream", None)):
        raise _wrong(engine)
    if inspect.iscoroutinefunction(engine.map):
        raise _wrong(engine)


def warm(engine: Any, workers: int | None) -> AbstractContextManager[Any]:
    """Return a context that gives `engine` with its workers kept until it is left; those of a pool stay as they are."""
    require_engine(engine)
    if not isinstance(engine, Pool) and hasattr(engine, "pool"):
        pool: Pool = engine.pool(workers=workers)
        return pool
    if workers is not None:
        raise ParameterError(f"workers is {workers!r}; a pool has its own workers, and serial is one. Leave workers out.")
    return nullcontext(engine)


def _wrong(engine: Any) -> ParameterError:
    name = getattr(engine, "__name__", repr(engine)).rpartition(".")[2]
    return ParameterError(
        f"engine is {name}; allowed is serial, threads, interpreters, processes, or a pool of one of them. "
        "For example engine=processes."
    )

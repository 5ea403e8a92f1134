"""Who runs it? One engine a file, all with the same protocol.

`map(fn, items, …)` gives a Run in input order, `stream(fn, items, …)` gives outcomes as they complete, `pool(…)`
keeps workers warm and has both. Here live the engines, their keywords (`options`) and the records they give back
(`run`); the one loop that feeds threads, interpreters and processes (`dispatch`) through what each of them promises
(`backend`), how much it hands out at a time (`chunking`) and at once (`limit`), and their pools (`pools`); workers that
are threads (`lanes`), what crosses to those that are not (`crossing`) and what runs inside one (`worker`). No engine
imports another, and nothing here measures, draws or stores.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wingslib.engines import coroutines, interpreters, processes, serial, threads
    from wingslib.engines.run import Gap, Outcome, Run, Span, Timeline

_MODULES = ("coroutines", "interpreters", "processes", "serial", "threads")
_RECORDS = ("Gap", "Outcome", "Run", "Span", "Timeline")
__all__ = ["Gap", "Outcome", "Run", "Span", "Timeline", "coroutines", "interpreters", "processes", "serial", "threads"]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"wingslib.engines.{name}")
    if name in _RECORDS:
        return getattr(import_module("wingslib.engines.run"), name)
    raise AttributeError(f"wingslib.engines has no {name!r}; it has {', '.join(__all__)}")

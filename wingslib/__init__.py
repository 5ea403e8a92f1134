"""Wings: a workbook on parallel Python, and the library that drives its notebooks.

This is the front door, for notebooks and readers only: it names the rooms and a few engines, and loads none of
them until they are asked for. The rooms themselves import each other by their full names, from the floor above
to the floors below (the list of floors is the first contract of import-linter in pyproject.toml).
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_DOORS = {
    "accel": "wingslib.accel",
    "children": "wingslib.children",
    "coroutines": "wingslib.engines.coroutines",
    "engines": "wingslib.engines",
    "errors": "wingslib.errors",
    "interpreters": "wingslib.engines.interpreters",
    "lesson": "wingslib.lesson",
    "machine": "wingslib.machine",
    "measure": "wingslib.measure",
    "paths": "wingslib.paths",
    "patterns": "wingslib.patterns",
    "processes": "wingslib.engines.processes",
    "serial": "wingslib.engines.serial",
    "store": "wingslib.store",
    "threads": "wingslib.engines.threads",
    "views": "wingslib.views",
    "workloads": "wingslib.workloads",
}
__all__ = list(_DOORS)


def __getattr__(name: str) -> Any:
    if name not in _DOORS:
        raise AttributeError(f"wingslib has no {name!r}; it has {', '.join(_DOORS)}")
    return import_module(_DOORS[name])


def __dir__() -> list[str]:
    return __all__

"""What is run? The material and the work that every engine is given.

`corpora` reads the running Python's own standard library, `material` makes seeded notes, images, tables and files, `tasks`
holds functions to run, `cases` five everyday jobs for processes, `server` a local web server for everything that waits (how
much it serves at one time is its `load`, how it goes wrong its `troubles`), `virtual` such a service on a made-up clock,
`startup` the ways in which workers are started.
Nothing here knows an engine, measures a speedup or draws. Functions that workers run are at the top level of their file,
so that they can be imported in any process.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wingslib.workloads import cases as cases
    from wingslib.workloads import corpora as corpora
    from wingslib.workloads import material as material
    from wingslib.workloads import server as server
    from wingslib.workloads import startup as startup
    from wingslib.workloads import tasks as tasks
    from wingslib.workloads import virtual as virtual

__all__ = ["cases", "corpora", "material", "server", "startup", "tasks", "virtual"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"wingslib.workloads has no {name!r}; it has {', '.join(__all__)}")
    return import_module(f"{__name__}.{name}")


def __dir__() -> list[str]:
    return __all__

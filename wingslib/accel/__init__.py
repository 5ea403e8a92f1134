"""Rust or Python? One name for each operation, whichever backend runs it.

Operations start in Python. `enable_rust_acceleration(operations=[…])` switches the named ones to Rust and all others
back; every result says which backend made it. Here live the switch (`switch`), the door to the Rust extension
(`native`, the only file that imports wings_rs) and the folder `operations`, a file for each with its plain Python twin.
The functions of that folder are names of this room. Nothing here measures: which backend is faster is a question for
the room `measure`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from wingslib.accel import operations

if TYPE_CHECKING:
    from wingslib.accel.native import burn
    from wingslib.accel.result import Acceleration, Result
    from wingslib.accel.switch import backends, enable_rust_acceleration, enabled

_NAMES = {
    "Acceleration": "result",
    "Result": "result",
    "backends": "switch",
    "burn": "native",
    "enable_rust_acceleration": "switch",
    "enabled": "switch",
}
__all__ = ["Acceleration", "Result", "backends", "burn", "enable_rust_acceleration", "enabled"]


def __getattr__(name: str) -> Any:
    if name in _NAMES:
        return getattr(import_module(f"wingslib.accel.{_NAMES[name]}"), name)
    if name.startswith("_"):
        raise AttributeError(name)
    return _function(name)


def __dir__() -> list[str]:
    functions = [name for one in operations.names() for name in vars(operations.load(one)) if name.startswith(one)]
    return sorted([*__all__, *functions])


def _function(name: str) -> Any:
    """Return an operation's function; those of one operation all begin with its name."""
    for one in operations.names():
        if name.startswith(one) and hasattr(operations.load(one), name):
            return getattr(operations.load(one), name)
    raise AttributeError(f"wingslib.accel has no {name!r}; it has {', '.join([*__all__, *operations.names()])}")

"""Rust or Python? One name for each operation, whichever backend runs it.

Operations start in Python. `enable_rust_acceleration(operations=[…])` switches the named ones to Rust and all others
back; every result says which backend made it. Here live the switch (`switch`), the door to the Rust extension
(`native`, the only file that imports wings_rs) and the plain Python twins (`reference`). Nothing here measures:
which backend is faster is a question for the room `measure`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wingslib.accel.switch import Acceleration, Result, backends, enable_rust_acceleration, enabled, word_count

__all__ = ["Acceleration", "Result", "backends", "enable_rust_acceleration", "enabled", "word_count"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"wingslib.accel has no {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module("wingslib.accel.switch"), name)

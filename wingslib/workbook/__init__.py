"""The notebooks as a whole: run them all, refresh their outputs, report on them, build and check what they need.

Here live the runs through papermill (`execution`), the committed outputs (`outputs`), results/report.html (`report`)
and the state of this machine (`environment`). Only this room imports papermill, nbclient and jinja2. Nothing here
measures or draws: the notebooks did that, and their numbers come from the store.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wingslib.workbook import environment, execution, outputs, report

_FILES = ("environment", "execution", "outputs", "report")
__all__ = ["environment", "execution", "outputs", "report"]


def __getattr__(name: str) -> Any:
    if name not in _FILES:
        raise AttributeError(f"wingslib.workbook has no {name!r}; it has {', '.join(__all__)}")
    return import_module(f"wingslib.workbook.{name}")

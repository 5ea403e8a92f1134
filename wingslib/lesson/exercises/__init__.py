"""The exercises: one module a notebook holds what its cells show (stub, solution), hints, wrong answers and the check.

`exercise` is the record, `trial` runs the reader's function where it can do no harm. A check draws its cases anew at
every call, of odd sizes; it looks at values, process ids and counts, never at seconds. Nothing here prints.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from wingslib.errors import ParameterError

if TYPE_CHECKING:
    from wingslib.lesson.exercises.exercise import Exercise

_MODULES = {
    "00": "nb00",
    "01": "nb01",
    "02": "nb02",
    "03": "nb03",
    "04": "nb04",
    "05": "nb05",
    "06": "nb06",
    "08": "nb08",
    "10": "nb10",
}


def load(notebook: str | None = None) -> dict[str, Exercise]:
    """Return the exercises by key ("02a"), of one notebook ("02") or all."""
    chosen = [module for number, module in _MODULES.items() if notebook in (None, number)]
    found = [one for module in chosen for one in import_module(f"{__name__}.{module}").EXERCISES]
    return {one.key: one for one in found}


def find(key: str) -> Exercise:
    """Return the exercise with this key; ParameterError lists the known ones."""
    known = load()
    if key not in known:
        raise ParameterError(f"exercise is {key!r}; known are {', '.join(known)}.")
    return known[key]

"""One notebook, one reader: what a notebook's cells call.

`page` opens a notebook; `prose` writes its computed sentences and catches what it breaks on purpose; `guesses` asks and
reveals; `verdicts` judges the source chapter's claims; `lacking` skips what this installation cannot run; `leaf` leaves a
notebook's piece of the guide and maps them all; `grading` checks the exercises, which have a module a notebook in
`exercises`. Nothing here measures or draws: that is done in the rooms below.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wingslib.lesson.grading import check, hint, solution, stub
    from wingslib.lesson.guesses import beliefs, guess, reveal
    from wingslib.lesson.lacking import needs_rust
    from wingslib.lesson.leaf import leave, leaves, progress
    from wingslib.lesson.page import Page, begin
    from wingslib.lesson.prose import caught, say
    from wingslib.lesson.verdicts import claim_texts, claims, judge

_HOMES = {
    "Page": "page",
    "begin": "page",
    "beliefs": "guesses",
    "caught": "prose",
    "check": "grading",
    "claim_texts": "verdicts",
    "claims": "verdicts",
    "guess": "guesses",
    "hint": "grading",
    "judge": "verdicts",
    "leave": "leaf",
    "leaves": "leaf",
    "needs_rust": "lacking",
    "progress": "leaf",
    "reveal": "guesses",
    "say": "prose",
    "solution": "grading",
    "stub": "grading",
}
__all__ = [
    "Page",
    "begin",
    "beliefs",
    "caught",
    "check",
    "claim_texts",
    "claims",
    "guess",
    "hint",
    "judge",
    "leave",
    "leaves",
    "needs_rust",
    "progress",
    "reveal",
    "say",
    "solution",
    "stub",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"wingslib.lesson has no {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(f"wingslib.lesson.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__

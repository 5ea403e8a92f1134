"""One notebook, one reader: the page that is open in this process.

`begin` checks the parameters and opens the session; everything else in this room asks `current()` which page is open.
What the reader chose and what was judged is kept on the page. Nothing here measures or draws.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wingslib.accel import backends
from wingslib.errors import ParameterError, WingsError, require_count
from wingslib.machine import Machine, describe, fingerprint, usable_cores
from wingslib.store import begin as begin_session

if TYPE_CHECKING:
    from wingslib.measure import Verdict

PROFILES = ("smoke", "learn", "bench")
MOST_AUTO_WORKERS = 16
QUICK_LOOK = 0.1  # seconds: coarse, and enough where nothing is evidence


@dataclass(frozen=True)
class Choice:
    """What the reader guessed: the number and the belief behind it."""

    value: float
    belief: str


@dataclass(frozen=True)
class Question:
    """What a reader is asked to guess: the common guess and the unit of both."""

    common: float
    unit: str


@dataclass(frozen=True)
class Page:
    """The open notebook: its profile, its largest count of workers, its seed, and the machine it runs on.

    `questions` were asked and `choices` made, by key; `verdicts` are the judged claims by id.
    """

    name: str
    profile: str
    workers: int
    seed: int
    machine: Machine
    questions: dict[str, Question] = field(default_factory=dict, repr=False)
    choices: dict[str, Choice] = field(default_factory=dict, repr=False)
    verdicts: dict[str, Verdict] = field(default_factory=dict, repr=False)


_page: Page | None = None


def begin(name: str, *, profile: object = "auto", workers: object = "auto", seed: object = 1, **unknown: object) -> Page:
    """Check a notebook's parameters, open its session in the store and print the machine stamp.

    `profile` "auto" reads WINGS_PROFILE, else is "learn"; `workers` "auto" is all usable cores, at most 16. Called
    again, it begins a new session; the reader's guesses stay.

    Raises:
        ParameterError: an unknown parameter or a wrong value; nothing was opened.
        StoreError: the file of measurements cannot be used.
    """
    global _page
    _check_name(name)
    if unknown:
        raise ParameterError(f"{name} has no parameter {next(iter(unknown))!r}; it has profile, workers, seed. Take it out.")
    chosen, count = _profile(profile), _workers(workers)
    number = require_count("seed", seed, least=0)
    look = describe(QUICK_LOOK) if chosen == "smoke" else describe()
    facts = fingerprint(look) | {"backends": backends()}
    begin_session(name, {"profile": chosen, "workers": count, "seed": number}, chosen, facts)
    before = _page.choices if _page and _page.name == name else {}
    _page = Page(name, chosen, count, number, look, choices=dict(before))
    print(f"{look.stamp()} · {'smoke run: not evidence' if chosen == 'smoke' else f'profile {chosen}'}")
    return _page


def current() -> Page:
    """Return the open page; WingsError before `begin`."""
    if _page is None:
        raise WingsError("no notebook has begun in this kernel. Run its first cells, up to lesson.begin.")
    return _page


def _check_name(name: object) -> None:
    if not isinstance(name, str) or not re.fullmatch(r"\w[\w-]*", name):
        raise ParameterError(
            f"name is {name!r}; allowed is the notebook's file name without its ending. For example '00_start_here'."
        )


def _profile(profile: object) -> str:
    named = os.environ.get("WINGS_PROFILE", "learn") if profile == "auto" else profile
    if named not in PROFILES:
        where = "WINGS_PROFILE" if profile == "auto" else "profile"
        raise ParameterError(f"{where} is {named!r}; allowed are auto, {', '.join(PROFILES)}. For example profile='smoke'.")
    return str(named)


def _workers(workers: object) -> int:
    if workers == "auto":
        return min(usable_cores(), MOST_AUTO_WORKERS)
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise ParameterError(f"workers is {workers!r}; allowed is 'auto' or a whole number ≥ 1. For example workers=2.")
    return workers

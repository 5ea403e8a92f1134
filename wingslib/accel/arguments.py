"""What an operation may be given; a wrong argument is refused before anything is read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from wingslib.errors import ParameterError, require_count

Text = str | os.PathLike[str]
Batch = list[str | Path]


def batch(name: str, items: Iterable[Text]) -> Batch:
    """Return texts and Paths as a list; ParameterError for a single text, or an item that is neither."""
    if isinstance(items, str | bytes | os.PathLike) or not isinstance(items, Iterable):
        raise ParameterError(f"{name} is {items!r:.60}; allowed is a list of texts and paths. For one alone write [text].")
    return [item(f"{name}[{index}]", one) for index, one in enumerate(items)]


def item(name: str, one: object) -> str | Path:
    """Return a text as it is and any path as a Path; ParameterError for all else."""
    if isinstance(one, str | Path):
        return one
    if isinstance(one, os.PathLike):
        return Path(os.fsdecode(one))
    raise ParameterError(f"{name} is {one!r:.60}; allowed are str and paths. Decode bytes, or pass the file's Path.")


def paths(name: str, given: Text | Iterable[Text]) -> list[str]:
    """Return one path or many as a list of str; ParameterError if one is no path."""
    if isinstance(given, str | os.PathLike):
        given = [given]
    if isinstance(given, bytes) or not isinstance(given, Iterable):
        raise ParameterError(f"{name} is {given!r:.60}; allowed is a path or a list of paths.")
    return [_path(f"{name}[{index}]", one) for index, one in enumerate(given)]


def roots(given: Text | Iterable[Text]) -> list[str]:
    """Return the paths of folders or files to begin at; ParameterError if one can be no path of this system."""
    found = paths("roots", given)
    for index, one in enumerate(found):
        if "\0" in one or not _possible(one):
            raise ParameterError(f"roots[{index}] is {one!r:.60}; no path of this system has such a character.")
    return found


def _possible(path: str) -> bool:
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        return False
    return True


def _path(name: str, one: object) -> str:
    try:
        return os.fsdecode(one)  # type: ignore[arg-type]
    except TypeError:
        raise ParameterError(f"{name} is {one!r:.60}; allowed are str and paths.") from None


def names(name: str, given: Iterable[str]) -> list[str]:
    """Return a list of str; ParameterError for a single str, which would be taken letter by letter, and for all else."""
    found = given if isinstance(given, str) or not isinstance(given, Iterable) else list(given)
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise ParameterError(f"{name} is {given!r:.60}; allowed is a list of str. For one alone write {name}=[one].")
    return found


def workers(given: int | None) -> int | None:
    """Return a count of threads, or None for as many as there are usable cores."""
    return None if given is None else require_count("workers", given)


def pattern(name: str, given: object, literal: bool, flags: int) -> str:
    """Return a pattern that Python itself would take; ParameterError with Python's reason for any other."""
    if not isinstance(given, str) or (not given.isprintable() and not _encodable(given)):
        raise ParameterError(f"{name} is {given!r:.60}; allowed is a str without halves of surrogate pairs.")
    if literal and not given:
        raise ParameterError(f"{name} is ''; the empty text is found everywhere. Leave it out.")
    try:
        re.compile(re.escape(given) if literal else given, flags)
    except (re.error, ValueError, RecursionError, OverflowError) as error:
        raise ParameterError(
            f"{name} is {given!r:.60}; re cannot read it: {error}. To find it as it stands: literal=True."
        ) from None
    return given


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True

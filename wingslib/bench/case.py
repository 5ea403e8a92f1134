"""One race of a Rust operation, and the material that several races share."""

from __future__ import annotations

import os
import random
import sysconfig
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

Way = Callable[[], Any]
SEED = 6
DOCUMENTS, CHAPTERS, VOCABULARY = 10_000, 28, 20_000
WORDS = 320
"""Of one document: about 2 kB."""


def same(value: Any) -> Any:
    """Return the value as it is."""
    return value


@dataclass(frozen=True)
class Case:
    """The same work done in several ways; `ways` are others by name, each with the ratio to ours that is the goal.

    `canonical` makes results comparable: ours with theirs, and lists with columns.
    """

    name: str
    ours: Way
    ways: Mapping[str, tuple[Way, float | None]]
    columns: Way | None = None
    canonical: Callable[[Any], Any] = field(default=same)
    columns_goals: Mapping[str, float] = field(default_factory=dict)


def python_files() -> list[Path]:
    """Return where the running interpreter keeps its standard library and its packages."""
    places = sysconfig.get_paths()
    return sorted({Path(places["stdlib"]), Path(places["purelib"])})


def entries(roots: Sequence[str]) -> Iterator[os.DirEntry[str]]:
    """Give every Python file below the roots, links left out, by the walk that is the fastest in plain Python."""
    stack = list(roots)
    while stack:
        with os.scandir(stack.pop()) as found:
            for entry in found:
                if entry.is_dir(follow_symlinks=False):
                    stack.append(entry.path)
                elif entry.name.endswith(".py") and entry.is_file(follow_symlinks=False):
                    yield entry


@lru_cache(maxsize=1)
def documents() -> list[str]:
    """Return 10,000 seeded documents of 320 words; the word of rank r comes 1/r as often as the first (Zipf)."""
    rng = random.Random(SEED)  # noqa: S311 - repeatable, not secret
    words = vocabulary()
    weights = list(accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))
    return [" ".join(rng.choices(words, cum_weights=weights, k=WORDS)) for _ in range(DOCUMENTS)]


@lru_cache(maxsize=1)
def vocabulary() -> list[str]:
    """Return made-up words of three to ten letters, some with a capital."""
    rng = random.Random(SEED)  # noqa: S311 - repeatable, not secret
    drawn = ("".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=3 + int(rng.random() * 8))) for _ in range(VOCABULARY * 3))
    words = list(dict.fromkeys(drawn))[:VOCABULARY]
    return [word.capitalize() if place % 9 == 5 else word for place, word in enumerate(words)]


def literals(count: int) -> list[str]:
    """Return words of the middle ranks."""
    step = VOCABULARY // (2 * count)
    return [word for word in vocabulary()[100 :: max(step, 1)] if len(word) > 3][:count]


@contextmanager
def files(texts: Sequence[str]) -> Iterator[list[str]]:
    """Give the paths of files with these texts, in a folder that goes in the end."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number:05}.txt" for number in range(len(texts))]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text, encoding="utf-8")
        yield list(map(str, paths))


def chapters() -> list[str]:
    """Return 28 texts of about 1 MB, lines of one document each."""
    found, each = documents(), 450
    return ["\n".join(found[number * 340 : number * 340 + each]) for number in range(CHAPTERS)]

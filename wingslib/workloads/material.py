"""Made-up material: seeded notes, images, tables and files.

Notes, tables and files are the same on every machine (tables: for one version of NumPy); images are drawn from the
bytes of the running Python's own modules. The real texts are in `corpora`.
"""

from __future__ import annotations

import random
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from wingslib.errors import ParameterError, require_count
from wingslib.workloads import corpora

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

_SUBJECTS = ("the wing", "a swallow", "the nest", "an old map", "the river", "a lantern", "the ninth gate", "a quiet clerk")
_VERBS = ("crosses", "counts", "remembers", "mends", "carries", "forgets", "weighs", "follows")
_OBJECTS = ("two shores", "every feather", "the slow hour", "a borrowed key", "its own shadow", "the far bell", "seven names")

_CONSONANTS, _VOWELS = "bdfghjklmnprstv", "aeiou"
_VOCABULARY, _TEXT_WORDS = 1_000, 60_000


def note(number: int, seed: int) -> str:
    """Return field note `number` of this seed, five to twelve plain sentences; the same text on every machine."""
    rng = random.Random(f"note {seed} {number}")  # noqa: S311 - repeatable, not secret
    sentences = [_sentence(rng) for _ in range(5 + int(rng.random() * 8))]
    return f"Note {number}. " + " ".join(sentences)


def _sentence(rng: random.Random) -> str:
    # Only random() is promised to give the same numbers in every version of Python.
    words = (choices[int(rng.random() * len(choices))] for choices in (_SUBJECTS, _VERBS, _OBJECTS))
    sentence = " ".join(words)
    return sentence[0].upper() + sentence[1:] + "."


def notes(n: int, seed: int) -> list[str]:
    """Return the first `n` field notes of this seed."""
    return [note(number, seed) for number in range(require_count("n", n, least=0))]


def document(number: int, seed: int, words: int = 3_000) -> str:
    """Return document `number` of a seeded corpus of any size, the same on every machine; 3,000 words are some 15 kB.

    All its words are among the same 1,000, of which the word of rank r is drawn about 1/r as often as the first (Zipf).
    """
    if require_count("words", words) > _TEXT_WORDS:
        raise ParameterError(f"words is {words}; allowed are at most {_TEXT_WORDS:,}. Join several documents.")
    text, rng = _running_text(seed), random.Random(f"document {seed} {number}")  # noqa: S311 - repeatable, not secret
    start = int(rng.random() * (len(text) - words))
    return " ".join(text[start : start + words])


@lru_cache(maxsize=1)
def _running_text(seed: int) -> list[str]:
    rng = random.Random(f"text {seed}")  # noqa: S311 - repeatable, not secret
    vocabulary = [_made_up(rank) for rank in range(_VOCABULARY)]
    return [vocabulary[int(_VOCABULARY ** rng.random()) - 1] for _ in range(_TEXT_WORDS)]


def _made_up(rank: int) -> str:
    """Return the word of a rank, two syllables or more: the digits of a number in base 75."""
    syllables: list[str] = []
    while rank or len(syllables) < 2:
        rank, digit = divmod(rank, len(_CONSONANTS) * len(_VOWELS))
        syllables.append(_CONSONANTS[digit // len(_VOWELS)] + _VOWELS[digit % len(_VOWELS)])
    return "".join(syllables)


def plates(n: int, seed: int) -> list[NDArray[np.uint8]]:
    """Return `n` grey images of 256 × 256, each the byte pairs of one module drawn with `seed`.

    The pixel in row a and column b is brighter the more often byte b follows byte a, on a logarithmic scale.
    """
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    long_enough = [module for module in corpora.modules() if module.size_bytes > 1]
    return [_plate(long_enough[int(rng.random() * len(long_enough))]) for _ in range(require_count("n", n, least=0))]


def _plate(module: corpora.Module) -> NDArray[np.uint8]:
    import numpy as np

    codes = np.frombuffer(module.path.read_bytes(), dtype=np.uint8).astype(np.intp)
    pairs = np.log1p(np.bincount(codes[:-1] * 256 + codes[1:], minlength=65_536).reshape(256, 256))
    plate: NDArray[np.uint8] = (pairs / pairs.max() * 255).astype(np.uint8)
    return plate


def table(rows: int, seed: int) -> pd.DataFrame:
    """Return a seeded table of `rows` made-up readings: chapter (1..28), words, branches, seconds."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(seed)
    words = rng.integers(1, 5_000, require_count("rows", rows, least=0))
    branches = rng.poisson(words / 20)
    seconds = words * 0.004 * rng.lognormal(sigma=0.5, size=rows)
    return pd.DataFrame(
        {"chapter": rng.integers(1, 29, rows), "words": words, "branches": branches, "seconds": seconds.round(3)}
    )


def large_file(path: Path, lines: int, seed: int) -> Path:
    """Write `lines` lines of seeded text, "chapter<tab>seconds<tab>words of a sentence", to `path`, and return `path`."""
    rng = random.Random(f"file {seed}")  # noqa: S311 - repeatable, not secret
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for _ in range(require_count("lines", lines, least=0)):
            file.write(f"{1 + int(rng.random() * 28)}\t{rng.random() * 100:.2f}\t{_sentence(rng)}\n")
    return path

"""Five everyday jobs for processes: a large file, images, a table, a statistic, plain loops.

Each `Case` names the function that works on one item; a maker of items stands beside it. A result is a number or a small
record that is equal wherever it was computed. How the items are shared out is the engines' business.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from wingslib.errors import require_count
from wingslib.workloads import corpora, material

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray


class FileSlice(NamedTuple):
    """The bytes of a file from `start` up to, not including, `end`; both lie at the start of a line or at the file's end."""

    path: str
    start: int
    end: int


def file_slices(path: Path, parts: int) -> list[FileSlice]:
    """Cut a file at line ends into at most `parts` slices of about equal size; every line is in exactly one."""
    size = path.stat().st_size
    cuts = [0]
    with path.open("rb") as file:
        for part in range(1, require_count("parts", parts)):
            file.seek(max(size * part // parts - 1, 0))
            file.readline()
            cuts.append(min(file.tell(), size))
    edges = sorted({*cuts, size})
    return [FileSlice(str(path), start, end) for start, end in pairwise(edges)]


def parse_slice(item: FileSlice) -> dict[int, tuple[int, float]]:
    """Parse one slice of a `material.large_file`: for each chapter how many words, and the seconds added up."""
    words: Counter[int] = Counter()
    cents: Counter[int] = Counter()
    with open(item.path, "rb") as file:
        file.seek(item.start)
        for line in file.read(item.end - item.start).decode().splitlines():
            chapter, seconds, sentence = line.split("\t")
            words[int(chapter)] += len(sentence.split())
            cents[int(chapter)] += round(float(seconds) * 100)
    return {chapter: (words[chapter], cents[chapter] / 100) for chapter in sorted(words)}


def plate_items(n: int, seed: int) -> list[NDArray[np.uint8]]:
    """Return `n` images of 256 × 256 (64 KB each)."""
    return material.plates(n, seed)


def transform_plate(plate: NDArray[np.uint8]) -> int:
    """Spread the greys of one image evenly, blur it three times, and return a checksum of the picture."""
    picture = equalised(plate)
    for _ in range(3):
        picture = blurred(picture, radius=4)
    return zlib.crc32(picture.tobytes())


def equalised(plate: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Replace each grey by the share of pixels that are at most as bright (histogram equalisation)."""
    import numpy as np

    below = np.cumsum(np.bincount(plate.ravel(), minlength=256))
    return (below * 255 // plate.size).astype(np.uint8)[plate]


def blurred(plate: NDArray[np.uint8], radius: int) -> NDArray[np.uint8]:
    """Replace each pixel by the mean of the square around it, 2 · `radius` + 1 wide, rounded down; the rim repeats outwards."""
    import numpy as np

    side = 2 * radius + 1
    sums = np.pad(plate, radius, mode="edge").astype(np.int64)
    for axis in (0, 1):
        running = np.insert(np.cumsum(sums, axis=axis), 0, 0, axis=axis)
        ends = np.arange(side, running.shape[axis])
        sums = running.take(ends, axis=axis) - running.take(ends - side, axis=axis)
    return (sums // side**2).astype(np.uint8)


def table_parts(rows: int, parts: int, seed: int) -> list[pd.DataFrame]:
    """Cut a seeded table of `rows` readings into `parts` of about equal length."""
    whole = material.table(rows, seed)
    edges = [rows * part // parts for part in range(require_count("parts", parts) + 1)]
    return [whole.iloc[start:end] for start, end in pairwise(edges)]


def transform_part(part: pd.DataFrame) -> dict[int, tuple[float, float]]:
    """For each chapter in a part of the table: the median branches for 1,000 words, and the slowest pace in words a second."""
    seconds = part["seconds"].clip(lower=0.001)
    derived = part.assign(density=part["branches"] / part["words"] * 1000, pace=part["words"] / seconds)
    found = derived.groupby("chapter").agg(density=("density", "median"), pace=("pace", "min")).round(6)
    return {int(row.Index): (float(row.density), float(row.pace)) for row in found.itertuples()}


def replicates(n: int, seed: int) -> list[int]:
    """Return the seeds of `n` resamplings: all that a worker needs, because it can count the text's words itself."""
    return [seed + number for number in range(require_count("n", n, least=0))]


@cache
def word_counts() -> NDArray[np.int64]:
    """Return how often each word occurs in the standard library's chapter 10, commonest first; counted once a process."""
    import numpy as np

    words = Counter(" ".join(corpora.texts(corpora.chapters()[9].modules)).split())
    return np.array(sorted(words.values(), reverse=True), dtype=np.int64)


def zipf_exponent(seed: int) -> float:
    """Draw the words of chapter 10 anew, with replacement, and return Zipf's exponent of the 1,000 commonest.

    That is minus the slope of log(count) over log(rank), by least squares, rounded to 9 digits. Source:
    https://en.wikipedia.org/wiki/Bootstrapping_(statistics)
    """
    import numpy as np

    counts = word_counts()
    drawn = np.random.default_rng(seed).multinomial(counts.sum(), counts / counts.sum())
    top = np.sort(drawn[drawn > 0])[::-1][:1000]
    rank, count = np.log(np.arange(1, len(top) + 1)), np.log(top)
    slope = ((rank - rank.mean()) * (count - count.mean())).sum() / ((rank - rank.mean()) ** 2).sum()
    return round(float(-slope), 9)


def prime_ranges(limit: int, parts: int) -> list[tuple[int, int]]:
    """Cut the numbers 0..`limit` − 1 into `parts` ranges (start, stop) of about equal length."""
    edges = [limit * part // parts for part in range(require_count("parts", parts) + 1)]
    return list(pairwise(edges))


def count_primes(item: tuple[int, int]) -> int:
    """Count the primes in range(start, stop) by trial division, in plain loops."""
    start, stop = item
    primes = 0
    for number in range(max(start, 2), stop):
        divisor = 2
        while divisor * divisor <= number and number % divisor:
            divisor += 1
        primes += divisor * divisor > number
    return primes


@dataclass(frozen=True, slots=True)
class Case:
    """One job: its name and the function that works on one item."""

    name: str
    work: Callable[[Any], Any]


CASES = {
    "file": Case("parse a large file", parse_slice),
    "images": Case("transform images", transform_plate),
    "table": Case("transform a table", transform_part),
    "bootstrap": Case("bootstrap Zipf's exponent", zipf_exponent),
    "loops": Case("count primes in plain loops", count_primes),
}

"""The leaves of the guide: each notebook leaves its main picture and one table in results/guide, and 00 maps them.

A leaf is two files, <notebook>.png and <notebook>.json. Each is put in its place whole; the JSON comes last.
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wingslib.errors import ParameterError, StoreError
from wingslib.lesson.contents import QUESTIONS
from wingslib.lesson.guesses import score
from wingslib.lesson.page import current
from wingslib.lesson.verdicts import verdicts
from wingslib.paths import notebooks, results
from wingslib.store import Store
from wingslib.store import current as session

if TYPE_CHECKING:
    from wingslib.measure import Verdict
    from wingslib.views import Picture

Table = list[dict[str, Any]]


@dataclass(frozen=True)
class Leaf:
    """What a notebook left: the title and reading of its main picture, a table, its machine stamp and profile.

    `verdicts` are those on its claims, `session` is the number of its session in the store, `picture` the
    file of the PNG.
    """

    notebook: str
    title: str
    reading: str
    table: Table
    stamp: str
    profile: str
    verdicts: list[Verdict]
    session: int
    picture: Path


@dataclass(frozen=True)
class Progress:
    """How far one notebook is: `written` at all, has it left a `leaf`, how many guesses count, their median factor off."""

    name: str
    question: str
    written: bool
    leaf: bool
    guesses: int
    factor: float | None

    @property
    def number(self) -> str:
        """Return the two digits before the name."""
        return self.name[:2]

    def __str__(self) -> str:
        return f"{self.name}: {self.question}"


def leave(picture: Picture, table: Sequence[Mapping[str, Any]]) -> None:
    """Write this notebook's leaf, its main `picture` and one `table` (rows as mappings), and say so.

    A smoke run is not evidence, so it does not replace the leaf of another run.

    Raises:
        ParameterError: the table holds something else than text, numbers, True, False and None; nothing was written.
    """
    page, opened = current(), session()
    record = {
        "notebook": page.name,
        "title": picture.title,
        "reading": picture.reading,
        "table": [dict(row) for row in table],
        "stamp": page.machine.stamp(),
        "profile": page.profile,
        "verdicts": [dataclasses.asdict(verdict) for verdict in verdicts()],
        "session": opened.id if opened else 0,
    }
    text = _json(record)
    if page.profile == "smoke" and any(leaf.notebook == page.name and leaf.profile != "smoke" for leaf in leaves()):
        print(f"kept the leaf of an earlier run: guide/{page.name}.png and .json")
        return
    _put(guide() / f"{page.name}.png", picture.png)
    _put(guide() / f"{page.name}.json", text.encode())
    print(f"left a leaf of the guide: guide/{page.name}.png and .json")


def leaves() -> list[Leaf]:
    """Return all leaves of the guide, in the order of the notebooks.

    Raises:
        StoreError: a file in the guide is not a leaf.
    """
    return [_leaf(path) for path in sorted(guide().glob("*.json"))]


def progress() -> list[Progress]:
    """Return how far each of the thirteen notebooks is."""
    left = {leaf.notebook for leaf in leaves()}
    with Store() as store:
        rows = store.guesses()
    return [
        Progress(
            name,
            question,
            (notebooks() / f"{name}.ipynb").is_file(),
            name in left,
            *score(row for row in rows if row["notebook"] == name),
        )
        for name, question in QUESTIONS.items()
    ]


def guide() -> Path:
    """Return the folder of the leaves; make it if it is not there yet."""
    folder = results() / "guide"
    if folder.exists() and not folder.is_dir():
        raise ParameterError(f"{folder} is a file; the guide needs a folder. Move the file away.")
    folder.mkdir(exist_ok=True)
    return folder


def _json(record: dict[str, Any]) -> str:
    try:
        return json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ParameterError(
            f"the table is {record['table']!r}; allowed are text, finite numbers, True, False, None ({error})."
        ) from error


def _put(path: Path, content: bytes) -> None:
    partial = path.with_suffix(f"{path.suffix}.partial")
    partial.write_bytes(content)
    os.replace(partial, path)


def _leaf(path: Path) -> Leaf:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if not path.with_suffix(".png").is_file():
            raise ValueError("its picture is missing")
        record["verdicts"] = [_verdict(**row) for row in record["verdicts"]]
        return Leaf(**record, picture=path.with_suffix(".png"))
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(f"{path.name} in the guide is not a leaf ({error}). Delete it and run its notebook again.") from error


def _verdict(claim: dict[str, Any], measured: dict[str, float] | None, word: str, reason: str) -> Verdict:
    from wingslib.measure import Claim, Interval, Verdict

    return Verdict(Claim(**claim), Interval(**measured) if measured else None, word, reason)

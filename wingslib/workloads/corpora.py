"""The material: the running Python's own standard library, as modules, pages, chapters and functions.

All of it is sorted, the same in every run of one interpreter, and different between interpreters. Left out are installed
packages (site-packages) and the library's own tests, which many installations lack. What is made up from a seed is in
`material`.
"""

from __future__ import annotations

import ast
import random
import re
import sysconfig
import tokenize
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from wingslib import paths
from wingslib.errors import NotAvailable, ParameterError, require_count
from wingslib.workloads.tasks import count_branches, parsed

STRAYS = 28
_LEFT_OUT = {"site-packages", "dist-packages", "test", "tests", "idle_test", "__pycache__"}
_WORD = re.compile(r"[0-9A-Za-z_\u0080-\U0010ffff]+")
_DRAWN_SEED = 12
_MOST_OF_ONE_FILE = 8


@dataclass(frozen=True, slots=True)
class Module:
    """One file of the standard library: its dotted name, where it lies, its chapter in the guide (1..28), its size."""

    name: str
    path: Path
    chapter: int
    size_bytes: int

    def text(self) -> str:
        """Read the file, in the encoding that it declares."""
        with tokenize.open(self.path) as file:
            return file.read()


@dataclass(frozen=True, slots=True)
class Page:
    """What the guide says about a module: its words, its branches and the standard modules that it imports, sorted."""

    name: str
    words: int
    branches: int
    neighbours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A family of modules; `part` is one of practice, mystery, beauty, wisdom."""

    number: int
    title: str
    part: str
    modules: tuple[Module, ...]

    def __str__(self) -> str:
        count = len(self.modules)
        held = f"{count} module{'s' * (count != 1)}" if count else "empty: this installation of Python has none of its modules"
        return f"{self.number} {self.title} ({self.part}), {held}"


def modules() -> list[Module]:
    """Return every module of the standard library that is a file of Python source, sorted by name."""
    return list(_modules())


@lru_cache(maxsize=1)
def _modules() -> tuple[Module, ...]:
    root = Path(sysconfig.get_paths()["stdlib"])
    found = [_module(_dotted(file.relative_to(root)), file) for file in _sources(root)]
    if not found:
        raise NotAvailable(f"no Python source in {root}; the standard library should be there. Use a Python installed with it.")
    return tuple(sorted(found, key=lambda module: module.name))


def _sources(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.suffix == ".py" and entry.stem.isidentifier() and entry.is_file():
            yield entry
        elif entry.name.isidentifier() and entry.name not in _LEFT_OUT and entry.is_dir():
            yield from _sources(entry)


def _dotted(relative: Path) -> str:
    parts = relative.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def _module(name: str, path: Path) -> Module:
    return Module(name, path, _shelf().get(name.partition(".")[0], STRAYS), path.stat().st_size)


@lru_cache(maxsize=1)
def _families() -> tuple[dict[str, Any], ...]:
    with (paths.data() / "families.toml").open("rb") as file:
        return tuple(tomllib.load(file)["chapter"])


@lru_cache(maxsize=1)
def _shelf() -> dict[str, int]:
    return {name: family["number"] for family in _families() for name in family["modules"]}


def chapters() -> list[Chapter]:
    """Return the guide's 28 chapters in order; each module is in exactly one, those of unknown name in the last."""
    shelves: dict[int, list[Module]] = {}
    for module in _modules():
        shelves.setdefault(module.chapter, []).append(module)
    return [
        Chapter(family["number"], family["title"], family["part"], tuple(shelves.get(family["number"], ())))
        for family in _families()
    ]


def texts(chosen: Iterable[Module] | None = None) -> Iterator[str]:
    """Read the text of each module, one at a time; of all modules unless some are `chosen`."""
    return (module.text() for module in (_modules() if chosen is None else chosen))


def page(module: Module) -> Page:
    """Make the page of one module. Its text is parsed, so the cost grows with the code in it, not with its bytes."""
    text = module.text()
    tree = parsed(text)
    imported = {_file_of(name) for node in ast.walk(tree) for name in _imported(node, module)}
    return Page(module.name, count_words(text), count_branches(tree), tuple(sorted(imported - {"", module.name})))


def count_words(text: str) -> int:
    """Return how many words `text` has: maximal runs of ASCII letters, digits, underscores and anything beyond ASCII."""
    return sum(1 for _ in _WORD.finditer(text))


def _imported(node: ast.AST, module: Module) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield from (f"{_source_of(node, module)}.{alias.name}" for alias in node.names)


def _source_of(node: ast.ImportFrom, module: Module) -> str:
    if not node.level:
        return node.module or ""
    package = module.name.split(".") if module.path.stem == "__init__" else module.name.split(".")[:-1]
    above = package[: len(package) - node.level + 1]
    return ".".join([*above, node.module] if node.module else above)


def _file_of(name: str) -> str:
    """Return the module that holds `name`: itself or what stands before its dots; "" if the library has no such file."""
    while name and name not in _names():
        name = name.rpartition(".")[0]
    return name


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return frozenset(module.name for module in _modules())


def functions(n: int, most_lines: int = 10_000) -> list[str]:
    """Return the source of `n` functions of the standard library of at most `most_lines`, each parseable on its own.

    The order is drawn once with a fixed seed, so that `functions(10)` begins `functions(1000)`. Methods lose their
    indentation, decorators stay behind, and no file gives more than 8, so that no author fills a chunk. ParameterError if
    the library has fewer than `n` to draw.
    """
    require_count("n", n)
    drawn = _drawn(n, most_lines)
    if len(drawn) < n:
        raise ParameterError(f"n is {n}; allowed is at most {len(drawn)} on this Python. Ask for fewer, or repeat them.")
    return list(drawn)


@lru_cache(maxsize=8)
def _drawn(n: int, most_lines: int) -> tuple[str, ...]:
    order = modules()
    random.Random(_DRAWN_SEED).shuffle(order)  # noqa: S311 - repeatable, not secret
    found = (source for module in order for source in _functions_of(module) if source.count("\n") < most_lines)
    return tuple(islice(found, n))


@cache
def _functions_of(module: Module) -> tuple[str, ...]:
    text = module.text()
    lines = text.split("\n")  # splitlines would also split at form feeds, where Python counts no line
    found = list(_definitions(parsed(text)))
    random.Random(module.name).shuffle(found)  # noqa: S311 - repeatable, not secret
    return tuple(_dedented(lines[node.lineno - 1 : node.end_lineno], node.col_offset) for node in found[:_MOST_OF_ONE_FILE])


def _definitions(tree: ast.Module | ast.ClassDef) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from _definitions(node)


def _dedented(lines: list[str], columns: int) -> str:
    # textwrap.dedent fails where a string's own lines start further left than the code.
    return "\n".join(line[:columns].lstrip(" \t") + line[columns:] for line in lines)

"""List the files below some folders."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from wingslib.accel import arguments
from wingslib.accel.columns import Columns, Texts, numbers
from wingslib.accel.reference import refused
from wingslib.accel.result import Result
from wingslib.accel.switch import run

Skipped = dict[str, int]


def scan_files(
    roots: arguments.Text | Iterable[arguments.Text],
    *,
    suffixes: Iterable[str] = (),
    ignore: Iterable[str] = (),
    hidden: bool = True,
    follow_links: bool = False,
    details: bool = False,
    columns: bool = False,
    workers: int | None = None,
    backend: str | None = None,
) -> Result[list[Any] | Columns]:
    """List the regular files below all `roots` as paths that begin with their root, sorted by the bytes of the path.

    Wanted are files whose name ends with one of `suffixes`, all if there are none. Left out, and counted by reason in
    `.skipped`, are entries named in `ignore`, entries whose name begins with a dot if `hidden` is False, links unless
    `follow_links`, and FIFOs, sockets and devices: nothing below a folder that is left out is looked at. A root itself
    is never left out for its name, is followed if it is a link, and may be a file. A folder that cannot be listed, and a
    followed link that leads nowhere or to a folder that holds it, is an error of its path.

    With `details` a file is (path, size in bytes, time of its last change in nanoseconds since 1970). `columns=True`
    gives the columns path, size_bytes and modified_ns. `workers` is the most threads that Rust uses, as many as there
    are usable cores if None; Python uses one. `backend` is "python", "rust", or None for the one switched on.

    Raises:
        ParameterError: an argument is of the wrong kind.
        NotAvailable: `backend="rust"` and the extension is not built.
    """
    chosen = (arguments.names("suffixes", suffixes), arguments.names("ignore", ignore), bool(hidden), bool(follow_links))
    found = arguments.roots(roots)
    made = (_detailed if details else _plain) if columns else None
    return run(_scan_files, found, *chosen, bool(details), backend=backend, workers=arguments.workers(workers), columns=made)


def _scan_files(
    roots: list[str], suffixes: list[str], ignore: list[str], hidden: bool, follow_links: bool, details: bool
) -> tuple[list[Any], dict[str, Exception], Skipped]:
    walker = Walker(tuple(suffixes), frozenset(ignore), hidden, follow_links)
    found: list[Any] = walker.sorted_files(roots)
    if details:
        found = [(path, seen.st_size, seen.st_mtime_ns) for path in found if (seen := walker.tried(os.stat, path))]
    return found, walker.errors, walker.skipped


@dataclass
class Walker:
    """Walks folders and remembers what it left out and what it could not enter."""

    suffixes: tuple[str, ...]
    ignore: frozenset[str]
    hidden: bool
    follow_links: bool
    errors: dict[str, Exception] = field(default_factory=dict)
    skipped: Skipped = field(default_factory=lambda: dict.fromkeys(("ignored", "hidden", "links", "special"), 0))

    def sorted_files(self, roots: list[str]) -> list[str]:
        """Return the wanted files below all roots, sorted by the bytes of their paths."""
        return sorted((path for root in roots for path in self.files(root)), key=os.fsencode)

    def files(self, root: str) -> Iterator[str]:
        """Give the wanted files below a root, in no order."""
        if (seen := self.tried(os.stat, root)) is None:
            return
        if os.path.isdir(root):
            yield from self._below(root, (_identity(seen),))
        elif not os.path.isfile(root):
            self.skipped["special"] += 1
        elif self._wanted(os.path.basename(root)):
            yield root

    def tried(self, call: Callable[[str], Any], path: str) -> Any:
        """Return what `call` gives for this path; None if the system refuses, which is then an error of the path."""
        try:
            return call(path)
        except (OSError, ValueError) as error:
            self.errors[path] = error.with_traceback(None)
            return None

    def _below(self, root: str, above: tuple[Any, ...]) -> Iterator[str]:
        folders = [(root, above)]
        while folders:
            folder, above = folders.pop()
            for entry in self.tried(_listed, folder) or ():
                if self._left_out(entry):
                    continue
                if not entry.is_symlink() and entry.is_file(follow_symlinks=False):
                    if self._wanted(entry.name):
                        yield entry.path
                elif not self.follow_links:
                    folders.append((entry.path, above))
                elif seen := self.tried(os.stat, entry.path):
                    if os.path.isdir(entry.path):
                        self._enter(folders, entry.path, above, _identity(seen))
                    elif not os.path.isfile(entry.path):
                        self.skipped["special"] += 1
                    elif self._wanted(entry.name):
                        yield entry.path

    def _enter(self, folders: list[tuple[str, tuple[Any, ...]]], path: str, above: tuple[Any, ...], identity: Any) -> None:
        if identity in above:
            self.errors[path] = refused("ELOOP", path)
        else:
            folders.append((path, (*above, identity)))

    def _wanted(self, name: str) -> bool:
        return not self.suffixes or name.endswith(self.suffixes)

    def _left_out(self, entry: os.DirEntry[str]) -> bool:
        link = entry.is_symlink()
        reasons = {
            "ignored": entry.name in self.ignore,
            "hidden": not self.hidden and entry.name.startswith("."),
            "links": link and not self.follow_links,
            "special": not link and not entry.is_dir(follow_symlinks=False) and not entry.is_file(follow_symlinks=False),
        }
        reason = next((reason for reason, holds in reasons.items() if holds), None)
        if reason:
            self.skipped[reason] += 1
        return bool(reason)


def _listed(folder: str) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return list(entries)


def _identity(seen: os.stat_result) -> tuple[int, int]:
    return seen.st_dev, seen.st_ino


def _plain(value: list[str]) -> Columns:
    return {"path": Texts.of(value)}


def _detailed(value: list[tuple[str, int, int]]) -> Columns:
    paths, sizes, changed = zip(*value, strict=True) if value else ((), (), ())
    return {"path": Texts.of(paths), "size_bytes": numbers(sizes, "i8"), "modified_ns": numbers(changed, "i8")}


_ROOM = Path(__file__).parents[1]
SAMPLES = (partial(scan_files, [_ROOM, "no such folder"], suffixes=[".py"], ignore=["__pycache__"], details=True),)

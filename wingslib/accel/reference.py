"""What the plain Python twins share: how they read a file, and what a word is to them."""

from __future__ import annotations

import errno
import os
import re
import stat
import string
from collections.abc import Iterable, Iterator
from pathlib import Path

LIMIT_BYTES = 1 << 30
FLAGS = re.ASCII | re.MULTILINE
"""What a pattern means: `\\d`, `\\s`, `\\w` and case know ASCII only; `^` and `$` are the ends of a line."""
FOLD = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
"""For `str.translate`: capital ASCII letters become small ones, one character for one."""

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
_REFUSED = {
    "EINVAL": "not a regular file; leave out FIFOs, sockets and devices",
    "EFBIG": "over the limit of 1 GiB; cut the file into smaller ones",
    "EBUSY": "changed while it was read; read it when nothing writes to it",
    "ELOOP": "a link to a folder that holds it; it was not entered again",
}

_WORD = b"0123456789_abcdefghijklmnopqrstuvwxyz" + bytes(range(0x80, 0x100))
_FOLD_OR_BLANK = bytes(byte if byte in _WORD else ord(" ") for byte in bytes(range(0x100)).lower())
"""For each byte: itself if it belongs to a word, in lower case if it is an ASCII letter, else a blank."""


def encoded(items: Iterable[str | Path], errors: dict[int, Exception]) -> Iterator[tuple[int, bytes]]:
    """Give the index and the UTF-8 of each text and file; put what cannot be had into `errors`."""
    for index, one in enumerate(items):
        try:
            yield index, one.encode() if isinstance(one, str) else read(str(one))
        except (OSError, ValueError) as error:
            errors[index] = error.with_traceback(None)


def words(data: bytes) -> list[bytes]:
    """Return the words of UTF-8, folded; every byte of a character from U+0080 on is ≥ 0x80, so bytes will do."""
    return data.translate(_FOLD_OR_BLANK).split()


def read(path: str) -> bytes:
    """Read a regular file that is UTF-8 and at most LIMIT_BYTES long; raise OSError or UnicodeError for all else."""
    data = _bytes(path)
    byte = _first_bad_byte(data)
    if byte is not None:
        shown = os.fsencode(path).decode("utf-8", "replace")
        raise UnicodeError(f"{shown}: not UTF-8 at byte {byte}; convert the file to UTF-8 or leave it out")
    return data


def refused(name: str, path: str) -> OSError:
    """Return the error by which Wings itself refuses a file, with the system's number of that name."""
    return OSError(getattr(errno, name), _REFUSED[name], path)


def _bytes(path: str) -> bytes:
    descriptor = os.open(path, _FLAGS)
    try:
        before = os.fstat(descriptor)
        _require_regular(path, before)
        data = _whole(descriptor, before.st_size)
        if len(data) > LIMIT_BYTES:
            raise refused("EFBIG", path)
        # some systems' own files tell no size, or a wrong one: what counts is whether it changes
        if len(data) != before.st_size != 0 and _changed(before, os.fstat(descriptor)):
            raise refused("EBUSY", path)
        return data
    finally:
        os.close(descriptor)


def _require_regular(path: str, found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    if not stat.S_ISREG(found.st_mode):
        raise refused("EINVAL", path)
    if found.st_size > LIMIT_BYTES:
        raise refused("EFBIG", path)


def _whole(descriptor: int, size: int) -> bytes:
    parts, count = [], 0
    while count <= LIMIT_BYTES and (part := os.read(descriptor, max(size + 1 - count, 65_536))):
        parts.append(part)
        count += len(part)
    return b"".join(parts)


def _changed(before: os.stat_result, after: os.stat_result) -> bool:
    return (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns)


def _first_bad_byte(data: bytes) -> int | None:
    """Find where `data` stops being UTF-8; its UnicodeDecodeError is dropped because it holds the whole file."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.start
    return None

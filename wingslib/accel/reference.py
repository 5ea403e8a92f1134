"""The plain Python twin of each operation, and the sample on which the two are compared.

A twin has the same name and arguments as its Rust operation and gives equal values and errors. It is written to be
read and to be fair: the fastest plain Python that is still obviously right, with no library beneath it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

SAMPLES: dict[str, list[str | Path]] = {
    "word_count": [
        "The the THE",
        "",
        "Été, été: nul\0nul",
        "\ud800",
        "snake_case x2 don't",
        Path("no such file"),
        "a " * 99_999,
    ],
}
"""A batch for each operation, with the cases that two backends most easily disagree about."""

_WORD = b"0123456789_abcdefghijklmnopqrstuvwxyz" + bytes(range(0x80, 0x100))
_FOLD_OR_BLANK = bytes(byte if byte in _WORD else ord(" ") for byte in bytes(range(0x100)).lower())
"""For each byte: itself if it belongs to a word, in lower case if it is an ASCII letter, else a blank."""


def word_count(texts: Sequence[str | Path]) -> tuple[dict[str, int], dict[int, Exception]]:
    """Count the words of all texts, and of the files at all Paths, into one dict; give the errors by index.

    A word is a maximal run of `[0-9A-Za-z_]` or of any character from U+0080 on, case folded for ASCII only. In
    UTF-8 every byte of a character from U+0080 on is ≥ 0x80, so that bytes can be counted and decoded at the end.
    """
    counts: Counter[bytes] = Counter()
    errors: dict[int, Exception] = {}
    for index, text in enumerate(texts):
        try:
            data = text.encode() if isinstance(text, str) else _read(text)
        except (OSError, ValueError) as error:
            errors[index] = error.with_traceback(None)
        else:
            counts.update(data.translate(_FOLD_OR_BLANK).split())
    return {word.decode(): count for word, count in counts.items()}, errors


def _read(path: Path) -> bytes:
    data = path.read_bytes()
    byte = _first_bad_byte(data)
    if byte is not None:
        raise UnicodeError(f"{path}: not UTF-8 at byte {byte}; convert the file to UTF-8 or leave it out")
    return data


def _first_bad_byte(data: bytes) -> int | None:
    """Find where `data` stops being UTF-8; its UnicodeDecodeError is dropped because it holds the whole file."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.start
    return None

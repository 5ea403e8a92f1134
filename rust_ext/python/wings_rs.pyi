"""The Rust operations of Wings; call them through wingslib.accel, which checks the arguments."""

from collections.abc import Sequence
from pathlib import Path

__all__ = ["__version__", "word_count"]

__version__: str

def word_count(texts: Sequence[str | Path]) -> tuple[dict[str, int], dict[int, Exception]]:
    """Count the words of all texts into one dict; the second dict has the errors by index."""

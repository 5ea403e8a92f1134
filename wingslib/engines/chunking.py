"""How many items go into one message?

Factoring: hand out half of what is left in equal chunks, one for each worker, then half of the rest, and so on; the
chunks shrink as the work runs out, so the workers end together. Two bounds hold it: a chunk is never more than 0.1 s
of estimated work, and (unless the work runs out) never less than 10 × the measured cost of a message.

Source: Hummel, Schonberg, Flynn, "Factoring", Communications of the ACM 35 (1992), https://doi.org/10.1145/135226.135232.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

from wingslib.errors import ParameterError, require_count

Chunk = int | Literal["auto"]

MOST_SECONDS = 0.1
MESSAGES = 10


def require_chunk(chunk: object) -> None:
    """Raise ParameterError unless `chunk` is "auto" or a whole number ≥ 1."""
    if isinstance(chunk, str) and chunk != "auto":
        raise ParameterError(f'chunk is {chunk!r}; allowed is "auto" or a whole number ≥ 1. For example chunk=10.')
    if chunk != "auto":
        require_count("chunk", chunk)


class Sizes:
    """The size of the next chunk, `next(left)`, from the number of items left (None: unknown)."""

    def __init__(self, size: Callable[[int | None], int]) -> None:
        self.next = size

    def observe(self, items: int, seconds: float, message_seconds: float) -> None:
        """Learn that `items` took `seconds` and their message `message_seconds`; a fixed size has nothing to learn."""


class Factoring(Sizes):
    """Sizes by factoring, for `workers` workers; of single items until the first chunk has come back."""

    def __init__(self, workers: int) -> None:
        super().__init__(self._size)
        self._workers = workers
        self._items = 0
        self._seconds = 0.0
        self._message = math.inf
        self._batch = 0
        self._left_in_batch = 0

    def observe(self, items: int, seconds: float, message_seconds: float) -> None:
        """Keep the mean seconds of an item and the least cost of a message seen."""
        self._items += items
        self._seconds += seconds
        self._message = min(self._message, message_seconds)

    def _size(self, left: int | None) -> int:
        if not self._items:
            return 1
        mean = max(self._seconds / self._items, 1e-9)
        most = max(1, int(MOST_SECONDS / mean))
        least = min(most, math.ceil(MESSAGES * self._message / mean))
        if left is None:
            return max(1, least, most // 2)
        least = min(least, math.ceil(left / self._workers))  # a chunk that one worker gets alone makes the others wait
        if self._left_in_batch == 0:
            self._batch, self._left_in_batch = math.ceil(left / (2 * self._workers)), self._workers
        self._left_in_batch -= 1
        return min(left, max(1, least, min(most, self._batch))) or 1

"""Models on paper: what a few numbers say about a run before it is made."""

from __future__ import annotations

import math

from wingslib.errors import require_count


def chunk_law(items: int, chunk: int, workers: int, item_seconds: float, message_seconds: float, startup: float = 0.0) -> float:
    """Return the seconds that `items` equal items take in chunks of `chunk` on `workers` workers.

    start-up + ⌈items / (chunk · workers)⌉ · chunk · item + ⌈items / chunk⌉ · message: whole waves of chunks (no chunk is
    longer than the items), and a message for each chunk, which the parent handles one after the other. Between two jumps
    of the ceiling longer chunks save messages; at a jump a last, nearly empty wave begins: a saw.

    Raises:
        ParameterError: `items`, `chunk` or `workers` is not a whole number ≥ 1.
    """
    for name, value in (("items", items), ("chunk", chunk), ("workers", workers)):
        require_count(name, value)
    waves = math.ceil(items / (chunk * workers))
    return startup + waves * min(chunk, items) * item_seconds + math.ceil(items / chunk) * message_seconds

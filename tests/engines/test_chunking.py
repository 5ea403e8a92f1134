"""Chunks: sizes ≥ 1 that cover the input, at most 0.1 s of work, at least ten messages' worth."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wingslib.engines.chunking import MESSAGES, MOST_SECONDS, Factoring, Sizes, require_chunk
from wingslib.errors import ParameterError

SECONDS = st.floats(1e-7, 1.0)


def handed_out(sizes, items, item_seconds, message_seconds):
    left, chunks = items, []
    while left:
        size = sizes.next(left)
        chunks.append((left, size))
        left -= size
        sizes.observe(size, size * item_seconds, message_seconds)
        assert len(chunks) <= items
    return chunks


@settings(deadline=None, max_examples=200)
@given(st.integers(1, 5000), st.integers(1, 16), SECONDS, st.floats(1e-6, 1e-2))
def test_sizes_cover_the_input_and_keep_their_bounds(items, workers, item_seconds, message_seconds):
    """Sizes are ≥ 1, sum to n, stay under 0.1 s of work, and above ten messages unless the work runs out."""
    chunks = handed_out(Factoring(workers), items, item_seconds, message_seconds)
    assert all(size >= 1 for _, size in chunks)
    assert sum(size for _, size in chunks) == items
    assert chunks[0][1] == 1  # of unknown cost
    for left, size in chunks[1:]:
        assert size == 1 or size * item_seconds <= MOST_SECONDS * (1 + 1e-6)
        cap = max(1, math.floor(MOST_SECONDS / item_seconds * (1 - 1e-9)))
        share = math.ceil(left / workers)  # when the work runs out, each worker gets its part
        assert size >= min(share, cap, math.ceil(MESSAGES * message_seconds / item_seconds * (1 - 1e-9)))


@settings(deadline=None)
@given(st.integers(1, 16), SECONDS, st.floats(1e-6, 1e-2))
def test_an_unknown_number_of_items_keeps_the_bounds(workers, item_seconds, message_seconds):
    """Without a length the size is still ≥ 1 and under 0.1 s of work."""
    sizes = Factoring(workers)
    assert sizes.next(None) == 1
    sizes.observe(1, item_seconds, message_seconds)
    size = sizes.next(None)
    assert size >= 1
    assert size == 1 or size * item_seconds <= MOST_SECONDS * (1 + 1e-6)


def test_chunks_shrink_as_the_work_runs_out():
    """Half of what is left goes out in equal chunks, one a worker, then half of the rest."""
    sizes = Factoring(2)
    sizes.observe(1, 1e-4, 0.0)
    got, left = [], 400
    while left:
        got.append(sizes.next(left))
        left -= got[-1]
    assert got[:6] == [100, 100, 50, 50, 25, 25]
    assert got == sorted(got, reverse=True)


@pytest.mark.parametrize("chunk", [0, -1, 1.5, True, None, "big", "1"])
def test_a_wrong_chunk_is_refused(chunk):
    """Only "auto" and whole numbers ≥ 1 pass."""
    with pytest.raises(ParameterError, match="chunk is"):
        require_chunk(chunk)


def test_a_fixed_size_stays():
    """A number is taken as it is."""
    require_chunk(7)
    require_chunk("auto")
    sizes = Sizes(lambda left: 7)
    sizes.observe(7, 10.0, 10.0)
    assert sizes.next(3) == 7

"""The chunk law at hand values."""

from __future__ import annotations

import pytest

from wingslib.errors import ParameterError
from wingslib.measure.laws import chunk_law


@pytest.mark.parametrize(
    ("items", "chunk", "workers", "startup", "seconds"),
    [
        (100, 1, 2, 0.0, 50 * 0.1 + 100 * 0.01),
        (100, 10, 2, 0.0, 5 * 10 * 0.1 + 10 * 0.01),
        (100, 50, 2, 0.3, 0.3 + 1 * 50 * 0.1 + 2 * 0.01),
        (100, 34, 2, 0.0, 2 * 34 * 0.1 + 3 * 0.01),  # just after a jump: a last, nearly empty wave
        (100, 1000, 2, 0.0, 100 * 0.1 + 0.01),  # one chunk has no more than all items
    ],
)
def test_hand_values(items, chunk, workers, startup, seconds):
    """start-up + waves · chunk · item + messages."""
    assert chunk_law(items, chunk, workers, 0.1, 0.01, startup) == pytest.approx(seconds)


def test_the_saw_jumps_where_a_wave_begins():
    """From chunk 50 to 49 two workers suddenly take two waves for 100 items; above 50 the one wave only grows."""
    assert chunk_law(100, 49, 2, 0.1, 0.0) > 1.9 * chunk_law(100, 50, 2, 0.1, 0.0)
    assert chunk_law(100, 51, 2, 0.1, 0.0) == pytest.approx(1.02 * chunk_law(100, 50, 2, 0.1, 0.0))


@pytest.mark.parametrize("wrong", [{"items": 0}, {"chunk": 0}, {"workers": 1.5}])
def test_wrong_counts_are_refused(wrong):
    """Counts are whole numbers ≥ 1."""
    with pytest.raises(ParameterError):
        chunk_law(**({"items": 10, "chunk": 2, "workers": 2, "item_seconds": 0.1, "message_seconds": 0.0} | wrong))

"""The explorer of a pipeline's model, without a browser."""

from __future__ import annotations

import pytest

from wingslib.views import queue_explorer, simulators


class Drawn:
    """A chart that is words."""

    reading = "the reading."

    def __init__(self, words: str) -> None:
        self.words = words

    def html(self) -> str:
        """Return an image of the words."""
        return f'<img alt="{self.words}">'


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let charts be words, and give the list of what was drawn."""
    found: list[str] = []

    def chart(model: object, **options: object) -> Drawn:
        deepest = max(count for depth in model.depths for _, count in depth)
        words = f"{model.timeline.wall:.3f} of {options['horizon']:.3f}, {deepest} of {options.get('bound', '-')}"
        found.append(words)
        return Drawn(words)

    monkeypatch.setattr(simulators, "pipeline", chart)
    monkeypatch.setattr(simulators, "depths", chart)
    return found


def test_the_bottleneck_moves_as_it_is_widened(drawn: list[str]) -> None:
    """A second worker where it is slow halves the pace; more there change nothing, the middle is slow now."""
    box = queue_explorer()
    assert "The third stage sets the pace: an item every 8.0 ms" in box.reading.value
    box.workers.value = (2, 2, 1)
    assert "The third stage sets the pace: an item every 8.0 ms" in box.reading.value
    box.workers.value = (1, 1, 2)
    assert "The second stage sets the pace: an item every 4.0 ms" in box.reading.value
    box.workers.value = (1, 1, 4)
    assert "The second stage sets the pace: an item every 4.0 ms" in box.reading.value


def test_a_bound_changes_the_queues_and_not_the_wall(drawn: list[str]) -> None:
    """Both charts are drawn anew, over the same axis."""
    box = queue_explorer()
    assert box.depths_chart.value == '<img alt="0.246 of 0.246, 2 of 2">'
    box.bound.value = 0
    assert box.depths_chart.value == '<img alt="0.246 of 0.246, 15 of None">'
    assert box.lanes_chart.value == '<img alt="0.246 of 0.246, 15 of -">'


def test_reset_returns_to_the_start_and_nothing_is_drawn_twice(drawn: list[str]) -> None:
    """What was looked at is kept."""
    box = queue_explorer()
    box.times.value = (4, 4, 4)
    box.reset.click()
    assert (box.times.value, box.workers.value, box.bound.value) == ((2, 4, 8), (1, 1, 1), 2)
    assert len(drawn) == 4


def test_real_charts_carry_their_readings() -> None:
    """The images have alternative text."""
    box = queue_explorer()
    assert "30 items through 3 stages took 0.25 s" in box.lanes_chart.value
    assert "before third 2 at most" in box.depths_chart.value

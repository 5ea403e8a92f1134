"""Memory: steps as sampled, the peaks, and where a budget is crossed."""

from __future__ import annotations

from typing import Any

import pytest

from wingslib import views
from wingslib.views import footprints

BATCHES = [(0.0, 0.0), (0.1, 30.0), (0.2, 2.0), (0.3, 31.0)]
LIST = [(0.0, 0.0), (0.1, 60.0), (0.28, 110.0), (0.4, 240.0)]
WAYS = {"batches of 16": BATCHES, "list of all": LIST}


def test_peaks_and_the_crossing_are_told() -> None:
    """Who keeps to the budget, and from when on the other does not."""
    picture = views.memory(WAYS, budget=100, stamp="synthetic")
    assert picture.title == "Batches of 16 under 100 MB; list of all over it"
    assert picture.reading == (
        "Batches of 16 peaks at 31 MB, under the budget of 100 MB; list of all peaks at 240 MB, over the budget from 0.28 s on."
    )


@pytest.mark.parametrize(("budget", "title"), [(10, "None stays under 10 MB"), (300, "All stay under 300 MB")])
def test_all_or_none_keep_to_a_budget(budget: float, title: str) -> None:
    """One sentence for all."""
    assert views.memory(WAYS, budget=budget, stamp="synthetic").title == title


def test_without_a_budget_only_peaks_are_told() -> None:
    """A long title gives way to the bare numbers; less than nothing is drawn at 0."""
    assert views.memory({"a": [(0.0, 0.0), (1.0, -3.0)], "b": LIST}, stamp="synthetic").title == "A under 1 MB; b 240 MB"
    many = {f"a way with a long name, number {place}": LIST for place in range(3)}
    assert views.memory(many, stamp="synthetic").title == "Peaks of 240 MB, 240 MB, 240 MB"


@pytest.mark.parametrize(("samples", "at"), [(BATCHES, None), (LIST, 0.28), ([(0.0, 0.0), (0.5, 100.0)], None)])
def test_a_crossing_is_the_first_sample_above(samples: footprints.Samples, at: float | None) -> None:
    """To reach the budget is not to be over it."""
    assert footprints.crossing(samples, 100) == at


def test_the_steps_hold_the_samples_as_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """A value holds until the next sample, and the axes hold the highest."""
    seen: list[Any] = []
    steps = footprints._steps
    monkeypatch.setattr(footprints, "_steps", lambda ax, *rest: (seen.append(ax), steps(ax, *rest))[1])
    views.memory(WAYS, budget=100, stamp="synthetic")
    drawn = [line for line in seen[0].lines if line.get_drawstyle() == "steps-post"]
    assert [list(zip(line.get_xdata(), line.get_ydata(), strict=True)) for line in drawn] == [BATCHES, LIST]
    assert seen[0].get_ylim()[1] > 240

"""Requests against what is allowed, and the comb and the drizzle of retries."""

from __future__ import annotations

import pytest

from wingslib import views
from wingslib.engines.run import Outcome, Run, Span, Timeline
from wingslib.views import services
from wingslib.workloads.load import Counts


def asked(places: int, requests: int, wait: float = 0.01) -> Timeline:
    """Return requests that each take `wait`, as many at a time as there are places."""
    line = Timeline("coroutines", places, cold=False)
    for number in range(requests):
        start = number // places * wait
        line.add(Span(number % places, number, 1, start, start, start + wait, start + wait, wait, 0.0))
    line.wall = max(span.finished for span in line.spans)
    return line


def crowd(places: int, requests: int, refused: int) -> Run[int]:
    """Return a Run of which the last `refused` failed."""
    errors = {number: OSError("503") for number in range(requests - refused, requests)}
    outcomes = [Outcome(number, number, errors.get(number), 0, 0.01) for number in range(requests)]
    return Run(outcomes, asked(places, requests), requests)


def test_the_busiest_second_stands_in_title_and_reading() -> None:
    """Ten at a time, 10 ms each, are a thousand a second."""
    picture = views.requests(asked(10, 2_000), allowed=100, stamp="synthetic")
    assert picture.title == "1,010 requests in the busiest second; allowed are 100"
    assert picture.reading == (
        "2,000 requests, at most 10 under way, took 2.0 s: 1,010 in the busiest second, where 100 are allowed; "
        "2,000 answered, 0 refused."
    )


def histogram(monkeypatch: pytest.MonkeyPatch, *args: object, **words: object) -> list[float]:
    """Return the moments that the histogram under the lanes counts."""
    drawn: list[float] = []
    monkeypatch.setattr(services, "_histogram", lambda card, starts, wall, allowed: drawn.extend(starts))
    views.requests(*args, allowed=100, stamp="synthetic", **words)  # type: ignore[arg-type]
    return drawn


def test_the_histogram_counts_what_the_service_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own moments, from the first one on, else those at which a place took a request."""
    line = asked(2, 4)
    assert histogram(monkeypatch, line) == [0.0, 0.0, 0.01, 0.01]
    assert histogram(monkeypatch, line, counts=Counts(2, 0, 1, [7.0, 7.5])) == [0.0, 0.5]


@pytest.mark.parametrize(
    ("places", "refused", "title"),
    [
        (1, 0, "One at a time: 40 answered, none refused"),
        (10, 3, "10 at a time: 37 answered, 3 refused"),
        (40, 36, "40 at once: 4 answered, 36 refused"),
    ],
)
def test_a_crowd_and_a_few_are_told_apart(places: int, refused: int, title: str) -> None:
    """The title says how many were let in, answered and refused."""
    picture = views.requests(crowd(places, 40, refused), stamp="synthetic")
    assert picture.title == title
    assert picture.reading.endswith(f"{40 - refused} answered, {refused} refused.")


def crosses(monkeypatch: pytest.MonkeyPatch, run: Run[int]) -> int:
    """Return how many × are drawn."""
    found: list[int] = []
    frame = services.frame

    def framed(*args: object) -> object:
        ax = frame(*args)  # type: ignore[arg-type]
        ax.plot = lambda xs, ys, mark, **style: found.append(len(xs))  # type: ignore[method-assign, assignment]
        return ax

    monkeypatch.setattr(services, "frame", framed)
    views.requests(run, stamp="synthetic")
    return sum(found)


def test_each_refusal_that_is_drawn_has_its_cross(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of a few, and of a crowd those of every tenth request."""
    assert crosses(monkeypatch, crowd(10, 40, 3)) == 3
    assert crosses(monkeypatch, crowd(1_000, 1_000, 930)) == 93


WAYS = {
    "together": Counts(6, 3, 3, [5.0, 5.0, 5.0, 6.0, 6.0, 6.0]),
    "apart": Counts(5, 3, 2, [0.0, 0.0, 1.0, 1.2, 1.4]),
}


def test_a_comb_and_a_drizzle() -> None:
    """The largest wave after the first is named for each way, whenever its first request came."""
    picture = views.retries(WAYS, stamp="synthetic")
    assert picture.title == "Back at one moment: 3 in the first row, 1 in the last"
    assert picture.reading == ("together: 3 of 6 refused, 3 back together; apart: 3 of 5 refused, 1 back together.")


def test_all_ways_share_one_scale(monkeypatch: pytest.MonkeyPatch) -> None:
    """A drizzle is drawn as flat as it is beside the comb."""
    heights: set[tuple[float, float]] = set()
    save = services.Card.save

    def noted(card: services.Card, kind: str, reading: str) -> object:
        heights.update(ax.get_ylim() for ax in card.figure.axes)
        return save(card, kind, reading)

    monkeypatch.setattr(services.Card, "save", noted)
    views.retries(WAYS, stamp="synthetic")
    assert len(heights) == 1

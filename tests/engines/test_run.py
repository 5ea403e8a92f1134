"""The records that every engine gives back."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from wingslib.engines import run
from wingslib.engines.run import Span, Spans, Timeline

SPAN = Span(1, 7, 3, 0.1, 0.2, 0.3, 0.4, 0.05, 0.04, 100, 2**40)


def test_spans_give_back_what_was_put_in():
    """By place, from the end, as a slice and in a loop; a place that is not there is an IndexError."""
    other = Span(0, 10, 1, 0.2, 0.3, 0.4, 0.5, 0.1, 0.1)
    spans = Spans([SPAN, other])
    assert (len(spans), spans[0], spans[-1], spans[:1], list(spans)) == (2, SPAN, other, [SPAN], [SPAN, other])
    assert spans == [SPAN, other] != [SPAN]
    assert [type(value) for value in (spans[0].worker, spans[0].count, spans[0].returned_bytes)] == [int] * 3
    with pytest.raises(IndexError):
        spans[2]


def test_a_wait_becomes_a_span_of_one_item():
    """An item of an event loop is submitted when it starts and received when it ends."""
    timeline = Timeline("coroutines", 5, cold=False, spans=Spans(numbers=4))
    timeline.add_wait(4, 9, 0.25, 0.75)
    assert timeline.spans == [Span(4, 9, 1, 0.25, 0.25, 0.75, 0.75, 0.5, 0.0)]


@pytest.mark.parametrize("wait", [True, False], ids=["waits", "spans"])
def test_past_the_limit_only_totals_go_on(wait, monkeypatch):
    """The timeline says that it is not complete, and busy times stay whole."""
    monkeypatch.setattr(run, "MOST_SPANS", 3)
    timeline = Timeline("threads", 1, cold=False, spans=Spans(numbers=4 if wait else 11))
    for number in range(5):
        assert timeline.complete is (number < 4)
        if not wait:
            timeline.add(Span(0, number, 1, 0, number, number + 1.0, number + 1.0, 0.5, 0.5))
        elif timeline.complete:
            timeline.add_wait(0, number, number, number + 1.0)
    assert (len(timeline.spans), timeline.complete) == (3, False)
    if not wait:
        assert (timeline.busy, timeline.compute) == ({0: 5.0}, {0: 2.5})


def test_an_exception_whose_attributes_are_frozen_gets_its_note():
    """Such an error costs its item, not the run."""

    @dataclass(frozen=True)
    class Frozen(Exception):
        code: int

    error = run.placed(Frozen(3), 7, 0, "Traceback")
    assert error.__notes__ == ["item 7 on worker 0\nTraceback"]
    run.carry(error, "run")
    assert error.run == "run"


def test_one_error_of_many_items_does_not_grow():
    """An object that every item raises gets three notes at most."""
    error = KeyError("shared")
    for index in range(50):
        run.placed(error, index, 0, "".join(getattr(error, "__notes__", [])))
    assert [note.partition(" on")[0] for note in error.__notes__] == ["item 0", "item 1", "item 2"]

"""Titles, readings and forms of timelines."""

from __future__ import annotations

import pytest

from tests.views.samples import loop_timeline, pool_timeline
from wingslib import views
from wingslib.engines.run import Run, Span, Timeline
from wingslib.views import rows, timelines
from wingslib.views.captions import lane_title


def test_reading_counts_items_workers_shares_and_the_queue() -> None:
    """One line says what the picture shows."""
    line = Timeline("processes", 2, cold=True, wall=1.0)
    line.add(Span(0, 0, 1, 0.0, 0.2, 0.6, 0.6, 0.4, 0.4))
    line.add(Span(1, 1, 1, 0.0, 0.2, 0.5, 0.5, 0.3, 0.3))
    line.add(Span(0, 2, 1, 0.1, 0.6, 1.0, 1.0, 0.4, 0.4))
    picture = views.timeline(line, stamp="synthetic")
    assert picture.reading == (
        "3 items on 2 processes took 1.0 s: 55 % filled, start-up costs 20 %, idle 25 %; "
        "item 2 came last after 500 ms in the queue."
    )
    assert picture.kind == "timeline"


def test_title_names_the_biggest_unfilled_area() -> None:
    """Start-up, messages and idle workers are told apart, and a straggler is named."""
    assert lane_title(pool_timeline()).endswith("start-up costs most of the rest")
    assert lane_title(pool_timeline(message=0.1)).endswith("messages cost most of the rest")
    late = Timeline("processes", 2, cold=False, wall=1.0)
    late.add(Span(0, 0, 1, 0, 0, 0.2, 0.2, 0.2, 0.2))
    late.add(Span(1, 1, 1, 0, 0, 1.0, 1.0, 1.0, 1.0))
    assert lane_title(late) == "60 % filled: one late item keeps the other worker idle"


def test_threads_that_share_one_core_are_told_so() -> None:
    """Four full lanes with one core of CPU are the GIL's picture."""
    assert lane_title(pool_timeline("threads", 60, 4, cpu=0.25)) == "Four threads hold the work, one core computes it"


def test_a_blocked_loop_names_the_function_and_the_time() -> None:
    """The title is the culprit, the reading has its line."""
    picture = views.timeline(loop_timeline(gap=True), stamp="synthetic")
    assert picture.title == "create_chapter blocks the loop: it stood still for 227 ms"
    assert picture.reading.endswith("the loop stood still for 227 ms while create_chapter, line 12 held it.")


def test_a_free_loop_says_how_many_tasks_were_under_way() -> None:
    """Without a gap the finding is the overlap."""
    assert views.timeline(loop_timeline(), stamp="synthetic").title == "Seven waits overlap: 0.16 s for 1.0 s of waiting"


def test_more_than_150_boxes_in_a_lane_are_drawn_as_bins(monkeypatch: pytest.MonkeyPatch) -> None:
    """The form changes with the number of boxes, not with the wish of the caller."""
    drawn: list[int] = []
    monkeypatch.setattr(rows, "binned", lambda ax, row, *rest: drawn.append(len(row.boxes)))
    views.timeline(pool_timeline(items=200), stamp="synthetic")
    assert drawn == []
    views.timeline(pool_timeline(items=400), stamp="synthetic")
    assert sum(drawn) == 400


def test_totals_only_say_so() -> None:
    """A run with too many spans shows shares, not an order that nobody knows."""
    line = pool_timeline()
    line.complete = False
    picture = views.timeline(line, stamp="synthetic")
    assert picture.title.endswith("filled; more items than a timeline can show")
    assert "only totals were kept" in picture.reading


def test_a_run_is_as_good_as_its_timeline() -> None:
    """The reader passes what the engine gave back."""
    line = pool_timeline()
    assert views.timeline(Run([], line, 0), stamp="synthetic") == views.timeline(line, stamp="synthetic")


def test_a_simulated_timeline_carries_no_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its stamp says simulated, and this computer is not even looked at."""
    monkeypatch.setattr("wingslib.views.card.latest", lambda: pytest.fail("looked at the machine"))
    assert timelines.line_foot(pool_timeline("simulated"), None).stamp == "simulated"
    views.timeline(pool_timeline("simulated"))


def test_parts_add_one_state_each_and_their_shares_make_the_whole() -> None:
    """Pale, hatched and grey together are all that was paid for; solid is inside pale."""
    parts = views.timeline_parts(pool_timeline("simulated", items=6, cpu=0.5, message=0.05))
    names = [picture.reading.split(":")[0] for picture in parts]
    assert names == ["Pale", "Solid", "Hatched", "Grey"]
    pale, solid, hatched, grey = (float(picture.reading.split(" %")[0].rsplit(" ", 1)[1]) for picture in parts)
    assert pale + hatched + grey == pytest.approx(100, abs=1.5)
    assert solid == pytest.approx(pale / 2, abs=1)


def test_starts_say_when_each_method_was_ready() -> None:
    """Each group's first worker and end are in the reading, the extremes in the title."""
    picture = views.starts({"fork": pool_timeline(), "spawn": pool_timeline()}, stamp="synthetic")
    assert picture.reading.startswith("Fork ready after 90 ms, done after")
    assert "; spawn ready after 90 ms" in picture.reading


def test_a_few_numbers_are_not_written_into_a_lane_where_most_do_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers here and there would look like counts."""
    monkeypatch.setattr(rows, "text_width", lambda text, size: 0.0 if text == "0" else 9.0)
    written: list[str] = []

    class Axes:
        def get_xlim(self) -> tuple[float, float]:
            return 0.0, 1.0

        def text(self, x: float, y: float, text: str, **style: object) -> None:
            written.append(text)

    from wingslib.views.areas import lanes

    rows._numbers(Axes(), lanes(pool_timeline(workers=1))[0], 0, 0.4, "processes", True)  # type: ignore[arg-type]
    assert written == []


def test_the_last_item_stands_on_lines_of_its_own_and_not_in_the_strips(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spans are made anew at each look, so they are compared and not identified."""
    counted: list[int] = []
    monkeypatch.setattr(rows, "strip", lambda ax, times, *rest: counted.append(len(times)))
    views.timeline(pool_timeline(items=24), stamp="synthetic")
    assert counted == [23, 23]


def test_work_held_back_for_other_programs_is_not_called_messages() -> None:
    """Where the window was narrowed, the gaps between chunks say so."""
    line = Timeline("processes", 2, cold=False, wall=4.0, limits=[(1.0, 1)])
    line.add(Span(0, 0, 1, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0))
    line.add(Span(1, 1, 1, 0.0, 3.0, 4.0, 4.0, 1.0, 1.0))
    line.add(Span(0, 2, 1, 0.0, 3.0, 4.0, 4.0, 1.0, 1.0))
    picture = views.timeline(line, stamp="synthetic")
    assert picture.title.endswith("work was held back for other programs")
    assert "messages and work held back for other programs" in picture.reading

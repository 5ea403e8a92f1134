"""Event loops: who held them, what waited meanwhile, and ten thousand naps as hairlines."""

from __future__ import annotations

import pytest

from tests.views.samples import loop_timeline
from wingslib import views
from wingslib.engines.run import Gap, Span, Timeline
from wingslib.views import loops
from wingslib.views.areas import holders, loop_model

NAMES = [f"chapter {number}" for number in range(8, 15)]


def in_turn(workers: int) -> Timeline:
    """Return four waits of 0.1 s, `workers` at a time."""
    line = Timeline("coroutines", workers, cold=False)
    for task in range(4):
        start = 0.1 * (task // workers)
        line.add(Span(task % workers, task, 1, start, start, start + 0.1, start + 0.1, 0.1, 0.0))
    line.wall = 0.4 / workers
    return line


@pytest.mark.parametrize(
    ("workers", "title"),
    [
        (1, "Four tasks in turn: 0.40 s, no two at the same time"),
        (4, "Four waits overlap: 0.10 s for 0.40 s of waiting"),
    ],
)
def test_staircase_and_wall_are_told_apart(workers: int, title: str) -> None:
    """One worker makes a staircase, as many as tasks a wall."""
    assert views.timeline(in_turn(workers), stamp="synthetic").title == title


def test_few_workers_for_many_tasks_say_how_many_were_under_way() -> None:
    """Neither a staircase nor a wall."""
    line = loop_timeline(20)
    line.busy, line.workers = {0: 2 * line.wall}, 2
    assert views.timeline(line, stamp="synthetic").title == "2.0 of 20 tasks under way at the same time on one thread"


def test_tasks_are_called_by_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each lane stands under the name at its item's place."""
    written: list[str] = []
    monkeypatch.setattr(loops, "beside", lambda ax, y, left="", *rest, **style: written.append(left))
    views.timeline(loop_timeline(), names=NAMES, stamp="synthetic")
    assert [words for words in written if "chapter" in words] == NAMES


def test_a_horizon_sets_the_time_axis(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shorter run leaves the rest of it empty."""
    walls: list[float] = []
    frame = loops.frame
    monkeypatch.setattr(loops, "frame", lambda card, wall, *rest: (walls.append(wall), frame(card, wall, *rest))[1])
    views.timeline(loop_timeline(), horizon=0.5, stamp="synthetic")
    assert walls == [0.5]


def test_a_gap_without_a_known_task_names_no_lane() -> None:
    """The four times alone accuse nobody."""
    assert holders(loop_timeline(gap=True), Gap(0.04, 0.267, "hold, line 3")) == []


def hairlines(monkeypatch: pytest.MonkeyPatch, count: int, cpu_seconds: float) -> tuple[list[float], list[float], float]:
    """Return starts and ends of the drawn hairlines, and the share of the thread's lane that is solid."""
    lines: list[tuple[list[float], list[float]]] = []
    heights: list[float] = []
    frame = loops.frame

    def framed(*args: object, **words: object) -> object:
        ax = frame(*args, **words)  # type: ignore[arg-type]
        ax.hlines = lambda ys, starts, ends, **style: lines.append((starts, ends))  # type: ignore[method-assign, assignment]
        return ax

    monkeypatch.setattr(loops, "frame", framed)
    monkeypatch.setattr(loops, "rectangles", lambda ax, corners, **style: heights.append(corners[0][3] - corners[0][2]))
    views.naps(loop_timeline(count), cpu_seconds=cpu_seconds, stamp="synthetic")
    return *lines[0], heights[1] / heights[0]


def test_hairlines_are_every_hundredth_nap_and_the_lane_is_solid_by_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """The picture holds a hundred of ten thousand waits, and CPU ÷ wall."""
    line = loop_timeline(10_000)
    starts, ends, solid = hairlines(monkeypatch, 10_000, line.wall / 4)
    assert (starts, ends) == ([0.0] * 100, [span.finished for span in line.spans[::100]])
    assert solid == pytest.approx(0.25)


def test_naps_say_their_lengths_their_sum_and_the_cpu() -> None:
    """Waiting in all is far more than the wall."""
    picture = views.naps(in_turn(4), cpu_seconds=0.002, stamp="synthetic")
    assert picture.title == "4 naps of 0.10 s on one thread: 0.10 s"
    assert picture.reading == "4 naps of 0.10 s, 0.40 s in all, took 0.10 s on one thread, which computed for 2.0 ms."


@pytest.mark.parametrize(("place", "wall"), [(1, 0.2), (4, 0.2), (7, 0.1)])
def test_only_the_last_blocking_call_costs_no_time_and_each_makes_the_same_gap(place: int, wall: float) -> None:
    """Wall and heart gap move separately."""
    line = loop_model(7, 0.1, place, 0.1)
    assert line.wall == pytest.approx(wall)
    assert [(gap.start, gap.end) for gap in line.gaps] == [(0.0, 0.1)]
    assert all(beat == 0 or 0.1 <= beat <= line.wall for beat in line.beats)


def test_a_longer_block_holds_those_before_it_and_delays_those_after_it() -> None:
    """Naps end when the loop is free to notice, or begin when it is."""
    spans = loop_model(3, 0.1, 2, 0.3).spans
    assert [(span.started, round(span.finished, 3)) for span in spans] == [(0, 0.3), (0, 0.3), (0.3, 0.4)]


def test_a_block_shorter_than_the_heart_notices_makes_no_gap() -> None:
    """The model has the limit of the engine."""
    assert loop_model(7, 0.1, 1, 0.05).gaps == []


def test_a_loop_that_was_only_waiting_accuses_nobody() -> None:
    """A late beat of a loop in its own `select` means that the machine or another thread was busy."""
    line = loop_timeline(gap=True)
    line.gaps = [Gap(0.04, 0.267, "select, line 468")]
    picture = views.timeline(line, stamp="synthetic")
    assert picture.title == "Nobody on the loop holds it: it stood still for 227 ms"
    assert picture.reading.endswith("stood still for 227 ms while nobody on it held it.")


def test_the_words_of_a_gap_stay_beside_the_names_of_the_lanes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also on a time axis that is longer than the run, where a gap is drawn short."""
    noted: list[float] = []
    monkeypatch.setattr(loops, "note", lambda ax, words, at, **style: noted.append(at[0]))
    views.timeline(loop_model(7, 0.1, 7, 0.06), horizon=0.4, stamp="synthetic")
    assert noted[0] > 0.4 / loops.ROOM * loops.text_width("held by time.sleep", 9) / 2 - 1e-9


def test_the_task_that_the_heart_saw_is_the_holder_and_is_named() -> None:
    """Those that waited meanwhile are frozen, not guilty."""
    line = loop_model(7, 0.1, 4, 0.1)
    assert [span.first for span in holders(line, line.gaps[0])] == [3]
    picture = views.timeline(line, names=NAMES, stamp="synthetic")
    assert picture.title == "Chapter 11 blocks the loop: it stood still for 100 ms"
    assert picture.reading.endswith("stood still for 100 ms while chapter 11 (time.sleep) held it.")


def test_tasks_that_hold_the_loop_one_after_the_other_are_all_named() -> None:
    """The heart sees only the first; what runs alone in the same gap held it too, what overlaps was frozen."""
    line = in_turn(1)
    line.add(Span(1, 4, 1, 0.1, 0.1, 0.4, 0.4, 0.3, 0.0))
    line.gaps = [Gap(0.0, 0.4, "hold, line 3", 0)]
    assert [span.first for span in holders(line, line.gaps[0])] == [0, 1, 2, 3]
    assert views.timeline(line, stamp="synthetic").title == "Four tasks block the loop: it stood still for 400 ms"


def test_only_the_holder_is_outlined(monkeypatch: pytest.MonkeyPatch) -> None:
    """The frame of ink stands round one lane."""
    framed: list[int] = []
    monkeypatch.setattr(loops, "outline", lambda ax, span, *rest: framed.append(span.first))
    views.timeline(loop_model(7, 0.1, 4, 0.1), stamp="synthetic")
    assert framed == [3]

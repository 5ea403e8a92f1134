"""The chunk explorer and the guess, without a browser; and progress bars."""

from __future__ import annotations

import base64
import io
import math

import pytest
from PIL import Image

from tests.views.samples import pool_timeline, saw_law, saw_points
from wingslib.measure import Interval, schedule
from wingslib.views import apple_explorer, chunk_explorer, guess_widgets, progress_bar, widgets


def explorer(monkeypatch: pytest.MonkeyPatch) -> tuple[object, list[str]]:
    """Return an explorer whose charts are words, and the list of what was drawn."""
    drawn: list[str] = []

    class Drawn:
        def __init__(self, words: str) -> None:
            drawn.append(words)
            self.words = words

        def html(self) -> str:
            return f'<img alt="{self.words}">'

    monkeypatch.setattr(widgets, "saw", lambda *args, now, before, **rest: Drawn(f"saw {now} from {before}"))
    monkeypatch.setattr(widgets, "timeline", lambda line, **rest: Drawn(f"timeline to {rest['horizon']:.1f}"))
    lines = {chunk: pool_timeline() for chunk in saw_points() if chunk != 1_000}
    return chunk_explorer(saw_points(), lines, saw_law, items=1_000, workers=2, stamp="synthetic"), drawn


def test_moving_the_slider_changes_both_charts_and_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """It starts at the best chunk; the saw marks the new one and the one before."""
    box, _ = explorer(monkeypatch)
    assert box.slider.value == 125
    assert 'alt="saw 125 from None"' in box.saw_chart.value
    box.slider.value = 334
    assert 'alt="saw 334 from 125"' in box.saw_chart.value
    assert "Chunks of 334: 3 messages" in box.reading.value


def test_both_images_keep_their_size_and_the_slider_offers_the_measured_chunks() -> None:
    """Nothing jumps between chunks of one, drawn as bins, and chunks of 334, drawn as boxes."""
    lines = {1: pool_timeline(items=1_000), 334: pool_timeline(items=3)}
    box = chunk_explorer({1: 0.6, 334: 1.4}, lines, saw_law, items=1_000, workers=2, stamp="synthetic")
    assert box.slider.options == (1, 334)
    large = [size_of(box.saw_chart.value), size_of(box.timeline_chart.value)]
    box.slider.value = 1
    assert [size_of(box.saw_chart.value), size_of(box.timeline_chart.value)] == large


def size_of(image: str) -> tuple[int, int]:
    """Return width and height of an image inside its tag."""
    png = image.split("base64,")[1].rstrip('">')
    return Image.open(io.BytesIO(base64.b64decode(png))).size


def test_charts_are_drawn_lazily_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what was looked at is drawn, and going back draws no timeline again."""
    box, drawn = explorer(monkeypatch)
    assert len(drawn) == 2
    for chunk in (10, 125, 10, 125):
        box.slider.value = chunk
    assert sum(words.startswith("timeline") for words in drawn) == 2


def test_reset_returns_to_the_start_and_missing_timelines_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A size without a timeline keeps its row of words."""
    box, _ = explorer(monkeypatch)
    box.slider.value = 1_000
    assert "no timeline was kept" in box.timeline_chart.value
    box.reset.click()
    assert box.slider.value == 125


def test_the_explorer_draws_real_charts_as_images_with_alternative_text() -> None:
    """The images carry their readings."""
    box = chunk_explorer(saw_points(), {125: pool_timeline()}, saw_law, items=1_000, workers=2, stamp="synthetic")
    for chart in (box.saw_chart, box.timeline_chart):
        assert chart.value.startswith("<img ")
        assert 'alt=""' not in chart.value


def test_a_guess_is_stored_when_the_button_is_pressed_and_not_before() -> None:
    """Choosing calls back with the number and the belief, and says so."""
    stored: list[tuple[float, str]] = []
    box = guess_widgets("How many?", ["one each", "two share"], 2, lambda number, belief: stored.append((number, belief)))
    box.number.value, box.because.value = 4, "two share"
    assert stored == []
    box.button.click()
    assert stored == [(4.0, "two share")]
    assert "Stored: 4, because two share" in box.note.value


class FakeBar:
    """Stands for tqdm."""

    made: list[FakeBar] = []  # noqa: RUF012 - shared on purpose, emptied by each test

    def __init__(self) -> None:
        self.n, self.total, self.closed = 0, None, False
        self.made.append(self)

    def update(self, count: int) -> None:
        self.n += count

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def bars(monkeypatch: pytest.MonkeyPatch) -> list[FakeBar]:
    """Replace tqdm."""
    FakeBar.made = []
    monkeypatch.delenv(widgets.SILENT, raising=False)
    monkeypatch.setattr(widgets, "_opened", lambda label, total: FakeBar())
    return FakeBar.made


def test_a_bar_closes_at_the_end_and_a_second_run_opens_a_new_one(bars: list[FakeBar]) -> None:
    """Nothing stays open behind a finished run."""
    show = progress_bar("races")
    show(1, 3)
    show(3, 3)
    assert [(bar.n, bar.closed) for bar in bars] == [(3, True)]
    FakeBar.made = bars
    show(1, 3)
    assert len(bars) == 2


def test_a_bar_of_unknown_length_is_closed_by_its_caller(bars: list[FakeBar]) -> None:
    """Without a total only `close` can end it."""
    show = progress_bar("stream")
    show(5, None)
    assert not bars[0].closed
    show.close()
    assert bars[0].closed


def test_headless_runs_have_no_bar(bars: list[FakeBar], monkeypatch: pytest.MonkeyPatch) -> None:
    """WINGS_PROGRESS=off keeps compared outputs free of it."""
    monkeypatch.setenv(widgets.SILENT, "off")
    progress_bar("races")(1, 3)
    assert bars == []


def test_the_explorer_moves_where_one_round_has_no_interval() -> None:
    """In a smoke run, whose means have no bounds, moving the slider still draws another saw."""
    lines = {chunk: schedule([0.001] * 20, 2, chunk) for chunk in (1, 5, 10)}
    box = chunk_explorer({chunk: Interval(1.5, 0.0, math.inf) for chunk in lines}, lines, items=20, workers=2)
    drawn = set()
    for chunk in lines:
        box.slider.value = chunk
        drawn.add(box.saw_chart.value)
    assert len(drawn) == 3


def test_the_apple_explorer_moves_wall_and_gap_separately() -> None:
    """The last place costs no time and has the same gap; a longer block changes both; reset goes back."""
    box = apple_explorer(7, 0.1)
    assert (box.place.value, box.blocking.value) == (4, 0.1)
    assert "took 0.20 s" in box.reading.value
    box.place.value = 7
    assert "took 0.10 s" in box.reading.value
    assert "stood still for 100 ms" in box.reading.value
    box.blocking.value = 0.3
    assert "stood still for 300 ms" in box.reading.value
    large = size_of(box.chart.value)
    box.reset.click()
    assert (box.place.value, box.blocking.value, size_of(box.chart.value)) == (4, 0.1, large)


def test_the_apple_explorer_keeps_one_time_axis(monkeypatch: pytest.MonkeyPatch) -> None:
    """It reaches as far as the slowest row that the sliders allow."""
    horizons: list[float] = []
    draw = widgets.timeline
    monkeypatch.setattr(
        widgets, "timeline", lambda *args, **words: (horizons.append(words["horizon"]), draw(*args, **words))[1]
    )
    box = apple_explorer(2, 0.1)
    box.blocking.value = 0.3
    assert horizons == [0.4, 0.4]

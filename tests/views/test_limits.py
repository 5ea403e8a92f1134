"""The limit in flight: the knee, Little's law, what is lost, and the slider over what was measured."""

from __future__ import annotations

import pytest

from tests.views.test_widgets import size_of
from wingslib import views
from wingslib.views import limits
from wingslib.views.limits import at_limit, throughput_reading


def points() -> list[views.LimitPoint]:
    """Return a service of capacity 16 and 20 ms, which refuses above 64."""
    rates = {1: 48, 4: 189, 8: 373, 16: 727, 32: 775, 64: 781}
    found = [views.LimitPoint(limit, [0.99 * rate, rate, 1.01 * rate], max(0.02, limit / 781)) for limit, rate in rates.items()]
    return [*found, views.LimitPoint(100, [700.0], 0.09, 0.87)]


def test_the_best_limit_is_the_smallest_that_keeps_the_service_busy() -> None:
    """Not the one with the highest rate, and none that loses requests."""
    assert views.best_limit(points()) == 16
    lossy = [views.LimitPoint(8, [500.0], 0.02, 0.1), views.LimitPoint(16, [400.0], 0.02)]
    assert views.best_limit(lossy) == 16


def test_title_and_reading_say_the_knee_the_guess_and_the_loss() -> None:
    """One sentence for all three."""
    picture = views.throughput(points(), latency=0.02, guess=50, stamp="synthetic")
    assert picture.title == "16 in flight keep it busy: 730 answers a second"
    assert picture.reading == (
        "Throughput follows Little's law, limit ÷ 20 ms, up to 16 in flight, then stays near 781 a second; "
        "you guessed 50; at 100 in flight 87 % were lost."
    )
    assert "guessed" not in throughput_reading(points()[:-1], 0.02, None)


def test_the_law_ends_at_the_plateau_and_what_lost_requests_is_hollow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dashed up to rate × latency; only the limit of 100 is hollow."""
    hollow: list[float] = []
    ends: list[float] = []

    def drawn(ax: object, place: float, *rest: object, **look: object) -> None:
        hollow.extend([place] if look["hollow"] else [])

    monkeypatch.setattr(limits, "interval", drawn)
    monkeypatch.setattr(limits.Card, "save", lambda card, *rest: ends.append(max(card.figure.axes[0].lines[0].get_xdata())))
    views.throughput(points(), latency=0.02, stamp="synthetic")
    assert hollow == [100]
    assert ends == [pytest.approx(781 * 0.02, rel=1e-3)]


def test_one_limit_in_words() -> None:
    """Rate, law, wait and loss of one limit."""
    assert at_limit(points()[1], 0.02) == "Limit 4: 189 good answers a second (law 200), each after 20 ms, 0 % lost."


def test_the_slider_moves_chart_and_words_and_resets() -> None:
    """It starts at the best limit, offers the measured ones and keeps the size of its chart."""
    box = views.limit_explorer(points(), latency=0.02, stamp="synthetic")
    assert box.slider.options == (1, 4, 8, 16, 32, 64, 100)
    assert box.slider.value == 16
    before = box.chart.value
    box.slider.value = 100
    assert box.chart.value != before
    assert size_of(box.chart.value) == size_of(before)
    assert "87 % lost" in box.reading.value
    box.reset.click()
    assert (box.slider.value, box.chart.value) == (16, before)

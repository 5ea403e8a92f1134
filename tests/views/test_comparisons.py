"""What comparisons, sweeps, guesses and splits say."""

from __future__ import annotations

import pytest

from tests.views.samples import comparison, saw_law, saw_points
from wingslib import views
from wingslib.measure.efficiency import Split
from wingslib.measure.intervals import Interval
from wingslib.views.card import foot_of
from wingslib.views.chunks import at_chunk, saw_title, uneven
from wingslib.views.comparisons import variants_reading, variants_title
from wingslib.views.guesses import GuessRow, distance, guess_reading, guess_title
from wingslib.views.heats import beyond, ranking, ranks_reading, ranks_title, winner
from wingslib.views.scaling import last_testable, speedup_reading, speedup_title, workers_of
from wingslib.views.splits import efficiency_title, pieces


def test_variants_title_states_the_finding_only_with_a_verdict() -> None:
    """Faster, slower and same are told; smoke and few rounds leave the subject."""
    assert variants_title(comparison({"serial": 0.4, "processes": 0.2})) == "Processes: 2.0 times as fast as serial"
    assert variants_title(comparison({"serial": 0.4, "processes": 0.4})) == "Processes takes the same time as serial"
    assert variants_title(comparison({"serial": 0.001, "processes": 0.4})) == "Processes: 400 times as long as serial"
    assert variants_title(comparison({"serial": 0.4, "processes": 0.4}, noise=0.3)) == "Parse: can't tell"
    assert variants_title(comparison({"serial": 0.4, "processes": 0.2}, stopped="smoke")) == "Parse"
    assert variants_title(comparison({"serial": 0.4, "processes": 0.2}, rounds=3)) == "Parse"


def test_a_wide_interval_gives_the_title_its_ends() -> None:
    """Over ± 10 % the title says from and to."""
    assert " to " in variants_title(comparison({"serial": 0.4, "processes": 0.1}, noise=0.3))


def test_variants_reading_names_absent_variants_and_equality() -> None:
    """Nothing that was meant to run is left out."""
    found = comparison({"serial": 0.4, "processes": 0.2})
    found.absent["interpreters"] = "needs Python 3.14"
    reading = variants_reading(found)
    assert reading.startswith("Processes 2.0")
    assert reading.endswith(": faster; interpreters not run; equal results: yes.")


def test_a_smoke_reading_has_no_verdict() -> None:
    """Smoke is not evidence."""
    reading = variants_reading(comparison({"serial": 0.4, "processes": 0.2}, stopped="smoke", rounds=2))
    assert "faster" not in reading
    assert reading.endswith("no verdict: smoke run; equal results: yes.")
    few = variants_reading(comparison({"serial": 0.4, "processes": 0.2}, rounds=3, stopped="budget"))
    assert few == "Processes 2.01×; no verdict: only 3 rounds; equal results: yes."


def test_a_title_of_several_variants_says_only_what_holds_of_all() -> None:
    """One word for all gives the range of their intervals; mixed verdicts tell the fastest."""
    means = {"loop": 0.5, "chunk 10": 0.3, "chunk 50": 0.29, "chunk 125": 0.28, "chunk 250": 0.27}
    assert variants_title(comparison(means)) == "All four are 1.6 to 1.9 times as fast as loop"
    assert variants_title(comparison({"loop": 0.1, "a": 40, "b": 9})) == "Both take 89 to 410 times as long as loop"
    assert variants_title(comparison({"loop": 0.5, "a": 0.5, "b": 0.5})) == "Both take the same time as loop"
    assert variants_title(comparison({"loop": 0.5, "a": 0.25, "b": 0.5})).startswith("A: 2.0 times as fast as loop")


@pytest.mark.parametrize("label", ["2 processes × 2 threads", "executor, 1 function a message, 2 processes"])
def test_no_title_is_longer_than_sixty_characters(label: str) -> None:
    """Long labels shorten the sentence, never the finding."""
    title = variants_title(comparison({"NumPy alone": 0.5, label: 0.2, "other": 0.5}))
    assert len(title) <= 60 or title.startswith(label.capitalize())
    assert "times as fast" in title


def test_the_foot_of_a_comparison_carries_noise_and_smoke() -> None:
    """Any chart drawn from a comparison says how good its evidence is."""
    assert foot_of(comparison({"a": 1, "b": 1}, stopped="smoke")).smoke
    assert "varies by" in foot_of(comparison({"a": 1, "b": 1}, noise=0.3)).noise
    assert foot_of("simulated").stamp == "simulated"


def test_speedup_ends_its_evidence_at_the_usable_cores() -> None:
    """On two cores the count of four is drawn hollow and never the finding."""
    found = comparison({"serial": 0.4, "one": 0.4, "two": 0.2, "three": 0.1})
    found.workers["three"] = 4
    places = workers_of(found)
    assert last_testable(places, 2) == "two"
    assert speedup_title(found, places) == "Two workers are 2.0 times as fast as serial"
    assert speedup_reading(found, places).endswith("no curve: 2 worker counts; over 2 cores not testable here.")


@pytest.mark.parametrize(
    ("guessed", "measured", "words"),
    [
        (4, 0.94, "4.3× too high"),
        (3, 6.6, "2.2× too low"),
        (10, 8, "close"),
        (10, 7.9, "1.3× too high"),
        (8, 10, "close"),
        (0, 26, "too low"),
        (0, 0, "close"),
    ],
)
def test_distance_says_the_direction_and_close_within_a_quarter(guessed: float, measured: float, words: str) -> None:
    """The direction of the error is what the reader must see."""
    assert distance(guessed, measured) == words


def test_guess_titles_and_readings_in_any_unit() -> None:
    """Ratios, seconds and counts are written as a person would."""
    assert (
        guess_reading([GuessRow("sums", 4, 2, Interval(0.94, 0.9, 0.98))])
        == "You guessed 4×, measured 0.94× (0.90–0.98): 4.3× too high."
    )
    assert guess_title([GuessRow("naps", 60, 60, 0.6)], "s") == "You guessed 60 s, measured 0.60 s: 100× too high"
    assert guess_title([GuessRow("heats", None, 1, 3)], "winners") == "Common guess 1 winner, measured 3 winners: 3.0× too low"


def test_without_a_guess_nothing_is_scored() -> None:
    """The common guess is shown and named as such."""
    rows = [GuessRow("a", None, 2, 1.0), GuessRow("b", None, 2, 1.0)]
    assert guess_reading(rows[:1]).startswith("No guess recorded; the common guess is 2×")
    assert guess_reading(rows) == "No guess recorded; the common guess is close for 0 of 2."
    assert guess_title(rows) == "No guess recorded: rings are the common guesses"
    assert guess_title([*rows, GuessRow("c", 4, 2, 1.0)]) == "Your guesses were off by a factor of 4.0 (median)"


def test_pieces_of_a_split_sum_to_all_that_was_paid_for() -> None:
    """Useful is the product, each factor takes its share of what is left."""
    split = Split(0.86, 0.74, 0.98, 0.99, 0.95, 2)
    found = dict(pieces(split))
    assert sum(found.values()) == pytest.approx(1, rel=1e-12)
    assert found["useful"] == pytest.approx(split.product)
    assert found["start-up"] == pytest.approx(0.14)
    assert found["imbalance"] == pytest.approx(0.86 * 0.26)
    assert efficiency_title({"x": split}) == "1.17× of 2 workers: imbalance costs most"


def test_a_factor_above_one_is_a_negative_piece() -> None:
    """A gain is not hidden: the others reach beyond 100 %."""
    found = dict(pieces(Split(1, 1, 1, 1, 1.1, 2)))
    assert found["slower work"] == pytest.approx(-0.1)
    assert found["useful"] == pytest.approx(1.1)


def test_saw_title_names_the_best_chunks_and_one_chunk_too_many() -> None:
    """Chunks whose intervals overlap with the best are named with it."""
    points = saw_points()
    assert uneven(1_000, 2) == 334
    assert saw_title(points, 1_000, 2) == "Chunks of 125 are best here: 1.6×; 3 chunks: 1.4×"
    wider = points | {250: Interval(1.63, 1.6, 1.7)}
    assert saw_title(wider, 1_000, 2).startswith("Chunks of 125 to 250 are best here")


def test_a_chunk_is_explained_by_its_messages_and_waves() -> None:
    """Three chunks on two workers are two waves."""
    text = at_chunk(334, saw_points(), 1_000, 2, saw_law)
    assert text == "Chunks of 334: 3 messages, 2 waves on 2 workers; measured 1.39×, model 1.80×."


def test_ranks_put_the_winner_on_top_and_count_winners() -> None:
    """The title says how many different engines won."""
    heats = {"wait": {"loop": 1, "async": 37}, "compute": {"loop": 1, "async": 0.9}}
    assert ranking(heats["wait"]) == ["async", "loop"]
    assert ranks_title(heats) == "Two heats, two winners: async, loop"
    assert ranks_title({"wait": heats["wait"]}) == "One heat, one winner: async"


def test_an_engine_wins_only_with_its_whole_interval_above_one() -> None:
    """A larger mean that may be none is no win: the loop stands on top, in picture, title and reading."""
    heat = {"loop": 1, "threads": Interval(1.2, 0.9, 1.6), "async": Interval(1.1, 1.05, 1.15), "processes": 0.1}
    assert winner(heat) == "async"
    assert ranking(heat) == ["async", "threads", "loop", "processes"]
    close = {name: value for name, value in heat.items() if name != "async"}
    assert ranking(close) == ["loop", "threads", "processes"]
    assert ranks_title({"tiny": close}) == "One heat, one winner: loop"
    assert ranks_reading({"tiny": close}) == "Tiny: loop 1.0×, last processes 0.10×."


def test_dots_count_single_races_beyond_the_band() -> None:
    """The tighter of the bands is the one that is counted."""
    assert beyond([0.96, 0.98, 1.02, 1.04], 0.03) == 2
    picture = views.dots([0.96, 0.98, 1.02, 1.04], Interval(1.0, 0.99, 1.01), bands=(0.05, 0.03), stamp="synthetic")
    assert picture.title == "2 of 4 single races differ by more than 3 %"

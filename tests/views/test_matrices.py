"""Similarities: cells in their colours, groups of near-twins, labels with room, and the browser of pairs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from tests.views.samples import twins
from tests.views.test_picture import colours
from wingslib import views
from wingslib.errors import ParameterError
from wingslib.views import matrices, theme


def names(count: int) -> list[str]:
    """Return as many short names."""
    return [f"cp{number}" for number in range(count)]


def test_cells_are_bright_above_four_fifths_and_blank_without_a_value(drawn: list[Any]) -> None:
    """Four darker steps below it, a value at a bound in the lower one; nothing in the picture is off the palette."""
    values = [[1.0, 0.81, 0.8], [0.81, 0.2, math.nan], [0.8, None, 0.41]]
    picture = views.similarities(values, names(3), stamp="synthetic")
    ink, _, grey, near, bright = map(theme.rgb, matrices.LEVELS.values())
    blank = theme.rgb(theme.CARD)
    cells = [tuple(map(int, cell)) for cell in drawn[0].images[0].get_array().reshape(-1, 3)]
    assert cells == [bright, bright, near, bright, ink, blank, near, blank, grey]
    assert {ink, grey, near, bright} <= colours(picture.png) <= set(theme.palette())


def test_the_levels_grow_brighter_in_steps_that_grey_shows() -> None:
    """Each is at least 20 of 255 above the one before, the one above 0.8 far more."""
    light = [0.3 * red + 0.59 * green + 0.11 * blue for red, green, blue in map(theme.rgb, matrices.LEVELS.values())]
    assert min(np.diff(light)) > 20
    assert light[-1] - light[-2] > 80


def test_near_twins_hang_together_by_chains() -> None:
    """Two groups that share a text are one; the largest is first, and its hub is the text with the most twins."""
    values = np.array(twins(9, (0, 2), (3, 6), (5, 8)))
    groups = matrices.near_twins(values)
    assert groups == [[3, 4, 5, 6, 7], [0, 1]]
    assert matrices.hub(values, groups[0]) == 5


def test_title_and_reading_count_pairs_and_name_the_largest_group() -> None:
    """Of 36 pairs 7 are above 0.8."""
    picture = views.similarities(twins(9, (0, 2), (3, 6), (5, 8)), names(9), stamp="synthetic")
    assert picture.title == "7 of 36 pairs above 0.8; largest group: 5 texts"
    assert picture.reading == "Above 0.8: 7 of 36 pairs; the largest group has 5 of 9 texts, cp5 among them."
    assert views.similarities(twins(3), names(3), stamp="synthetic").title == "None of 3 pairs is above 0.8"


def test_of_many_texts_the_first_are_drawn_and_all_are_counted(drawn: list[Any]) -> None:
    """The card says how many, and so does the reading."""
    picture = views.similarities(twins(210, (205, 208)), names(210), stamp="synthetic")
    assert drawn[0].images[0].get_array().shape == (200, 200, 3)
    assert "200 of 210 texts drawn" in [text.get_text() for text in drawn[0].figure.texts]
    assert picture.title == "3 of 21,945 pairs above 0.8; largest group: 3 texts"
    assert picture.reading.endswith("; the first 200 texts are drawn.")


def test_few_texts_are_all_named_and_of_many_the_largest_groups(drawn: list[Any]) -> None:
    """A group whose row is too near to that of a larger one stays without a name."""
    views.similarities(twins(24), names(24), stamp="synthetic")
    views.similarities(twins(100, (10, 20), (20, 22), (50, 54)), names(100), stamp="synthetic")
    assert [text.get_text() for text in drawn[0].texts] == names(24)
    assert [text.get_text() for text in drawn[1].texts] == ["cp10 and 9 more", "cp50 and 3 more", "cp20 and 1 more"]
    views.similarities(twins(100, (10, 20), (9, 10), (8, 10)), names(100), stamp="synthetic")
    assert [text.get_text() for text in drawn[2].texts] == ["cp10 and 9 more"]


@pytest.mark.parametrize("values", [[[1.0, 0.5]], [[1.0]], twins(3)])
def test_a_matrix_that_is_no_square_of_its_names_is_refused(values: Any) -> None:
    """The message has the shape given and the one allowed."""
    with pytest.raises(ParameterError, match="a row and a column for each of the 2 names"):
        views.similarities(values, ["a", "b"])


TEXTS = ["the cat sat", "The cat ran", "<b> & nothing else", "the cat sat"]
SCORES = {
    "indel": [[1, 0.8, 0.3, None], [0.8, 1, 0.2, 0.7], [0.3, 0.2, 1, 0.1], [None, 0.7, 0.1, 1]],
    "word sets": [[1, 0.5, 0, 1], [0.5, 1, 0, 0.5], [0, 0, 1, 0], [1, 0.5, 0, 1]],
}


def test_the_browser_begins_at_the_most_similar_pair() -> None:
    """Both scores, and the words that only one has, folded as the scores fold them."""
    box = views.matrix_browser(SCORES, ["one", "two", "three", "four"], TEXTS)
    assert (box.row.value, box.column.value) == (0, 1)
    assert box.scores.value == "<p><b>one</b> and <b>two</b>: indel 0.80, word sets 0.50</p>"
    assert box.words.value == "<p>1 word only in one: sat</p><p>1 word only in two: ran</p>"


def test_each_list_opens_another_cell_and_reset_goes_back() -> None:
    """A pair without a value says so; names and words are escaped."""
    box = views.matrix_browser(SCORES, ["one", "two", "<three>", "one"], TEXTS)
    first = box.scores.value
    box.column.value = 2
    assert "<b>&lt;three&gt;</b>: indel 0.30, word sets 0.00" in box.scores.value
    assert box.words.value.endswith("<p>3 words only in &lt;three&gt;: b, else, nothing</p>")
    box.column.value = 3
    assert "indel no value, word sets 1.00" in box.scores.value
    assert box.words.value == "<p>0 words only in one: none</p><p>0 words only in one: none</p>"
    box.row.value = 2
    assert "<b>&lt;three&gt;</b> and <b>one</b>" in box.scores.value
    box.reset.click()
    assert (box.row.value, box.column.value, box.scores.value) == (0, 1, first)


def test_of_many_words_the_first_are_listed() -> None:
    """Forty, and how many more."""
    box = views.matrix_browser({"indel": twins(2)}, ["one", "two"], [" ".join(f"w{n:03d}" for n in range(1_100)), "\ud800"])
    assert "1,100 words only in one: w000, w001" in box.words.value
    assert "w039 and 1,060 more" in box.words.value
    assert "w040" not in box.words.value

"""Bad input is refused before any work, with one message that says what is allowed."""

from __future__ import annotations

import pytest

from wingslib.errors import ParameterError
from wingslib.workbook import parameters

# name, value as typed, part of the message
REFUSED = [
    ("workers", "0", "allowed is auto or a whole number ≥ 1"),
    ("workers", "-1", "allowed is auto or a whole number ≥ 1"),
    ("workers", "2.5", "allowed is auto or a whole number ≥ 1"),
    ("workers", "NaN", "workers is 'NaN'"),
    ("workers", "True", "workers is 'True'"),
    ("workers", "many", "workers is 'many'"),
    ("workers", float("nan"), "workers is nan"),
    ("workers", True, "workers is True"),
    ("seed", "7.5", "seed is '7.5'; its type is int"),
    ("seed", "seven", "seed: int = 7"),
    ("seed", True, "seed is True"),
    ("share", "half", "its type is float"),
    ("loud", "2", "its type is bool"),
    ("profile", "fast", "smoke, learn, bench"),
    ("sede", "7", "90_small has no parameter 'sede'; it has\n  workers: int | str = 'auto'"),
]
# name, value as typed, value that the notebook gets
TAKEN = [
    ("workers", "2", 2),
    ("workers", "auto", "auto"),
    ("workers", 3, 3),
    ("seed", "-7", -7),
    ("share", "2", 2.0),
    ("share", "0.25", 0.25),
    ("loud", "true", True),
    ("profile", "auto", "auto"),
    ("profile", "smoke", "smoke"),
]


@pytest.mark.parametrize(("name", "value", "message"), REFUSED)
def test_refused(notebook, name, value, message):
    """A wrong name, type or value is shown with what is allowed."""
    with pytest.raises(ParameterError) as caught:
        parameters.check([notebook()], {name: value})
    assert message in str(caught.value)


@pytest.mark.parametrize(("name", "value", "given"), TAKEN)
def test_taken(notebook, name, value, given):
    """Text from the command line gets the type that the notebook declares."""
    taken = parameters.check([notebook()], {name: value})[name]
    assert (taken, type(taken)) == (given, type(given))


def test_every_notebook_must_know_a_name(notebook, tmp_path):
    """A parameter that one of the selected notebooks lacks is refused by that notebook's name."""
    other = notebook(name="91_other")
    other.write_text(other.read_text().replace("seed: int = 7", "grain: int = 7"))
    with pytest.raises(ParameterError, match="91_other has no parameter 'seed'"):
        parameters.check([notebook(), other], {"seed": "1"})


def test_an_unknown_notebook_lists_the_known():
    """A name that is no notebook is answered with those that there are."""
    with pytest.raises(ParameterError, match="there is no notebook '77'; known are"):
        parameters.find(["77"])


def test_a_notebook_is_found_by_path_and_once(notebook):
    """A path will do, and a notebook named twice runs once."""
    path = notebook()
    assert parameters.find([str(path), str(path)]) == [path]


@pytest.mark.parametrize("profile", ["", "fast", None])
def test_an_unknown_profile_is_refused(profile):
    """Only smoke, learn and bench are profiles."""
    with pytest.raises(ParameterError, match="allowed are smoke, learn, bench"):
        parameters.check_profile(profile)

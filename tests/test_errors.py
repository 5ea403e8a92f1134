"""The errors and the three checks."""

from __future__ import annotations

import math
import pickle

import pytest

from wingslib import errors


@pytest.mark.parametrize("value", [0, -1, 2.5, math.nan, True, "4", None])
def test_a_wrong_count_is_shown(value):
    """The message has the name, the value and what is allowed, and it is a ValueError too."""
    with pytest.raises(errors.ParameterError) as caught:
        errors.require_count("workers", value)
    assert f"workers is {value!r}; allowed is a whole number ≥ 1" in str(caught.value)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("value", [0, -1, math.nan, math.inf, -math.inf, True, "5", None, 10**400], ids=lambda v: str(v)[:9])
def test_wrong_seconds_are_shown(value):
    """Only positive, finite numbers of seconds pass."""
    with pytest.raises(errors.ParameterError, match="timeout is"):
        errors.require_seconds("timeout", value)


def test_right_values_pass():
    """Counts from the least on and any positive number of seconds come back."""
    assert errors.require_count("retries", 0, least=0) == 0
    assert errors.require_count("workers", 3) == 3
    assert errors.require_seconds("timeout", 2) == 2.0
    errors.require_callable("fn", len)


def test_a_thing_that_cannot_be_called_is_shown():
    """The message shows the value and how to mend it."""
    with pytest.raises(errors.ParameterError, match=r"fn is 3; .*without parentheses"):
        errors.require_callable("fn", 3)


@pytest.mark.parametrize("kind", [errors.ItemError, errors.TimedOut, errors.WorkerDied, errors.NotPicklable])
def test_an_item_error_travels(kind):
    """Pickling keeps kind, message and index."""
    error = pickle.loads(pickle.dumps(kind("item 4: gone", 4)))
    assert (type(error), str(error), error.index) == (kind, "item 4: gone", 4)


def test_every_error_is_a_wings_error_and_stands_in_the_tree():
    """One except clause catches them all, and the drawing names each."""
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    assert len(kinds) == 9
    for kind in kinds:
        assert issubclass(kind, errors.WingsError)
        assert kind.__name__ in errors.__doc__

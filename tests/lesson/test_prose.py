"""Sentences carry honest numbers, and what is broken on purpose is shown."""

from __future__ import annotations

import pytest

from wingslib.errors import ParameterError, TimedOut, WingsError
from wingslib.lesson import prose
from wingslib.measure import Interval


@pytest.mark.parametrize(
    ("template", "numbers", "text"),
    [
        ("{share:%} idle", {"share": 0.2134}, "21 % idle"),
        ("{times:×} as long", {"times": 3.2178}, "3.22× as long"),
        ("{cost:s}", {"cost": 0.00021}, "210 µs"),
        ("{item_seconds}", {"item_seconds": 0.0123}, "12.3 ms"),
        ("{wall_seconds}", {"wall_seconds": 12.345}, "12.3 s"),
        ("{n} messages", {"n": 1000}, "1,000 messages"),
        ("{mean}", {"mean": 2.34567}, "2.35"),
        ("{name} wins", {"name": "the loop"}, "the loop wins"),
        ("{speedup:×}", {"speedup": Interval(1.5, 1.25, 1.8)}, "1.50× (1.25× to 1.80×)"),
        ("{{}} {n}", {"n": 3}, "{} 3"),
    ],
)
def test_numbers_are_written_by_their_kind(template, numbers, text):
    """Shares, ratios, seconds, counts, words and intervals each have their own form, with at most three figures."""
    assert prose.written(template, numbers) == text


@pytest.mark.parametrize(
    ("template", "numbers", "message"),
    [
        ("{a} and {b}", {"a": 1}, r"lacks the numbers \['b'\]"),
        ("{a}", {"a": 1, "b": 2}, r"given \['b'\] for nothing"),
        ("{a:.3f}", {"a": 1.0}, "allowed is a number as %, × or s"),
        ("{a}", {"a": True}, "shows True"),
    ],
)
def test_a_template_and_its_numbers_must_agree(template, numbers, message):
    """A number missing, spare or in an unknown form is refused by name."""
    with pytest.raises(ParameterError, match=message):
        prose.written(template, numbers)


def test_say_shows_prose(capsys):
    """Outside a notebook the sentence is printed, in one it is Markdown of the same text."""
    prose.say("{n} items", n=24)
    assert capsys.readouterr().out == "24 items\n"
    assert prose.Sentence("24 items")._repr_markdown_() == "24 items"


def test_caught_prints_type_message_and_item(capsys):
    """The error's type, message and the first line of its notes are printed, not its traceback."""
    with prose.caught():
        error = ValueError("no Python")
        error.add_note("item 7 on worker 1\nTraceback …")
        raise error
    assert capsys.readouterr().out == "ValueError: no Python\nitem 7 on worker 1\n"


def test_caught_shortens_a_long_message(capsys):
    """Of a long message three lines are printed."""
    with prose.caught():
        raise TimedOut("one\ntwo\nthree\nfour", 3)
    assert capsys.readouterr().out == "TimedOut: one\ntwo\nthree\n"


def test_a_cell_that_should_break_and_does_not_is_a_fault():
    """A block that raises nothing is itself an error."""
    with pytest.raises(WingsError, match="nothing was raised here"), prose.caught():
        pass


def test_an_interrupt_goes_through():
    """Ctrl-C is no lesson and is not caught."""
    with pytest.raises(KeyboardInterrupt), prose.caught():
        raise KeyboardInterrupt

"""A check survives any function, says what is wrong, and counts tries for the solution."""

from __future__ import annotations

import itertools
import os
import random
import threading
import time
from collections import defaultdict

import pytest

from wingslib import processes
from wingslib.errors import ParameterError
from wingslib.lesson import grading
from wingslib.lesson.exercises import nb00, nb02, trial
from wingslib.lesson.exercises.exercise import Failed, NotAttempted


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """Begin each test with no tries made."""
    monkeypatch.setattr(grading, "_records", defaultdict(grading.Record))


def endless(*arguments):
    """Never return."""
    while True:
        time.sleep(0.01)


def deadly(*arguments):
    """End the process."""
    os._exit(3)


def raising(*arguments):
    """Raise an error of its own."""
    raise KeyError("spans")


@pytest.mark.parametrize(
    ("fn", "message"),
    [
        (endless, r"does not end: stopped after 0\.3 s"),
        (deadly, "ended the process that ran it"),
        (raising, "it raised KeyError: 'spans'"),
    ],
)
def test_a_trial_survives_the_function(fn, message):
    """A function that hangs, kills its process or raises fails its case by name; this process goes on."""
    with pytest.raises(Failed, match=message):
        trial.answers(fn, [(1,)], seconds=0.3)


@pytest.mark.filterwarnings("ignore:1 abandoned")
def test_a_trial_in_this_process_ends_too():
    """A function that hangs in a thread is left behind at the limit."""
    with pytest.raises(Failed, match="does not end"):
        trial.answer_here(endless, (1,), "one", seconds=0.2)


@pytest.mark.parametrize("stub", [lambda *_: ..., lambda *_: (_ for _ in ()).throw(NotImplementedError)])
def test_both_kinds_of_stub_are_not_attempted(stub):
    """An Ellipsis returned and a NotImplementedError raised mean the same."""
    with pytest.raises(NotAttempted):
        trial.answer_here(stub, (1,), "one")


def test_check_prints_case_yours_and_expected(capsys):
    """A failure shows the case, both answers, and how to get the same cases again."""
    grading.check("02a", lambda n, item_seconds, message_seconds, workers: 0, seed=5)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "02a: not yet: a chunk holds 1 to n items."
    assert lines[1].startswith("  Case:     n=1, item_seconds=")
    assert lines[2:] == [
        "  Yours:    0",
        "  Expected: 1 to 1",
        "The same cases again: lesson.check('02a', chunk_for, seed=5)",
    ]


def test_check_draws_new_cases_at_every_call(monkeypatch):
    """Without a seed two checks have different cases, with a seed the same."""
    seen = []
    monkeypatch.setattr(nb00, "answers", lambda fn, cases: seen.append(cases) or [fn(*case) for case in cases])
    for seed in (None, None, 7, 7):
        grading.grade("00a", nb00.expected, seed)
    first, second, third, fourth = seen[::2]
    assert first != second
    assert third == fourth


def test_a_wrong_type_is_an_answer_too():
    """A chunk that is no whole number is told so."""
    assert "whole number" in grading.grade("02a", lambda *_: 2.5, seed=1).text


def test_what_is_no_function_is_refused():
    """The call's result in place of the function is named."""
    with pytest.raises(ParameterError, match="fn is 3"):
        grading.check("02a", 3)


def test_hints_come_one_by_one(capsys):
    """Each call prints the next hint; after the last one, that again."""
    for _ in range(4):
        grading.hint("02a")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == [f"02a, hint {place} of 3" for place in (1, 2, 3, 3)]
    assert lines[2] == lines[3] == f"02a, hint 3 of 3: {nb02.CHUNK_HINTS[2]}"


def test_the_solution_shows_after_three_tries(capsys):
    """Wrong answers count down to the solution; a stub is no try."""
    grading.check("02a", lambda *_: ...)
    for _ in range(3):
        grading.solution("02a")
        grading.check("02a", lambda *_: 0)
    grading.solution("02a")
    printed = capsys.readouterr().out
    told = [line.rsplit("after ", 1)[1] for line in printed.splitlines() if "the solution shows" in line]
    assert told == ["3 more tries.", "2 more tries.", "1 more try."]
    assert printed.endswith(nb02.CHUNK_SOLUTION)


def test_the_solution_shows_after_success(capsys):
    """Who has solved an exercise may see the solution at once."""
    grading.check("00a", nb00.expected)
    grading.solution("00a")
    assert capsys.readouterr().out == f"00a: correct.\n{nb00.SOLUTION}"


def test_a_stub_is_text():
    """The stub can be compared with a notebook's cell."""
    assert grading.stub("02a").startswith("def chunk_for(n, item_seconds, message_seconds, workers):\n")


def test_loads_are_odd_and_random():
    """The loads of 02a have odd sizes and come from the random numbers alone."""
    loads = list(itertools.chain.from_iterable(nb02._loads(random.Random(seed)) for seed in (1, 1, 2)))
    assert all(len(load.durations) % 2 for load in loads)
    assert loads[:3] == loads[3:6]
    assert loads[:3] != loads[6:]


def reversed_values(letters):
    """Return the right numbers in the wrong order."""
    return processes.map(nb02.Letter.open, letters[::-1], workers=2).values()


def opened_twice(letters):
    """Open every letter once for nothing."""
    processes.map(nb02.Letter.open, letters, workers=2)
    return processes.map(nb02.Letter.open, letters, workers=2).values()


@pytest.mark.parametrize(
    ("collect", "message"),
    [
        (reversed_values, "the numbers are right, their order is not"),
        (opened_twice, "letters were opened more than once"),
    ],
)
def test_collect_is_judged_by_order_and_count(collect, message):
    """02b sees another order, and letters opened twice."""
    assert message in grading.grade("02b", collect, seed=3).text


def test_the_first_letter_waits_for_a_second_process(tmp_path, monkeypatch):
    """In a child a first letter waits until another process has opened one, and no longer."""
    monkeypatch.setattr("multiprocessing.parent_process", lambda: object())
    waits = []

    def arrives(seconds):
        if threading.current_thread() is threading.main_thread():  # a thread of an earlier test may sleep as well
            waits.append(seconds)
            (tmp_path / f"9-{os.getpid() + 1}-0").touch()

    monkeypatch.setattr(time, "sleep", arrives)
    for index in range(2):
        assert nb02.Letter(index, 40 + index, str(tmp_path)).open() == 40 + index
    assert len(waits) == 1

"""Each exercise: its stub is not attempted, its solution passes, every wrong answer gets its own message."""

from __future__ import annotations

import ast
import asyncio
import threading
import time

import nbformat
import pytest

from wingslib import paths, processes, threads
from wingslib.errors import ParameterError
from wingslib.lesson import exercises
from wingslib.lesson.grading import grade

EXERCISES = exercises.load()
WRONG = [(key, place) for key, exercise in EXERCISES.items() for place in range(len(exercise.wrong))]
SEEDS = range(10)
ENOUGH = 2.0  # seconds of hanging
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef


def written(source: str, name: str):
    """Return the function `name` of a notebook cell with this source."""
    cell = {"__name__": "__main__", "processes": processes, "asyncio": asyncio, "threading": threading, "threads": threads}
    exec(source, cell)
    return cell[name]


@pytest.mark.parametrize("key", EXERCISES)
def test_a_stub_is_not_attempted(key):
    """The notebook's own cell is neither right nor wrong, and its text is the same in every run."""
    found = grade(key, written(EXERCISES[key].stub, EXERCISES[key].name))
    assert (found.word, found.text) == ("not attempted", f"{key}: not attempted yet.")


@pytest.mark.parametrize("key", EXERCISES)
def test_a_solution_passes(key):
    """The solution is correct for ten seeds."""
    answer = written(EXERCISES[key].solution, EXERCISES[key].name)
    assert {grade(key, answer, seed).text for seed in SEEDS} == {f"{key}: correct."}


@pytest.mark.parametrize(("key", "place"), WRONG)
def test_a_wrong_answer_gets_its_message(key, place):
    """Each wrong answer fails with the message about its own misconception, for ten seeds; one that hangs for fewer."""
    wrong = EXERCISES[key].wrong[place]
    answer = written(wrong.source, EXERCISES[key].name)
    began = time.monotonic()
    for seed in SEEDS:
        found = grade(key, answer, seed)
        assert found.word == "incorrect"
        assert wrong.message in found.text
        if time.monotonic() - began > ENOUGH:
            break


@pytest.mark.parametrize("key", EXERCISES)
def test_an_exercise_is_whole(key):
    """Hints and wrong answers are there, all texts are Python, and no two wrong answers are the same."""
    exercise = EXERCISES[key]
    assert exercise.hints
    assert all(exercise.hints)
    assert len({wrong.source for wrong in exercise.wrong}) >= 3
    for source in (exercise.stub, exercise.solution, *(wrong.source for wrong in exercise.wrong)):
        assert exercise.name in {node.name for node in ast.walk(ast.parse(source)) if isinstance(node, FUNCTION)}


def test_an_unknown_exercise_is_named():
    """A wrong key lists the known ones."""
    with pytest.raises(ParameterError, match=r"exercise is '02z'; known are 00a, .*01a, 01b, 02a, 02b"):
        exercises.find("02z")


def test_exercises_of_one_notebook():
    """The exercises of one notebook can be had alone."""
    assert list(exercises.load("02")) == ["02a", "02b"]


@pytest.mark.parametrize("key", EXERCISES)
def test_a_notebook_shows_the_stub(key):
    """A cell of the exercise's notebook defines what its stub defines, statement for statement, and checks it."""
    exercise, [path] = EXERCISES[key], (paths.project() / "notebooks").glob(f"{key[:2]}_*.ipynb")
    sources = [cell.source for cell in nbformat.read(path, as_version=4).cells if f'lesson.check("{key}", ' in cell.source]
    statements = [[ast.dump(node) for node in ast.parse(source).body] for source in sources]
    wanted = [ast.dump(node) for node in ast.parse(exercise.stub).body]
    assert len(statements) == 1
    assert [statement for statement in statements[0] if statement in wanted] == wanted

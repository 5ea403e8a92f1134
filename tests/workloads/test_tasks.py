"""Tasks give the answers of a naive reading, and the same ones every time."""

from __future__ import annotations

import ast
import pickle
import statistics
import subprocess
import sys

import numpy as np
import pytest

from wingslib.errors import ParameterError
from wingslib.workloads import tasks

BRANCHES = [
    ("pass", 1),
    ("if a: pass\n    elif b: pass\n    else: pass", 3),
    ("for x in y: pass\n    else: pass", 2),
    ("while a and b and c: pass", 4),
    ("try: pass\n    except A: pass\n    except B: pass\n    finally: pass", 3),
    ("return a or (b and c)", 3),
    ("return [x for x in y if x if x > 1]", 3),
    ("return a if b else c", 2),
    ("assert a", 2),
    ("match a:\n        case 1: pass\n        case _: pass", 3),
    ("with a: pass", 1),
    ("def g():\n        if a: pass", 2),
]


@pytest.mark.parametrize(("body", "expected"), BRANCHES)
def test_complexity_counts_each_branch(body, expected):
    """A function's complexity is 1 and one for each branch of the rule in its docstring."""
    assert tasks.complexity(f"def f():\n    {body}") == expected


def test_complexity_of_an_async_function_counts_async_for():
    """`async for` is a branch too."""
    assert tasks.complexity("async def f():\n    async for x in y: pass") == 2


def test_three_results_of_one_parse_grow_heavier():
    """The tokens weigh more than the number."""
    source = "def f(a):\n    if a: return 1"
    assert ast.dump(tasks.tree(source)) == ast.dump(ast.parse(source))
    assert "".join(token.string for token in tasks.tokens(source) if token.string.strip()) == "deff(a):ifa:return1"
    number, tokens, tree = (len(pickle.dumps(task(source))) for task in (tasks.complexity, tasks.tokens, tasks.tree))
    assert number < min(tokens, tree)


def test_tiny_tasks_count():
    """Lines and definitions are counted."""
    assert tasks.count_lines("a\nb") == 2
    assert tasks.count_defs("def f(): pass\nundef g\ndef h(): pass") == 3


def test_spin_is_repeatable_and_grows_with_its_steps():
    """The same steps from the same seed end at the same number, as a naive generator does."""
    assert tasks.spin(3, seed=7) == tasks.spin(3, seed=7) != tasks.spin(3, seed=8)
    assert tasks.spin(2, seed=7) == tasks.spin(1, seed=tasks.spin(1, seed=7))
    assert tasks.spin(0, seed=7) == 7


@pytest.mark.parametrize("kind", ["constant", "exponential", "lognormal", "sorted"])
def test_durations_have_their_mean_and_are_repeatable(kind):
    """Each kind has the mean that was asked for, within its chance, and repeats from its seed."""
    drawn = tasks.durations(kind, 4000, seed=1, mean=2.0)
    assert drawn == tasks.durations(kind, 4000, seed=1, mean=2.0)
    assert statistics.fmean(drawn) == pytest.approx(2.0, rel=0.1)
    assert min(drawn) >= 0


def test_sorted_durations_are_sorted_lognormal_ones():
    """Sorted is the lognormal draw, longest last."""
    assert tasks.durations("sorted", 50, seed=2) == sorted(tasks.durations("lognormal", 50, seed=2))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(("normal", 3, 1), "kind is 'normal'"), (("constant", -1, 1), "n is -1"), (("constant", 1, 1, 0), "mean is 0")],
)
def test_wrong_durations_are_refused(arguments, message):
    """A wrong kind, number or mean is refused by name."""
    with pytest.raises(ParameterError, match=message):
        tasks.durations(*arguments)


def test_a_product_is_the_same_for_every_number_of_threads():
    """The checksum is exact: one thread, two, or as many as NumPy likes, and the naive product in whole numbers."""
    left, right = np.random.default_rng(3).integers(0, 16, size=(2, 500, 500))
    rows = [int((row @ right % 8191).sum()) for row in left]
    assert {tasks.product((3, threads)) for threads in (None, 1, 2)} == {sum(rows)}


def test_importing_tasks_loads_nothing_heavy():
    """A worker that imports tasks, corpora and the server loads neither NumPy nor pandas."""
    script = (
        "import sys; from wingslib.workloads import cases, corpora, material, server, tasks;"
        "print(sorted({'numpy', 'pandas', 'scipy', 'IPython', 'matplotlib'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"

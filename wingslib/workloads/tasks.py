"""Functions for engines to run: some compute, some are tiny, some bring home a heavy result.

Each gives the same result in any process and thread. Nothing heavy is imported at module level, because every
worker imports this file. What is run on which material is the caller's choice.
"""

from __future__ import annotations

import ast
import io
import math
import random
import sys
import threading
import time
import tokenize
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from wingslib.errors import ParameterError, require_count, require_seconds
from wingslib.machine import current_core

_FORKS = (ast.If, ast.IfExp, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.Assert, ast.match_case)
_MATRIX_SIDE = 500
_PARSING: AbstractContextManager[Any] = threading.Lock() if sys.version_info < (3, 13) else nullcontext()


def count_branches(tree: ast.AST) -> int:
    """Return how many branches lie below `tree`.

    One each: if, elif, conditional expression, for, while, except, assert, case, `if` of a comprehension, and every
    operand of and/or after the first. That is McCabe's rule, as checkers of Python commonly read it; `else`, `with` and
    `try` itself open no branch.
    """
    branches = 0
    for node in ast.walk(tree):
        if isinstance(node, _FORKS):
            branches += 1
        elif isinstance(node, ast.BoolOp):
            branches += len(node.values) - 1
        elif isinstance(node, ast.comprehension):
            branches += len(node.ifs)
    return branches


def parsed(source: str) -> ast.Module:
    """Return the syntax tree of `source`; before Python 3.13 one thread at a time.

    Seen on 3.11.7: the depth of all trees is counted in one place, so if a garbage collection that calls Python (a
    kernel's does) lets another thread parse meanwhile, the first raises SystemError.
    Source: https://github.com/python/cpython/issues/106905
    """
    with _PARSING:
        return ast.parse(source)


def complexity(source: str) -> int:
    """Return 1 + the branches of the function in `source`: how many paths a test must take. SyntaxError if it is no Python."""
    return 1 + count_branches(parsed(source))


def tokens(source: str) -> list[tokenize.TokenInfo]:
    """Parse `source` as `complexity` does and return all its tokens, each with its place: a heavier result."""
    parsed(source)
    return list(tokenize.generate_tokens(io.StringIO(source).readline))


def tree(source: str) -> ast.AST:
    """Parse `source` as `complexity` does and return the whole tree: the heaviest result. Compare trees by `ast.dump`."""
    return parsed(source)


def same(one: object, other: object) -> bool:
    """Say whether two results are equal, syntax trees by what they hold."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, ast.AST) and isinstance(other, ast.AST):
        return ast.dump(one) == ast.dump(other)
    return one == other


def cores_visited(seconds: float) -> list[int]:
    """Compute for `seconds` and return the cores that this thread was seen on; empty where the system does not tell."""
    end, seen = time.perf_counter() + seconds, set()
    while time.perf_counter() < end:
        spin(1000)
        seen.add(current_core())
    return sorted(core for core in seen if core is not None)


def count_lines(source: str) -> int:
    """Return how many lines `source` has: under a microsecond, too little to send anywhere."""
    return source.count("\n") + 1


def count_defs(source: str) -> int:
    """Return how often "def " occurs in `source`: under a microsecond, too little to send anywhere."""
    return source.count("def ")


def spin(iterations: int, seed: int = 1) -> int:
    """Compute for `iterations` steps of a random number generator, started with `seed`; return its last number."""
    number = seed
    for _ in range(iterations):
        number = (number * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
    return number


_SHAPES: dict[str, Callable[[random.Random], float]] = {
    "constant": lambda rng: 1.0,
    "exponential": lambda rng: -math.log(1.0 - rng.random()),
    "lognormal": lambda rng: rng.lognormvariate(-0.5, 1.0),
    "sorted": lambda rng: rng.lognormvariate(-0.5, 1.0),
}


def durations(kind: str, n: int, seed: int, mean: float = 1.0) -> list[float]:
    """Return `n` seeded durations in seconds whose expected value is `mean`.

    `kind` is "constant", "exponential", "lognormal" (a few are many times the rest), or "sorted": lognormal, the longest last.
    """
    if kind not in _SHAPES:
        raise ParameterError(f"kind is {kind!r}; allowed is one of {', '.join(_SHAPES)}. For example kind='lognormal'.")
    require_count("n", n, least=0)
    require_seconds("mean", mean)
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    drawn = [mean * _SHAPES[kind](rng) for _ in range(n)]
    return sorted(drawn) if kind == "sorted" else drawn


def product(item: tuple[int, int | None]) -> int:
    """Multiply two seeded 500 × 500 matrices with NumPy and return a checksum of the product.

    `item` is (seed, threads): how many threads NumPy's linear algebra may use for it, or None for as many as it likes. The
    matrices hold small whole numbers, so the checksum is exact and the same for every number of threads.
    """
    import numpy as np
    from threadpoolctl import threadpool_limits

    seed, threads = item
    rng = np.random.default_rng(seed)
    left, right = rng.integers(0, 16, size=(2, _MATRIX_SIDE, _MATRIX_SIDE)).astype(float)
    with nullcontext() if threads is None else threadpool_limits(limits=threads, user_api="blas"):
        multiplied = left @ right
    return int((multiplied % 8191.0).sum())

"""The exercises of 05_dynamic_distribution take other right answers, and name other mistakes."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from itertools import islice

import pytest

from wingslib.engines import threads
from wingslib.lesson.grading import grade
from wingslib.patterns import dynamic_parallel


def factoring(n, workers):
    """Solve A in rounds, and give a list."""
    sizes = []
    while n > 0:
        for _ in range(workers):
            sizes.append(min(n, -(-n // (2 * workers))))
            n -= sizes[-1]
    return [size for size in sizes if size]


def through_the_library(fn, pages, workers, progress):
    """Solve B with dynamic_parallel."""
    with dynamic_parallel(fn, pages, engine=threads, workers=workers, progress=progress) as results:
        for page, outcome in results:
            yield page, outcome.value, outcome.error


@pytest.mark.parametrize(("key", "answer"), [("05a", factoring), ("05b", through_the_library)])
def test_another_right_answer_passes(key, answer):
    """What counts is what it does, not how it is written."""
    assert {grade(key, answer, seed).text for seed in range(5)} == {f"{key}: correct."}


def endless(n, workers):
    """Never stop."""
    while True:
        yield 1


def negative(n, workers):
    """Take items back."""
    return [n + 1, -1]


def halves(n, workers):
    """Give half items."""
    return [n / 2, n / 2]


def with_empty(n, workers):
    """Add a chunk of nothing."""
    yield from factoring(n, workers)
    yield 0


def no_number(n, workers):
    """Fail."""
    raise ZeroDivisionError("no workers")


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (endless, "it never ends"),
        (negative, "items handed out"),
        (halves, "a chunk is a whole number of items"),
        (with_empty, "a chunk of no items"),
        (no_number, "it raised ZeroDivisionError: no workers"),
    ],
)
def test_other_mistakes_in_a(answer, message):
    """Each is told what it looks like."""
    assert message in grade("05a", answer, 1).text


def in_batches(fn, pages, workers, progress):
    """Keep the window by hand, and forget the last batch."""
    todo, done = iter(pages), 0
    with ThreadPoolExecutor(workers) as executor:
        page_of = {executor.submit(fn, page): page for page in islice(todo, 2 * workers)}
        while done < len(pages) - workers:
            future = wait(page_of, return_when=FIRST_COMPLETED).done.pop()
            page, done = page_of.pop(future), done + 1
            page_of.update({executor.submit(fn, each): each for each in islice(todo, 1)})
            progress(done, len(pages))
            yield page, None if future.exception() else future.result(), future.exception()


def twice(fn, pages, workers, progress):
    """Give every page two times."""
    for result in through_the_library(fn, pages, workers, progress):
        yield result
        yield result


def one_result(fn, pages, workers, progress):
    """Do all, and stop after one where nothing fails."""
    results = list(through_the_library(fn, pages, workers, progress))
    yield from results if any(error for _, _, error in results) else results[:0]


def a_list(fn, pages, workers, progress):
    """Do all before giving the first."""
    return list(through_the_library(fn, pages, workers, progress))


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (in_batches, "progress stops at"),
        (twice, "answers sit on wrong pages"),
        (one_result, "it ended before the break"),
        (a_list, "pages were begun that nobody took"),
    ],
)
def test_other_mistakes_in_b(answer, message):
    """Each is told what it looks like."""
    assert message in grade("05b", answer, 1).text

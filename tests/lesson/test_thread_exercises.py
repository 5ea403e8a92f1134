"""The exercises of 03_threads take other right answers, and name other mistakes."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from wingslib import threads
from wingslib.lesson.exercises import nb03
from wingslib.lesson.grading import grade


def with_a_pool(urls, workers, get):
    """Solve A with the standard library, and ask the status itself."""

    def kept(url):
        try:
            answer = get(url, timeout=0.5)
            if not answer.ok:
                raise RuntimeError(f"{answer.status_code} at {url}")
            return answer.text
        except Exception as error:
            return error

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(kept, urls))


def merging(urls, status, stats):
    """Solve B without a lock: only the caller counts."""
    for code, count in Counter(threads.map(status, urls, workers=10).values()).items():
        stats[code] = stats.get(code, 0) + count
    return stats


def adding(urls, status, stats):
    """Solve B with a lock and +=."""
    lock = threading.Lock()

    def one(url):
        code = status(url)
        with lock:
            if code not in stats:
                stats[code] = 0
            stats[code] += 1

    threads.map(one, urls, workers=10).values()
    return stats


@pytest.mark.parametrize(("key", "answer"), [("03a", with_a_pool), ("03b", merging), ("03b", adding)])
def test_another_right_answer_passes(key, answer):
    """What counts is what it does, not how it is written."""
    assert {grade(key, answer, seed).text for seed in range(3)} == {f"{key}: correct."}


def as_dict(urls, workers, get):
    """File by address, and give the dict."""
    return dict(zip(urls, with_a_pool(urls, workers, get), strict=True))


def two_workers(urls, workers, get):
    """Start too few."""
    return with_a_pool(urls, 2, get)


def names_only(urls, workers, get):
    """Give the names of the errors."""
    return [type(entry).__name__ if isinstance(entry, Exception) else entry for entry in with_a_pool(urls, workers, get)]


def shouted(urls, workers, get):
    """Change the pages."""
    return [entry.upper() if isinstance(entry, str) else entry for entry in with_a_pool(urls, workers, get)]


def a_generator(urls, workers, get):
    """Give something that is no list."""
    return iter(with_a_pool(urls, workers, get))


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (as_dict, nb03.BY_ADDRESS),
        (two_workers, nb03.TOO_FEW),
        (names_only, nb03.NOT_AN_ERROR),
        (shouted, "this is not the text of the page"),
        (a_generator, "this is not a list"),
    ],
)
def test_other_mistakes_in_a(answer, message):
    """Each is told what it looks like."""
    assert message in grade("03a", answer, 1).text


def forgets_earlier(urls, status, stats):
    """Count anew what was counted before."""
    found = Counter(threads.map(status, urls, workers=10).values())
    stats.update(found)
    return stats


def five_threads(urls, status, stats):
    """Ask five at a time."""
    for code in threads.map(status, urls, workers=5).values():
        stats[code] = stats.get(code, 0) + 1
    return stats


@pytest.mark.parametrize(
    ("answer", "message"),
    [(forgets_earlier, nb03.LOST), (five_threads, nb03.TOO_FEW)],
)
def test_other_mistakes_in_b(answer, message):
    """Each is told what it looks like."""
    assert message in grade("03b", answer, 1).text


def test_the_mapping_loses_an_update_without_luck():
    """Two threads that read before either writes lose one count, in each of twenty tries."""
    for _ in range(20):
        stats = nb03._Stats({})

        def count(code, stats=stats):
            stats[code] = stats.get(code, 0) + 1

        threads.map(count, [200] * 2, workers=2).values()
        assert dict(stats) == {200: 1}

"""The exercises of 03_threads: an outcome for each address, and a count that threads lose.

Neither asks a server. `_Desk` makes calls meet, so that how many are under way at one time is exact, and gives up where
they never will; what would hang for ever is broken off as soon as nothing else is left to wait for.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from wingslib.lesson.exercises.exercise import Exercise, Failed, Wrong
from wingslib.lesson.exercises.trial import answer_here

PATIENCE = 0.3  # seconds that a call waits for others that never come; they come within milliseconds
LINGER = 0.05  # seconds in which more calls than allowed would show


@dataclass
class _Desk:
    """Lets the first calls in once `workers` are there at one time, or once nobody comes any more; counts the most."""

    workers: int
    now: int = 0
    peak: int = 0
    opened: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Count a call while it is here."""
        with self.lock:
            self.now += 1
            self.peak = max(self.peak, self.now)
            fills = self.now == self.workers and not self.opened.is_set()
        try:
            if fills:
                threading.Event().wait(LINGER)
            else:
                self.opened.wait(PATIENCE)
            self.opened.set()
            yield
        finally:
            with self.lock:
                self.now -= 1

    def require_peak(self, case: str, alone: str) -> None:
        """Raise Failed, with the message `alone` for a peak of 1, unless as many calls as workers were under way."""
        if self.peak != self.workers:
            message = alone if self.peak == 1 else TOO_MANY if self.peak > self.workers else TOO_FEW
            raise Failed(message, case, f"{self.peak} at one time", f"{self.workers} at one time")


TOO_MANY = "more calls were under way than there are workers"
TOO_FEW = "not all workers were at work at the same time"

# ---- A: check_links

LINKS_STUB = '''\
def check_links(urls, workers, get):
    """Ask for all urls, `workers` at a time; return the text of each page or the error, in the
    order of urls.

    `get(url, timeout=seconds)` is like requests.get: its answer has .text and
    .raise_for_status().
    """
    return ...
'''

LINKS_SOLUTION = '''\
def check_links(urls, workers, get):
    """Ask for all urls, `workers` at a time; return the text of each page or the error, in the order of urls."""

    def page(url):
        answer = get(url, timeout=5)
        answer.raise_for_status()
        return answer.text

    run = threads.map(page, urls, workers=workers)
    return [outcome.value if outcome.ok else outcome.error for outcome in run]
'''

BY_ADDRESS = "you filed them by address, and some addresses come twice"
DROPPED = "what failed is missing from the result"
ERROR_PAGE = "an error page was filed as a page"
STILL_THERE = "get had no timeout: you may stop waiting, the worker does not"
IN_TURN = "peak 1: you waited for each answer before you asked for the next"
SORRY = "we are sorry"
AS_THEY_CAME = "these are in the order in which they came, not in the order of urls"
NOT_AN_ERROR = "where an address failed, give its error itself"

LINKS_HINTS = (
    "Write a function that asks for one address first. What does it do with a page that answers 500, and with one that never "
    "answers?",
    "threads.map(page, urls, workers=workers) gives an outcome for each input, in order: outcome.ok, outcome.value, "
    "outcome.error.",
    "page calls get(url, timeout=5), then answer.raise_for_status(), and returns answer.text. Then a list of value or error, "
    "one for each outcome.",
)

_HEAD = "from concurrent.futures import ThreadPoolExecutor, as_completed\n\n\ndef check_links(urls, workers, get):\n"
_PAGE = """\
    def page(url):
        answer = get(url, timeout=5)
        answer.raise_for_status()
        return answer.text

"""
_KEPT = """\
    def kept(url):
        try:
            return page(url)
        except Exception as error:
            return error

"""
_MAP = "    return [o.value if o.ok else o.error for o in threads.map(page, urls, workers=workers)]\n"
_UNCHECKED = _PAGE.replace("        answer.raise_for_status()\n", "")
_PATIENT = _PAGE.replace(", timeout=5", "")
_POOLED = "    with ThreadPoolExecutor(workers) as pool:\n"
LINKS_WRONG = (
    Wrong(
        f"{_HEAD}{_PAGE}{_KEPT}{_POOLED}"
        "        jobs = {pool.submit(kept, url): url for url in urls}\n"
        "        found = {jobs[job]: job.result() for job in as_completed(jobs)}\n"
        "    return list(found.values())\n",
        BY_ADDRESS,
    ),
    Wrong(f"{_HEAD}{_UNCHECKED}{_MAP}", ERROR_PAGE),
    Wrong(
        f"{_HEAD}{_PATIENT}"
        "    def outcome(job):\n        try:\n            return job.result(timeout=5)\n"
        "        except Exception as error:\n            return error\n\n"
        f"{_POOLED}        return [outcome(job) for job in [pool.submit(page, url) for url in urls]]\n",
        STILL_THERE,
    ),
    Wrong(f"{_HEAD}{_PATIENT}{_MAP}", STILL_THERE),
    Wrong(f"{_HEAD}{_PAGE}    return [o.value for o in threads.map(page, urls, workers=workers) if o.ok]\n", DROPPED),
    Wrong(f"{_HEAD}{_PAGE}{_KEPT}    return [kept(url) for url in urls]\n", IN_TURN),
    Wrong(
        f"{_HEAD}{_PAGE}{_KEPT}{_POOLED}"
        "        return [job.result() for job in as_completed([pool.submit(kept, url) for url in urls])]\n",
        AS_THEY_CAME,
    ),
    Wrong(f"{_HEAD}{_PAGE}{_KEPT}" + _MAP.replace("workers=workers", "workers=len(urls)"), TOO_MANY),
    Wrong(f"{_HEAD}{_PAGE}{_KEPT}" + _MAP.replace("o.error", "None"), NOT_AN_ERROR),
)


@dataclass(frozen=True)
class _Answer:
    """What a server sent, with the manners of `requests`."""

    url: str
    status_code: int
    text: str

    @property
    def ok(self) -> bool:
        """Say whether this is a page."""
        return self.status_code < 400

    def raise_for_status(self) -> None:
        """Raise an error unless this is a page."""
        if not self.ok:
            raise OSError(f"{self.url} answered {self.status_code}")


@dataclass
class _Web:
    """Addresses and what each of them does: a status, "refused" or "hangs". It notes who would never come back."""

    desk: _Desk
    fates: dict[str, int | str]
    asked: int
    endless: list[str] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)

    def get(self, url: str, timeout: float | None = None, **_: Any) -> _Answer:
        """Answer for `url` as its fate says."""
        with self.desk.one():
            self._wait_first(url)
            self.asked -= 1
            fate = self.fates[url]
            if fate == "hangs":
                self._hang(url, timeout)
            elif fate == "refused":
                raise ConnectionError(f"{url} refused the connection")
        self.left.set()
        return _Answer(url, int(fate), f"page of {url}" if fate == 200 else SORRY)

    def _wait_first(self, url: str) -> None:
        """Let the first address be answered after another one, so that answers come in another order than questions."""
        if url == next(iter(self.fates)) and self.desk.peak > 1:
            self.left.wait(PATIENCE)

    def _hang(self, url: str, timeout: float | None) -> None:
        if timeout is None:
            self.endless.append(url)
            self.left.wait(PATIENCE)
            raise ConnectionError(f"{url} was broken off by the check")
        raise TimeoutError(f"{url} gave no answer within {timeout:g} s")

    @property
    def expected(self) -> dict[str, str | None]:
        """Return the page of each address, or None where it has none."""
        return {url: f"page of {url}" if fate == 200 else None for url, fate in self.fates.items()}


def test_check_links(fn: Callable[..., Any], rng: random.Random) -> None:
    """Ask for some tens of addresses, some twice, of which some answer with an error, refuse, or hang."""
    workers, count = rng.randint(3, 6), rng.randrange(21, 41, 2)
    names = [f"http://127.0.0.1/item/{number}" for number in rng.sample(range(1000), count)]
    fates: dict[str, int | str] = dict.fromkeys(names, 200)
    bad: list[int | str] = [rng.choice([404, 500, 503]), rng.choice([500, 502]), "refused", "hangs"]
    fates.update(zip(rng.sample(names[workers:], len(bad)), bad, strict=True))
    again = rng.sample(names[1:], rng.randint(3, 5))
    urls = [*names, *again]
    web = _Web(_Desk(workers), fates, len(urls))
    case = f"{len(urls)} urls, {len(again)} of them twice, {workers} workers"
    found = answer_here(fn, (list(urls), workers, web.get), case)
    _require_asked(web, case)
    _require_links(found, [web.expected[url] for url in urls], urls, case)


def _require_asked(web: _Web, case: str) -> None:
    if web.endless:
        raise Failed(STILL_THERE, f"{case}; {web.endless[0]} never answers", "get(url)", "get(url, timeout=…)")
    web.desk.require_peak(case, IN_TURN)


def _require_links(found: Any, expected: list[str | None], urls: list[str], case: str) -> None:
    if isinstance(found, dict):
        raise Failed(BY_ADDRESS, case, f"{len(urls)} in, {len(found)} out", f"{len(urls)} out")
    if not isinstance(found, list):
        raise Failed("this is not a list", case, found, "a list")
    if len(found) != len(urls):
        lost = BY_ADDRESS if any(isinstance(entry, BaseException) for entry in found) else DROPPED
        raise Failed(lost, case, f"{len(urls)} in, {len(found)} out", f"{len(urls)} out")
    if Counter(map(_kind, found)) == Counter(map(_kind, expected)) and list(map(_kind, found)) != list(map(_kind, expected)):
        raise Failed(AS_THEY_CAME, case, found[:2], expected[:2])
    for url, got, page in zip(urls, found, expected, strict=True):
        _require_link(got, page, f"{case}; {url}")


def _kind(entry: object) -> object:
    return entry if isinstance(entry, str) else "an error"


def _require_link(got: object, page: str | None, case: str) -> None:
    if page is None and not isinstance(got, BaseException):
        message = ERROR_PAGE if got == SORRY or isinstance(got, _Answer) else NOT_AN_ERROR
        raise Failed(message, case, got, "its error")
    if page is not None and got != page:
        raise Failed("this is not the text of the page", case, got, page)


# ---- B: count_codes

THREADS = 10

CODES_STUB = '''\
def count_codes(urls, status, stats):
    """Ask `status(url)` for all urls, ten at a time; count each code in the mapping `stats`,
    and return it.
    """
    return ...
'''

CODES_SOLUTION = '''\
def count_codes(urls, status, stats):
    """Ask `status(url)` for all urls, ten at a time; count each code in the mapping `stats`,
    and return it.
    """
    lock = threading.Lock()

    def count(url):
        code = status(url)
        with lock:
            stats[code] = stats.get(code, 0) + 1

    threads.map(count, urls, workers=10).values()
    return stats
'''

LOST = "counts were lost: between your read and your write another thread wrote"
HELD_TOO_LONG = "right, and peak 1: the lock is held while an address is asked"
ANOTHER_MAPPING = "stats itself was not counted in"

CODES_HINTS = (
    "stats[code] = stats.get(code, 0) + 1 reads, adds and writes. Where can another thread get in between?",
    "One threading.Lock for all ten threads. Read and write must lie inside the same `with lock:`.",
    "Ask status(url) before the lock: waiting for an answer needs no lock, and whoever waits inside it keeps nine waiting.",
)

_COUNT = "import threading\n\n\n" + CODES_SOLUTION.replace(
    "        code = status(url)\n        with lock:\n            stats[code] = stats.get(code, 0) + 1\n", "{}"
)
CODES_WRONG = (
    Wrong(_COUNT.format("        code = status(url)\n        stats[code] = stats.get(code, 0) + 1\n"), LOST),
    Wrong(
        _COUNT.format(
            "        code = status(url)\n        with lock:\n            before = stats.get(code, 0)\n"
            "        stats[code] = before + 1\n"
        ),
        LOST,
    ),
    Wrong(
        _COUNT.format("        with lock:\n            code = status(url)\n            stats[code] = stats.get(code, 0) + 1\n"),
        HELD_TOO_LONG,
    ),
    Wrong(
        _COUNT.format(
            "        code = status(url)\n        with threading.Lock():\n            stats[code] = stats.get(code, 0) + 1\n"
        ),
        LOST,
    ),
    Wrong(
        "from collections import Counter\n\n\ndef count_codes(urls, status, stats):\n"
        "    return dict(Counter(threads.map(status, urls, workers=10).values()))\n",
        ANOTHER_MAPPING,
    ),
)


class _Stats(dict[int, int]):
    """A mapping whose first writes wait until another thread has read: what a switch of threads does once in a while."""

    PAUSES, PAUSE = 6, 0.02

    def __init__(self, counts: dict[int, int]) -> None:
        super().__init__(counts)
        self._reads, self._pauses, self._read = 0, self.PAUSES, threading.Condition()

    def get(self, code: int, default: Any = None) -> Any:
        """Return the count of a code."""
        self._note()
        return super().get(code, default)

    def __getitem__(self, code: int) -> int:
        self._note()
        return super().__getitem__(code)

    def _note(self) -> None:
        with self._read:
            self._reads += 1
            self._read.notify_all()

    def __setitem__(self, code: int, count: int) -> None:
        with self._read:
            before = self._reads
            if self._pauses > 0:
                self._pauses -= not self._read.wait_for(lambda: self._reads > before, self.PAUSE)
        super().__setitem__(code, count)


def test_count_codes(fn: Callable[..., Any], rng: random.Random) -> None:
    """Let it count drawn codes into a mapping that holds some already, and look at the counts and at the peak."""
    urls = [f"http://127.0.0.1/item/{number}" for number in range(rng.randrange(41, 71, 2))]
    codes = {url: rng.choice([200, 200, 200, 404, 500]) for url in urls}
    earlier = {200: rng.randint(2, 9), 503: rng.randint(2, 9)}
    desk, stats = _Desk(THREADS), _Stats(earlier)

    def status(url: str) -> int:
        with desk.one():
            return codes[url]

    case = f"{len(urls)} urls, and stats holds {earlier} already"
    found = answer_here(fn, (urls, status, stats), case)
    _require_codes(found, stats, Counter(codes.values()) + Counter(earlier), case)
    desk.require_peak(case, HELD_TOO_LONG)


def _require_codes(found: Any, stats: _Stats, expected: Counter[int], case: str) -> None:
    if found is not stats:
        raise Failed(ANOTHER_MAPPING, case, found, "stats")
    yours, right = dict(stats), dict(expected)
    if yours != right:
        lost = sum(yours.values()) < sum(right.values()) and yours.keys() == right.keys()
        raise Failed(LOST if lost else "these are not the counts", case, yours, right)


EXERCISES = (
    Exercise("03a", "check_links", LINKS_STUB, LINKS_SOLUTION, LINKS_HINTS, LINKS_WRONG, test_check_links),
    Exercise("03b", "count_codes", CODES_STUB, CODES_SOLUTION, CODES_HINTS, CODES_WRONG, test_count_codes),
)

"""A service that refuses, breaks and hangs: every item has its outcome in time, and the service is not asked too much.

Single faults first, each with the error that it gives; then trials of H1 and H2 with faults, limits, tries and deadlines
drawn at random.
"""

from __future__ import annotations

import asyncio
import itertools
import socket
import time
from collections import defaultdict
from urllib.parse import quote

import httpx
import psutil
import pytest

from tests.footprint import Footprint
from wingslib.errors import TimedOut
from wingslib.patterns import Retry, limited_parallel
from wingslib.workloads import server

pytestmark = pytest.mark.usefixtures("nothing_left")


@pytest.fixture(scope="module")
def library():
    """Give a server that answers soon."""
    with server.library(latency=0.02) as running:
        yield running


@pytest.fixture
def refusing():
    """Give an address at which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}/"


def ask(urls, **options):
    """Get all addresses with httpx within limits; return the Run and the seconds it took."""

    async def all_of_them():
        async with httpx.AsyncClient(follow_redirects=True, trust_env=False, timeout=5) as client:

            async def get(url):
                answer = await client.get(url)
                answer.raise_for_status()
                return answer.content.decode()

            return await limited_parallel(get, urls, **options)

    began = time.perf_counter()
    return asyncio.run(all_of_them()), time.perf_counter() - began


def sockets():
    """Return how many sockets of this process are open to others."""
    return len(psutil.Process().net_connections("tcp"))


def test_97_of_100_are_right_and_three_fail_by_name(library, refusing):
    """The service sees ten at one time, never more; a 500, a hang and a refused port are errors of their own kinds."""
    urls = [f"{library.url}/page/{number}" for number in range(100)]
    urls[20], urls[40], urls[60] = f"{library.url}/trouble/500", f"{library.url}/trouble/hang", refusing
    library.counts()
    run, _ = ask(urls, limit=10, timeout=3)
    counts = library.counts()
    assert {index: type(error) for index, error in run.errors.items()} == {
        20: httpx.HTTPStatusError,
        40: TimedOut,
        60: httpx.ConnectError,
    }
    assert all(outcome.value.startswith(f"Note {outcome.index}. ") for outcome in run if outcome.ok)
    assert (counts.peak, counts.requests) == (10, 99)


def test_a_fragile_service_answers_all_to_those_who_hold_back():
    """A thousand at once are refused for the most part; ten at a time, all are answered."""
    with server.library(latency=0.001, capacity=16, refuse_above=64) as fragile:
        urls = [f"{fragile.url}/page/{number}" for number in range(1000)]

        async def get(limit):
            return await limited_parallel(server.fetch_async, urls, limit=limit)

        slammed, refused = asyncio.run(get(1000)), fragile.counts().refused
        polite, counts = asyncio.run(get(10)), fragile.counts()
    assert len(slammed.errors) >= refused > 0
    assert polite.errors == {}
    assert (counts.requests, counts.refused, counts.peak) == (1000, 0, 10)


def test_the_service_sees_the_rate(library):
    """By the service's own count, no second has 20 % more than the rate allows."""
    library.counts()
    run, _ = ask([f"{library.url}/page/{number}" for number in range(75)], limit=20, rate=50)
    counts = library.counts()
    assert (len(run.errors), counts.requests) == (0, 75)
    assert counts.busiest(1.0) <= 1.2 * (50 + 1)


@pytest.mark.parametrize("status", ["500", "503", "429", "429/0", f"429/{quote('Wed, 21 Oct 2015 07:28:00 GMT')}", "429/soon"])
def test_a_service_that_says_no_is_asked_as_often_as_allowed(library, status):
    """Requests are items × tries, in flight never above the limit, and the answer is the outcome's error."""
    library.counts()
    run, _ = ask([f"{library.url}/trouble/{status}"] * 10, limit=3, retry=Retry(3, on=httpx.HTTPError, wait=0.001))
    counts = library.counts()
    assert {error.response.status_code for error in run.errors.values()} == {int(status[:3])}
    assert (len(run.errors), counts.requests) == (10, 30)
    assert counts.peak <= 3


def test_an_absurd_wait_ends_with_the_deadline(library):
    """Ten years of Retry-After are not waited for, nor the minute that is the cap, if there is less time."""
    run, seconds = ask([f"{library.url}/trouble/429/315360000"], limit=1, deadline=10, retry=Retry(3, on=httpx.HTTPError))
    assert isinstance(run.errors[0], httpx.HTTPStatusError)
    assert seconds < 5


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        ("302", httpx.TooManyRedirects),
        ("cut", httpx.RemoteProtocolError),
        ("half-close", httpx.RemoteProtocolError),
        ("reset", httpx.ReadError),
        ("garble", UnicodeDecodeError),
    ],
)
def test_a_broken_answer_is_an_error_by_name(library, trouble, error):
    """A loop of redirects, a wrong length, a reset and a wrong encoding are told apart."""
    run, _ = ask([f"{library.url}/trouble/{trouble}", f"{library.url}/page/1"], limit=2)
    assert {index: type(each) for index, each in run.errors.items()} == {0: error}


@pytest.mark.parametrize("trouble", ["hang", "stall", "drip"])
def test_a_service_that_never_ends_is_left_at_the_deadline(library, trouble):
    """The deadline is total, not for each read: neither silence nor a byte a second outlasts it, and no socket stays."""
    before = sockets()
    run, seconds = ask([f"{library.url}/trouble/{trouble}"] * 5 + [f"{library.url}/page/1"], limit=6, deadline=1.5)
    assert [outcome.index for outcome in run if outcome.ok] == [5]
    assert all(isinstance(error, TimedOut) for error in run.errors.values())
    assert seconds < 5 * 1.5
    assert sockets() <= before
    deadline = time.monotonic() + 5
    while library.counts().peak and time.monotonic() < deadline:
        time.sleep(0.02)
    assert library.counts().peak == 0


REDIRECTS = 3
REFUSALS = {
    **dict.fromkeys(["500", "503", "429", "429/0", "429/soon", "429/-1", "429/315360000"], httpx.HTTPStatusError),
    f"429/{quote('Wed, 21 Oct 2015 07:28:00 GMT')}": httpx.HTTPStatusError,
    f"429/{quote('Wed, 21 Oct 99999999999 07:28:00 GMT')}": httpx.HTTPStatusError,
    "302": httpx.TooManyRedirects,
    "cut": httpx.RemoteProtocolError,
    "garble": UnicodeDecodeError,
}
SILENCES = {
    **dict.fromkeys(["hang", "stall", "drip"], TimedOut),
    "half-close": httpx.RemoteProtocolError,
    "reset": httpx.ReadError,
    "refused": httpx.ConnectError,
}


def ask_each(pages, **options):
    """Get numbered addresses; return the Run, the seconds it took, when tries started by number, and how many sockets stay."""
    starts = defaultdict(list)

    async def all_of_them():
        limits = httpx.AsyncClient(follow_redirects=True, max_redirects=REDIRECTS, trust_env=False, timeout=5, verify=False)
        async with limits as client:

            async def get(page):
                starts[page[0]].append(time.perf_counter())
                answer = await client.get(page[1])
                answer.raise_for_status()
                return answer.content.decode()

            run = await limited_parallel(get, pages, **options)
            return run, sockets()  # here: with its loop, a forgotten request would end too

    began = time.perf_counter()
    run, open_sockets = asyncio.run(all_of_them())
    return run, time.perf_counter() - began, starts, open_sockets


def forgotten(library):
    """Say whether the service has seen all its clients leave."""
    deadline = time.monotonic() + 5
    while library.counts().peak and time.monotonic() < deadline:
        time.sleep(0.01)
    return library.counts().peak == 0


def test_h1_refusals(library, trials):
    """Any mix of refusals and broken answers: tries, requests and the peak within bounds, waits as asked, all in time."""
    for drawn in trials(50, 1_000, 10_000):
        kinds = [*REFUSALS, "page", "page"] if drawn.random() < 0.85 else ["429/1", "page"]
        chosen = drawn.choices(kinds, k=drawn.randint(1, 12))
        pages = [(i, f"{library.url}/{'page/7' if kind == 'page' else f'trouble/{kind}'}") for i, kind in enumerate(chosen)]
        limit, attempts, deadline = drawn.randint(1, 6), drawn.randint(1, 3), 2.5
        retry = Retry(attempts, on=(httpx.HTTPError, UnicodeDecodeError), wait=0.001)
        run, seconds, starts, _ = ask_each(pages, limit=limit, deadline=deadline, retry=retry)
        counts = library.counts()
        assert [outcome.index for outcome in run] == list(range(len(chosen)))
        for outcome, kind in zip(run, chosen, strict=True):
            assert outcome.ok == (kind == "page") or isinstance(outcome.error, TimedOut)
            assert outcome.ok or isinstance(outcome.error, (REFUSALS.get(kind, httpx.HTTPStatusError), TimedOut))
            assert len(starts[outcome.index]) <= attempts
            if kind == "429/1":
                assert all(late - early >= 1 for early, late in itertools.pairwise(starts[outcome.index]))
        assert counts.requests <= sum(len(starts[i]) * (1 + REDIRECTS * (kind == "302")) for i, kind in enumerate(chosen))
        assert counts.peak <= limit
        assert seconds < 5 * deadline


def test_h2_silences(library, refusing, trials):
    """Any mix of hangs, drips, resets and refused ports: each fails by the deadline, by name, and no socket stays."""
    for drawn in trials(20, 300, 3_000):
        before, sockets_before = Footprint(), sockets()
        chosen = [*drawn.choices([*SILENCES], k=drawn.randint(1, 8)), "page"]
        drawn.shuffle(chosen)
        pages = [(i, f"{library.url}/{'page/7' if kind == 'page' else f'trouble/{kind}'}") for i, kind in enumerate(chosen)]
        pages = [(i, refusing if chosen[i] == "refused" else url) for i, url in pages]
        limit, deadline = drawn.randint(1, 10), drawn.uniform(0.1, 0.8)
        run, seconds, _, open_sockets = ask_each(pages, limit=limit, deadline=deadline)
        assert [outcome.index for outcome in run] == list(range(len(chosen)))
        for outcome, kind in zip(run, chosen, strict=True):
            assert (outcome.ok and kind == "page") or isinstance(outcome.error, (SILENCES.get(kind, TimedOut), TimedOut))
        assert seconds < deadline + 5
        assert open_sockets <= sockets_before + 1  # that of the page, which is kept for the next
        assert before.grown(5) == []
        assert forgotten(library)

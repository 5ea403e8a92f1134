"""A service that refuses, breaks and hangs: every item has its outcome in time, and the service is not asked too much."""

from __future__ import annotations

import asyncio
import socket
import time
from urllib.parse import quote

import httpx
import psutil
import pytest

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

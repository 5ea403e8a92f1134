"""How not to kill a service: the limit in flight, the rate and the law between them, as notebook 06 tells them."""

from __future__ import annotations

import asyncio
import itertools
import math

import pytest

from wingslib.patterns import Retry, limited_parallel
from wingslib.workloads import server, virtual

CAPTIONS = range(1_000)


def fragile(**options):
    """Return the fragile service on a made-up clock."""
    return virtual.Service(0.02, capacity=16, refuse_above=64, **options)


def on_paper(limit, **options):
    """Return the Run, the virtual seconds and the service's counts of 1,000 captions."""
    service = fragile()
    run, seconds = virtual.run(limited_parallel(service, CAPTIONS, limit=limit, **options))
    return run, seconds, service.counts()


def asked(url, **options):
    """Get 1,000 captions from a real server; return the Run."""

    async def caption(number):
        return await server.fetch_async(f"{url}/page/{number}")

    return asyncio.run(limited_parallel(caption, CAPTIONS, **options))


def test_a_thousand_at_once_fail_and_ten_at_a_time_are_all_answered():
    """On the fragile server most of a crowd is refused; within the limit all are answered, and the peak is the limit."""
    with server.library(latency=0.005, capacity=16, refuse_above=64) as service:
        crowd, slammed = asked(service.url, limit=1_000), service.counts()
        polite, seen = asked(service.url, limit=10), service.counts()
    assert slammed.refused > 0
    assert len(crowd.errors) >= slammed.refused
    assert (len(polite), polite.errors) == (1_000, {})
    assert (seen.requests, seen.refused, seen.peak) == (1_000, 0, 10)


@pytest.mark.parametrize(("limit", "lost"), [(1, 0), (10, 0), (64, 0), (65, 936), (100, 936), (1_000, 936)])
def test_one_place_too_many_loses_nearly_all(limit, lost):
    """Up to what the service can hold nothing is lost; above it each refusal makes room for the next."""
    run, _, counts = on_paper(limit)
    assert (len(run.errors), counts.refused) == (lost, lost)
    assert counts.peak == min(limit, 65)


@pytest.mark.parametrize("limit", [1, 4, 8, 10, 16, 32, 64])
def test_wall_is_items_by_limit_times_latency(limit):
    """Little's law holds to a wave, up to the capacity of the service, and more in flight than that brings nothing."""
    _, seconds, _ = on_paper(limit)
    waves = math.ceil(len(CAPTIONS) / min(limit, 16))
    assert seconds == pytest.approx(waves * 0.02, abs=1e-4)
    assert 0 <= seconds - len(CAPTIONS) / min(limit, 16) * 0.02 <= 0.02 + 1e-4


@pytest.mark.parametrize(("rate", "limit"), [(160, 16), (50, 3), (999, 64)])
def test_no_window_releases_more_than_rate_times_window_plus_one(rate, limit):
    """Counted where the client releases them, exactly, also when tries are repeated."""
    service = virtual.Service(0.005, allowed=20, retry_after="1")
    retry = Retry(4, on=OSError, wait=0.01)
    virtual.run(limited_parallel(service, range(200), limit=limit, rate=rate, retry=retry))
    starts = service.counts().starts
    assert len(starts) > 200
    for (first, early), (last, late) in itertools.combinations(enumerate(starts), 2):
        assert last - first + 1 <= rate * (late - early) + 1 + 1e-6


def test_the_server_counts_the_rate_within_a_fifth():
    """The busiest second by the server's own count is the rate, 20 % more or less (a stall gets two more tries)."""
    with server.library(latency=0.005) as service:

        async def caption(number):
            return await server.fetch_async(f"{service.url}/page/{number}")

        busiest = []
        while len(busiest) < 3 and not any(80 <= most <= 121 for most in busiest):
            run = asyncio.run(limited_parallel(caption, range(125), limit=16, rate=100))
            counts = service.counts()
            assert (len(run.errors), counts.requests) == (0, 125)
            busiest.append(counts.busiest(1.0))
    assert 80 <= busiest[-1] <= 121


def test_a_limit_in_flight_is_not_a_rate():
    """Ten at a time, 5 ms each, are two thousand a second."""
    service = virtual.Service(0.005)
    virtual.run(limited_parallel(service, range(4_000), limit=10))
    counts = service.counts()
    assert counts.peak == 10
    assert 1_990 <= counts.busiest(1.0) <= 2_010


def test_those_who_wait_for_a_next_try_keep_the_crowd_away():
    """With retries a limit that is too high loses nothing: who waits holds a place."""
    run, _, counts = on_paper(100, retry=Retry(5, on=OSError))
    assert run.errors == {}
    assert counts.refused < 100


def test_ten_years_of_retry_after_are_a_minute_or_the_deadline():
    """The wait is cut at 60 s; a wait beyond the deadline is not begun, and the outcome is the service's refusal by name."""

    def absurd(**options):
        service = virtual.Service(allowed=1, retry_after="315360000")
        call = limited_parallel(service, range(2), limit=2, retry=Retry(2, on=OSError), **options)
        return virtual.run(call)

    run, seconds = absurd()
    assert (run.errors, round(seconds)) == ({}, 60)
    run, seconds = absurd(deadline=10)
    assert isinstance(run.errors[1], virtual.Refused)
    assert "item 1 on worker 1" in " ".join(run.errors[1].__notes__)
    assert seconds < 1

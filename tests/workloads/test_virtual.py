"""The made-up clock is exact, and its service refuses as the real one does."""

from __future__ import annotations

import asyncio
import pickle

import pytest

from wingslib.workloads import virtual


def asked(service, count):
    """Return what `count` requests at once gave, and the virtual seconds."""

    async def all_at_once():
        return await asyncio.gather(*map(service, range(count)), return_exceptions=True)

    return virtual.run(all_at_once())


def test_hours_pass_in_a_moment():
    """A wait of an hour takes an hour of the clock, also inside a running loop."""

    async def inside():
        return virtual.run(asyncio.sleep(3600, "slept"))

    for value, seconds in (virtual.run(asyncio.sleep(3600, "slept")), asyncio.run(inside())):
        assert value == "slept"
        assert seconds == pytest.approx(3600, abs=1e-6)


def test_capacity_makes_waves():
    """Sixty-four requests on sixteen desks are four waves, and nobody is refused."""
    service = virtual.Service(0.02, capacity=16, refuse_above=64)
    values, seconds = asked(service, 64)
    assert values == list(range(64))
    assert seconds == pytest.approx(0.08, abs=1e-6)
    assert (service.counts().peak, service.counts().requests) == (64, 0)


def test_a_crowd_is_refused_but_for_those_who_fit():
    """Of a thousand at once 64 are answered, the others get 503 and a Retry-After."""
    service = virtual.Service(0.02, capacity=16, refuse_above=64, retry_after="7")
    values, _ = asked(service, 1_000)
    refused = [value for value in values if isinstance(value, virtual.Refused)]
    assert (len(refused), service.counts().refused) == (936, 936)
    assert {(error.response.status_code, error.response.headers["Retry-After"]) for error in refused} == {(503, "7")}


def test_a_second_has_no_more_than_is_allowed():
    """The eleventh within a second gets 429, the next second is free again, and refusals do not count."""
    service = virtual.Service(0.001, allowed=10, retry_after="")

    async def two_seconds():
        answers = []
        for moment in range(40):
            try:
                answers.append(await service(moment))
            except OSError as error:
                answers.append(error.response.status_code)
            await asyncio.sleep(0.051)
        return answers

    answers, _ = virtual.run(two_seconds())
    assert answers[:10] == list(range(10))
    assert answers[10:20] == [429] * 10
    assert answers[20:30] == list(range(20, 30))


def test_a_refusal_can_be_sent():
    """It crosses to another process with its response, and names its status."""
    error = pickle.loads(pickle.dumps(virtual.Refused(404, {"Retry-After": "1"})))
    assert (error.response.status_code, dict(error.response.headers)) == (404, {"Retry-After": "1"})
    assert str(error) == "404 Not Found"

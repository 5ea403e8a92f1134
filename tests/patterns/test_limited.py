"""Limits hold: in flight, in rate, in time and in tries; all on a virtual clock."""

from __future__ import annotations

import asyncio
import itertools
import logging
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace

import httpx
import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from wingslib.errors import ParameterError, TimedOut
from wingslib.patterns import Retry, limited_parallel
from wingslib.workloads import virtual

SOON = 1e-6


class Service:
    """A service that notes the start of each request and its own peak; `answer` may be an error or seconds to think."""

    def __init__(self, answer=lambda request: 0.01):
        self.answer, self.starts, self.now, self.peak = answer, [], 0, 0

    async def __call__(self, item):
        """Think, then return the item or raise."""
        self.starts.append((asyncio.get_running_loop().time(), item))
        self.now += 1
        self.peak = max(self.peak, self.now)
        try:
            answer = self.answer(len(self.starts) - 1)
            if isinstance(answer, Exception):
                raise answer
            await asyncio.sleep(answer)
            return item
        finally:
            self.now -= 1

    def times(self):
        """Return when requests started."""
        return [moment for moment, _ in self.starts]


def limited(service, items, **options):
    """Return the Run and the virtual seconds it took."""
    return virtual.run(limited_parallel(service, items, **{"limit": 4} | options))


def refused(status, **headers):
    """Return the error that httpx raises for an answer with this status."""
    request = httpx.Request("GET", "http://127.0.0.1/page/1")
    response = httpx.Response(status, headers=headers, request=request)
    return httpx.HTTPStatusError(f"{status}", request=request, response=response)


def waits(error, **options):
    """Return the seconds between the tries of one item that fails once with `error` and the retry that it gets."""
    service = Service(lambda request: 0.0 if request else error)
    run, _ = limited(service, [0], retry=Retry(3, on=httpx.HTTPError, wait=0.1), **options)
    return run, [late - early for early, late in itertools.pairwise(service.times())]


@pytest.mark.parametrize("limit", [1, 3, 10])
def test_the_peak_is_the_limit(limit):
    """The service sees exactly `limit` at one time, and the values come in input order."""
    service = Service(lambda request: 0.03 - 0.001 * (request % 7))
    run, _ = limited(service, range(40), limit=limit)
    assert service.peak == limit
    assert run.values() == list(range(40))


def test_a_failure_is_an_outcome_and_the_others_run():
    """Without a retry each item is tried once, and an error stays with its item."""
    service = Service(lambda request: OSError("no") if request == 3 else 0.01)
    run, _ = limited(service, range(10), limit=1)
    assert list(run.errors) == [3]
    assert len(service.starts) == len(run) == 10


@settings(deadline=None, max_examples=30)
@given(rate=st.floats(0.5, 2000), number=st.integers(1, 40), limit=st.integers(1, 50), latency=st.floats(0, 0.1))
def test_no_window_has_more_starts_than_its_rate_allows(rate, number, limit, latency):
    """In any window at most rate × window + 1 tries start, and with nobody in the way no fewer."""
    service = Service(lambda request: latency)
    run, _ = limited(service, range(number), limit=limit, rate=rate)
    times = service.times()
    assert run.values() == list(range(number))
    for first, last in itertools.combinations(range(number), 2):
        assert last - first + 1 <= rate * (times[last] - times[first]) + 1 + 1e-6
    if limit >= number:
        assert times[-1] == pytest.approx((number - 1) / rate, abs=1e-4)


def test_a_second_try_counts_against_the_rate():
    """Tries are spaced as first ones are."""
    service = Service(lambda request: OSError("no") if request % 2 else 0.0)
    limited(service, range(20), rate=10, limit=20, retry=Retry(9, on=OSError, wait=0.001))
    assert len(service.starts) > 20
    assert all(late - early >= 0.1 - SOON for early, late in itertools.pairwise(service.times()))


@pytest.mark.parametrize("attempts", [1, 2, 5])
def test_no_item_has_more_tries_than_allowed(attempts):
    """A service that is down sees items × attempts requests, and the last error is the outcome's."""
    service = Service(lambda request: ConnectionError(f"try {request}"))
    run, _ = limited(service, range(6), limit=2, retry=Retry(attempts, on=OSError))
    assert len(service.starts) == 6 * attempts
    assert all(isinstance(error, ConnectionError) for error in run.errors.values())
    assert service.peak <= 2


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (refused(429), True),
        (refused(500), True),
        (refused(503), True),
        (refused(404), False),
        (refused(403), False),
        (httpx.ConnectError("refused"), True),
        (KeyError("bug"), False),
    ],
)
def test_only_what_may_go_better_is_tried_again(error, again):
    """No is an answer: a 404 is not asked again, nor an error that was not named."""
    run, between = waits(error)
    assert (len(between), run[0].ok) == (again, again)


def test_the_error_of_requests_is_read_alike():
    """A refusal that requests has raised counts by its status too, though its response is false."""
    for status, tries in [(404, 1), (503, 2)]:
        response = requests.Response()
        response.status_code = status
        service = Service(lambda request, response=response: requests.HTTPError(response=response))
        limited(service, [0], retry=Retry(2, on=requests.RequestException))
        assert len(service.starts) == tries


@pytest.mark.parametrize(
    ("told", "least", "most"),
    [
        ("7", 7, 7.1),
        ("0", 0, 0.1),
        ("60", 60, 60),
        ("315360000", 60, 60),
        ("9" * 400, 60, 60),
        (format_datetime(datetime.now(UTC) + timedelta(days=3650), usegmt=True), 60, 60),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0, 0.1),
        ("Wed, 21 Oct 2015 07:28:00 -0000", 0, 0.1),
        ("Wed, 21 Oct 99999999999 07:28:00 GMT", 0.1, 0.2),
        ("Wed, 21 Oct 2015 07:28:00 +99999999999999", 0.1, 0.2),
        ("soon", 0.1, 0.2),
        ("-5", 0.1, 0.2),
        ("²", 0.1, 0.2),
        ("", 0.1, 0.2),
    ],
)
def test_retry_after_is_honoured_up_to_a_minute(told, least, most):
    """Seconds or a date are waited for, at most 60 s; nonsense is as if nothing had been said."""
    run, between = waits(httpx_refusal(told))
    assert run[0].ok
    assert least - SOON <= between[0] <= most + SOON


def httpx_refusal(told):
    """Return a 429 whose header may hold what httpx would not send."""
    error = refused(429)
    error.response = SimpleNamespace(status_code=429, headers={"Retry-After": told})
    return error


def test_a_date_is_waited_for():
    """A date 20 s ahead is a wait of 19 to 21 s, as dates have whole seconds."""
    _, between = waits(refused(503, **{"Retry-After": format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)}))
    assert 18 <= between[0] <= 21


def test_those_who_were_refused_together_do_not_come_back_together():
    """Waits have a part drawn at random, with Retry-After and without."""
    for headers in ({}, {"Retry-After": "5"}, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}):
        service = Service(lambda request, headers=headers: refused(429, **headers) if request < 30 else 0.01)
        limited(service, range(30), limit=30, retry=Retry(2, on=httpx.HTTPError, wait=1))
        assert len({round(moment, 3) for moment in service.times()[30:]}) > 20


def test_waits_double():
    """Without jitter's share, each wait is twice the one before."""
    service = Service(lambda request: OSError("no"))
    limited(service, [0], retry=Retry(6, on=OSError, wait=1))
    for turn, (early, late) in enumerate(itertools.pairwise(service.times())):
        assert 2**turn - SOON <= late - early <= 2**turn + 1 + SOON


def test_a_deadline_ends_all():
    """At the deadline the running are cancelled, the others not started, and all are TimedOut by name."""
    service = Service(lambda request: 0.0 if request < 2 else 1e6)
    run, seconds = limited(service, range(50), limit=4, deadline=5)
    assert seconds == pytest.approx(5, abs=1e-3)
    assert [outcome.index for outcome in run if outcome.ok] == [0, 1]
    assert len(run) == run.total == 50
    assert all(isinstance(error, TimedOut) and error.index == index for index, error in run.errors.items())
    assert "deadline of 5 s" in str(run.errors[2])
    assert "cancelled" in str(run.errors[2])
    assert "before it was started" in str(run.errors[49])
    assert (len(service.starts), service.now) == (6, 0)


def test_after_the_deadline_no_more_is_pulled_of_endless_input():
    """Input without a length ends at the deadline, and what was pulled has its outcome."""
    pulled = itertools.count()
    run, _ = limited(Service(lambda request: 1), (next(pulled) for _ in itertools.count()), limit=3, deadline=4.5)
    assert len(run) == next(pulled) == 15
    assert run.total == 15
    assert sum(outcome.ok for outcome in run) == 12


def test_a_wait_for_the_rate_ends_at_the_deadline():
    """Who waits for its turn is let go too."""
    run, seconds = limited(Service(), range(100), rate=1, limit=10, deadline=3.5)
    assert seconds <= 3.5 + 1e-3
    assert sum(outcome.ok for outcome in run) == 4


def test_a_wait_beyond_the_deadline_is_not_begun():
    """A service that asks for more time than there is gives its own error at once."""
    service = Service(lambda request: refused(429, **{"Retry-After": "30"}))
    run, seconds = limited(service, [0], deadline=10, retry=Retry(5, on=httpx.HTTPError))
    assert isinstance(run.errors[0], httpx.HTTPStatusError)
    assert seconds < 1


def test_the_timeout_is_for_each_try():
    """A try that hangs is cancelled and tried again; waiting for the rate is not counted."""
    service = Service(lambda request: 1e6 if request == 0 else 0.01)
    run, _ = limited(service, range(8), limit=8, rate=1, timeout=0.5, retry=Retry(2, on=OSError))
    assert run.values() == list(range(8))
    assert len(service.starts) == 9


def test_a_timeout_without_a_retry_is_named():
    """The outcome is TimedOut with its index; a TimeoutError of the function itself stays what it is."""
    service = Service(lambda request: 1e6 if request == 0 else TimeoutError("mine"))
    run, _ = limited(service, range(2), limit=1, timeout=0.5)
    assert isinstance(run.errors[0], TimedOut)
    assert "timeout of 0.5 s" in str(run.errors[0])
    assert str(run.errors[1]) == "mine"


def test_a_cancelled_run_carries_what_was_done():
    """A cancel from outside is not taken for a failed try."""

    async def cancelled():
        service = Service(lambda request: 0.1 if request < 4 else 1e6)
        task = asyncio.ensure_future(limited_parallel(service, range(9), limit=4, retry=Retry(5, on=Exception)))
        await asyncio.sleep(1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
        return caught.value.run, len(service.starts)

    (run, starts), _ = virtual.run(cancelled())
    assert (len(run), starts) == (4, 8)


def test_progress_counts_failures():
    """The last call tells all, whether they failed or not."""
    told = []
    limited(Service(lambda request: OSError("no")), range(5), progress=lambda *counts: told.append(counts))
    assert told[-1] == (5, 5)


def test_tries_do_not_print():
    """The logger of stamina has a handler, or each failed try would be a line on the terminal."""
    assert logging.getLogger("stamina").handlers


async def soon(item):
    """Return the item."""
    return item


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"limit": 0}, "limit is 0"),
        ({"limit": True}, "limit is True"),
        ({"rate": 0}, "rate is 0"),
        ({"rate": float("nan")}, "rate is nan"),
        ({"rate": float("inf")}, "rate is inf"),
        ({"rate": "fast"}, "rate is 'fast'"),
        ({"deadline": 0}, "deadline is 0"),
        ({"deadline": float("inf")}, "deadline is inf"),
        ({"timeout": -1}, "timeout is -1"),
        ({"retry": 3}, "retry is 3"),
        ({"fn": len}, "async def"),
        ({"fn": 3}, "fn is 3"),
        ({"items": 3}, "items is 3"),
        ({"progress": 3}, "progress is 3"),
    ],
)
def test_a_wrong_argument_is_named(options, match):
    """Nothing is awaited when an argument is wrong."""
    call = {"fn": soon, "items": [1], "limit": 2} | options
    with pytest.raises(ParameterError, match=match):
        virtual.run(limited_parallel(call.pop("fn"), call.pop("items"), **call))


@pytest.mark.parametrize(
    ("arguments", "match"),
    [((0, OSError), "attempts is 0"), ((2, "OSError"), "on is"), ((2, ()), "on is"), ((2, BaseException), "on is")],
)
def test_a_wrong_retry_is_named(arguments, match):
    """A Retry is checked when it is made."""
    with pytest.raises(ParameterError, match=match):
        Retry(*arguments)

"""The local server answers, refuses, keeps connections, and ends with its parent."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest

from wingslib.errors import ParameterError
from wingslib.workloads import load, material, server


@pytest.fixture(scope="module")
def library():
    with server.library(latency=0.01, seed=3) as running:
        yield running


def test_a_page_is_the_seeded_note(library):
    """A page is a note of the server's seed, a chapter seven of them."""
    assert server.fetch_blocking(f"{library.url}/page/4") == material.note(4, 3)
    assert server.fetch_blocking(f"{library.url}/chapter/8").split("\n") == [material.note(56 + i, 3) for i in range(7)]


def test_both_clients_read_the_same(library):
    """The blocking and the asynchronous client return equal texts, many at once."""
    urls = [f"{library.url}/page/{number}" for number in range(40)]

    async def all_at_once():
        return await asyncio.gather(*map(server.fetch_async, urls))

    assert asyncio.run(all_at_once()) == [material.note(number, 3) for number in range(40)]
    assert server.fetch_blocking(urls[7]) == material.note(7, 3)


@pytest.mark.parametrize("path", ["/", "/chapter/0", "/chapter/29", "/page/x", "/page/-1", "/page/1/2", "/nothing"])
def test_what_does_not_exist_is_404(library, path):
    """An unknown address is answered with 404 to both clients."""
    with pytest.raises(OSError, match="answered 404 Not Found: no such page"):
        server.fetch_blocking(library.url + path)
    with pytest.raises(OSError, match="answered 404 Not Found: no such page"):
        asyncio.run(server.fetch_async(library.url + path))


def test_one_connection_serves_many_requests(library):
    """A connection stays open over answers of 200 and 404 and ends when the client asks."""
    connection = http.client.HTTPConnection(urlsplit(library.url).netloc, timeout=5)
    connection.connect()
    local = connection.sock.getsockname()
    for path, status in [("/page/1", 200), ("/nothing", 404), ("/page/2", 200)]:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        assert (answer.status, connection.sock.getsockname()) == (status, local)
    connection.request("GET", "/page/3", headers={"Connection": "close"})
    raw = connection.sock
    assert connection.getresponse().read().decode() == material.note(3, 3)
    assert raw.recv(1) == b""
    connection.close()


def test_only_get_is_answered(library):
    """A POST is refused with 405 and its connection closed, so its body is not read as a request."""
    host, port = urlsplit(library.url).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=5) as raw:
        raw.sendall(b"POST /page/1 HTTP/1.1\r\nContent-Length: 9\r\n\r\nGET /x y\n")
        answer = raw.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 405 ")
    assert answer.count(b"HTTP/1.1") == 1


def test_a_client_that_leaves_does_no_harm(library):
    """After a half request and a broken-off one the server still answers."""
    host, port = urlsplit(library.url).netloc.split(":")
    for sent in (b"GET /pa", b"GET /page/1 HTTP/1.1\r\n\r\n", b"\x00\xff\r\n\r\n", b"x" * 100_000):
        with socket.create_connection((host, int(port)), timeout=5) as raw:
            raw.sendall(sent)
    assert server.fetch_blocking(f"{library.url}/page/1") == material.note(1, 3)


def test_closing_ends_the_process():
    """After close, twice, the process is gone and the address refuses."""
    running = server.library(latency=0.01)
    running.close()
    running.close()
    assert running._process.returncode == 0
    with pytest.raises(OSError, match="refused"):
        server.fetch_blocking(f"{running.url}/page/1")


def test_the_server_dies_when_its_parent_is_killed():
    """The end of the parent, however sudden, ends the server."""
    script = (
        "import os, signal; from wingslib.workloads import server;"
        "print(server.library(0.01).url, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=20)
    assert ended.returncode < 0
    # The server holds the write end of stderr, so run() came back only after the server was gone too.
    assert ended.stderr == ""
    with pytest.raises(OSError, match="refused"):
        server.fetch_blocking(f"{ended.stdout.strip()}/page/1")


@pytest.mark.skipif(os.name != "posix", reason="signals to a process group")
def test_an_interrupt_leaves_the_server_alone():
    """Ctrl-C, and a kernel's interrupt, reach the whole process group; the server still answers after it."""
    script = (
        "import os, signal; from wingslib.workloads import server; signal.signal(signal.SIGINT, lambda *_: None);"
        "running = server.library(0.01, 3); os.killpg(0, signal.SIGINT);"
        "print(server.fetch_blocking(running.url + '/page/1')); running.close()"
    )
    command = [sys.executable, "-c", script]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=20, start_new_session=True)
    assert (ended.stdout.strip(), ended.stderr) == (material.note(1, 3), "")


def test_stopping_with_waiting_clients_says_nothing_on_stderr():
    """Closing standard input while a request waits ends the server quietly."""
    command = [sys.executable, "-m", server.__name__, json.dumps([60, 1, [], []])]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen(command, text=True, **pipes)
    host, port = urlsplit(process.stdout.readline().strip()).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=5) as raw:
        raw.sendall(b"GET /page/1 HTTP/1.1\r\n\r\n")
        _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")


@pytest.mark.parametrize("latency", [0, -1, float("nan"), "fast"])
def test_a_wrong_latency_is_refused(latency):
    """A latency that is no positive number of seconds is refused before anything starts."""
    with pytest.raises(ParameterError, match="latency is"):
        server.library(latency)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"failing": [0]}, r"failing names chapter 0; allowed is 1 to 28"),
        ({"failing": ["10"]}, r"failing names chapter '10'; allowed is 1 to 28"),
        ({"latencies": {29: 0.1}}, r"latencies names chapter 29; allowed is 1 to 28"),
        ({"latencies": {8: 0}}, r"latencies is 0; allowed is a finite number of seconds > 0"),
    ],
)
def test_a_wrong_plan_is_refused(wrong, message):
    """Chapters that there are not, and seconds that are none, are refused before anything starts."""
    with pytest.raises(ParameterError, match=message):
        server.library(**wrong)


def test_chapters_answer_in_the_order_of_their_latencies():
    """A chapter with a latency of its own comes when that is over, the others after the common one."""
    arrived = []

    async def ask(url, number):
        await server.fetch_async(f"{url}/chapter/{number}")
        arrived.append(number)

    async def ask_all(url):
        await asyncio.gather(*[ask(url, number) for number in (8, 9, 10)])

    with server.library(latency=0.2, latencies={8: 0.4, 10: 0.001}) as running:
        asyncio.run(ask_all(running.url))
    assert arrived == [10, 9, 8]


def test_a_failing_chapter_answers_500():
    """Both clients are told which chapter is lost; its neighbours and the page of that number are not."""
    with server.library(latency=0.001, seed=3, failing=[10]) as running:
        for fetch in (server.fetch_blocking, lambda url: asyncio.run(server.fetch_async(url))):
            with pytest.raises(OSError, match=r"/chapter/10 answered 500 Internal Server Error: chapter 10 is lost"):
                fetch(f"{running.url}/chapter/10")
        assert server.fetch_blocking(f"{running.url}/chapter/9").startswith("Note 63. ")
        assert server.fetch_blocking(f"{running.url}/page/10") == material.note(10, 3)


@pytest.mark.parametrize("url", ["https://127.0.0.1/page/1", "/page/1", "file:///x"])
def test_other_addresses_are_refused(url):
    """The clients know plain http only, and say so."""
    with pytest.raises(ParameterError, match="url is"):
        server.fetch_blocking(url)


def test_the_server_counts_connections():
    """Requests over one connection are one; a look at the counts is none, and begins anew."""
    with server.library(latency=0.001) as running:
        connection = http.client.HTTPConnection(urlsplit(running.url).netloc, timeout=5)
        for _ in range(3):
            connection.request("GET", "/page/1")
            connection.getresponse().read()
        server.fetch_blocking(f"{running.url}/page/2")
        first, then = running.counts(), running.counts()
        connection.close()
    assert (first.requests, first.connections) == (4, 2)
    assert (then.requests, then.connections) == (0, 0)


def test_the_server_counts_what_was_there_at_one_time():
    """Requests, refusals, the peak and the moments of arrival are the server's own; a look starts a new count."""
    with server.library(latency=0.05, refuse_above=6) as running:
        urls = [f"{running.url}/page/{number}" for number in range(10)]

        async def all_at_once():
            return await asyncio.gather(*map(server.fetch_async, urls), return_exceptions=True)

        answers = asyncio.run(all_at_once())
        counts, empty = running.counts(), running.counts()
    refused = [answer for answer in answers if isinstance(answer, OSError)]
    assert (counts.requests, counts.peak, counts.refused) == (10, 7, len(refused))
    assert len(refused) == 4
    assert all("503" in str(error) for error in refused)
    assert counts.starts == sorted(counts.starts)
    assert counts.busiest(60) == 10
    assert (empty.requests, empty.refused, empty.peak, empty.starts) == (0, 0, 0, [])


def test_capacity_makes_the_others_wait():
    """With capacity for two, six take three turns."""
    with server.library(latency=0.1, capacity=2) as running:

        async def six():
            arrived = []

            async def ask(number):
                await server.fetch_async(f"{running.url}/page/{number}")
                arrived.append(asyncio.get_running_loop().time())

            began = asyncio.get_running_loop().time()
            await asyncio.gather(*map(ask, range(6)))
            return [moment - began for moment in arrived]

        times = asyncio.run(six())
        assert running.counts().peak == 6
    assert times[2] >= 0.2
    assert times[4] >= 0.3


@pytest.mark.parametrize("limit", ["capacity", "refuse_above", "allowed"])
def test_a_wrong_limit_is_refused(limit):
    """A limit is a whole number from 1 up."""
    with pytest.raises(ParameterError, match=f"{limit} is 0"):
        server.library(**{limit: 0})


def test_a_refusal_says_when_to_come_back(library):
    """Retry-After is 1 s above the load, and else what was asked for."""
    with server.library(refuse_above=1) as running:
        host, port = urlsplit(running.url).netloc.split(":")
        with socket.create_connection((host, int(port)), timeout=5) as waiting:
            waiting.sendall(b"GET /trouble/hang HTTP/1.1\r\n\r\n")
            while not running.counts().peak:
                pass
            assert retry_after(running.url, "/page/2") == (503, "1")
    assert retry_after(library.url, "/trouble/429/Wed%2C%2021%20Oct") == (429, "Wed, 21 Oct")
    assert retry_after(library.url, "/trouble/429") == (429, None)


def retry_after(url, path):
    """Return the status and the Retry-After of an answer."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Retry-After")
    finally:
        connection.close()


def test_the_busiest_window_slides():
    """The most arrivals within any window, not within fixed seconds."""
    counts = load.Counts(6, 0, 1, [0.0, 0.9, 1.0, 1.1, 1.2, 3.0])
    assert [counts.busiest(seconds) for seconds in (0.05, 0.3, 1.0, 1.2, 5)] == [1, 4, 4, 5, 6]


def test_a_server_allows_so_many_a_second():
    """The sixth within a second is answered 429 with a Retry-After, and a second later one is taken again."""
    with server.library(latency=0.001, allowed=5) as running:
        answers = [retry_after(running.url, f"/page/{number}") for number in range(8)]
        assert answers == [(200, None)] * 5 + [(429, "1")] * 3
        counts = running.counts()
        assert (counts.requests, counts.refused) == (8, 3)
        time.sleep(1)
        assert retry_after(running.url, "/page/9") == (200, None)


@pytest.mark.skipif(os.name != "posix", reason="limits of open files")
def test_a_crowd_has_sockets_where_the_system_starts_with_few():
    """With 256 open files allowed at first, 600 requests at once all reach the server."""
    script = """
import asyncio, resource
from wingslib.workloads import server

resource.setrlimit(resource.RLIMIT_NOFILE, (256, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
running = server.library(0.5)

async def crowd():
    return await asyncio.gather(*[server.fetch_async(running.url + "/page/1") for _ in range(600)])

print(len(asyncio.run(crowd())))
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30)
    assert (ended.stdout, ended.stderr) == ("600\n", "")

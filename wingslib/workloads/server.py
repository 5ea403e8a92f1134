"""A local web server for everything that waits, in a process of its own, and two plain clients for it.

`library()` starts it: GET /chapter/<1..28> and /page/<number> answer after `latency` seconds with seeded notes, so the
text is the same on every machine and nothing leaves it. Single chapters may think longer, or answer 500. The server can be
short of capacity and refuse (`load`, with its own count at /counts), and goes wrong on demand: /trouble/<name> is one of
`troubles`, /trouble/<status> that status, /trouble/429/<text> a refusal with that text as its Retry-After. The server ends when
its standard input does: it cannot outlive the process that started it.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from types import TracebackType
from urllib.parse import SplitResult, unquote, urlsplit

from wingslib.errors import NotAvailable, ParameterError, require_count, require_seconds
from wingslib.workloads.load import REFUSALS, Counts, Load
from wingslib.workloads.material import note
from wingslib.workloads.troubles import TROUBLES

_CLIENT_SECONDS = 30
_SOCKETS = 4096
_CHAPTERS = 28
_NOTES_IN_CHAPTER = 7
_ADDRESS = re.compile(r"/(chapter|page)/(\d{1,9})")
_TROUBLE = re.compile(r"/trouble/(302|429|500|503)(?:/(.*))?")
_REFUSED_FOR = {"Retry-After": "1"}


@dataclass(frozen=True)
class Plan:
    """How a server answers: the seconds before each answer, other seconds for some chapters, and chapters that fail.

    It serves at most `capacity` at one time, the others wait, and refuses those above `refuse_above`, and those above
    `allowed` a second; None is no limit.
    """

    latency: float
    seed: int
    latencies: Mapping[int, float]
    failing: Collection[int]
    capacity: int | None = None
    refuse_above: int | None = None
    allowed: int | None = None


@dataclass(frozen=True)
class _Answer:
    """What is sent, after the seconds that it takes."""

    status: int
    text: str
    seconds: float = 0.0
    headers: Mapping[str, str] = field(default_factory=dict)


class Library:
    """A running server. Leave it with `close()`, or use it in a `with`."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self._process = process
        self.url = url

    def counts(self) -> Counts:
        """Return what the server has seen since the last call; it counts anew from here."""
        return Counts(**json.loads(fetch_blocking(f"{self.url}/counts")))

    def close(self) -> None:
        """Stop the server and wait until its process is gone; a second call does nothing."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def library(
    latency: float = 0.1,
    seed: int = 12,
    *,
    latencies: Mapping[int, float] | None = None,
    failing: Collection[int] = (),
    capacity: int | None = None,
    refuse_above: int | None = None,
    allowed: int | None = None,
) -> Library:
    """Start a server on this machine that thinks for `latency` seconds before each answer; its `.url` is where it listens.

    `latencies` are other seconds by number of chapter; the chapters of `failing` answer 500, after theirs.
    At most `capacity` requests are served at one time, while others wait; with more than `refuse_above` there, a new one is
    answered 503 at once, with a Retry-After of 1 s; with `allowed` taken in the last second, 429. None means no limit.
    """
    require_seconds("latency", latency)
    chapters = {_chapter("latencies", number): require_seconds("latencies", each) for number, each in (latencies or {}).items()}
    limits = [_limit("capacity", capacity), _limit("refuse_above", refuse_above), _limit("allowed", allowed)]
    told = json.dumps([latency, seed, list(chapters.items()), [_chapter("failing", number) for number in failing], *limits])
    command = [sys.executable, "-m", __name__, told]
    _allow_a_crowd()  # the server inherits it
    # A session of its own: Ctrl-C, and a kernel's interrupt, go to all of a group.
    process = subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    url = process.stdout.readline().strip() if process.stdout else ""
    running = Library(process, url)
    if not url:
        running.close()
        raise NotAvailable(
            f"the local server ended with status {process.returncode} before it listened; the terminal says why."
        )
    return running


def _allow_a_crowd() -> None:
    """Let this process have a few thousand sockets, where the system lets it: some begin with 256, and a crowd is 1,000."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = _SOCKETS if hard == resource.RLIM_INFINITY else min(_SOCKETS, hard)
    if soft != resource.RLIM_INFINITY and soft < enough:
        resource.setrlimit(resource.RLIMIT_NOFILE, (enough, hard))


def _limit(name: str, value: int | None) -> int | None:
    return None if value is None else require_count(name, value)


def _chapter(name: str, number: object) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= _CHAPTERS:
        raise ParameterError(f"{name} names chapter {number!r}; allowed is 1 to {_CHAPTERS}. For example chapter 10.")
    return number


def fetch_blocking(url: str) -> str:
    """Return the text at `url`, holding the thread until it is there. OSError if the answer is not 200."""
    parts = _split(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=_CLIENT_SECONDS)
    try:
        connection.request("GET", parts.path)
        answer = connection.getresponse()
        return _text(url, answer.status, answer.read())
    finally:
        connection.close()


async def fetch_async(url: str) -> str:
    """Return the text at `url`, letting the event loop go on meanwhile. OSError if the answer is not 200."""
    parts = _split(url)
    async with asyncio.timeout(_CLIENT_SECONDS):
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port or 80)
        try:
            request = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n"
            writer.write(request.encode("ascii"))
            head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        finally:
            writer.close()
    if not head:
        raise ConnectionError(f"{url} closed the connection without an answer; is its server still running?")
    return _text(url, int(head.split()[1]), body)


def _split(url: str) -> SplitResult:
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        raise ParameterError(f"url is {url!r}; allowed is http://host:port/path. For example library().url + '/chapter/8'.")
    return parts


def _text(url: str, status: int, body: bytes) -> str:
    if status != 200:
        raise OSError(f"{url} answered {status} {http.client.responses.get(status, '')}: {body.decode().strip()}")
    return body.decode()


def _answer(path: str, plan: Plan) -> _Answer:
    match = _ADDRESS.fullmatch(path)
    kind, number = (match[1], int(match[2])) if match else ("", 0)
    if kind == "page":
        return _Answer(200, note(number, plan.seed), plan.latency)
    if kind != "chapter" or not 1 <= number <= _CHAPTERS:
        return _wrong(path)
    seconds = plan.latencies.get(number, plan.latency)
    if number in plan.failing:
        return _Answer(500, f"chapter {number} is lost", seconds)
    first = number * _NOTES_IN_CHAPTER
    return _Answer(200, "\n".join(note(first + place, plan.seed) for place in range(_NOTES_IN_CHAPTER)), seconds)


def _wrong(path: str) -> _Answer:
    """Return the status that was asked for, or 404."""
    match = _TROUBLE.fullmatch(path)
    if match is None:
        return _Answer(404, f"no such page; there are /chapter/1 to /chapter/{_CHAPTERS} and /page/<number>")
    headers = {"Location": path} if match[1] == "302" else {"Retry-After": unquote(match[2])} if match[2] else {}
    return _Answer(int(match[1]), "as you asked", headers=headers)


async def _serve_connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, plan: Plan, load: Load) -> None:
    counted = False
    try:
        while head := await _read_head(reader):
            method, _, rest = head.partition(" ")
            path = rest.partition(" ")[0]
            if not counted and path != "/counts":  # who only asks for the counts is not in them
                load.connected()
                counted = True
            if trouble := TROUBLES.get(path.removeprefix("/trouble/")):
                with load.one():
                    return await trouble(reader, writer)
            await _serve_request(method, path, writer, plan, load)
            if _closes(head):
                break
    except ConnectionError:
        pass  # the client left; nobody is there to be told
    finally:
        writer.close()


async def _read_head(reader: asyncio.StreamReader) -> str:
    try:
        return (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return ""


async def _serve_request(method: str, path: str, writer: asyncio.StreamWriter, plan: Plan, load: Load) -> None:
    if method != "GET":
        return await _reply(writer, _Answer(405, "only GET is answered here"))
    if path == "/counts":
        return await _reply(writer, _Answer(200, json.dumps(asdict(load.counts()))))
    with load.one() as refused:
        if refused:
            return await _reply(writer, _Answer(refused, REFUSALS[refused], headers=_REFUSED_FOR))
        answer = _answer(path, plan)
        await load.serve(answer.seconds)
        await _reply(writer, answer)


async def _reply(writer: asyncio.StreamWriter, answer: _Answer) -> None:
    body = answer.text.encode()
    head = [f"HTTP/1.1 {answer.status} {http.client.responses[answer.status]}", "Content-Type: text/plain; charset=utf-8"]
    head += [f"{name}: {value}" for name, value in answer.headers.items()]
    head.append(f"Content-Length: {len(body)}")
    writer.write("\r\n".join([*head, "", ""]).encode("latin-1", "replace") + body)
    await writer.drain()


def _closes(head: str) -> bool:
    request, _, headers = head.lower().partition("\r\n")
    # A body that was never read would be taken for the next request.
    return "connection: close" in headers or request.endswith("http/1.0") or not request.startswith("get ")


async def _serve(plan: Plan) -> None:
    load = Load(plan.capacity, plan.refuse_above, plan.allowed)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _serve_connection(reader, writer, plan, load)

    server = await asyncio.start_server(connected, "127.0.0.1", 0, backlog=1024)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    host, port = server.sockets[0].getsockname()
    print(f"http://{host}:{port}", flush=True)
    await server.serve_forever()


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)  # there is nothing to save, and requests that still wait would only complain of being cancelled


def _main() -> None:
    """Serve what the only argument tells, in JSON: latency, seed, [chapter, seconds] of slower ones, failing, limits."""
    latency, seed, latencies, failing, *limits = json.loads(sys.argv[1])
    asyncio.run(_serve(Plan(latency, seed, dict(latencies), failing, *limits)))


if __name__ == "__main__":
    _main()

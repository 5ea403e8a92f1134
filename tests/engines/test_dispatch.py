"""The loop behind the engines with workers, on a backend that runs each chunk at once in this thread."""

from __future__ import annotations

import gc
import math
import time

import pytest

from tests.engines import work
from wingslib.engines import dispatch, processes, threads, worker
from wingslib.engines.chunking import Sizes
from wingslib.engines.dispatch import Options, Stream
from wingslib.engines.pools import collect
from wingslib.engines.run import Run, Timeline

pytestmark = pytest.mark.usefixtures("nothing_left")


class AtOnce:
    """A backend without workers: a chunk is run when it is sent, and `held` back if asked."""

    engine, workers, cold, computes, abandoned, hanging = "at once", 2, False, True, 0, 0

    def __init__(self):
        self.checks, self.sent, self.out, self.most_out = 0, 0, 0, 0

    def encode(self, fn):
        return fn

    def pack(self, indices, items):
        return items, {}

    def part(self, payload, positions):
        return [payload[position] for position in positions]

    def unpack(self, indices, report):
        return report.values, report.failed

    def submit(self, fn, job, done):
        self.sent += len(job.indices)
        self.out += 1
        self.most_out = max(self.most_out, self.out)
        done(job, worker.run_plain(fn, job.payload, [0.0] * worker.SLOT))

    def check(self):
        self.checks += 1

    def cancel(self, job):
        pass

    def close(self):
        pass


def stream(items, backend=None, chunk=1, **options):
    sizes = Sizes(lambda left: chunk)
    return Stream(backend or AtOnce(), work.double, items, sizes, Options(**options), began=time.perf_counter())


@pytest.mark.parametrize("part", ["_add_span", "_settle", "_name", "_release"])
@pytest.mark.parametrize("moment", [0, 3, 7])
def test_an_interrupt_while_a_report_is_taken_loses_none(part, moment, monkeypatch):
    """Wherever it strikes, the partial Run has the outcome of each chunk that came back, once."""
    results, calls = stream(range(20), chunk=2), 0
    whole = getattr(results, part)

    def interrupted(*args):
        nonlocal calls
        calls += 1
        if calls == moment + 1:
            raise KeyboardInterrupt
        return whole(*args)

    monkeypatch.setattr(results, part, interrupted)
    with pytest.raises(KeyboardInterrupt) as caught:
        collect(results)
    run = caught.value.run
    assert [outcome.index for outcome in run] == list(range(results._backend.sent))
    assert [outcome.value for outcome in run] == [2 * outcome.index for outcome in run]
    assert run.total == 20


@pytest.mark.parametrize("engine", [threads, processes])
def test_a_stream_that_is_dropped_ends_its_workers(engine):
    """Without `close` and `with`, the workers of a one-shot stream end when nobody holds it any more."""
    results = engine.stream(work.double, iter(int, 1), workers=2, timeout=20)
    assert next(results).value == 0
    backend = results._backend
    time.sleep(0.2)  # until what is out has come back: callbacks of chunks on their way hold the inbox, not the stream
    del results
    gc.collect()
    if engine is processes:
        assert backend._pool is None
    else:
        deadline = time.monotonic() + 5
        while any(lane.is_alive() for lane in backend._lanes) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not any(lane.is_alive() for lane in backend._lanes)


@pytest.fixture
def loads(monkeypatch):
    """Let two cores be usable, and the neighbours' load be read from a list."""
    script = []

    class Scripted:
        def look(self):
            return script.pop(0)

    monkeypatch.setattr(dispatch, "Neighbours", Scripted)
    monkeypatch.setattr(dispatch, "usable_cores", lambda: 2)
    return script


def test_a_busy_machine_narrows_the_window_and_a_free_one_widens_it(loads):
    """Looked at once a second: 2, 1, 1, 2 workers get work, and the timeline tells when that changed."""
    loads += [0.0, 1.2, 1.0, 0.0]
    backend, timeline = AtOnce(), Timeline("at once", 2, cold=False)
    limit = dispatch._Limit(backend, timeline)
    assert [limit.look(moment) for moment in (0.0, 0.9, 1.0, 1.5, 2.0, 3.0, 4.1)] == [math.inf] * 4 + [1, 1, math.inf]
    assert timeline.limits == [(2.0, 1), (4.1, 2)]
    assert "down to 1 at work" in repr(Run([], timeline, 0))


@pytest.mark.parametrize(("workers", "computes"), [(3, True), (2, False)])
def test_the_window_stays_where_more_workers_or_waiting_ones_were_asked_for(workers, computes, loads):
    """Whoever asks for more workers than cores has decided, and workers that wait take no core."""
    loads += [5.0] * 9
    backend = AtOnce()
    backend.workers, backend.computes = workers, computes
    limit = dispatch._Limit(backend, Timeline("at once", workers, cold=False))
    assert [limit.look(moment) for moment in range(9)] == [math.inf] * 9


def test_a_narrowed_window_holds_back_new_chunks(monkeypatch):
    """With a limit of one, one chunk is out at a time, and all items are done."""
    monkeypatch.setattr(dispatch._Limit, "look", lambda self, now: 1)
    backend = AtOnce()
    take = Stream._take

    def taken(self, *args):
        take(self, *args)
        backend.out -= 1

    monkeypatch.setattr(Stream, "_take", taken)
    assert collect(stream(range(30), backend)).values() == [2 * number for number in range(30)]
    assert backend.most_out == 1


def test_the_backend_is_checked_also_while_reports_keep_coming(monkeypatch):
    """A worker that died beside a busy one is found although the consumer never waits long."""
    monkeypatch.setattr(dispatch, "CHECK_SECONDS", 0.0)
    backend = AtOnce()
    collect(stream(range(30), backend))
    assert backend.checks >= 4

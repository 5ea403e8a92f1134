"""P6 in a real kernel: interrupts at random moments, one or three, end the cell; the partial Run is kept and nothing left."""

from __future__ import annotations

import json
import queue
import time
from pathlib import Path

import pytest
from jupyter_client import KernelManager

from tests.faults.test_parents import left, started

pytestmark = [
    pytest.mark.usefixtures("nothing_left"),
    pytest.mark.filterwarnings("default"),  # of jupyter_client and zmq
]

ROOT = Path(__file__).parents[2]
PREPARE = f"""
import json, sys, warnings
sys.path.insert(0, {str(ROOT)!r})
from tests.engines import work
from tests.footprint import Footprint
from wingslib import coroutines, processes, serial, threads
pool = processes.pool(workers=2)
processes.map(abs, [1], workers=1)
threads.map(abs, [1], workers=1)
await coroutines.map(work.nap_soon, [0], workers=1)
"""
BEGIN = """
caught, before = None, Footprint()
try:
    print("begun", flush=True)
    run = {call}
except BaseException as error:
    caught = error
    raise
"""
TELL = """
partial = getattr(caught, "run", None)
print(json.dumps({
    "values": None if partial is None else sorted({outcome.value for outcome in partial}),
    "count": None if partial is None else len(partial),
    "total": None if partial is None else partial.total,
    "left": before.grown(),
}))
"""
ITEMS = "[0.02] * 1000"
CALLS = {
    "serial": f"serial.map(work.nap, {ITEMS})",
    "threads": f"threads.map(work.nap, {ITEMS}, workers=2)",
    "processes": f"processes.map(work.nap, {ITEMS}, workers=2)",
    "a warm pool": f"pool.map(work.nap, {ITEMS})",
    "coroutines": f"await coroutines.map(work.nap_soon, {ITEMS}, workers=2)",
}


class Kernel:
    """One kernel with its client."""

    def __init__(self):
        self.manager = KernelManager(kernel_name="python3")
        self.manager.start_kernel()
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def begin(self, code):
        """Send a cell, and return its id when it has printed its first line."""
        message = self.client.execute(code)
        while self._next(message, 20)["msg_type"] != "stream":
            pass
        return message

    def end(self, message, seconds=10):
        """Return the name of the error that ended the cell ("" for none), and what it printed."""
        text, name = "", ""
        while True:
            reply = self._next(message, seconds)
            if reply["msg_type"] == "stream" and reply["content"]["name"] == "stdout":
                text += reply["content"]["text"]
            if reply["msg_type"] == "error":
                name = reply["content"]["ename"]
            if reply["content"].get("execution_state") == "idle":
                return name, text

    def run(self, code):
        """Run a cell to its end."""
        return self.end(self.client.execute(code), 30)

    def _next(self, message, seconds):
        deadline = time.monotonic() + seconds
        while True:
            try:
                reply = self.client.get_iopub_msg(timeout=max(0.01, deadline - time.monotonic()))
            except queue.Empty:
                pytest.fail(f"the cell has not ended within {seconds} s")
            if reply["parent_header"].get("msg_id") == message:
                return reply

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()


@pytest.fixture(scope="module")
def kernel():
    """One kernel for all trials, with a warm pool in it."""
    kernel = Kernel()
    try:
        name, text = kernel.run(PREPARE)
        assert name == "", text
        yield kernel
    finally:
        kernel.close()


def tried(kernel, engine, moments):
    """Begin the engine's cell, interrupt it at `moments`; return how it ended and what it left."""
    message = kernel.begin(BEGIN.format(call=CALLS[engine]))
    for moment in moments:
        time.sleep(moment)
        kernel.manager.interrupt_kernel()
    name, _ = kernel.end(message)
    failed, text = kernel.run(TELL)
    if failed == "KeyboardInterrupt" and len(moments) > 1:
        failed, text = kernel.run(TELL)  # a late one hit this cell
    assert failed == "", text
    return name, json.loads(text)


@pytest.mark.parametrize("engine", CALLS)
def test_an_interrupted_cell_ends_with_what_is_finished(engine, kernel, trials):
    """KeyboardInterrupt (CancelledError for a top-level await) carries the partial Run; the cell can be run again."""
    for chance in trials(4, 60, 300):
        name, told = tried(kernel, engine, [chance.uniform(0.0, 0.6)])
        assert name == "KeyboardInterrupt" or (engine, name) == ("coroutines", "CancelledError")
        assert told["total"] == 1000
        assert told["count"] < 1000
        assert told["values"] == ([0.02] if told["count"] else [])
        assert told["left"] == []
        assert kernel.run(f"print(({CALLS[engine]}).values())".replace(ITEMS, "[0, 0.01]")) == ("", "[0, 0.01]\n")


@pytest.mark.parametrize("engine", CALLS)
def test_a_cell_interrupted_three_times_leaves_nothing(engine, kernel, trials):
    """Pressed again and again: the cell ends, no process, thread or file is left, and it runs again."""
    for chance in trials(1, 30, 150):
        moments = [chance.uniform(0.0, 0.4), chance.uniform(0, 0.05), chance.uniform(0, 0.05)]
        _, told = tried(kernel, engine, moments)  # no name where a late one hit the kernel itself
        assert told["left"] == [], moments
        assert kernel.run(f"print(({CALLS[engine]}).values())".replace(ITEMS, "[0, 0.01]")) == ("", "[0, 0.01]\n")


@pytest.mark.parametrize("now", [False, True], ids=["shut down", "killed while a cell runs"])
def test_a_kernel_that_ends_takes_its_workers_along(now):
    """Whether asked to end or killed, five seconds later neither its workers nor multiprocessing's own two live."""
    kernel = Kernel()
    try:
        assert kernel.run(PREPARE)[0] == ""
        _, text = kernel.run("import psutil\nprint(*[child.pid for child in psutil.Process().children(recursive=True)])")
        found = {int(pid): when for pid in text.split() if (when := started(int(pid)))}
        if now:
            kernel.begin(BEGIN.format(call=CALLS["a warm pool"]))
        kernel.manager.shutdown_kernel(now=now)
    finally:
        kernel.close()
    assert len(found) >= 3
    assert left(found) == []

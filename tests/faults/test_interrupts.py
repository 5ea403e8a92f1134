"""Ctrl-C in the midst of a run: seen at once, what is finished kept, nothing left, and the next run works."""

from __future__ import annotations

import json

import pytest

from wingslib.children import watched

pytestmark = pytest.mark.usefixtures("nothing_left")

SCRIPT = """
import asyncio, json, multiprocessing, os, signal, sys, threading, time
from wingslib import coroutines, processes, serial, threads

def nap(seconds):
    time.sleep(seconds)
    return seconds

async def nap_soon(seconds):
    await asyncio.sleep(seconds)
    return seconds

def main(engine, moment):
    def run(items):
        if engine == "coroutines":
            return asyncio.run(coroutines.map(nap_soon, items, workers=2))
        if engine == "serial":
            return serial.map(nap, items)
        return {"threads": threads, "processes": processes}[engine].map(nap, items, workers=2)

    timer = threading.Timer(moment, os.kill, [os.getpid(), signal.SIGINT])
    timer.start()
    told = {}
    try:
        run([0.05] * 200)
    except KeyboardInterrupt as error:
        run_so_far = error.run if engine != "coroutines" else error.__context__.run  # asyncio.run makes an interrupt of its own
        told["done"] = [outcome.value for outcome in run_so_far]
        told["total"] = run_so_far.total
    told["children"] = len(multiprocessing.active_children())
    told["again"] = run([0.0, 0.01]).values()
    print(json.dumps(told))

if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
"""


@pytest.mark.parametrize("engine", ["serial", "threads", "processes", "coroutines"])
@pytest.mark.parametrize("moment", [0.9, 1.3])
def test_an_interrupt_keeps_what_is_finished(engine, moment, tmp_path):
    """KeyboardInterrupt carries a partial Run; no child is left and the engine works again."""
    (tmp_path / "script.py").write_text(SCRIPT)
    done = watched(tmp_path / "script.py", 30, [engine, str(moment)])
    assert (done.status, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert told["total"] == 200
    assert 1 <= len(told["done"]) < 200
    assert set(told["done"]) == {0.05}
    assert (told["children"], told["again"]) == (0, [0.0, 0.01])


COMPARE = """
import asyncio, os, signal, threading
from wingslib import measure

cleaned = []

async def long():
    try:
        await asyncio.sleep(30)
    finally:
        cleaned.append(1)

def main():
    threading.Timer(0.8, os.kill, [os.getpid(), signal.SIGINT]).start()
    try:
        measure.compare("long", {"long": long})
    except KeyboardInterrupt:
        print(cleaned, [thread.name for thread in threading.enumerate()])

main()
"""


def test_an_interrupted_comparison_cancels_its_coroutine():
    """The loop's thread ends, and the coroutine has cleaned up."""
    done = watched(COMPARE, 30)
    assert (done.status, done.stderr, done.timed_out) == (0, "", False)
    assert done.stdout == "[1] ['MainThread']\n"

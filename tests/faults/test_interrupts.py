"""P6: Ctrl-C in the midst of a run, once or three times: seen at once, what is finished kept, nothing left, all works again.

The same in a real kernel is in tests/engines/test_kernel.py.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.engines.test_protocol import INTERPRETERS
from wingslib.children import watched

pytestmark = pytest.mark.usefixtures("nothing_left")

ROOT = Path(__file__).parents[2]
SCRIPT = """
import asyncio, json, os, signal, sys, threading, time
sys.path.insert(0, sys.argv[1])
from tests.engines import work
from tests.footprint import Footprint
from wingslib import coroutines, processes, serial, threads
from wingslib.engines import interpreters

def run(engine, items):
    if engine == "coroutines":
        return asyncio.run(coroutines.map(work.nap_soon, items, workers=2))
    if engine == "serial":
        return serial.map(work.nap, items)
    modules = {"threads": threads, "processes": processes, "interpreters": interpreters}
    return modules[engine].map(work.nap, items, workers=2)

def press(moments):
    for moment in moments:
        time.sleep(moment)
        os.kill(os.getpid(), signal.SIGINT)

def interrupted(engine, items):
    # Return what ended the run; from then on further interrupts go by.
    try:
        try:
            run(engine, items)
        except KeyboardInterrupt as error:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            return error
    except KeyboardInterrupt as error:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        return error

def trial(engine, moments):
    before = Footprint()
    pressing = threading.Thread(target=press, args=(moments,))
    pressing.start()
    error = interrupted(engine, [0.02] * 1000)
    pressing.join()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    links = [error]
    while links[-1] is not None:
        links.append(links[-1].__context__)
    partial = next((link.run for link in links if hasattr(link, "run")), None)
    told = {"run": partial is not None and {
        "total": partial.total,
        "values": sorted({outcome.value for outcome in partial}),
        "once": len({outcome.index for outcome in partial}) == len(partial),
        "count": len(partial),
    }}
    if engine == "coroutines":
        # A third interrupt may keep asyncio.run itself from closing its loop: that loop goes with the traceback.
        del links, error
    told["left"] = before.grown()
    told["again"] = run(engine, [0.0, 0.01]).values()
    return told

if __name__ == "__main__":
    run(sys.argv[2], [0.0, 0.0])
    for moments in json.loads(sys.argv[3]):
        print(json.dumps(trial(sys.argv[2], moments)))
"""
ENGINES = ["serial", "threads", "processes", "coroutines", *map(repr, INTERPRETERS)]


def tell(engine, presses, tmp_path):
    """Run the script; return what each trial told."""
    (tmp_path / "script.py").write_text(SCRIPT)
    done = watched(tmp_path / "script.py", 20 + 6 * len(presses), [str(ROOT), engine, json.dumps(presses)])
    noise = "" if len(presses[0]) == 1 else done.stderr  # Python reports an interrupt that hits a weakref's callback
    assert (done.status, done.stderr, done.timed_out) == (0, noise, False)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(told) == len(presses)
    return told


@pytest.mark.parametrize("engine", ENGINES)
def test_an_interrupt_keeps_what_is_finished(engine, trials, tmp_path):
    """KeyboardInterrupt carries a partial Run with finished items only; nothing is left, and the engine works again."""
    presses = [[chance.uniform(0.05, 0.7)] for chance in trials(10, 300, 1000)]
    for (moment,), told in zip(presses, tell(engine, presses, tmp_path), strict=True):
        run = told["run"]
        assert run, moment
        assert (run["total"], run["once"]) == (1000, True)
        assert run["count"] < 1000
        assert run["values"] == ([0.02] if run["count"] else [])
        assert (told["left"], told["again"]) == ([], [0.0, 0.01])


@pytest.mark.parametrize("engine", ENGINES)
def test_three_interrupts_in_a_row_leave_nothing(engine, trials, tmp_path):
    """Pressed again while the first is being dealt with: the run still ends, and no process, thread or file is left."""
    presses = [
        [chance.uniform(0.05, 0.5), chance.choice([0.001, 0.01, 0.1]), chance.uniform(0, 0.05)]
        for chance in trials(5, 100, 500)
    ]
    for moments, told in zip(presses, tell(engine, presses, tmp_path), strict=True):
        assert told["left"] == [], moments
        assert told["again"] == [0.0, 0.01], moments


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

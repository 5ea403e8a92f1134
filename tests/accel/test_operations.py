"""What holds for every operation: others go on meanwhile, Ctrl-C ends it, threads and forks do no harm."""

from __future__ import annotations

import inspect
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

import psutil
import pytest

from wingslib import accel, paths
from wingslib.accel import operations
from wingslib.children import watched
from wingslib.errors import ParameterError

pytestmark = pytest.mark.usefixtures("rust")

MATERIAL = """
from pathlib import Path
from wingslib import accel
room = Path(accel.__file__).parent
files = sorted(room.rglob("*.py"))
text = "wing span naïve " * 20_000
page = text[:2_000]
"""
SOURCES = {
    name: source
    for operation in operations.names()
    for name, source in import_module(f"tests.accel.test_{operation}").CALLS.items()
}
exec(MATERIAL, NAMES := {})
CALLS = {name: eval(f"lambda n: {source}", NAMES) for name, source in SOURCES.items()}
MATERIAL += "CALLS = {}\n" + "".join(f"CALLS[{name!r}] = lambda n: {source}\n" for name, source in SOURCES.items())
LONG = 200_000
posix = pytest.mark.skipif(sys.platform == "win32", reason="os.kill cannot send Ctrl-C there")


def test_every_operation_is_here():
    """The table names all functions of all operations."""
    assert {name.partition(" ")[0] for name in CALLS} == set(dir(accel)) - set(accel.__all__)


@pytest.mark.parametrize("name", CALLS)
@posix
def test_ctrl_c_ends_a_long_call_at_once(name: str):
    """A signal during a call that would take many seconds raises KeyboardInterrupt soon, and Rust still works afterwards."""
    script = f"""
import os, signal, threading, time
{MATERIAL}
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job starts with it ignored
def interrupt():
    time.sleep(0.4)
    global sent
    sent = time.monotonic()
    os.kill(os.getpid(), signal.SIGINT)
threading.Thread(target=interrupt).start()
try:
    CALLS[{name!r}]({LONG})
    print("not long enough")
except KeyboardInterrupt:
    print(f"{{time.monotonic() - sent:.3f}}", CALLS[{name!r}](2).errors)
"""
    ended = watched(script, 20)
    late, _, errors = ended.stdout.partition(" ")
    assert (errors, ended.stderr) == ("{}\n", ""), ended
    assert float(late) < 1, "0.2 s is promised; five times that is a hang"


@pytest.mark.parametrize("name", CALLS)
def test_a_heartbeat_goes_on_during_a_long_call(name: str):
    """While Rust works in a thread, the event loop of the main thread ticks 30 times."""
    script = f"""
import asyncio, os, threading
{MATERIAL}
async def main():
    threading.Thread(target=CALLS[{name!r}], args=({LONG},), daemon=True).start()
    await asyncio.sleep(0.3)
    for tick in range(30):
        await asyncio.sleep(0.005)
    print("ticked", threading.active_count(), flush=True)
    os._exit(0)
asyncio.run(main())
"""
    ended = watched(script, 10)
    assert (ended.stdout, ended.timed_out) == ("ticked 2\n", False), ended


@pytest.mark.parametrize("name", CALLS)
def test_eight_threads_at_once_get_what_one_gets(name: str):
    """Calls at the same time do not mix."""
    alone = CALLS[name](3)
    with ThreadPoolExecutor(8) as pool:
        assert [one == alone for one in pool.map(CALLS[name], [3] * 16)] == [True] * 16


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_child_forked_after_parallel_calls_does_not_hang():
    """No thread is kept between calls, so a forked child, which has none of its parent's threads, can call all of them."""
    script = f"""
import os, warnings
{MATERIAL}
warnings.simplefilter("ignore")
before = {{name: call(12) for name, call in CALLS.items()}}
child = os.fork()
if child == 0:
    os._exit(100 + sum(call(12) == before[name] for name, call in CALLS.items()))
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    ended = watched(script, 30)
    assert (ended.stdout, ended.stderr, ended.timed_out) == (f"{100 + len(CALLS)}\n", "", False)


def test_ten_thousand_calls_leave_no_memory_behind():
    """The process is no larger after many calls, failing ones among them."""
    room = Path(accel.__file__).parent / "operations"
    calls = [
        lambda: accel.read_files_batch([room / "__init__.py", "none", room], backend="rust"),
        lambda: accel.word_count(["a b", "\ud800"], columns=True, backend="rust"),
        lambda: accel.word_index(["a b", "none"], columns=True, backend="rust"),
        lambda: accel.pattern_match_batch(["a b"], ["a"], columns=True, backend="rust"),
        lambda: accel.text_similarity_matrix(["a b", "a"], columns=True, backend="rust"),
        lambda: accel.parallel_grep("none", room / "__init__.py", columns=True, backend="rust"),
        lambda: accel.scan_files(room, suffixes=[".none"], backend="rust"),
    ]
    for call in calls * 30:
        call()
    before = psutil.Process().memory_info().rss
    for call in calls * 1_430:
        call()
    assert psutil.Process().memory_info().rss - before < 4 * 2**20


def test_names_are_the_same_everywhere():
    """An operation has one name in Rust, in its stub, in Python, in its tests, among the fuzz targets and in the README."""
    import wings_rs

    rust = paths.project() / "rust_ext"
    stub = (rust / "python" / "wings_rs.pyi").read_text(encoding="utf-8")
    readme = (paths.project() / "README.md").read_text(encoding="utf-8")
    for name in operations.names():
        assert (rust / "core" / "src" / "ops" / f"{name}.rs").exists(), name
        assert (rust / "fuzz" / "src" / "bin" / f"{name}.rs").exists(), name
        assert Path(__file__).with_name(f"test_{name}.py").exists(), name
        assert f"def {name}(" in stub, name
        assert f"`{name}" in readme, name
    functions = {name for name in vars(wings_rs) if callable(getattr(wings_rs, name))}
    assert functions - {"burn"} == {name.partition(" ")[0] for name in CALLS}


def test_every_operation_is_defined_in_its_docstring():
    """Each public function says what it returns and what it raises."""
    for name in set(dir(accel)) - set(accel.__all__):
        text = inspect.getdoc(getattr(accel, name))
        assert text is not None
        assert "Raises:\n" in text, name


def test_burn_holds_or_frees_the_interpreter_as_it_was_told():
    """Another thread counts while it is free, and stands still while it is held."""
    count = 0
    stop = threading.Event()

    def tick() -> None:
        nonlocal count
        while not stop.wait(0.001):
            count += 1

    ticking = threading.Thread(target=tick)
    ticking.start()
    try:
        ticks = {}
        for part in ("held", "free"):
            before = count
            accel.burn(**{part: 0.2})
            ticks[part] = count - before
    finally:
        stop.set()
        ticking.join()
    assert ticks["held"] <= 2
    assert ticks["free"] >= 10


@pytest.mark.parametrize("wrong", [{"held": -1}, {"free": float("nan")}, {"held": "1"}, {"threads": 0}])
def test_burn_refuses_what_is_no_time(wrong: dict[str, object]):
    """The message names the argument."""
    with pytest.raises(ParameterError, match=next(iter(wrong))):
        accel.burn(**wrong)

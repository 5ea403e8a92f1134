"""`read_files_batch` reads what is there, in order, and names what it could not read."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wingslib import accel
from wingslib.accel import reference
from wingslib.children import watched
from wingslib.errors import ParameterError

pytestmark = pytest.mark.usefixtures("rust")

CALLS = {
    "read_files_batch": "accel.read_files_batch(files * min(n, 20_000), backend='rust')",
    "read_files_batch columns": "accel.read_files_batch(files * min(n, 20_000), columns=True, backend='rust')",
}
"""Calls that may take as long as you like; `test_operations` has what they need, and tries them all."""
needs_posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX files")


def written(folder: Path, contents: list[bytes]) -> list[Path]:
    """Write the contents into numbered files of this folder and return their paths."""
    paths = [folder / f"{number}.txt" for number in range(len(contents))]
    for path, data in zip(paths, contents, strict=True):
        path.write_bytes(data)
    return paths


@pytest.mark.parametrize("columns", [False, True])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(contents=st.lists(st.one_of(st.binary(max_size=40), st.text().map(str.encode)), max_size=8))
def test_any_bytes_give_the_same_text_or_error(tmp_path: Path, twins, columns: bool, contents: list[bytes]):
    """Files of any bytes, empty and cut inside a character among them, are read alike, line ends untouched."""
    found = twins(accel.read_files_batch, written(tmp_path, contents), columns=columns)
    texts = list(found.value["text"]) if columns else found.value
    for index, data in enumerate(contents):
        assert texts[index] == (None if index in found.errors else data.decode())


@pytest.mark.parametrize("workers", [None, 1, 3])
def test_many_files_of_many_sizes_keep_their_order(tmp_path: Path, twins, workers: int | None):
    """Files of several pieces, and more files than a part holds, come back in the order of their paths."""
    contents = [f"{number} é ".encode() * (number * number % 977) for number in range(50)] + [b"big " * 600_000] * 3
    contents += [b"x" * size for size in (2**23 - 1, 2**23, 2**23 + 1)] + ["aé".encode() * 3_000_000]
    found = twins(accel.read_files_batch, written(tmp_path, contents), workers=workers)
    assert [text.encode() for text in found.value] == contents


def test_a_chapter_that_is_missing_and_one_that_is_not_text_cost_themselves_only(tmp_path: Path, twins):
    """28 chapters: the missing one and the one in Latin-1 are named with path and byte, the others are right."""
    paths = written(tmp_path, [f"chapter {number}".encode() for number in range(28)])
    paths[5].unlink()
    paths[9].write_bytes("naïve".encode("latin-1"))
    found = twins(accel.read_files_batch, paths)
    assert {index: type(error) for index, error in found.errors.items()} == {5: FileNotFoundError, 9: UnicodeError}
    assert f"{paths[9]}: not UTF-8 at byte 2" in str(found.errors[9])
    assert [text for text in found.value if text] == [f"chapter {number}" for number in range(28) if number not in (5, 9)]


def test_an_arena_holds_the_texts_and_nothing_else(tmp_path: Path):
    """Between the texts of a column are zeros, also where a file was that is no text: no memory of others is shown."""
    paths = written(tmp_path, [b"one", b"\xff" * 1_000, b"two", b"", b"z\xc3\xa9ro"])
    texts = accel.read_files_batch(paths, columns=True, backend="rust").value["text"]
    assert list(texts) == ["one", None, "two", "", "z\u00e9ro"]
    assert bytes(texts.arena).replace(b"\0", b"") == "onetwoz\u00e9ro".encode()


@needs_posix
@pytest.mark.timeout(10)
def test_what_is_no_regular_file_is_refused_and_never_waited_for(tmp_path: Path, twins):
    """A FIFO without a writer, a device and a folder are errors at once; so is a file over the limit."""
    fifo, huge, good = tmp_path / "fifo", tmp_path / "huge", tmp_path / "good"
    os.mkfifo(fifo)
    huge.touch()
    os.truncate(huge, reference.LIMIT_BYTES + 1)
    good.write_text("good")
    found = twins(accel.read_files_batch, [fifo, "/dev/zero", tmp_path, huge, good, "/dev/null"])
    assert found.value == [None, None, None, None, "good", None]
    assert [error.errno for error in found.errors.values()] == [22, 22, 21, 27, 22]
    assert "over the limit of 1 GiB" in str(found.errors[3])


@needs_posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_an_error_of_its_index(tmp_path: Path, twins):
    """A file without permission costs itself only."""
    path, other = written(tmp_path, [b"secret", b"open"])
    path.chmod(stat.S_IWUSR)
    assert [type(error) for error in twins(accel.read_files_batch, [path, other]).errors.values()] == [PermissionError]


@needs_posix
@pytest.mark.parametrize("name", ["a\0b", "\ud800", "x" * 5_000])
def test_a_path_that_no_file_can_have_is_an_error_of_its_index(tmp_path: Path, name: str):
    """The kind of error is the same in both backends, and the file beside it is read."""
    (good,) = written(tmp_path, [b"good"])
    results = [accel.read_files_batch([name, good], backend=backend) for backend in ("rust", "python")]
    assert [result.value for result in results] == [[None, "good"]] * 2
    assert isinstance(results[0].errors[0], type(results[1].errors[0]).__mro__[-3 if "x" in name else 0] | ValueError)


@needs_posix
def test_a_name_that_is_not_utf8_is_read(tmp_path: Path, twins):
    """Bytes of a name that are no text travel through as Python itself writes them."""
    path = os.path.join(os.fsencode(tmp_path), b"\xff.txt")
    with open(path, "wb") as file:
        file.write(b"read me \xff")
    found = twins(accel.read_files_batch, [os.fsdecode(path), Path(os.fsdecode(path))])
    assert "not UTF-8 at byte 8" in str(found.errors[1])


@pytest.mark.parametrize("backend", ["rust", "python"])
def test_a_file_that_grows_while_it_is_read_is_an_error_or_whole(tmp_path: Path, backend: str):
    """A file that changes between the two looks at its size is an error that says so, and never half a text."""
    path = tmp_path / "growing"
    path.touch()
    os.truncate(path, 100_000_000)
    stop = threading.Event()

    def grow() -> None:
        with path.open("ab", buffering=0) as file:
            while not stop.wait(0.001):
                file.write(b"y")

    writer = threading.Thread(target=grow)
    writer.start()
    seen = set()
    try:
        for _ in range(50):
            result = accel.read_files_batch([path], backend=backend)
            text = result.value[0]
            seen.add(text is None)
            assert "changed while it was read" in str(result.errors[0]) if text is None else len(text) >= 100_000_000
            if True in seen:
                break
    finally:
        stop.set()
        writer.join()
    assert True in seen


@pytest.mark.parametrize("columns", [False, True])
def test_the_systems_own_files_are_read_whole(tmp_path: Path, columns: bool):
    """Files that tell no size, as those of /proc, are read to their end, between others that do."""
    if not Path("/proc/self/status").exists():
        pytest.skip("this system has no /proc")
    one, other = written(tmp_path, [b"one", "öther".encode()])
    value = accel.read_files_batch([one, "/proc/self/status", other], columns=columns, backend="rust").value
    before, told, after = value["text"] if columns else value
    assert (before, told[:5], after) == ("one", "Name:", "öther")


@needs_posix
@pytest.mark.parametrize("columns", [False, True])
def test_a_path_that_leads_elsewhere_all_the_time_gives_one_of_its_files_whole(tmp_path: Path, columns: bool):
    """While a link goes round between files of other sizes, a FIFO and a folder, each call tells of one of them."""
    texts = ["short", "long " * 5_000, "naïve " * 1_000, "日本" * 9_000, ""]
    places = [*written(tmp_path, [text.encode() for text in texts]), tmp_path / "fifo", tmp_path / "folder"]
    os.mkfifo(places[-2])
    places[-1].mkdir()
    link, spare, stop = tmp_path / "link", tmp_path / "spare", threading.Event()
    link.symlink_to(places[0])

    def lead_elsewhere() -> None:
        while not stop.is_set():
            for place in places:
                spare.symlink_to(place)
                spare.replace(link)

    leader = threading.Thread(target=lead_elsewhere)
    leader.start()
    try:
        for _ in range(30):
            found = accel.read_files_batch([link] * 200, columns=columns, backend="rust")
            for index, text in enumerate(found.value["text"] if columns else found.value):
                assert text in texts or found.errors[index].errno in (21, 22)
    finally:
        stop.set()
        leader.join()


@pytest.mark.parametrize("columns", [False, True])
def test_ten_thousand_files_with_other_characters_everywhere(tmp_path: Path, twins, columns: bool):
    """Each text is its own, however many there are, wherever in a file the first character beyond ASCII stands."""
    marks = ["", "é", "日", "🪶", "\0", "\ufeff"]
    contents = [(number % 70 * "a" + marks[number % 6] + number % 9 * "b").encode() for number in range(100)]
    paths = written(tmp_path, contents) * 100
    found = twins(accel.read_files_batch, paths, columns=columns)
    texts = list(found.value["text"]) if columns else found.value
    assert texts == [data.decode() for data in contents] * 100


@needs_posix
@pytest.mark.parametrize("columns", [False, True])
def test_an_interrupt_while_large_files_are_read_leaves_nothing_behind(tmp_path: Path, columns: bool):
    """KeyboardInterrupt comes soon, the memory of 4 GB of half-read texts is given back, and the next call works."""
    path = tmp_path / "large"
    path.touch()
    os.truncate(path, 16_000_000)
    script = f"""
import ctypes, os, psutil, signal, threading, time
from wingslib import accel
if hasattr(ctypes.CDLL(None), "mallopt"):
    ctypes.CDLL(None).mallopt(-3, 2**20)  # M_MMAP_THRESHOLD: what is freed goes back to the system, and is not kept
signal.signal(signal.SIGINT, signal.default_int_handler)
accel.read_files_batch([{str(path)!r}], columns={columns}, backend="rust")
def interrupt():
    time.sleep(0.1)
    global sent
    sent = time.monotonic()
    os.kill(os.getpid(), signal.SIGINT)
threading.Thread(target=interrupt).start()
try:
    accel.read_files_batch([{str(path)!r}] * 250, columns={columns}, backend="rust")
    print("not long enough")
except KeyboardInterrupt:
    print(time.monotonic() - sent < 1, psutil.Process().memory_info().rss < 300_000_000)
print(len(accel.read_files_batch([{str(path)!r}], backend="rust").value[0]))
"""
    ended = watched(script, 20)
    assert (ended.stdout, ended.stderr) == ("True True\n16000000\n", ""), ended


@pytest.mark.parametrize("paths", [5, None, [5], b"bytes"])
def test_what_is_no_path_is_refused(paths: object):
    """A wrong type is the caller's mistake."""
    with pytest.raises(ParameterError, match="paths"):
        accel.read_files_batch(paths)

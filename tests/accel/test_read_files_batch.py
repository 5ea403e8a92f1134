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
from wingslib.errors import ParameterError

pytestmark = pytest.mark.usefixtures("rust")

CALLS = {
    "read_files_batch": "accel.read_files_batch(files * min(n, 20_000), backend='rust')",
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
    """Files larger than a part, and more files than a part holds, come back in the order of their paths."""
    contents = [f"{number} é ".encode() * (number * number % 977) for number in range(50)] + [b"big " * 600_000] * 3
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


def test_the_systems_own_files_are_read_whole():
    """A file that tells no size, as those of /proc, is read to its end."""
    path = Path("/proc/self/status")
    if not path.exists():
        pytest.skip("this system has no /proc")
    assert accel.read_files_batch([path], backend="rust").value[0].startswith("Name:")


@pytest.mark.parametrize("paths", [5, None, [5], b"bytes"])
def test_what_is_no_path_is_refused(paths: object):
    """A wrong type is the caller's mistake."""
    with pytest.raises(ParameterError, match="paths"):
        accel.read_files_batch(paths)

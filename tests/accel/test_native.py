"""Each Rust operation equals its Python twin."""

from __future__ import annotations

import os
import random
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wingslib import accel
from wingslib.children import watched

pytestmark = pytest.mark.usefixtures("rust")

FEW_LETTERS = st.text(alphabet="aAbZ_09 .-\x00\n\x7f\x80éÉß—日𝄞\ud800")
"""Few letters make equal words likely, and every boundary of the definition is among them."""


def assert_twins(texts: list[str | Path]) -> accel.Result[dict[str, int]]:
    """Count with both backends, assert that all but the name is equal, and return what Rust gave."""
    rust, python = (accel.word_count(texts, backend=backend) for backend in ("rust", "python"))
    assert (rust.backend, python.backend) == ("rust", "python")
    assert rust.value == python.value
    assert described(rust) == described(python)
    return rust


def described(result: accel.Result[dict[str, int]]) -> list[tuple[int, type[Exception], str]]:
    """The errors as what can be compared, in their order."""
    return [(index, type(error), str(error)) for index, error in result.errors.items()]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(FEW_LETTERS, st.text()), max_size=8))
def test_equal_on_any_texts(texts: list[str]):
    """Any texts, empty, non-ASCII, with NULs and lone surrogates among them, count alike."""
    assert_twins([*texts])


@settings(max_examples=8, deadline=None)
@given(st.lists(FEW_LETTERS.filter(len), min_size=1, max_size=4))
def test_equal_on_texts_long_enough_for_threads(texts: list[str]):
    """Texts of some 100,000 characters, which are cut and shared among threads, count alike."""
    assert_twins([text * (200_000 // len(text)) for text in texts])


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.one_of(st.binary(), st.text().map(lambda text: text.encode("utf-8", "surrogatepass"))), cut=st.integers(0, 3))
def test_equal_on_any_bytes_of_a_file(tmp_path: Path, data: bytes, cut: int):
    """A file of any bytes, cut inside a character or not, gives the same words or the same error at the same byte."""
    path = tmp_path / "any.txt"
    path.write_bytes(data[: len(data) - cut])
    assert_twins([path, "one more"])


def test_a_word_of_a_million_characters_stays_whole():
    """A word longer than any piece that Rust cuts is not cut."""
    assert assert_twins(["x é" + "é" * 1_000_000]).value["é" * 1_000_001] == 1


def test_errors_have_their_index_and_the_others_are_counted(tmp_path: Path):
    """A missing file, a folder, a path with a NUL, and a file that is not UTF-8 each fail alone, with their reason."""
    bad, good = tmp_path / "bad.txt", tmp_path / "good.txt"
    bad.write_bytes(b"good so far\xe9!")
    good.write_text("The end", encoding="utf-8")
    texts = ["the", tmp_path / "none.txt", bad, tmp_path, "\udfff", good]
    for copies in (1, 20):
        found = assert_twins(texts * copies)
        kinds = {index % 6: type(error) for index, error in found.errors.items()}
        assert kinds == {1: FileNotFoundError, 2: UnicodeError, 3: IsADirectoryError, 4: UnicodeEncodeError}
        assert (len(found.errors), found.value) == (4 * copies, {"the": 2 * copies, "end": copies})
        assert found.errors[1].filename == str(tmp_path / "none.txt")
        assert f"{bad}: not UTF-8 at byte 11" in str(found.errors[2])


@pytest.mark.parametrize("backend", ["rust", "python"])
@pytest.mark.parametrize("name", ["a\0b", "\ud800"])
def test_a_path_that_no_file_can_have_is_an_error_of_its_index(backend: str, name: str):
    """The messages are those of Rust and of Python, the kind is the same."""
    found = accel.word_count([Path(name), "word"], backend=backend)
    assert found.value == {"word": 1}
    assert isinstance(found.errors[0], ValueError)


def test_equal_on_the_files_of_the_standard_library():
    """Real files, among them some that are not UTF-8, count alike."""
    files = sorted(Path(random.__file__).parent.glob("*.py"))[:60]
    assert assert_twins([*files]).value["import"] > 100


def test_eight_threads_at_once_each_get_their_own_counts():
    """Calls at the same time do not mix, and each sees the texts that it was given."""
    found: dict[int, int] = {}

    def count(word: int) -> None:
        texts = [f"{word} " * 40_000] * 4
        found[word] = accel.word_count(texts, backend="rust").value[str(word)]
        texts.clear()

    threads = [threading.Thread(target=count, args=(word,)) for word in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == dict.fromkeys(range(8), 160_000)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_child_forked_after_a_parallel_call_does_not_hang():
    """No thread is kept between calls, so a forked child, which has none of its parent's threads, can count too."""
    ended = watched(
        """
import os, warnings
from wingslib import accel
warnings.simplefilter("ignore")
texts = ["wing span " * 50_000] * 4
accel.word_count(texts, backend="rust")
child = os.fork()
if child == 0:
    os._exit(accel.word_count(texts, backend="rust").value["wing"] // 10_000)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
""",
        20,
    )
    assert (ended.stdout, ended.stderr, ended.timed_out) == ("20\n", "", False)


@pytest.mark.skipif(sys.platform == "win32", reason="os.kill cannot send Ctrl-C there")
def test_ctrl_c_ends_a_long_call():
    """A signal during a call that would take minutes raises KeyboardInterrupt, and Rust still counts afterwards."""
    ended = watched(
        """
import os, signal, threading
from wingslib import accel
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job starts with it ignored
texts = ["wing span " * 1_000_000] * 20_000
threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    accel.word_count(texts, backend="rust")
except KeyboardInterrupt:
    print("interrupted", accel.word_count(["wing"], backend="rust").value)
""",
        20,
    )
    assert (ended.stdout, ended.stderr) == ("interrupted {'wing': 1}\n", ""), ended

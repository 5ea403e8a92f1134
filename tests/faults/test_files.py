"""F1, F2, F3: what files hold, what happens to them meanwhile, and what trees do. Each costs itself only, in both backends."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from wingslib import accel

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs links and FIFOs")
WORDS = [b"wing", b"Span", "naïve".encode(), "日本".encode(), b"needle", b"1"]
NASTY = [b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\r\n", b"\n", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf5", b""]
EDGES = [0, 1, 63, 64, 65, 65_535, 65_536, 65_537, 131_072, 1_048_576]

READERS: dict[str, Callable[..., accel.Result[Any]]] = {
    "read_files_batch": accel.read_files_batch,
    "word_count": accel.word_count,
    "word_index": accel.word_index,
    "pattern_match_batch": lambda paths, **how: accel.pattern_match_batch(paths, ["wing", "\r", "\0", "needle\n"], **how),
    "pattern_match_batch regex": lambda paths, **how: accel.pattern_match_batch(
        paths, [r"\w+$", r"\s\S"], literal=False, **how
    ),
    "parallel_grep": lambda paths, **how: accel.parallel_grep(r"needle|^\w+$|\r", paths, **how),
    "text_similarity_matrix": lambda paths, **how: accel.text_similarity_matrix(paths, metric="jaccard", **how),
}


@pytest.fixture(autouse=True)
def built(need):
    """Skip, with the reason, where the extension is not built."""
    need("rust", "" if find_spec("wings_rs") else "wings_rs is not built: run `wings build`")


def described(result: accel.Result[Any]) -> tuple[Any, ...]:
    """The result as what can be compared."""
    return result.value, [(at, type(error), str(error)) for at, error in result.errors.items()], result.skipped


def content(chance: random.Random) -> bytes:
    """Words and nasty bytes, some at the edges of what is read at once."""
    parts = [chance.choice(WORDS + NASTY) + chance.choice([b" ", b"\n", b""]) for _ in range(chance.randrange(30))]
    if chance.random() < 0.4:
        filler = b"wing span\n" * (chance.choice(EDGES) // 10 + 1)
        parts.insert(chance.randrange(len(parts) + 1), filler[: max(chance.choice(EDGES) + chance.randint(-1, 1), 0)])
    return b"".join(parts)


@pytest.mark.parametrize("name", READERS)
def test_whatever_bytes_a_file_holds_both_backends_say_the_same(name, trials, tmp_path):
    """Words, or the first byte that is no UTF-8: NULs, marks, lone returns, cut characters at every edge of a buffer."""
    for chance in trials(15, 1_500, 150_000):
        paths = [tmp_path / str(number) for number in range(4)]
        for path in paths:
            path.write_bytes(content(chance))
        rust, python = (READERS[name](paths, backend=backend) for backend in ("rust", "python"))
        assert described(rust) == described(python)
        for at, error in rust.errors.items():
            assert f"{at if isinstance(at, str) else paths[at]}: not UTF-8 at byte " in str(error)


def harmed(folder: Path, stop: threading.Event, chance: random.Random) -> None:
    """Remove, replace, truncate, lengthen and bar the files of a folder until told to stop."""
    harms: list[Callable[[Path], object]] = [
        lambda path: path.unlink(missing_ok=True),
        lambda path: path.write_bytes(b"short needle\n"),
        lambda path: os.truncate(path, 10),
        lambda path: path.open("ab").write(b"more needle\n" * 50),
        lambda path: (path.unlink(missing_ok=True), os.mkfifo(path)),
        lambda path: (path.unlink(missing_ok=True), path.symlink_to("/dev/zero")),
        lambda path: path.write_bytes(b"wing \xff"),
        lambda path: (path.unlink(missing_ok=True), path.write_bytes(b"whole needle\n" * 3_000)),
    ]
    while not stop.is_set():
        path = folder / str(chance.randrange(20))
        try:
            if not path.exists() or path.is_file():
                chance.choice(harms)(path)
            else:
                path.unlink()
        except OSError:
            continue


@pytest.mark.parametrize("name", READERS)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_files_that_change_meanwhile_are_read_or_named(name, trials, tmp_path):
    """While a thread harms the files, a call ends, each error is one of a file, and each text was there at some moment."""
    for chance in trials(8, 200, 2_000):
        paths = [tmp_path / str(number) for number in range(20)]
        stop = threading.Event()
        harm = threading.Thread(target=harmed, args=(tmp_path, stop, chance))
        harm.start()
        try:
            for _ in range(5):
                found = READERS[name](paths, backend="rust")
                assert all(isinstance(error, OSError | UnicodeError) for error in found.errors.values())
        finally:
            stop.set()
            harm.join()


def planted(root: Path, chance: random.Random) -> None:
    """Make a tree with links up, down, sideways, to themselves, to nowhere and out of the root."""
    outside = root.parent / "outside"
    outside.mkdir(exist_ok=True)
    (outside / "far.py").touch()
    root.mkdir()
    folders = [root]
    for number in range(chance.randrange(40)):
        path = chance.choice(folders) / f"{chance.choice('.ab')}{number}{chance.choice(['', '.py'])}"
        kind = chance.choice(["folder", "file", "file", "link", "fifo"])
        if kind == "folder":
            path.mkdir()
            folders.append(path)
        elif kind == "file":
            path.touch()
        elif kind == "fifo":
            os.mkfifo(path)
        else:
            path.symlink_to(chance.choice([*folders, path, path.with_name("gone"), outside, outside / "far.py"]))


@pytest.mark.parametrize("follow_links", [False, True])
def test_trees_full_of_links_end(follow_links, trials, tmp_path_factory):
    """Each loop is an error of its path, each link is counted or followed, and both backends find the same."""
    for chance in trials(20, 300, 1_000):
        root = tmp_path_factory.mktemp("tree") / "root"
        planted(root, chance)
        choice = {"suffixes": [".py"], "hidden": chance.random() < 0.5, "follow_links": follow_links}
        rust, python = (accel.scan_files(root, **choice, backend=backend) for backend in ("rust", "python"))
        assert described(rust) == described(python)
        greps = [accel.parallel_grep("x", root, **choice, backend=backend) for backend in ("rust", "python")]
        assert described(greps[0]) == described(greps[1])

"""`scan_files` finds every file once, and counts what it left out."""

from __future__ import annotations

import os
import socket
import sysconfig
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wingslib import accel
from wingslib.errors import ParameterError

pytestmark = pytest.mark.usefixtures("rust")

CALLS = {
    "scan_files": "accel.scan_files([room] * n, suffixes=['.none'], backend='rust')",
}
"""Calls that may take as long as you like; `test_operations` has what they need, and tries them all."""
needs_links = pytest.mark.skipif(os.name != "posix", reason="needs links")

NAMES = st.sampled_from(["a", "b.py", ".c", "d.txt", "é.py", "__pycache__", "日"])


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Give a small tree with every kind of entry."""
    for name in ("a.py", "b.txt", ".hidden.py", "deep/er/c.py", "deep/.git/d.py", "__pycache__/a.py"):
        path = tmp_path / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path / "tree"


def names(found: accel.Result[list[str]], root: Path) -> list[str]:
    """The paths below this root."""
    return [os.path.relpath(path, root) for path in found.value]


def test_every_file_is_found_sorted_by_its_bytes(tree: Path, twins):
    """Without a choice all regular files come, hidden ones too, each beginning with its root."""
    found = twins(accel.scan_files, tree)
    assert names(found, tree) == [
        ".hidden.py", "__pycache__/a.py", "a.py", "b.txt", "deep/.git/d.py", "deep/er/c.py",
    ]  # fmt: skip
    assert (found.errors, found.skipped) == ({}, {"ignored": 0, "hidden": 0, "links": 0, "special": 0})


def test_what_is_left_out_is_counted(tree: Path, twins):
    """Hidden and ignored entries are the caller's choice; nothing below them is looked at or counted."""
    found = twins(accel.scan_files, tree, suffixes=[".py"], hidden=False, ignore=["__pycache__"])
    assert names(found, tree) == ["a.py", "deep/er/c.py"]
    assert found.skipped == {"ignored": 1, "hidden": 2, "links": 0, "special": 0}


@needs_links
def test_links_are_left_out_unless_followed(tree: Path, tmp_path: Path, twins):
    """A link to a file, to a folder outside and to nowhere are counted; followed, they are files, folders and an error."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "far.py").touch()
    (tree / "file").symlink_to("a.py")
    (tree / "out").symlink_to("../outside")
    (tree / "nowhere").symlink_to("gone")
    assert twins(accel.scan_files, tree).skipped["links"] == 3
    found = twins(accel.scan_files, tree, follow_links=True, details=True)
    assert {"file", "out/far.py"} < {os.path.relpath(path, tree) for path, *_ in found.value}
    assert {os.path.relpath(path, tree): type(error) for path, error in found.errors.items()} == {"nowhere": FileNotFoundError}


@needs_links
@pytest.mark.timeout(10)
def test_a_loop_of_links_is_named_once_and_not_entered(tree: Path, twins):
    """A link to its own folder, to a folder above and to itself ends, with an error for each."""
    (tree / "deep" / "up").symlink_to("..")
    (tree / "deep" / "er" / "here").symlink_to(".")
    (tree / "self").symlink_to("self")
    found = twins(accel.scan_files, [tree, tree / "self"], follow_links=True)
    kinds = {os.path.relpath(path, tree): error.errno for path, error in found.errors.items()}
    assert kinds == {"deep/up": 40, "deep/er/here": 40, "self": 40}
    assert len(found.value) == 6


@needs_links
def test_special_files_are_counted(tree: Path, twins, monkeypatch: pytest.MonkeyPatch):
    """A FIFO and a socket are no files; a FIFO as root neither."""
    os.mkfifo(tree / "fifo")
    monkeypatch.chdir(tree)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        assert twins(accel.scan_files, [tree, tree / "fifo"]).skipped["special"] == 3


def test_roots_may_be_files_links_and_missing(tree: Path, twins):
    """Each root is walked for itself; one that is not there is an error of its path."""
    found = twins(accel.scan_files, [tree / "a.py", tree / "deep", tree / "none", tree / "b.txt"], suffixes=[".py"])
    assert names(found, tree) == ["a.py", "deep/.git/d.py", "deep/er/c.py"]
    assert list(found.errors) == [str(tree / "none")]


@needs_links
def test_a_name_that_is_not_utf8_is_found(tree: Path, twins):
    """Such a name comes as Python itself writes it."""
    with open(os.path.join(os.fsencode(tree), b"\xff.py"), "w"):
        pass
    assert os.fsdecode(b"\xff.py") in names(twins(accel.scan_files, tree), tree)


def test_a_tree_a_thousand_folders_deep_is_walked(tmp_path: Path, twins):
    """Depth costs nothing but the length of the paths."""
    below = [tmp_path / "/".join("d" * depth) for depth in range(1, 1_001)]
    for folder in below:
        folder.mkdir()
    (below[-1] / "leaf").touch()
    try:
        assert len(twins(accel.scan_files, tmp_path).value) == 1
    finally:  # Python's own rmtree gives up at such a depth
        (below[-1] / "leaf").unlink()
        for folder in reversed(below):
            folder.rmdir()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(paths=st.lists(st.lists(NAMES, min_size=1, max_size=4)), hidden=st.booleans(), ignore=st.lists(NAMES, max_size=2))
def test_random_trees_are_equal(tmp_path_factory, twins, paths: list[list[str]], hidden: bool, ignore: list[str]):
    """Whatever the tree and the choice, both backends find the same files and leave out as many."""
    root = tmp_path_factory.mktemp("tree")
    for parts in paths:
        path = root.joinpath(*parts)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        except (FileExistsError, NotADirectoryError):
            continue
    for columns in (False, True):
        twins(accel.scan_files, root, suffixes=[".py", "日"], hidden=hidden, ignore=ignore, columns=columns)


@pytest.mark.parametrize("options", [{"details": True}, {"details": True, "columns": True}, {"workers": 1}, {"workers": 5}])
def test_the_standard_library_is_found_alike(twins, options: dict[str, object]):
    """A real tree of some thousand files, with details, as columns, and by any number of threads."""
    found = twins(accel.scan_files, Path(sysconfig.get_paths()["stdlib"]) / "asyncio", suffixes=(".py",), **options)
    assert len(found.value["path"] if options.get("columns") else found.value) > 20


@pytest.mark.parametrize("details", [False, True])
def test_a_folder_without_files_has_all_columns(tmp_path: Path, twins, details: bool):
    """What is not there is a column of length 0."""
    twins(accel.scan_files, tmp_path, details=details, columns=True)


@pytest.mark.parametrize("backend", ["rust", "python"])
@pytest.mark.parametrize(
    "wrong", [{"suffixes": ".py"}, {"ignore": [5]}, {"workers": 0}, {"roots": 5}, {"roots": "a\0"}, {"roots": ["\ud800"]}]
)
def test_wrong_arguments_are_refused(backend: str, wrong: dict[str, object]):
    """The message names the argument."""
    with pytest.raises(ParameterError, match=next(iter(wrong))):
        accel.scan_files(**{"roots": ".", "backend": backend, **wrong})

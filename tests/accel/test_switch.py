"""Which backend runs an operation, and what is refused."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections import UserString
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from wingslib import accel
from wingslib.accel import operations
from wingslib.accel.operations.scan_files import _scan_files
from wingslib.accel.operations.word_count import _word_count
from wingslib.errors import NotAvailable, ParameterError

NONE = dict.fromkeys(operations.names(), "python")


@pytest.fixture
def not_built(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the import of the extension fail as it does where it was never built."""
    monkeypatch.setitem(sys.modules, "wings_rs", None)


def word_count(texts: list[str | Path], workers: int | None, columns: bool) -> tuple[dict[str, int], dict[int, Exception]]:
    """Stand in for the Rust function."""
    return _word_count(texts)


def scan_files(*arguments: object) -> tuple[object, ...]:
    """Stand in for the Rust function."""
    return _scan_files(*arguments[:-2])


def extension(monkeypatch: pytest.MonkeyPatch, **operations: object) -> None:
    """Put an extension with these operations in the place of the real one."""
    monkeypatch.setitem(sys.modules, "wings_rs", SimpleNamespace(__version__="0.0.1", **operations))


def test_operations_start_in_python():
    """A fresh process runs every operation in Python and has not loaded the extension, even after a call."""
    script = (
        "import sys; from wingslib import accel\n"
        "print(accel.word_count(['a']).backend, accel.backends(), accel.enabled(), 'wings_rs' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout == f"python {NONE} () False\n"


def test_an_enabled_operation_runs_in_rust(rust: None):
    """Enabling switches the calls that name no backend; a call that names one keeps it."""
    done = accel.enable_rust_acceleration(operations=["word_count", "word_count"])
    assert done == accel.Acceleration(requested=("word_count",), enabled=("word_count",), unavailable={})
    assert (accel.enabled(), accel.backends()) == (("word_count",), NONE | {"word_count": "rust"})
    assert accel.word_count(["a"]) == accel.Result({"a": 1}, {}, "rust")
    assert accel.word_count(["a"], backend="python").backend == "python"


def test_a_second_call_with_a_shorter_list_switches_the_rest_back(monkeypatch: pytest.MonkeyPatch):
    """Only the names of the last call run in Rust."""
    extension(monkeypatch, word_count=word_count, scan_files=scan_files)
    accel.enable_rust_acceleration(["scan_files", "word_count"])
    assert accel.enabled() == ("scan_files", "word_count")
    accel.enable_rust_acceleration(["scan_files"])
    assert accel.backends() == NONE | {"scan_files": "rust"}


def test_all_operations_can_be_enabled(rust: None):
    """Every operation that is built agrees with its twin on its sample."""
    done = accel.enable_rust_acceleration(operations.names())
    assert (done.enabled, done.unavailable) == (operations.names(), {})


def test_without_the_extension_a_name_is_unavailable_with_the_build_command(not_built: None):
    """Enabling does not fail; it says why, and Python goes on."""
    done = accel.enable_rust_acceleration(["word_count"])
    assert (done.requested, done.enabled, list(done.unavailable)) == (("word_count",), (), ["word_count"])
    assert "not built" in done.unavailable["word_count"]
    assert "wings build" in done.unavailable["word_count"]
    assert accel.word_count(["a"]).backend == "python"


def test_without_the_extension_a_call_for_rust_raises_with_the_build_command(not_built: None):
    """A call that names rust never falls back silently."""
    with pytest.raises(NotAvailable, match=r"word_count.*not built.*wings build"):
        accel.word_count(["a"], backend="rust")


def test_an_extension_that_does_not_load_is_unavailable_with_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """An extension for another Python or system is told apart from one that is not there."""
    (tmp_path / "wings_rs.py").write_text("raise ImportError('wrong ELF class')")
    monkeypatch.delitem(sys.modules, "wings_rs", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    assert "wrong ELF class" in accel.enable_rust_acceleration(["word_count"]).unavailable["word_count"]


def test_an_extension_older_than_an_operation_names_its_version(monkeypatch: pytest.MonkeyPatch):
    """After an update without a build, the missing operation is unavailable and says what was found."""
    extension(monkeypatch)
    assert "0.0.1 was built without it" in accel.enable_rust_acceleration(["word_count"]).unavailable["word_count"]


@pytest.mark.parametrize("wrong", ["value", "errors"])
def test_an_operation_that_disagrees_with_its_twin_stays_in_python(monkeypatch: pytest.MonkeyPatch, wrong: str):
    """Wrong values with the right errors, and right values with errors missing, are both found on the sample."""

    def disagreeing(texts: list[str | Path], *_: object) -> tuple[dict[str, int], dict[int, Exception]]:
        value, errors = _word_count(texts)
        return ({}, errors) if wrong == "value" else (value, {})

    extension(monkeypatch, word_count=disagreeing)
    assert "disagrees" in accel.enable_rust_acceleration(["word_count"]).unavailable["word_count"]
    assert accel.enabled() == ()


@pytest.mark.parametrize("name", operations.names())
def test_no_operation_that_hides_an_error_is_switched_on(rust: None, monkeypatch: pytest.MonkeyPatch, name: str):
    """Each operation's sample holds something that fails, so that right values alone are not enough."""
    import wings_rs

    def hiding(function: Callable[..., tuple[Any, ...]]) -> Callable[..., tuple[Any, ...]]:
        return lambda *arguments: next((value, {}, *skipped) for value, _, *skipped in [function(*arguments)])

    real = {found: function for found, function in vars(wings_rs).items() if found.startswith(name)}
    extension(monkeypatch, **{found: hiding(function) for found, function in real.items()})
    assert "disagrees" in accel.enable_rust_acceleration([name]).unavailable[name]


@pytest.mark.parametrize("wanted", [["word_count", "pattern_match"], [["word_count"]], [None], "word_count", None, 5])
def test_unknown_operations_are_refused_before_anything_changes(monkeypatch: pytest.MonkeyPatch, wanted: object):
    """The message lists the known names, and what was enabled stays so."""
    extension(monkeypatch, word_count=word_count)
    accel.enable_rust_acceleration(["word_count"])
    with pytest.raises(ParameterError, match=operations.names()[0]):
        accel.enable_rust_acceleration(wanted)  # type: ignore[arg-type]
    assert accel.enabled() == ("word_count",)


def test_what_rust_refuses_is_a_parameter_error_of_the_operation(monkeypatch: pytest.MonkeyPatch):
    """A ValueError of the whole call is a refusal; it comes without Rust's own frames."""

    def refusing(*_: object) -> None:
        raise ValueError("cannot")

    extension(monkeypatch, word_count=refusing)
    with pytest.raises(ParameterError, match="word_count: cannot") as refused:
        accel.word_count(["a"], backend="rust")
    assert refused.value.__cause__ is None


def test_a_name_that_is_no_operation_is_an_attribute_error():
    """The message lists what there is."""
    with pytest.raises(AttributeError, match=r"no 'pattern_match'.*word_index"):
        accel.pattern_match  # noqa: B018


def test_an_unknown_backend_is_refused():
    """The message shows the value and lists the allowed ones."""
    with pytest.raises(ParameterError, match=r"'Rust'.*\"python\", \"rust\""):
        accel.word_count(["a"], backend="Rust")


@pytest.mark.parametrize("texts", ["one text", b"bytes", Path("one.txt"), None, 5])
def test_a_single_text_is_refused(texts: object):
    """A text alone would be counted letter by letter."""
    with pytest.raises(ParameterError, match=r"texts is .*\[text\]"):
        accel.word_count(texts)  # type: ignore[arg-type]


@pytest.mark.parametrize("item", [b"bytes", 5, None, UserString("text")])
def test_an_item_that_is_neither_text_nor_path_is_refused_by_its_index(item: object):
    """A wrong type is the caller's mistake, not an error of one item."""
    with pytest.raises(ParameterError, match=r"texts\[1\] is "):
        accel.word_count(["a", item])  # type: ignore[list-item]


@pytest.mark.parametrize("name", ["words.txt", b"words.txt"])
def test_any_path_like_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str | bytes):
    """An os.PathLike of str or bytes is a file; so is anything else with __fspath__."""
    monkeypatch.chdir(tmp_path)
    Path("words.txt").write_text("One one")
    like = type("Like", (), {"__fspath__": lambda self: name})()
    assert accel.word_count(iter([like])).value == {"one": 2}


def test_a_result_travels_to_another_process_with_its_errors():
    """Results and their errors can be pickled."""
    result = accel.word_count(["a", Path("none.txt"), "\ud800"])
    copy = pickle.loads(pickle.dumps(result))
    assert (copy.value, [type(error) for error in copy.errors.values()]) == ({"a": 1}, [FileNotFoundError, UnicodeEncodeError])

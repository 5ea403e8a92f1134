"""What the tests of accel share."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import strategies as st

from wingslib import accel
from wingslib.accel.columns import Texts

FEW_LETTERS = st.text(alphabet="aAbZ_09 .-\x00\r\n\x7f\x80éÉß—日𝄞\u0301\ud800")
"""Few letters make equal words likely, and every boundary of the definitions is among them."""

SORTS = {
    "one letter": "a",
    "two letters": "ab",
    "ASCII": "abcXYZ019_ .,-\n\t",
    "Latin": "aeéÉèßœ ñ\n",
    "CJK": "日本語テスト、。\n",
    "emoji": "🪶🐦a👩\u200d🚀 \n",
    "combining": "e\u0301o\u0308a\u0327 \n",
}
TEXTS = st.one_of(st.just(""), FEW_LETTERS, st.text(), *(st.text(alphabet=letters) for letters in SORTS.values()))
"""Texts of every sort: ASCII, Latin, CJK, emoji, combining marks, one-letter alphabets, empty."""


@pytest.fixture(autouse=True)
def all_in_python():
    """Start and leave with every operation in Python."""
    accel.enable_rust_acceleration([])
    yield
    accel.enable_rust_acceleration([])


@pytest.fixture
def rust(need):
    """Skip, with the reason, where the extension is not built; fail where WINGS_REQUIRE names rust."""
    need("rust", "" if importlib.util.find_spec("wings_rs") else "wings_rs is not built: run `wings build`")


@pytest.fixture(scope="session")
def twins() -> Callable[..., accel.Result[Any]]:
    """Give `twins(call, …)`: call with both backends, assert that all but the name is equal, return what Rust gave."""

    def called(call: Callable[..., accel.Result[Any]], *arguments: Any, **options: Any) -> accel.Result[Any]:
        rust, python = (call(*arguments, **options, backend=backend) for backend in ("rust", "python"))
        assert (rust.backend, python.backend) == ("rust", "python")
        assert described(rust) == described(python)
        return rust

    return called


def described(result: accel.Result[Any]) -> tuple[Any, ...]:
    """The result as what can be compared; its errors in their order."""
    return plain(result.value), [(at, type(error), str(error)) for at, error in result.errors.items()], result.skipped


def plain(value: Any) -> Any:
    """Columns as lists; what is not a number as None, since it does not equal itself."""
    if isinstance(value, dict):
        return {name: plain(column) for name, column in value.items()}
    if isinstance(value, Texts):
        return list(value)
    if hasattr(value, "tolist"):
        return value.shape, [None if one != one else one for one in value.ravel().tolist()]
    return value

"""The door to the Rust extension: the only file that imports wings_rs, and only when an operation is asked for.

`wings_rs` gives the bare values; what a caller sees is made in `switch`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wingslib.errors import NotAvailable, ParameterError

_BUILD = 'Build it with `wings build`, or use backend="python", which gives the same values.'


def operation(name: str) -> Callable[..., Any]:
    """Return the Rust function `name`; NotAvailable, with the build command, if this installation has none."""
    try:
        import wings_rs
    except ModuleNotFoundError as error:
        raise NotAvailable(f"{name} in Rust is not available: the extension is not built. {_BUILD}") from error
    except ImportError as error:
        raise NotAvailable(f"{name} in Rust is not available: the extension does not load ({error}). {_BUILD}") from error
    if not hasattr(wings_rs, name):
        version = wings_rs.__version__
        raise NotAvailable(f"{name} in Rust is not available: the extension {version} was built without it. {_BUILD}")
    function: Callable[..., Any] = getattr(wings_rs, name)
    return function


def call(name: str, *arguments: Any) -> Any:
    """Call the Rust function `name`; ParameterError, with the reason and the way out, for what Rust refuses.

    What goes wrong with one item comes back among the errors, so that a ValueError of the whole call is a refusal.
    """
    function = operation(name)
    try:
        return function(*arguments)
    except ValueError as refused:
        raise ParameterError(f"{name}: {refused}") from None

"""The door to the Rust extension: the only file that imports wings_rs, and only when an operation is asked for.

`wings_rs` gives the bare values; what a caller sees is made in `switch`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wingslib.errors import NotAvailable, ParameterError, require_count

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


def burn(held: float = 0, free: float = 0, threads: int = 1) -> None:
    """Compute nothing for `held` seconds while no other Python thread can run, then for `free` seconds while all can.

    The second part keeps `threads` threads of Rust busy. It is how a lesson shows who is frozen meanwhile.

    Raises:
        ParameterError: a time is not a number of seconds from 0 to a day, or `threads` no count.
        NotAvailable: the extension is not built.
    """
    for name, seconds in (("held", held), ("free", free)):
        if not isinstance(seconds, int | float) or not 0 <= seconds <= 86_400:
            raise ParameterError(f"{name} is {seconds!r}; allowed are seconds from 0 to 86400. For example {name}=0.2.")
    call("burn", float(held), float(free), require_count("threads", threads))

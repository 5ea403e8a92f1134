"""What becomes of a notebook whose subject this installation lacks: it says so, and the cells below do not run."""

from __future__ import annotations

from importlib import invalidate_caches

from wingslib.accel.native import operation
from wingslib.errors import NotAvailable
from wingslib.lesson.leaf import leave, leaves
from wingslib.lesson.page import current
from wingslib.lesson.verdicts import claims

UNTESTED = "not tested: not built. Build the Rust extension with `wings build`, then run this cell again."
_REASON = "not built: run `wings build`"


def needs_rust() -> None:
    """Print that the Rust extension is built; where it is not, print how to build it and let no cell below run.

    Each of those prints the same line instead, until the extension is there. The notebook's claims become "not testable
    here", and are what it leaves in the guide if it has left nothing before.
    """
    if built():
        print("the Rust extension is built")
        return
    print(UNTESTED)
    _skip_cells()
    _leave_claims()


def built() -> bool:
    """Say whether the Rust extension can be imported now."""
    invalidate_caches()  # it may have been built since this kernel began
    try:
        operation("burn")
    except NotAvailable:
        return False
    return True


def _skip_cells() -> None:
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell and _skipped not in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.append(_skipped)


def _skipped(lines: list[str]) -> list[str]:
    """Return the lines of a cell, or one line that prints that it was not tested."""
    return lines if built() else [f"print({UNTESTED!r})\n"]


def _leave_claims() -> None:
    from wingslib.measure import Verdict, load_claims

    page = current()
    for claim in load_claims(page.name):
        page.verdicts[claim.id] = Verdict(claim, None, "not testable here", _REASON)
    if all(leaf.notebook != page.name for leaf in leaves()):
        leave(claims(), [{"operations in Rust": UNTESTED}])

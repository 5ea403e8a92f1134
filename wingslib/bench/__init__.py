"""Are we faster than our peers?

Here the library races others that do the same, in one interleaved run and with equal results first: `engines` is the
bench of the engines, made of what `waiting` and `computing` measure, and `reduction` that of map_reduce; `peers` are the
ways in which others do the same, `frame` what every bench is made of. The peers are needed for nothing else, so they are
imported here only, inside functions; one that is not installed is named as absent.
"""

from __future__ import annotations

from importlib import import_module

from wingslib.bench.frame import Bar, Progress, table
from wingslib.errors import ParameterError

__all__ = ["BENCHES", "Bar", "Progress", "run", "table"]

BENCHES = {"engines": "engines", "map_reduce": "reduction", "rust": "rust"}


def run(name: str, progress: Progress) -> list[Bar]:
    """Run the bench `name` and return its bars; `progress(done, total, what)` is called after every step.

    Raises:
        ParameterError: there is no such bench; nothing was run.
        WingsError: two ways gave different results; there are no ratios of unequal work.
    """
    if name not in BENCHES:
        raise ParameterError(f"there is no bench {name!r}; allowed is {', '.join(BENCHES)}. For example wings bench engines.")
    bars: list[Bar] = import_module(f"wingslib.bench.{BENCHES[name]}").bars(progress)
    return bars

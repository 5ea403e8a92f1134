"""Races that were run elsewhere, on builds of Python that a reader's kernel may not be, and are kept in data/recorded.toml."""

from __future__ import annotations

import tomllib
from typing import Any

from wingslib import paths
from wingslib.machine import Machine
from wingslib.measure.comparison import Comparison


def recorded() -> list[Comparison]:
    """Return the recorded races, each with all its samples and the machine and Python that it was run on."""
    with open(paths.data() / "recorded.toml", "rb") as file:
        return [_comparison(**row) for row in tomllib.load(file)["race"]]


def _comparison(
    name: str, machine: dict[str, Any], workers: dict[str, int], samples: dict[str, list[float]], stopped: str
) -> Comparison:
    labels = list(samples)
    engines = {label: label if label != labels[0] else "serial" for label in labels}
    look = Machine(**machine, blas_threads=None)  # NumPy takes no part
    return Comparison(name, labels, "learn", look, samples, workers=workers, engines=engines, equal=True, stopped=stopped)

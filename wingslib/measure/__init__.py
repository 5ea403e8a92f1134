"""What did it cost, and is it true?

Here live the comparison of variants in interleaved rounds (`comparison`, with its `intervals` and its event `loop`), the
product that explains lost efficiency (`efficiency`), the models that predict (`laws`, `simulation`) and the judging of
the source chapter's claims (`claims`). Nothing here draws; samples are written to the current session of the store.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wingslib.measure.claims import Claim, Verdict, judge, load_claims
    from wingslib.measure.comparison import Comparison, Variant, compare
    from wingslib.measure.efficiency import Split, split
    from wingslib.measure.intervals import Interval, ratio_interval
    from wingslib.measure.laws import WaitLaw, chunk_law, fit_wait_law
    from wingslib.measure.simulation import schedule

_HOMES = {
    "Claim": "claims",
    "Comparison": "comparison",
    "Interval": "intervals",
    "Split": "efficiency",
    "Variant": "comparison",
    "Verdict": "claims",
    "WaitLaw": "laws",
    "chunk_law": "laws",
    "compare": "comparison",
    "fit_wait_law": "laws",
    "judge": "claims",
    "load_claims": "claims",
    "ratio_interval": "intervals",
    "schedule": "simulation",
    "split": "efficiency",
}
__all__ = [
    "Claim",
    "Comparison",
    "Interval",
    "Split",
    "Variant",
    "Verdict",
    "WaitLaw",
    "chunk_law",
    "compare",
    "fit_wait_law",
    "judge",
    "load_claims",
    "ratio_interval",
    "schedule",
    "split",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"wingslib.measure has no {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(f"wingslib.measure.{_HOMES[name]}"), name)

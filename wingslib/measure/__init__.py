"""What did it cost, and is it true?

Here live the comparison of variants in interleaved rounds (`comparison`, with its `intervals` and its event `loop`), the
product that explains lost efficiency (`efficiency`), the models that predict (`laws`, `simulation`, `queues`), the judging of
the source chapter's claims (`claims`), and races that were run elsewhere (`records`). Nothing here draws; samples are
written to the current session of the store.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wingslib.measure.claims import Claim, Verdict, judge, load_claims
    from wingslib.measure.comparison import Comparison, Variant, compare
    from wingslib.measure.efficiency import Split, split
    from wingslib.measure.intervals import Interval, ratio_interval
    from wingslib.measure.laws import Line, WaitLaw, chunk_law, fit_wait_law, line
    from wingslib.measure.queues import Flow, ahead, bottleneck, flow, pace, pipeline_law
    from wingslib.measure.records import recorded
    from wingslib.measure.simulation import POLICIES, chunk_sizes, graham_bounds, lower_bound, schedule, simulate

_HOMES = {
    "Claim": "claims",
    "Comparison": "comparison",
    "Flow": "queues",
    "Interval": "intervals",
    "Line": "laws",
    "POLICIES": "simulation",
    "Split": "efficiency",
    "Variant": "comparison",
    "Verdict": "claims",
    "WaitLaw": "laws",
    "ahead": "queues",
    "bottleneck": "queues",
    "chunk_law": "laws",
    "chunk_sizes": "simulation",
    "compare": "comparison",
    "fit_wait_law": "laws",
    "flow": "queues",
    "graham_bounds": "simulation",
    "judge": "claims",
    "line": "laws",
    "load_claims": "claims",
    "lower_bound": "simulation",
    "pace": "queues",
    "pipeline_law": "queues",
    "ratio_interval": "intervals",
    "recorded": "records",
    "schedule": "simulation",
    "simulate": "simulation",
    "split": "efficiency",
}
__all__ = [
    "POLICIES",
    "Claim",
    "Comparison",
    "Flow",
    "Interval",
    "Line",
    "Split",
    "Variant",
    "Verdict",
    "WaitLaw",
    "ahead",
    "bottleneck",
    "chunk_law",
    "chunk_sizes",
    "compare",
    "fit_wait_law",
    "flow",
    "graham_bounds",
    "judge",
    "line",
    "load_claims",
    "lower_bound",
    "pace",
    "pipeline_law",
    "ratio_interval",
    "recorded",
    "schedule",
    "simulate",
    "split",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"wingslib.measure has no {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(f"wingslib.measure.{_HOMES[name]}"), name)

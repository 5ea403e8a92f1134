"""What shape has the work?

Many waits within limits (`limited`), hand-outs one at a time (`dynamic`), split and combine (`fan`), `stages` one after
the other (`pipelines`), a tree of sums (`reduction`), batch after batch with a save between (`batches`). Each is thin
over the engines: who runs the items, in what chunks, and what becomes of one that fails is decided there, and only a
limit of rate, a total deadline and waits between tries live here. `engine=` takes an engine or a warm pool of one
(`supply` looks at it). Nothing here measures, draws or stores; what is to be saved, the caller saves.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wingslib.patterns.batches import process_in_batches
    from wingslib.patterns.dynamic import dynamic_parallel
    from wingslib.patterns.fan import fan_out_fan_in
    from wingslib.patterns.limited import Retry, limited_parallel
    from wingslib.patterns.pipelines import PipelineRun, pipeline
    from wingslib.patterns.reduction import map_reduce
    from wingslib.patterns.stages import Stage

_HOMES = {
    "PipelineRun": "pipelines",
    "Retry": "limited",
    "Stage": "stages",
    "dynamic_parallel": "dynamic",
    "fan_out_fan_in": "fan",
    "limited_parallel": "limited",
    "map_reduce": "reduction",
    "pipeline": "pipelines",
    "process_in_batches": "batches",
}
__all__ = [
    "PipelineRun",
    "Retry",
    "Stage",
    "dynamic_parallel",
    "fan_out_fan_in",
    "limited_parallel",
    "map_reduce",
    "pipeline",
    "process_in_batches",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"wingslib.patterns has no {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(f"wingslib.patterns.{_HOMES[name]}"), name)

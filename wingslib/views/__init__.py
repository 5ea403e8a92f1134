"""What does it look like? The charts, widgets and progress bars.

Each chart is a function that takes data and returns a `Picture` of title, PNG and reading. This room measures nothing,
runs nothing and keeps nothing; what a chart says is computed here, what is true was decided in `measure`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wingslib.views.areas import loop_model as loop_model
    from wingslib.views.chunks import saw as saw
    from wingslib.views.comparisons import variants as variants
    from wingslib.views.costs import growth as growth
    from wingslib.views.crossings import crossing as crossing
    from wingslib.views.fates import Fate as Fate
    from wingslib.views.fates import orphans as orphans
    from wingslib.views.footprints import memory as memory
    from wingslib.views.games import dispatcher as dispatcher
    from wingslib.views.games import key_holder as key_holder
    from wingslib.views.games import keys_played as keys_played
    from wingslib.views.guesses import GuessRow as GuessRow
    from wingslib.views.guesses import guess as guess
    from wingslib.views.heats import dots as dots
    from wingslib.views.heats import ranks as ranks
    from wingslib.views.interleaving import stairs as stairs
    from wingslib.views.limits import LimitPoint as LimitPoint
    from wingslib.views.limits import best_limit as best_limit
    from wingslib.views.limits import limit_explorer as limit_explorer
    from wingslib.views.limits import throughput as throughput
    from wingslib.views.loops import naps as naps
    from wingslib.views.matrices import matrix_browser as matrix_browser
    from wingslib.views.matrices import similarities as similarities
    from wingslib.views.picture import Picture as Picture
    from wingslib.views.policies import makespans as makespans
    from wingslib.views.policies import orders as orders
    from wingslib.views.products import factors as factors
    from wingslib.views.roofs import RoofPoint as RoofPoint
    from wingslib.views.roofs import roof as roof
    from wingslib.views.runaways import hangs as hangs
    from wingslib.views.scaling import harmony as harmony
    from wingslib.views.scaling import speedup as speedup
    from wingslib.views.services import requests as requests
    from wingslib.views.services import retries as retries
    from wingslib.views.simulators import queue_explorer as queue_explorer
    from wingslib.views.splits import efficiency as efficiency
    from wingslib.views.stages import depths as depths
    from wingslib.views.stages import pipeline as pipeline
    from wingslib.views.sums import mends as mends
    from wingslib.views.sums import scatter as scatter
    from wingslib.views.timelines import starts as starts
    from wingslib.views.timelines import timeline as timeline
    from wingslib.views.timelines import timeline_parts as timeline_parts
    from wingslib.views.trees import summation as summation
    from wingslib.views.trees import summation_explorer as summation_explorer
    from wingslib.views.verdicts import claims as claims
    from wingslib.views.widgets import apple_explorer as apple_explorer
    from wingslib.views.widgets import chunk_explorer as chunk_explorer
    from wingslib.views.widgets import guess_widgets as guess_widgets
    from wingslib.views.widgets import progress_bar as progress_bar

_HOMES = {
    "areas": "loop_model",
    "chunks": "saw",
    "comparisons": "variants",
    "costs": "growth",
    "crossings": "crossing",
    "fates": "Fate orphans",
    "footprints": "memory",
    "games": "dispatcher key_holder keys_played",
    "guesses": "GuessRow guess",
    "heats": "dots ranks",
    "interleaving": "stairs",
    "limits": "LimitPoint best_limit limit_explorer throughput",
    "loops": "naps",
    "matrices": "matrix_browser similarities",
    "picture": "Picture",
    "policies": "makespans orders",
    "products": "factors",
    "roofs": "RoofPoint roof",
    "runaways": "hangs",
    "scaling": "harmony speedup",
    "services": "requests retries",
    "simulators": "queue_explorer",
    "splits": "efficiency",
    "stages": "depths pipeline",
    "sums": "mends scatter",
    "timelines": "starts timeline timeline_parts",
    "trees": "summation summation_explorer",
    "verdicts": "claims",
    "widgets": "apple_explorer chunk_explorer guess_widgets progress_bar",
}
_ROOMS = {name: home for home, names in _HOMES.items() for name in names.split()}
__all__ = sorted(_ROOMS)


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"wingslib.views has no {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(f"wingslib.views.{_ROOMS[name]}"), name)


def __dir__() -> list[str]:
    return __all__

"""What does it look like? The charts, widgets and progress bars.

Each chart is a function that takes data and returns a `Picture` of title, PNG and reading. This room measures nothing,
runs nothing and keeps nothing; what a chart says is computed here, what is true was decided in `measure`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wingslib.views.chunks import saw
    from wingslib.views.comparisons import dots, variants
    from wingslib.views.guesses import GuessRow, guess
    from wingslib.views.heats import ranks
    from wingslib.views.picture import Picture
    from wingslib.views.progress import progress_bar
    from wingslib.views.scaling import speedup
    from wingslib.views.splits import efficiency
    from wingslib.views.stages import starts, timeline_parts
    from wingslib.views.timelines import timeline
    from wingslib.views.verdicts import claims, claims_table_html
    from wingslib.views.widgets import chunk_explorer, guess_widgets

_ROOMS = {
    "GuessRow": "guesses",
    "Picture": "picture",
    "chunk_explorer": "widgets",
    "claims": "verdicts",
    "claims_table_html": "verdicts",
    "dots": "comparisons",
    "efficiency": "splits",
    "guess": "guesses",
    "guess_widgets": "widgets",
    "progress_bar": "progress",
    "ranks": "heats",
    "saw": "chunks",
    "speedup": "scaling",
    "starts": "stages",
    "timeline": "timelines",
    "timeline_parts": "stages",
    "variants": "comparisons",
}
__all__ = [
    "GuessRow",
    "Picture",
    "chunk_explorer",
    "claims",
    "claims_table_html",
    "dots",
    "efficiency",
    "guess",
    "guess_widgets",
    "progress_bar",
    "ranks",
    "saw",
    "speedup",
    "starts",
    "timeline",
    "timeline_parts",
    "variants",
]


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"wingslib.views has no {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(f"wingslib.views.{_ROOMS[name]}"), name)


def __dir__() -> list[str]:
    return __all__

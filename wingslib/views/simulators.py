"""Widgets over models on a virtual clock: nothing is measured here, and nothing is run."""

from __future__ import annotations

from functools import cache
from html import escape
from typing import Any

from wingslib.measure.queues import bottleneck, flow, pace
from wingslib.views.stages import depths, pipeline
from wingslib.views.widgets import DESCRIBED, WIDE, explorer
from wingslib.views.wording import seconds

NAMES = ("first", "second", "third")
MILLISECONDS = ((2, 4, 8), (8, 4, 2), (4, 4, 4), (2, 8, 4))
WORKERS = ((1, 1, 1), (2, 2, 1), (1, 1, 2), (1, 1, 4), (1, 2, 4), (2, 4, 8))
BOUNDS = (1, 2, 5, 10, 0)  # 0: none; a slider takes no None
ITEMS = 30
COMPUTED = "computed, not measured"


def queue_explorer() -> Any:
    """Return sliders for the milliseconds and the workers of three stages and for the bound, over that pipeline's model.

    The VBox has `times`, `workers`, `bound`, `reset`, `lanes_chart`, `depths_chart` and `reading` as attributes. It starts at
    2, 4 and 8 ms, one worker each and a bound of 2.
    """
    import ipywidgets as widgets

    start = (MILLISECONDS[0], WORKERS[0], 2)
    style: dict[str, Any] = {"continuous_update": False, "style": DESCRIBED, "layout": WIDE}
    words = [
        [(f"{' · '.join(map(str, each))} ms", each) for each in MILLISECONDS],
        [(" · ".join(map(str, each)), each) for each in WORKERS],
        [(str(bound or "none"), bound) for bound in BOUNDS],
    ]
    times, workers, bound = (
        widgets.SelectionSlider(options=options, value=value, description=name, **style)
        for options, value, name in zip(words, start, ("stages take", "workers", "bound of queues"), strict=True)
    )
    horizon = max(sum(each) + (ITEMS - 1) * max(each) for each in MILLISECONDS) / 1e3

    @cache
    def drawn(milliseconds: tuple[int, ...], counts: tuple[int, ...], most: int) -> tuple[str, str, str]:
        steps = [(each / 1e3, count) for each, count in zip(milliseconds, counts, strict=True)]
        model = flow(steps, ITEMS, most or None, NAMES)
        look: dict[str, Any] = {"stamp": COMPUTED, "horizon": horizon}
        charts = pipeline(model, **look), depths(model, bound=most or None, **look)
        words = f"The {NAMES[bottleneck(steps)]} stage sets the pace: an item every {seconds(pace(steps))}. {charts[0].reading}"
        return charts[0].html(), charts[1].html(), f"<p>{escape(words)}</p>"

    controls = {"times": times, "workers": workers, "bound": bound}
    return explorer(controls, ("lanes_chart", "depths_chart", "reading"), drawn)

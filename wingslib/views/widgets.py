"""Widgets: the explorers of chunks and of a blocked loop, the two questions of a guess, and progress bars.

Charts go into `widgets.HTML` as images with their reading as alternative text, by setting `.value`; an Output would
flicker and is not seen by nbval. A slider browses what was measured and never measures.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from wingslib.views.areas import loop_model
from wingslib.views.card import Stamp
from wingslib.views.chunks import Law, at_chunk, best_of, saw
from wingslib.views.timelines import timeline
from wingslib.views.wording import as_interval, digits, seconds, wait

if TYPE_CHECKING:
    from wingslib.engines.run import Timeline
    from wingslib.measure.intervals import Interval

DESCRIBED, WIDE = {"description_width": "9em"}, {"width": "340px"}
SILENT = "WINGS_PROGRESS"
BLOCKING = (0.06, 0.1, 0.2, 0.3)


def chunk_explorer(
    points: Mapping[int, Interval | float],
    timelines: Mapping[int, Timeline],
    law: Law | None = None,
    *,
    items: int,
    workers: int,
    stamp: Stamp = None,
) -> Any:
    """Return a slider over the measured chunk sizes, the saw with that size marked, and the timeline of that chunk.

    The VBox has `slider`, `reset`, `saw_chart`, `timeline_chart` and `reading` as attributes. It starts at the best
    chunk. Charts are drawn when their size is first chosen, and kept; their size and axes are the same for all.
    """
    import ipywidgets as widgets

    found = {chunk: as_interval(value) for chunk, value in sorted(points.items())}
    first, horizon = best_of(found), max((line.wall for line in timelines.values()), default=0.0)
    steps = {"options": list(found), "value": first, "description": "items in a chunk", "continuous_update": False}
    slider = widgets.SelectionSlider(**steps, style=DESCRIBED, layout=WIDE)
    reset = widgets.Button(description="Reset")
    controls = widgets.HBox([slider, reset], layout={"flex_flow": "row wrap"})
    box = widgets.VBox([controls, widgets.HTML(), widgets.HTML(), widgets.HTML()])
    box.slider, box.reset = slider, reset
    _, box.saw_chart, box.timeline_chart, box.reading = box.children

    @cache
    def saw_image(chunk: int, before: int | None) -> str:
        return saw(points, law, items=items, workers=workers, now=chunk, before=before, stamp=stamp).html()

    @cache
    def timeline_image(chunk: int) -> str:
        if chunk not in timelines:
            return f"<p>no timeline was kept for chunks of {chunk:,}</p>"
        return timeline(timelines[chunk], stamp=stamp, horizon=horizon).html()

    def draw(chunk: int, before: int | None) -> None:
        box.saw_chart.value = saw_image(chunk, before)
        box.timeline_chart.value = timeline_image(chunk)
        box.reading.value = f"<p>{escape(at_chunk(chunk, found, items, workers, law))}</p>"

    slider.observe(lambda change: draw(change["new"], change["old"]), names="value")
    reset.on_click(lambda _: setattr(slider, "value", first))
    draw(first, None)
    return box


def apple_explorer(tasks: int = 7, nap: float = 0.1, *, names: Sequence[str] = ()) -> Any:
    """Return sliders for the place and the length of the blocking call, and the modelled timeline of that row.

    The VBox has `place`, `blocking`, `reset`, `chart` and `reading` as attributes; nothing is measured.
    """
    import ipywidgets as widgets

    names = names or [f"task {number}" for number in range(1, tasks + 1)]
    horizon = nap + max(nap, *BLOCKING)
    style: dict[str, Any] = {"continuous_update": False, "style": DESCRIBED, "layout": WIDE}
    place = widgets.IntSlider(value=(tasks + 1) // 2, min=1, max=tasks, description="blocking call", **style)
    lengths = [(seconds(each), each) for each in sorted({*BLOCKING, nap})]
    blocking = widgets.SelectionSlider(options=lengths, value=nap, description="it blocks for", **style)

    @cache
    def drawn(at: int, held: float) -> tuple[str, str]:
        line = loop_model(tasks, nap, at, held)
        gain = digits(((tasks - 1) * nap + held) / line.wall, 2)
        title = f"Wall {seconds(line.wall)}, {gain}× as fast as in turn; loop still for {wait(held)}"
        picture = timeline(line, names=names, title=title, stamp="computed, not measured", horizon=horizon)
        return picture.html(), f"<p>{escape(picture.reading)}</p>"

    return explorer({"place": place, "blocking": blocking}, ("chart", "reading"), drawn)


def explorer(controls: Mapping[str, Any], parts: Sequence[str], show: Callable[..., Sequence[str]]) -> Any:
    """Return a VBox of controls and a reset button in a row, over `parts` of HTML that `show(*values)` fills at every move.

    Controls, `reset` and parts are its attributes. Reset brings back the values that the controls began with.
    """
    import ipywidgets as widgets

    start = {name: control.value for name, control in controls.items()}
    reset = widgets.Button(description="Reset")
    row = widgets.HBox([*controls.values(), reset], layout={"flex_flow": "row wrap"})
    shown = {name: widgets.HTML() for name in parts}
    box = widgets.VBox([row, *shown.values()])
    for name, widget in {**controls, "reset": reset, **shown}.items():
        setattr(box, name, widget)

    def draw(_: object = None) -> None:
        for part, html in zip(shown.values(), show(*(control.value for control in controls.values())), strict=True):
            part.value = html

    def restart(_: object) -> None:
        for name, control in controls.items():
            control.value = start[name]

    for control in controls.values():
        control.observe(draw, names="value")
    reset.on_click(restart)
    draw()
    return box


def guess_widgets(prompt: str, beliefs: Sequence[str], default: float, on_choose: Callable[[float, str], None]) -> Any:
    """Return a number, the beliefs to choose a "because" from, and a button that calls `on_choose(number, belief)`.

    The VBox has `number`, `because`, `button` and `note` as attributes. Nothing is stored before the button is pressed.
    """
    import ipywidgets as widgets

    number = widgets.FloatText(value=default, description="your guess", style=DESCRIBED, layout=WIDE)
    fitting = {"width": "max-content"}
    because = widgets.RadioButtons(options=list(beliefs), description="because", style=DESCRIBED, layout=fitting)
    button = widgets.Button(description="Store my guess")
    note = widgets.HTML()

    def choose(_: object) -> None:
        on_choose(float(number.value), str(because.value))
        note.value = f"<p>Stored: {number.value:g}, because {escape(str(because.value))}</p>"

    button.on_click(choose)
    box = widgets.VBox([widgets.HTML(f"<p>{escape(prompt)}</p>"), number, because, widgets.HBox([button, note])])
    box.number, box.because, box.button, box.note = number, because, button, note
    return box


class Bar:
    """A progress callable `(done, total | None)`; it closes at the end, and a later run opens a new one."""

    def __init__(self, label: str) -> None:
        self.label = label
        self._bar: Any = None

    def __call__(self, done: int, total: int | None) -> None:
        """Show that `done` of `total` items are done."""
        if os.environ.get(SILENT) == "off":
            return
        if self._bar is None:
            self._bar = _opened(self.label, total)
        self._bar.total = total
        self._bar.update(done - self._bar.n)
        if total is not None and done >= total:
            self.close()

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def _opened(label: str, total: int | None) -> Any:
    from tqdm.auto import tqdm

    return tqdm(desc=label, total=total, leave=False, delay=1)


def progress_bar(label: str) -> Bar:
    """Return a callable for `progress=`: a bar for what takes over a second, in a notebook or a terminal.

    With WINGS_PROGRESS=off there is none; headless runs set it, so that a compared cell has no bar in its output.
    """
    return Bar(label)

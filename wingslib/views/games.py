"""Games: widgets in which you are the one who decides, on a made-up clock. Nothing is measured here.

A game draws with the charts of this room, into `widgets.HTML` as images with their reading as alternative text.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

from wingslib.engines.run import Span, Timeline
from wingslib.measure import lower_bound, schedule
from wingslib.views.timelines import timeline
from wingslib.views.widgets import DESCRIBED, WIDE
from wingslib.views.wording import chosen, counted

if TYPE_CHECKING:
    from wingslib.views.picture import Picture

CREWS = (2, 3, 4)
CAPACITIES = (4, 4, 4, 2, 2, 1, 1, 2, 4, 6, 6, 6)
CAPTIONS, MOST_KEYS = 36, 12


def dispatcher(cards: Sequence[float], workers: int = 3) -> Any:
    """Return a game: deal each card, an item of so many seconds, to one of 2 to 4 workers, and try to end early.

    The VBox has `crew`, `hands` (a button a worker), `undo`, `reset`, `chart` and `reading` as attributes, and `dealt`,
    the worker that each card went to. When all are dealt, the reading sets your makespan beside the bound and largest first.
    """
    import ipywidgets as widgets

    crew = widgets.ToggleButtons(options=list(CREWS), value=workers, description="workers", style=DESCRIBED)
    hands = [widgets.Button(description=f"to worker {worker}", layout={"width": "auto"}) for worker in range(max(CREWS))]
    undo, reset = widgets.Button(description="Undo"), widgets.Button(description="Reset")
    rows = [widgets.HBox(row, layout={"flex_flow": "row wrap"}) for row in ([crew, undo, reset], hands)]
    box = widgets.VBox([*rows, widgets.HTML(), widgets.HTML()])
    box.crew, box.hands, box.undo, box.reset, box.dealt = crew, hands, undo, reset, []
    _, _, box.chart, box.reading = box.children

    def draw() -> None:
        picture = table(tuple(cards), tuple(box.dealt), crew.value)
        box.chart.value, box.reading.value = picture.html(), f"<p>{escape(told(cards, box.dealt, crew.value))}</p>"
        for worker, hand in enumerate(hands):
            hand.disabled = worker >= crew.value or len(box.dealt) == len(cards)

    def keep(dealt: list[int]) -> None:
        box.dealt = dealt
        draw()

    for worker, hand in enumerate(hands):
        hand.on_click(lambda _, worker=worker: keep([*box.dealt, worker]))
    undo.on_click(lambda _: keep(box.dealt[:-1]))
    reset.on_click(lambda _: keep([]))
    crew.observe(lambda _: keep([]), names="value")
    draw()
    return box


@cache
def table(cards: tuple[float, ...], dealt: tuple[int, ...], workers: int) -> Picture:
    """Return the timeline of the cards that were dealt, on an axis that also holds a bad hand."""
    line, horizon = hand_out(cards, dealt, workers), 1.5 * lower_bound(cards, workers)
    title = f"Card {len(dealt)} takes {chosen(cards[len(dealt)], 's')}: to whom?" if len(dealt) < len(cards) else None
    return timeline(
        line, title=title or f"Your makespan: {chosen(line.wall, 's')}", stamp="your hand", horizon=max(horizon, line.wall)
    )


def hand_out(cards: Sequence[float], dealt: Sequence[int], workers: int) -> Timeline:
    """Return the timeline in which each worker does its cards in the order in which it got them."""
    line, free = Timeline("simulated", workers, cold=False), [0.0] * workers
    for card, worker in enumerate(dealt):
        start, end = free[worker], free[worker] + cards[card]
        line.add(Span(worker, card, 1, start, start, end, end, cards[card], cards[card]))
        free[worker] = end
    line.wall = max(free)
    return line


def told(cards: Sequence[float], dealt: Sequence[int], workers: int) -> str:
    """Say which cards are left, or how the hand compares with the bound and with largest first."""
    left = ", ".join(chosen(card, "s") for card in cards[len(dealt) :])
    if left:
        return f"Still to deal: {left}. No hand ends before {chosen(lower_bound(cards, workers), 's')}."
    yours, bound = hand_out(cards, dealt, workers).wall, lower_bound(cards, workers)
    largest = schedule(sorted(cards, reverse=True), workers).wall
    end = "You have beaten it." if yours < largest else "A draw." if yours == largest else "It has beaten you."
    return (
        f"You took {chosen(yours, 's')} with {counted(workers, 'worker')}; the bound is {chosen(bound, 's')}, "
        f"largest first takes {chosen(largest, 's')}. {end}"
    )


class Step(NamedTuple):
    """What became of the requests in one step of the semaphore's game: answered, still inside, refused."""

    keys: int
    answered: int
    inside: int
    refused: int


def let_in(keys: Sequence[int]) -> list[Step]:
    """Play the semaphore: at each step so many may be inside. The service answers as many as its capacity of that step.

    Newcomers above twice the capacity are refused and lost. The last capacity stays.
    """
    steps: list[Step] = []
    left, inside = CAPTIONS, 0
    for place, most in enumerate(keys):
        capacity = CAPACITIES[min(place, len(CAPACITIES) - 1)]
        asked = min(left, max(0, most - inside))
        refused = min(asked, max(0, inside + asked - 2 * capacity))
        answered = min(capacity, inside + asked - refused)
        left, inside = left - asked, inside + asked - refused - answered
        steps.append(Step(most, answered, inside, refused))
    return steps


def keys_played(keys: Sequence[int]) -> str:
    """Return a game of the semaphore as text: a row a step, ● answered, ○ waits inside, × refused."""
    steps = let_in(keys)
    rows = [f"{each.keys:>2} keys  {'●' * each.answered}{'○' * each.inside}{'×' * each.refused}" for each in steps]
    answered, lost = sum(each.answered for each in steps), sum(each.refused for each in steps)
    told = f"{answered} of {CAPTIONS} answered, {lost} lost, {counted(len(steps), 'step')}"
    return "\n".join([*rows, f"{told}."])


def key_holder(keys: int = 4) -> Any:
    """Return a game: before each step say how many may be inside a service whose capacity you do not know.

    The VBox has `slider`, `step`, `reset`, `board` and `reading` as attributes, and `played`, the keys of each step so far.
    """
    import ipywidgets as widgets

    look: dict[str, Any] = {"style": DESCRIBED, "layout": WIDE}
    slider = widgets.IntSlider(value=keys, min=0, max=MOST_KEYS, description="keys in the box", **look)
    step, reset = widgets.Button(description="Next step"), widgets.Button(description="Reset")
    controls = widgets.HBox([slider, step, reset], layout={"flex_flow": "row wrap"})
    box = widgets.VBox([controls, widgets.HTML(), widgets.HTML()])
    box.slider, box.step, box.reset, box.played = slider, step, reset, []
    _, box.board, box.reading = box.children

    def keep(played: list[int]) -> None:
        box.played, steps = played, let_in(played)
        over = sum(each.answered + each.refused for each in steps) == CAPTIONS
        step.disabled = over
        box.board.value = f"<pre>{escape(keys_played(played))}</pre>"
        box.reading.value = f"<p>{escape(_score(steps, keys) if over else '● answered, ○ waits inside, × refused')}</p>"

    step.on_click(lambda _: keep([*box.played, slider.value]))
    reset.on_click(lambda _: keep([]))
    keep([])
    return box


def _score(steps: Sequence[Step], keys: int) -> str:
    fixed = let_in([keys] * len(steps))
    yours, theirs = (sum(each.answered for each in played) for played in (steps, fixed))
    lost, losses = (sum(each.refused for each in played) for played in (steps, fixed))
    return (
        f"You: {yours} answered, {lost} lost in {len(steps)} steps. "
        f"A semaphore of {keys} in as many: {theirs} answered, {losses} lost."
    )

"""The reader's guesses: asked before a run, never waited for, shown beside what was measured.

What was chosen is kept on the page and in the store. Without a choice nothing is scored, and the chart draws the
common guess as a grey ring.
"""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from wingslib.errors import ParameterError
from wingslib.lesson.page import Choice, Question, current
from wingslib.store import Store
from wingslib.store import current as session

if TYPE_CHECKING:
    from wingslib.measure import Interval
    from wingslib.views import Picture


NEUTRAL = 1.0
"""Where the number starts: not at the common guess, which would make it common."""


@dataclass(frozen=True)
class Belief:
    """What the reader believed before a run of `notebook`, the number `guessed` for it, and the number `measured`."""

    notebook: str
    key: str
    text: str
    guessed: float
    measured: float


def guess(key: str, prompt: str, beliefs: Sequence[str], common: float, unit: str = "×") -> None:
    """Show the widget that asks for a number and for one of the `beliefs` behind it; keep what the reader chooses.

    It does not wait: the cells below run without a choice too. `common` is what most readers guess; it is not shown
    before the reveal. A choice made before, in this kernel, counts for the new session as well.
    """
    from IPython.display import display

    from wingslib.views import guess_widgets

    page = current()
    page.questions[key] = Question(common, unit)
    before = page.choices.get(key)
    if before:
        choose(key, before.value, before.belief)
    widget = guess_widgets(prompt, beliefs, before.value if before else NEUTRAL, partial(choose, key))
    told = "\n".join([prompt, *(f"  because {belief}" for belief in beliefs)])
    display({**widget._repr_mimebundle_(), "text/plain": told}, raw=True)  # type: ignore[no-untyped-call]


def choose(key: str, value: float, belief: str) -> None:
    """Keep a choice on the page and in the store."""
    current().choices[key] = Choice(float(value), belief)
    if opened := session():
        opened.guess(key, float(value), belief)


def reveal(
    key: str,
    measured: Interval | float,
    label: str,
    engine: str = "serial",
    book: tuple[float, float] | None = None,
) -> Picture:
    """Return the chart of the guess of `key` beside what was `measured`; its reading says how far off the guess was.

    The reading is one of four: too high, close (within 25 %), too low, or that this machine disagrees with the book:
    what was measured lies wholly outside `book`, the range (low, high) that the lesson expects. Without a choice it
    speaks of the common guess and nothing is scored, nor is anything in a smoke run. `engine` gives the colour.

    Raises:
        ParameterError: `lesson.guess` has not asked for `key` in this notebook.
    """
    from wingslib.views import GuessRow
    from wingslib.views import guess as chart

    page = current()
    if key not in page.questions:
        raise ParameterError(f"key is {key!r}; asked were {sorted(page.questions)}. Run the cell of the guess first.")
    question, choice = page.questions[key], page.choices.get(key)
    if choice and page.profile != "smoke" and (opened := session()):
        opened.reveal(key, measured if isinstance(measured, int | float) else measured.mean)
    row = GuessRow(label, choice.value if choice else None, question.common, measured, engine)
    picture = chart([row], unit=question.unit)
    if book and disagrees(measured, book):
        picture = dataclasses.replace(picture, reading=f"{picture.reading} {_disagreement(book, question.unit)}")
    return picture


def disagrees(measured: Interval | float, book: tuple[float, float]) -> bool:
    """Say whether the whole interval measured lies outside the range `book`."""
    low, high = (measured, measured) if isinstance(measured, int | float) else (measured.low, measured.high)
    return high < book[0] or low > book[1]


def _disagreement(book: tuple[float, float], unit: str) -> str:
    from wingslib.views.wording import measure

    low, high = (measure(bound, unit) for bound in book)
    return f"Your machine disagrees with the book, which expects {low} to {high}."


def beliefs() -> list[Belief]:
    """Return the beliefs that the reader brought, in the order of the guesses; those not yet revealed are left out."""
    with Store() as store:
        rows = store.guesses()
    return [Belief(row["notebook"], row["key"], row["belief"], row["value"], row["measured"]) for row in first_revealed(rows)]


def score(rows: Iterable[dict[str, Any]]) -> tuple[int, float | None]:
    """Return how many guesses count and by what factor they were off in the median.

    `rows` are those of the store, of which the first revealed ones count.
    One without a ratio, because it or the measurement is 0, has no factor and does not count.
    """
    from wingslib.views.guesses import GuessRow, factor

    guessed = (GuessRow(row["key"], row["value"], row["value"], row["measured"]) for row in first_revealed(rows))
    counted = [off for off in map(factor, guessed) if off is not None]
    return len(counted), statistics.median(counted) if counted else None


def first_revealed(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return of the store's guesses the first revealed one for each question; after that the reader knows."""
    first: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        if row["measured"] is not None:
            first.setdefault((row["notebook"], row["key"]), row)
    return list(first.values())

"""Matrices: how similar each text is to each other one, and the widget that opens a cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from wingslib.accel.reference import words as words_of
from wingslib.errors import ParameterError
from wingslib.views import theme
from wingslib.views.card import WIDTH, Card, Stamp, foot_of, key, note, themed, value_label
from wingslib.views.picture import Picture
from wingslib.views.widgets import DESCRIBED, WIDE, explorer
from wingslib.views.wording import EDGE, counted, fitted, text_width

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

NEAR, MOST, LISTED = 0.8, 200, 40
TOP, BOTTOM, SIDE, PITCH, MOST_LEFT = 0.84, 0.66, 4.3, 0.175, 2.4
CELL = 0.6  # the most inches of one
BOUNDS = (0.2, 0.4, 0.6, NEAR)
LEVELS = {"up to 0.2": theme.INK, "0.4": "#43423E", "0.6": theme.SOFT, "0.8": theme.AXIS, "above": theme.WARN}
UNREAD = {"facecolor": theme.CARD, "edgecolor": theme.AXIS, "linewidth": 0.8}


@themed
def similarities(values: Any, names: Sequence[str], *, title: str | None = None, stamp: Stamp = None) -> Picture:
    """Draw a cell for each pair of texts, bright above 0.8, in the order given; a pair without a value stays blank.

    `values` is a square of similarities from 0 to 1, with a row for each of `names`. Of more than 200 the first are drawn.
    A few names are all written; of many, one for each of the largest groups of near-twins.
    """
    found = square(values, names)
    shown = found[:MOST, :MOST]
    groups = near_twins(found)
    labels = _labels(len(shown), names, found, groups)
    left = 0.3 + EDGE + max((text_width(each, theme.SMALL) for each in labels.values()), default=0)
    side = min(SIDE, WIDTH - left - EDGE, CELL * len(shown))
    sample = counted(len(names), "text") if len(shown) == len(names) else f"{MOST} of {counted(len(names), 'text')} drawn"
    card = Card(title or similarities_title(found, groups), TOP + side + BOTTOM, foot_of(stamp), sample)
    key(
        card,
        [(words, {"facecolor": colour}) for words, colour in LEVELS.items()]
        + [("no value", UNREAD)] * bool(np.isnan(found).any()),
    )
    ax = card.axes(left, TOP, WIDTH - left - side, BOTTOM)
    ax.imshow(_colours(shown), interpolation="nearest")
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines["bottom"].set_visible(False)
    value_label(ax, "the same texts in the same order")
    for place, words in labels.items():
        note(ax, words, (0, place), (-6, 0), xycoords=ax.get_yaxis_transform(), ha="right", size=theme.SMALL)
    return card.save("similarities", similarities_reading(found, names, groups))


def square(values: Any, names: Sequence[str]) -> Matrix:
    """Return `values` as an array with a row and a column for each name, None as not a number."""
    found = np.array(values, dtype=float)
    if found.shape != (len(names), len(names)) or len(names) < 2:
        raise ParameterError(
            f"values have the shape {found.shape}; allowed is a row and a column for each of the {len(names)} names, "
            "which are 2 or more. For example those of text_similarity_matrix(texts)."
        )
    return found


def near_twins(found: Matrix) -> list[list[int]]:
    """Return the groups of texts that hang together by pairs above 0.8, the largest first."""
    near = (found > NEAR) | (found > NEAR).T
    left, groups = set(range(len(found))), []
    while left:
        todo = [min(left)]
        left.remove(todo[0])
        for place in todo:
            fresh = sorted(left.intersection(np.flatnonzero(near[place]).tolist()))
            left.difference_update(fresh)
            todo += fresh
        groups.append(sorted(todo))
    return sorted((group for group in groups if len(group) > 1), key=lambda group: (-len(group), group))


def hub(found: Matrix, group: Sequence[int]) -> int:
    """Return the text of a group that has the most near-twins, the first of those that have as many."""
    return max(group, key=lambda place: (int((found[place] > NEAR).sum()), -place))


def _labels(count: int, names: Sequence[str], found: Matrix, groups: Sequence[Sequence[int]]) -> dict[int, str]:
    """Return what to write at which row: all names, or as many groups as there is room for."""
    if count * PITCH <= SIDE:
        return {place: fitted(name, MOST_LEFT, theme.SMALL) for place, name in enumerate(names)}
    labels: dict[int, str] = {}
    for group in groups:
        at = hub(found, group)
        if at < count and all(abs(at - other) * SIDE / count > PITCH for other in labels):
            more = f" and {len(group) - 1} more"
            labels[at] = fitted(names[at], MOST_LEFT - text_width(more, theme.SMALL), theme.SMALL) + more
    return labels


def _colours(found: Matrix) -> NDArray[np.uint8]:
    table = np.array([theme.rgb(colour) for colour in (*LEVELS.values(), theme.CARD)], dtype=np.uint8)
    return table[np.where(np.isnan(found), len(LEVELS), np.digitize(found, BOUNDS, right=True))]


def _pairs(found: Matrix) -> tuple[int, int]:
    """Return how many pairs are above 0.8, and how many have a value."""
    upper = found[np.triu_indices(len(found), 1)]
    return int((upper > NEAR).sum()), int((~np.isnan(upper)).sum())


def similarities_title(found: Matrix, groups: Sequence[Sequence[int]]) -> str:
    """Say how many pairs are near-twins and how large their largest group is."""
    above, pairs = _pairs(found)
    if not groups:
        return f"None of {counted(pairs, 'pair')} is above {NEAR}"
    return f"{above:,} of {counted(pairs, 'pair')} above {NEAR}; largest group: {len(groups[0]):,} texts"


def similarities_reading(found: Matrix, names: Sequence[str], groups: Sequence[Sequence[int]]) -> str:
    """Say how many pairs are near-twins, who is in their largest group, and what is not drawn."""
    above, pairs = _pairs(found)
    parts = [f"Above {NEAR}: {above:,} of {counted(pairs, 'pair')}"]
    if groups:
        parts.append(
            f"the largest group has {len(groups[0]):,} of {len(names):,} texts, {names[hub(found, groups[0])]} among them"
        )
    if len(names) > MOST:
        parts.append(f"the first {MOST} texts are drawn")
    return f"{'; '.join(parts)}."


def matrix_browser(values: Mapping[str, Any], names: Sequence[str], texts: Sequence[str]) -> Any:
    """Return two lists of names over the scores of the pair chosen, and over the words that only one of the two has.

    `values` holds a square of similarities for each metric. The VBox has `row`, `column`, `reset`, `scores` and `words` as
    attributes. It starts at the most similar pair of the first metric.
    """
    import ipywidgets as widgets

    squares = {metric: square(each, names) for metric, each in values.items()}
    look: dict[str, Any] = {"options": [(name, place) for place, name in enumerate(names)], "style": DESCRIBED, "layout": WIDE}
    first, second = most_similar(next(iter(squares.values())))
    row = widgets.Dropdown(value=first, description="text", **look)
    column = widgets.Dropdown(value=second, description="beside", **look)

    @cache
    def known(place: int) -> frozenset[bytes]:
        return frozenset(words_of(texts[place].encode(errors="replace")))

    def shown(one: int, other: int) -> tuple[str, str]:
        scores = ", ".join(f"{metric} {_score(each[one, other])}" for metric, each in squares.items())
        head = f"<p><b>{escape(names[one])}</b> and <b>{escape(names[other])}</b>: {escape(scores)}</p>"
        return head, _only(names[one], known(one) - known(other)) + _only(names[other], known(other) - known(one))

    return explorer({"row": row, "column": column}, ("scores", "words"), shown)


def most_similar(found: Matrix) -> tuple[int, int]:
    """Return the pair of two different texts with the highest value, the first of several."""
    rows, columns = np.triu_indices(len(found), 1)
    best = int(np.argmax(np.nan_to_num(found[rows, columns], nan=-1.0)))
    return int(rows[best]), int(columns[best])


def _score(value: float) -> str:
    return "no value" if np.isnan(value) else f"{value:.2f}"


def _only(name: str, words: frozenset[bytes]) -> str:
    """Return the words that only one text has, the first 40 by the alphabet."""
    # A word holds no character that HTML knows.
    listed = [word.decode(errors="replace") for word in sorted(words)[:LISTED]]
    more = f" and {len(words) - LISTED:,} more" if len(words) > LISTED else ""
    return f"<p>{counted(len(words), 'word')} only in {escape(name)}: {', '.join(listed) or 'none'}{more}</p>"

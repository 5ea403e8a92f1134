"""How wide text is drawn, and how it is cut, broken and given room, so that none leaves its card."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from wingslib.views import theme

EDGE = 0.20


@cache
def _ruler() -> Any:
    return FigureCanvasAgg(Figure(dpi=theme.DOTS_PER_INCH)).get_renderer()  # type: ignore[no-untyped-call]


@cache
def text_width(text: str, size: float, bold: bool = False) -> float:
    """Return how wide `text` is drawn, in inches."""
    font = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")
    width, _, _ = _ruler().get_text_width_height_descent(text, font, False)
    return float(width) / theme.DOTS_PER_INCH


def fitted(text: str, room: float, size: float, bold: bool = False) -> str:
    """Return `text`, cut with … where it is wider than `room` inches."""
    if text_width(text, size, bold) <= room:
        return text
    while text and text_width(text + "…", size, bold) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def wrapped(text: str, room: float, size: float, lines: int = 2, bold: bool = False) -> str:
    """Return `text` broken between words into at most `lines` lines of `room` inches, the last one cut."""
    words, rows = text.split(" "), [""]
    while words:
        longer = f"{rows[-1]} {words[0]}".strip()
        if text_width(longer, size, bold) <= room or not rows[-1]:
            rows[-1] = longer
            words.pop(0)
        elif len(rows) < lines:
            rows.append("")
        else:
            rows[-1] = " ".join([rows[-1], *words])
            break
    return "\n".join(fitted(row, room, size, bold) for row in rows)


def label_margin(labels: Sequence[str], least: float = 1.06, most: float = 2.0) -> float:
    """Return the left margin that the row labels need, within the limits."""
    widest = max((text_width(label, theme.LABEL) for label in labels), default=0.0)
    return min(most, max(least, widest + EDGE + 0.10))

"""The card that every chart stands on: canvas, title, key, stamp and bands, and the marks that charts share.

Lengths are inches from the top left corner of a card 7 inches wide, so that nothing moves between two draws.
No chart lives here.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeAlias, TypeVar

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.transforms import ScaledTranslation

from wingslib.machine import latest
from wingslib.store import current
from wingslib.views import theme
from wingslib.views.picture import Picture, encode
from wingslib.views.wording import EDGE, fitted, shortened, text_width, wrapped

if TYPE_CHECKING:
    from wingslib.measure.comparison import Comparison
    from wingslib.measure.intervals import Interval

P = ParamSpec("P")
R = TypeVar("R")

WIDTH = 7.0
BAND, GAP = 0.34, 0.20
POINT = 1 / 72
STREWN = (-3.0, -1.8, -0.6, 0.6, 1.8, 3.0)


def themed(draw: Callable[P, R]) -> Callable[P, R]:
    """Run a chart function under the theme; hatches and text read it while they are drawn."""

    @wraps(draw)
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        with matplotlib.rc_context(theme.RC):
            return draw(*args, **kwargs)

    return inside


Stamp: TypeAlias = "str | Comparison | None"


@dataclass(frozen=True)
class Foot:
    """What stands at the bottom of a card: the machine, and in a band whether the run was noisy or not evidence."""

    stamp: str
    noise: str = ""
    smoke: bool = False


def foot_of(stamp: Stamp) -> Foot:
    """Return the foot for a text, for a comparison (its machine, noise and profile), or for this machine (None)."""
    if stamp is None:
        session = current()
        return Foot(latest().stamp(), smoke=session is not None and session.profile == "smoke")
    if isinstance(stamp, str):
        return Foot(stamp)
    return Foot(stamp.machine.stamp(), stamp.noise, stamp.stopped == "smoke")


class Card:
    """One canvas. `foot` names the machine, `sample` what was counted; a smoke run is drawn with half the dots, to be quick."""

    def __init__(self, title: str, height: float, foot: Foot, sample: str = "", subtitle: str = "") -> None:
        self.height = height
        self.figure = Figure(figsize=(WIDTH, height), dpi=theme.DOTS_PER_INCH // (2 if foot.smoke else 1))
        self.canvas = FigureCanvasAgg(self.figure)
        self.title = fitted(title, WIDTH - 2 * EDGE, theme.TITLE, bold=True)
        self.text(EDGE, EDGE, self.title, theme.TITLE, weight="bold", va="top")
        self.text(EDGE, 0.48, fitted(subtitle, WIDTH - 2 * EDGE, theme.BODY), theme.BODY, color=theme.SOFT, va="top")
        self._border()
        self._bottom(foot, sample)

    def axes(self, left: float, top: float, right: float, bottom: float) -> Axes:
        """Return axes with these margins."""
        width, height = WIDTH - left - right, self.height - top - bottom
        return self.figure.add_axes((left / WIDTH, bottom / self.height, width / WIDTH, height / self.height))

    def text(self, x: float, y: float, text: str, size: float = theme.LABEL, **style: Any) -> None:
        """Write at (x, y), vertically centred unless told."""
        style.setdefault("va", "center")
        self.figure.text(x / WIDTH, 1 - y / self.height, text, size=size, **style)

    def box(self, x: float, y: float, width: float, height: float, **style: Any) -> None:
        """Fill a rectangle of the card itself."""
        corner = (x / WIDTH, 1 - (y + height) / self.height)
        patch = Rectangle(corner, width / WIDTH, height / self.height, transform=self.figure.transFigure, **style)
        self.figure.add_artist(patch)

    def save(self, kind: str, reading: str) -> Picture:
        """Draw everything and return the picture."""
        self.canvas.draw()  # type: ignore[no-untyped-call]
        pixels = np.asarray(self.canvas.buffer_rgba())  # type: ignore[no-untyped-call]
        return Picture(kind, self.title, reading, encode(pixels))

    def _border(self) -> None:
        self.box(0, 0, WIDTH, self.height, fill=False, edgecolor=theme.OVER, linewidth=1.5, zorder=10)

    def _bottom(self, foot: Foot, sample: str) -> None:
        """Write band, machine and sample on one line; the machine gives way to the band, and the sample is never cut."""
        word = "■ smoke run: not evidence" if foot.smoke else f"▲ noisy: {foot.noise}" if foot.noise else ""
        ground, ink = (theme.OVER, theme.INK) if foot.smoke else (theme.WARN, theme.WARN_TEXT) if word else ("none", theme.SOFT)
        self.box(0, self.height - BAND, WIDTH, BAND, facecolor=ground, linewidth=0, zorder=0)
        middle, end = self.height - BAND / 2, WIDTH - EDGE
        self.text(end, middle, sample, theme.SMALL, color=ink, ha="right")
        end -= text_width(sample, theme.SMALL) + GAP
        word = fitted(word, end - EDGE, theme.SMALL, bold=True)
        self.text(EDGE, middle, word, theme.SMALL, color=ink, weight="bold")
        room = end - EDGE - (text_width(word, theme.SMALL, bold=True) + GAP if word else 0)
        x, side = (end, "right") if word else (EDGE, "left")
        self.text(x, middle, shortened(foot.stamp, room, theme.SMALL), theme.SMALL, color=ink, ha=side)


def key(card: Card, entries: Sequence[tuple[str, dict[str, Any]]], y: float = 0.585) -> None:
    """Name the states of a chart in one row under its title; each entry is a word and the style of its swatch."""
    x = EDGE
    for word, style in entries:
        card.box(x, y - 0.065, 0.20, 0.13, **{"linewidth": 0, **style})
        card.text(x + 0.26, y, word, theme.BODY, color=theme.SOFT)
        x += 0.26 + text_width(word, theme.BODY) + 0.20


def hatched(hatch: str = "//////", ground: str = theme.OVER, line: str = theme.OVERLINE) -> dict[str, Any]:
    """Return the style of a hatched area."""
    return {"facecolor": ground, "edgecolor": line, "hatch": hatch, "linewidth": 0}


def dots(
    ax: Axes, xs: Sequence[float], ys: Sequence[float], engine: str, shift: tuple[float, float] = (0, 0), spread: str = "y"
) -> None:
    """Draw every sample, strewn a little along `spread` and moved by `shift` points; the strewing is always the same."""
    colour = theme.SOLID[theme.family(engine)]
    dice = random.Random(7)  # noqa: S311 - places dots, guards nothing
    levels = [dice.choice(STREWN) for _ in xs]
    for level in STREWN:
        here = [place for place, drawn in enumerate(levels) if drawn == level]
        across, up = (shift[0] + level, shift[1]) if spread == "x" else (shift[0], shift[1] + level)
        move = ScaledTranslation(across * POINT, up * POINT, ax.figure.dpi_scale_trans)
        places = [xs[i] for i in here], [ys[i] for i in here]
        style: dict[str, Any] = {"color": colour, "markersize": 4.6, "alpha": 0.42, "markeredgewidth": 0, "zorder": 3}
        ax.plot(*places, "o", transform=ax.transData + move, **style)


def interval(ax: Axes, place: float, value: Interval, engine: str, upright: bool = False, hollow: bool = False) -> None:
    """Draw a mean with its 95 % interval at `place` on the other axis; hollow where it cannot be tested here.

    An end beyond the axis, whose limits must be set by now, becomes an arrow at the frame. A mean without bounds (one round)
    stands alone.
    """
    colour, marker = theme.SOLID[theme.family(engine)], theme.MARKER[theme.family(engine)]
    if math.isfinite(value.high):
        _bar(ax, place, value, upright, colour)
    style: dict[str, Any] = {"markerfacecolor": theme.CARD, "markeredgecolor": colour, "markeredgewidth": 1.6}
    if not hollow:
        style = {"markerfacecolor": colour, "markeredgecolor": theme.CARD, "markeredgewidth": 1.0}
    _mark(ax, [value.mean], [place], upright, marker=marker, markersize=8, zorder=5, **style)


def _bar(ax: Axes, place: float, value: Interval, upright: bool, colour: str) -> None:
    first, last = ax.get_ylim() if upright else ax.get_xlim()
    low, high = max(value.low, first), min(value.high, last)
    _mark(ax, [low, high], [place, place], upright, color=colour, linewidth=2.6, solid_capstyle="butt", zorder=4)
    for end, beyond, arrow in (
        (low, value.low < first, "v" if upright else "<"),
        (high, value.high > last, "^" if upright else ">"),
    ):
        if beyond:
            _mark(ax, [end], [place], upright, marker=arrow, color=colour, markersize=6, clip_on=False, zorder=4)


def _mark(ax: Axes, values: list[float], places: list[float], upright: bool, **style: Any) -> None:
    ax.plot(*((places, values) if upright else (values, places)), **style)


def note(ax: Axes, words: str, at: tuple[float, float], shift: tuple[float, float] = (0, 0), **style: Any) -> None:
    """Write at a point of the axes, moved by `shift` points; `ground=True` puts a patch of card behind it."""
    if style.pop("ground", False):
        style["bbox"] = {"facecolor": theme.CARD, "edgecolor": "none", "pad": 1.5}
    style = {"va": "center", "size": theme.BODY, "annotation_clip": False, **style}
    ax.annotate(words, at, xytext=shift, textcoords="offset points", **style)


def names_at_ends(ax: Axes, ends: Mapping[str, float]) -> None:
    """Write words of two lines right of the axes, at the height of their values or as far apart as text needs."""
    frame, words = ax.get_window_extent(), sorted(ends, key=lambda words: ends[words])
    heights = [(ax.transData.transform((1, ends[each]))[1] - frame.y0) / ax.figure.dpi for each in words]
    free = heights[:1]
    for height in heights[1:]:
        free.append(max(height, free[-1] + 0.38))
    for each, height in zip(words, free, strict=True):
        at = (1, (height - (free[-1] - heights[-1]) / 2) * ax.figure.dpi / frame.height)
        note(ax, each, at, (5, 0), xycoords="axes fraction", size=theme.SMALL, linespacing=1.1)


def rows_axes(card: Card, count: int, left: float, top: float, right: float, bottom: float) -> Axes:
    """Return axes with a row at each whole number, the first on top, and a grid for the values only."""
    ax = card.axes(left, top, right, bottom)
    ax.set_ylim(count - 0.5, -0.5)
    ax.set_yticks([])
    ax.grid(axis="x")
    return ax


def row_label(card: Card, words: str, left: float, y: float) -> None:
    """Write the name of a row left of axes that begin at `left`, in two lines where it is long."""
    card.text(left - 0.10, y, wrapped(words, left - 0.26, theme.LABEL), ha="right", linespacing=1.05)


def untestable(ax: Axes, start: float, end: float, words: str, low: bool) -> None:
    """Hatch the part of the x axis where this machine gives no evidence, and say why, low or high in it."""
    ax.axvspan(start, end, zorder=0, **hatched("//", theme.UNTESTABLE, theme.UNTESTABLE_LINE))
    middle = (start * end) ** 0.5 if ax.get_xscale() == "log" else (start + end) / 2
    style: dict[str, Any] = {"ha": "center", "color": theme.SOFT, "size": theme.BODY, "va": "bottom" if low else "top"}
    style["bbox"] = {"facecolor": theme.UNTESTABLE, "edgecolor": "none", "pad": 4}
    ax.text(middle, 0.06 if low else 0.94, words, transform=ax.get_xaxis_transform(), **style)


def value_label(ax: Axes, words: str) -> None:
    """Write what the x axis holds, left-aligned under it."""
    ax.set_xlabel(words, loc="left", size=theme.BODY, labelpad=3)

"""The card that every chart stands on: canvas, title, key, stamp and bands, and the marks that charts share.

Lengths are inches from the top left corner of a card 7 inches wide, so that nothing moves between two draws.
No chart lives here.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
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
from wingslib.views.lettering import EDGE, fitted, text_width
from wingslib.views.picture import Picture, encode

if TYPE_CHECKING:
    from wingslib.measure.comparison import Comparison, Interval

P = ParamSpec("P")
R = TypeVar("R")

WIDTH = 7.0
BAND = 0.34
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
    """One canvas. `foot` names the machine, `sample` what was counted."""

    def __init__(self, title: str, height: float, foot: Foot, sample: str = "", subtitle: str = "") -> None:
        self.height = height
        self.figure = Figure(figsize=(WIDTH, height), dpi=theme.DOTS_PER_INCH)
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
        word = "■ smoke run: not evidence" if foot.smoke else f"▲ noisy: {foot.noise}" if foot.noise else ""
        middle = self.height - BAND / 2
        if not word:
            room = WIDTH - 2 * EDGE - text_width(sample, theme.SMALL) - 0.2
            self.text(EDGE, middle, fitted(foot.stamp, room, theme.SMALL), theme.SMALL, color=theme.SOFT)
            self.text(WIDTH - EDGE, middle, sample, theme.SMALL, color=theme.SOFT, ha="right")
            return
        ground, ink = (theme.OVER, theme.INK) if foot.smoke else (theme.WARN, theme.WARN_TEXT)
        self.box(0, self.height - BAND, WIDTH, BAND, facecolor=ground, zorder=0)
        facts = " · ".join(part for part in (foot.stamp, sample) if part)
        room = WIDTH - 2 * EDGE - 0.2
        word = fitted(word, room / 2, theme.SMALL, bold=True)
        self.text(EDGE, middle, word, theme.SMALL, color=ink, weight="bold")
        facts = fitted(facts, room - text_width(word, theme.SMALL, bold=True), theme.SMALL)
        self.text(WIDTH - EDGE, middle, facts, theme.SMALL, color=ink, ha="right")


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
        ax.plot(
            *places, "o", color=colour, markersize=4.6, alpha=0.42, markeredgewidth=0, transform=ax.transData + move, zorder=3
        )


def interval(ax: Axes, place: float, value: Interval, engine: str, upright: bool = False, hollow: bool = False) -> None:
    """Draw a mean with its 95 % interval at `place` on the other axis; hollow where it cannot be tested here."""
    colour, marker = theme.SOLID[theme.family(engine)], theme.MARKER[theme.family(engine)]
    ends, same = [value.low, value.high], [place, place]
    x, y = (same, ends) if upright else (ends, same)
    ax.plot(x, y, color=colour, linewidth=2.6, solid_capstyle="butt", zorder=4)
    style: dict[str, Any] = {"markerfacecolor": theme.CARD, "markeredgecolor": colour, "markeredgewidth": 1.6}
    if not hollow:
        style = {"markerfacecolor": colour, "markeredgecolor": theme.CARD, "markeredgewidth": 1.0}
    at = ([place], [value.mean]) if upright else ([value.mean], [place])
    ax.plot(*at, marker, markersize=8, zorder=5, **style)


def untestable(ax: Axes, start: float, end: float, words: str) -> None:
    """Hatch the part of the x axis where this machine gives no evidence, and say why."""
    style = hatched("//", theme.UNTESTABLE, theme.UNTESTABLE_LINE)
    ax.axvspan(start, end, zorder=0, **style)
    ground = {"facecolor": theme.UNTESTABLE, "edgecolor": "none", "pad": 4}
    middle = (start * end) ** 0.5 if ax.get_xscale() == "log" else (start + end) / 2
    ax.text(
        middle,
        0.06,
        words,
        transform=ax.get_xaxis_transform(),
        ha="center",
        va="bottom",
        color=theme.SOFT,
        size=theme.BODY,
        bbox=ground,
    )


def value_label(ax: Axes, words: str) -> None:
    """Write what the x axis holds, left-aligned under it."""
    ax.set_xlabel(words, loc="left", size=theme.BODY, labelpad=3)

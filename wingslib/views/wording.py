"""How charts write: numbers with the figures they deserve, and words in the room they have, so that none leaves its card."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Any

from wingslib.measure.intervals import Interval
from wingslib.views import theme

EDGE = 0.20

ENGINE_NOUNS = {
    "processes": "process",
    "threads": "thread",
    "interpreters": "interpreter",
    "coroutines": "task",
    "cluster": "cluster worker",
    "simulated": "simulated worker",
}


def digits(value: float, figures: int = 3) -> str:
    """Return `value` with that many significant figures, thousands parted by commas and never an exponent."""
    if value == 0 or not math.isfinite(value):
        return f"{value:.0f}"
    places = figures - 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, places)
    places = figures - 1 - math.floor(math.log10(abs(rounded)))
    return f"{rounded:,.{max(0, places)}f}"


def plain(value: float, figures: int = 3) -> str:
    """Return `digits` without the zeros at its end: 2, not 2.00."""
    text = digits(value, figures)
    return text.rstrip("0").rstrip(".") if "." in text else text


def seconds(value: float, figures: int = 2) -> str:
    """Return a duration with the unit that suits its size: 0.58 s, 227 ms, 8.1 µs, 3.9 ns."""
    for unit, scale, least in (("s", 1, 0.1), ("ms", 1e3, 1e-3), ("µs", 1e6, 1e-7), ("ns", 1e9, 1e-12)):
        if abs(value) >= least:
            return f"{digits(value * scale, figures)} {unit}"
    return "0 µs"


def wait(value: float) -> str:
    """Return a duration inside a run: whole milliseconds where that says enough."""
    return f"{value * 1e3:.0f} ms" if 0.01 <= value < 0.9995 else seconds(value, 3)


def percent(share: float) -> str:
    """Return a share of 1 in percent: 83 %, 4.6 %."""
    value = 100 * share
    return f"{value:.0f} %" if value >= 9.95 else f"{digits(value, 2)} %"


def ratio(value: float) -> str:
    """Return a ratio without its sign: two decimals near 1, three figures above 10, two below 0.1."""
    return f"{value:.2f}" if 0.0995 < value < 9.995 else digits(value, 3 if value > 1 else 2)


def measure(value: float, unit: str, figures: int = 3) -> str:
    """Return `value` in `unit`: "×", "s", or a plural noun ("" for a plain number)."""
    if unit == "s":
        return seconds(value, figures)
    if unit == "×":
        return f"{ratio(value) if figures == 3 else digits(value, figures)}×"
    return f"{plain(value, figures)} {unit.removesuffix('s') if value == 1 else unit}".rstrip()


def chosen(value: float, unit: str) -> str:
    """Return a number that a person chose, as they would write it: 4×, 60 s."""
    return f"{plain(value)}{'×' if unit == '×' else ' s'}" if unit in ("×", "s") else measure(value, unit)


def bounds(interval: Interval) -> str:
    """Return the ends of an interval: 1.64–2.06; one from a single round has none."""
    return "no bounds" if math.isinf(interval.high) else f"{ratio(interval.low)}–{ratio(interval.high)}"


def counted(count: int, noun: str) -> str:
    """Return a number with its noun: 1 item, 24 items, 2 processes."""
    plural = noun + ("es" if noun.endswith("s") else "s")
    return f"{count:,} {noun if count == 1 else plural}"


def about(interval: Interval) -> str:
    """Return a ratio as words of a title: its mean, or its ends where the interval is wider than ± 10 %."""
    if interval.high - interval.low > 0.2 * interval.mean:
        return f"{digits(interval.low, 2)} to {digits(interval.high, 2)} times"
    return f"{digits(interval.mean, 2)} times"


def as_interval(value: Interval | float) -> Interval:
    """Return `value` as an interval; a plain number has no width."""
    return value if isinstance(value, Interval) else Interval(float(value), float(value), float(value))


def spelled(count: int) -> str:
    """Return a small number as a word."""
    words = ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    return words[count] if 0 <= count < len(words) else f"{count:,}"


def capital(text: str) -> str:
    """Return `text` with a capital first letter."""
    return text[:1].upper() + text[1:]


def shorter(parts: Sequence[str], words: int) -> list[str]:
    """Return as many of the parts, at least one, as have so few words, and how many more there are."""
    kept = list(parts)
    while len(kept) > 1 and len(" ".join(kept).split()) > words:
        kept.pop()
    return kept + [f"and {len(parts) - len(kept)} more"] * (len(kept) < len(parts))


@cache
def _ruler() -> Any:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    return FigureCanvasAgg(Figure(dpi=theme.DOTS_PER_INCH)).get_renderer()  # type: ignore[no-untyped-call]


@cache
def text_width(text: str, size: float, bold: bool = False) -> float:
    """Return how wide `text` is drawn, in inches."""
    from matplotlib.font_manager import FontProperties

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


def shortened(stamp: str, room: float, size: float) -> str:
    """Return `stamp` without as many of its last parts, which dots part, as do not fit; a single part is cut."""
    parts = stamp.split(" · ")
    while len(parts) > 1 and text_width(" · ".join(parts), size) > room:
        parts.pop()
    return fitted(" · ".join(parts), room, size) if room > 0.5 else ""


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

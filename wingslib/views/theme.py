"""The colours, marks, type and the one fixed palette of every chart; nothing is drawn here.

Solid engine colour = work being done. Its tint = the item only waits. Hatch = no work, or no evidence. Dashed = model
or ideal, never measured. Colour never stands alone: engines have markers, verdicts have words.
"""

from __future__ import annotations

from functools import cache
from typing import Any

CARD, INK, SOFT, AXIS, GRID = "#FAF9F6", "#1F1E1B", "#5B5953", "#8F8C84", "#E4E2DC"
IDLE, OVER, OVERLINE = "#EAE7E0", "#DFDBD2", "#99958B"
UNTESTABLE, UNTESTABLE_LINE = "#F1EFE9", "#D9D5CC"
WARN, WARN_TEXT, LINK, WHITE = "#FFE7AE", "#5A3B00", "#C9C5BB", "#FFFFFF"
NEUTRALS = (CARD, INK, SOFT, AXIS, GRID, IDLE, OVER, OVERLINE, UNTESTABLE, UNTESTABLE_LINE, WARN, WARN_TEXT, LINK, WHITE)

# The solid colour of each engine, its tint (42 % on the card) and its marker.
ENGINES = {
    "serial": ("#25231F", "#A19F9C", "s"),
    "processes": ("#571D52", "#B69DB1", "^"),
    "threads": ("#232FBD", "#A0A4DE", "o"),
    "rust": ("#A23102", "#D5A590", "P"),
    "cluster": ("#5D7057", "#B8BFB3", "X"),
    "interpreters": ("#3683BE", "#A8C7DE", "D"),
    "coroutines": ("#B68A02", "#DDCA90", "v"),
}
SOLID, TINT, MARKER = ({engine: look[part] for engine, look in ENGINES.items()} for part in range(3))
# What a reader calls an engine, where it is not the engine's own name. A simulated pool looks like a pool.
ALIASES = {"loop": "serial", "async": "coroutines", "asyncio": "coroutines", "simulated": "processes"}
DARK = ("serial", "processes", "threads", "rust", "cluster")

TITLE, BODY, LABEL, SMALL, ITEM = 13.0, 10.0, 10.5, 9.0, 8.5
DOTS_PER_INCH = 200
RC: dict[Any, Any] = {
    **{"font.family": "DejaVu Sans", "font.size": LABEL, "xtick.labelsize": BODY, "ytick.labelsize": BODY},
    **{f"axes.spines.{side}": False for side in ("top", "right", "left")},
    **{"axes.edgecolor": AXIS, "axes.linewidth": 0.8, "axes.labelcolor": SOFT, "axes.axisbelow": True},
    **{"xtick.color": AXIS, "xtick.labelcolor": SOFT, "ytick.labelcolor": SOFT, "ytick.major.size": 0},
    **{"xtick.minor.size": 0, "ytick.minor.size": 0, "grid.color": GRID, "grid.linewidth": 0.8, "hatch.linewidth": 0.7},
    **{f"{part}.facecolor": CARD for part in ("figure", "axes", "savefig")},
    **{"text.color": INK, "text.parse_math": False, "savefig.dpi": DOTS_PER_INCH},
}


def family(engine: str) -> str:
    """Return the engine whose colour `engine` wears; a name of its own wears ink."""
    name = ALIASES.get(engine, engine)
    return name if name in SOLID else "serial"


def on_solid(engine: str) -> str:
    """Return the text colour that can be read on the engine's solid colour (contrast ≥ 4 : 1)."""
    return WHITE if family(engine) in DARK else INK


Colour = tuple[int, int, int]


def rgb(text: str) -> Colour:
    """Return red, green and blue of `#RRGGBB`."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def blend(over: str, under: str, share: float) -> Colour:
    """Return the colour of `over` drawn with opacity `share` on `under`."""
    pairs = zip(rgb(over), rgb(under), strict=True)
    return tuple(round(share * top + (1 - share) * bottom) for top, bottom in pairs)  # type: ignore[return-value]


@cache
def palette() -> tuple[Colour, ...]:
    """Return every colour that a chart may hold: the theme, and the steps in which its edges and text fade.

    It is fixed, because a palette adapted to each picture turned plum and rust into one red.
    """
    theme = [rgb(text) for text in (*NEUTRALS, *SOLID.values(), *TINT.values())]
    fades = [(INK, CARD, 5), (SOFT, CARD, 4), (AXIS, CARD, 3), (OVERLINE, OVER, 3), (WARN_TEXT, WARN, 3), (INK, OVER, 2)]
    fades += [
        (OVERLINE, UNTESTABLE, 3),
        (UNTESTABLE_LINE, UNTESTABLE, 1),
        (SOFT, UNTESTABLE, 2),
        (OVERLINE, TINT["coroutines"], 2),
    ]
    fades += [(colour, CARD, 6) for colour in SOLID.values()]
    fades += [(WHITE, SOLID[engine], 3) for engine in DARK]
    fades += [(INK, TINT[engine], 2) for engine in SOLID] + [(INK, SOLID[engine], 1) for engine in SOLID if engine not in DARK]
    steps = [blend(over, under, step / (count + 1)) for over, under, count in fades for step in range(1, count + 1)]
    return tuple(dict.fromkeys(theme + steps))

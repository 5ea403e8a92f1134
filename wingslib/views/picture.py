"""A finished chart: its PNG, its title and what it says in one line; and how pixels become that PNG.

Pictures do not go through a notebook's inline backend, which crops them anew.
"""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from wingslib.views.theme import DOTS_PER_INCH, palette

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHOWN_WIDTH = 700


@dataclass(frozen=True)
class Picture:
    """One chart. `reading` says in at most 35 words what it shows; `kind` is the name of its function."""

    kind: str
    title: str
    reading: str
    png: bytes = field(repr=False)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple[dict[str, str], dict[str, Any]]:
        data = {"image/png": base64.b64encode(self.png).decode(), "text/plain": f"chart: {self.kind}"}
        return data, {"image/png": {"width": SHOWN_WIDTH, "alt": self.reading}}

    def show(self) -> None:
        """Display the picture and print its reading under it."""
        from IPython.display import display

        display(self)  # type: ignore[no-untyped-call]
        print(self.reading)

    def html(self) -> str:
        """Return the picture as an `<img>` that carries its reading as alternative text."""
        from html import escape

        source = base64.b64encode(self.png).decode()
        style = "max-width:100%;height:auto"
        return f'<img width="{SHOWN_WIDTH}" style="{style}" alt="{escape(self.reading)}" src="data:image/png;base64,{source}">'


def encode(pixels: NDArray[np.uint8]) -> bytes:
    """Return a PNG of `pixels` (height × width × RGBA), each mapped to the nearest colour of the fixed palette.

    Every colour of the palette stays exactly itself, which Pillow's own mapping does not promise.
    """
    import numpy as np
    from PIL import Image

    packed = np.ascontiguousarray(pixels).view("<u4")[..., 0] & 0xFFFFFF
    places = _places()
    new = np.unique(packed[places[packed] == 0])
    places[new] = _nearest(new) + 1
    image = Image.fromarray(places[packed] - 1)
    image.putpalette([part for colour in palette() for part in colour])
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", dpi=(DOTS_PER_INCH, DOTS_PER_INCH), bits=8)
    return buffer.getvalue()


@cache
def _places() -> NDArray[np.uint8]:
    """Return the table that grows with each picture: for a colour met before its place in the palette + 1, else 0."""
    import numpy as np

    return np.zeros(1 << 24, dtype=np.uint8)


def _nearest(found: NDArray[np.uint32]) -> NDArray[np.int64]:
    import numpy as np

    parts = np.stack([found & 255, (found >> 8) & 255, found >> 16], axis=1).astype(np.int64)
    best = np.zeros(len(found), dtype=np.int64)
    smallest = np.full(len(found), 1 << 30, dtype=np.int64)
    for place, colour in enumerate(palette()):
        distance = ((parts - np.array(colour)) ** 2).sum(axis=1)
        closer = distance < smallest
        best[closer], smallest[closer] = place, distance[closer]
    return best

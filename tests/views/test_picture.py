"""Pictures, their palette and their bytes."""

from __future__ import annotations

import base64
import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.views.samples import pool_timeline
from wingslib import views
from wingslib.views import theme, timeline
from wingslib.views.picture import Picture, encode


def colours(png: bytes) -> set[tuple[int, int, int]]:
    """Return all colours of a picture."""
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).reshape(-1, 3)
    return {tuple(map(int, pixel)) for pixel in np.unique(pixels, axis=0)}


def test_every_theme_colour_is_found_unchanged_in_a_saved_png() -> None:
    """No colour of the palette is merged with a neighbour."""
    patch = np.array([(*colour, 255) for colour in theme.palette()], dtype=np.uint8)
    assert colours(encode(np.repeat(patch[None], 3, axis=0))) == set(theme.palette())


def test_the_palette_holds_the_theme_and_fits_into_a_png() -> None:
    """It has at most 255 colours (256 values, one of which says "not met yet"), none twice, and all solids and tints."""
    assert len(set(theme.palette())) == len(theme.palette()) <= 255
    assert {theme.rgb(text) for text in (*theme.SOLID.values(), *theme.TINT.values(), *theme.NEUTRALS)} <= set(theme.palette())


def test_colours_between_go_to_the_nearest_one() -> None:
    """A pixel one level off plum becomes plum, not a mixture."""
    red, green, blue = theme.rgb(theme.SOLID["processes"])
    assert colours(encode(np.full((2, 2, 4), (red + 1, green, blue - 1, 255), dtype=np.uint8))) == {(red, green, blue)}


def test_a_chart_shows_its_engines_solid_colour_and_nothing_off_the_palette() -> None:
    """The saved chart holds the exact colours of the theme."""
    found = colours(timeline(pool_timeline(), stamp="synthetic").png)
    assert found <= set(theme.palette())
    assert {theme.rgb(theme.SOLID["processes"]), theme.rgb(theme.OVER), theme.rgb(theme.CARD)} <= found


def test_two_saves_give_equal_bytes_twice_as_wide_as_shown() -> None:
    """A picture does not change from run to run."""
    first, second = (timeline(pool_timeline(), stamp="synthetic") for _ in range(2))
    assert first.png == second.png
    assert Image.open(io.BytesIO(first.png)).width == 1400


def test_mimebundle_has_a_constant_text_and_the_reading_as_alt() -> None:
    """What nbval compares never changes; what a screen reader says is the reading."""
    data, metadata = Picture("timeline", "a title", "a reading", b"png")._repr_mimebundle_()
    assert data == {"image/png": base64.b64encode(b"png").decode(), "text/plain": "chart: timeline"}
    assert metadata == {"image/png": {"width": 700, "alt": "a reading"}}


def test_show_prints_the_reading_as_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """The reading stands under the picture."""
    Picture("timeline", "a title", "a reading", b"png").show()
    assert capsys.readouterr().out.splitlines()[-1] == "a reading"


def test_html_escapes_the_reading() -> None:
    """A reading with quotation marks stays inside its attribute."""
    assert 'alt="so &quot;x&quot; &lt; y"' in Picture("saw", "", 'so "x" < y', b"").html()


def test_the_door_loads_no_matplotlib() -> None:
    """`import wingslib.views` is cheap."""
    heavy = "numpy pandas matplotlib scipy IPython ipywidgets"
    code = f"import sys, wingslib.views; print([m for m in '{heavy}'.split() if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_every_name_of_the_door_opens() -> None:
    """Each public name is there, and a wrong one says what is."""
    from wingslib import views

    assert all(callable(getattr(views, name)) for name in views.__all__)
    with pytest.raises(AttributeError, match="it has"):
        _ = views.timelime


def test_no_chart_is_hidden_by_a_file_of_its_name() -> None:
    """Importing a file sets it as an attribute of the room, where a chart of the same name would be lost."""
    assert not set(views.__all__) & {file.stem for file in Path(views.__file__).parent.glob("*.py")}


def test_a_colour_that_comes_after_others_is_mapped_too() -> None:
    """What one picture taught of its colours neither hides nor changes those of the next."""
    card, plum = theme.rgb(theme.CARD), theme.rgb(theme.SOLID["processes"])
    for colours_in in ([card], [card, plum], [plum], [card]):
        pixels = np.array([[(*colour, 255) for colour in colours_in]], dtype=np.uint8)
        assert colours(encode(pixels)) == set(colours_in)

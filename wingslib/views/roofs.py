"""Roofs: measured speedups under the most that a law allows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from wingslib.views import theme
from wingslib.views.card import Card, Stamp, foot_of, interval, themed, value_label
from wingslib.views.picture import Picture
from wingslib.views.scales import linear_axis, ratio_axis
from wingslib.views.wording import as_interval, capital, counted, fitted, ratio, shorter, spelled, text_width

if TYPE_CHECKING:
    from wingslib.measure.intervals import Interval

HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 3.9, 0.62, 0.92, 0.25, 0.84
STEPS = 120
MARK = 0.09  # inches from a mark's middle to its edge
Law = Callable[[float], float]


class RoofPoint(NamedTuple):
    """One measured variant: its name, where it stands on the x axis (`at`), its speedup, and its engine."""

    name: str
    at: Interval | float
    speedup: Interval | float
    engine: str

    def above(self, law: Law) -> bool:
        """Say whether the whole interval of the speedup lies above the law, wherever in its own interval the place is."""
        place = as_interval(self.at)
        return as_interval(self.speedup).low > max(law(place.low), law(place.high))


@themed
def roof(
    points: Sequence[RoofPoint],
    law: Law,
    *,
    law_words: str,
    across: str,
    log: bool = False,
    title: str | None = None,
    stamp: Stamp = None,
) -> Picture:
    """Draw each speedup with its interval at its place, and dashed the most that `law` allows there.

    `law` gives the roof at a place of the x axis, which holds what `across` says, from 0 or logarithmically.
    """
    foot = foot_of(stamp)
    subtitle = f"speedup, bar = 95 % interval · dashed = roof: {law_words}"
    words = title or ("Speedup and its roof" if foot.smoke else roof_title(points, law))
    card = Card(words, HEIGHT, foot, counted(len(points), "variant"), subtitle)
    ax = card.axes(LEFT, TOP, RIGHT, BOTTOM)
    roof_line = _scale(ax, points, law, log)
    value_label(ax, across)
    for point in points:
        _point(ax, point)
    _names(ax, points, roof_line)
    return card.save("roof", roof_reading(points, law))


def _scale(ax: Any, points: Sequence[RoofPoint], law: Law, log: bool) -> list[tuple[float, float]]:
    """Scale both axes so that all points and their roof are seen; draw the roof, and return its points."""
    places = [as_interval(point.at).mean for point in points]
    if log:
        ratio_axis(ax, places, unit="")
        low, high = ax.get_xlim()
        steps = [low * (high / low) ** (step / STEPS) for step in range(STEPS + 1)]
    else:
        high = 1.06 * max(places)
        ax.set_xlim(-0.02 * high, high)
        linear_axis(ax.xaxis, 6)
        steps = [high * (step + 1) / (STEPS + 1) for step in range(STEPS + 1)]
    means = [as_interval(point.speedup).mean for point in points]
    ax.set_ylim(0, 1.15 * max(*means, *(law(place) for place in places)))
    ax.grid(axis="y")
    linear_axis(ax.yaxis, unit="×")
    line = [(step, law(step)) for step in steps]
    ax.plot(*zip(*line, strict=True), color=theme.SOFT, linewidth=1.5, dashes=(4, 2), zorder=2)
    return line


def _point(ax: Any, point: RoofPoint) -> None:
    place, value = as_interval(point.at), as_interval(point.speedup)
    first, last = ax.get_xlim()
    ends, colour = [max(place.low, first), min(place.high, last)], theme.SOLID[theme.family(point.engine)]
    ax.plot(ends, [value.mean, value.mean], color=colour, linewidth=2.6, solid_capstyle="butt", zorder=4)
    interval(ax, place.mean, value, point.engine, upright=True)


def _names(ax: Any, points: Sequence[RoofPoint], line: Sequence[tuple[float, float]]) -> None:
    """Write each name beside its mark, where it covers neither the roof nor another mark or name."""
    frame, inch = ax.get_window_extent(), ax.figure.dpi
    marks = [_inches(ax, as_interval(point.at).mean, as_interval(point.speedup).mean) for point in points]
    taken = [(x - MARK, x + MARK, y - MARK, y + MARK) for x, y in marks]
    inside = (frame.x0 / inch, frame.x1 / inch, frame.y0 / inch, frame.y1 / inch)
    taken += [(x - 0.03, x + 0.03, y - 0.02, y + 0.02) for x, y in (_inches(ax, *each) for each in line)]
    for point, (x, y) in zip(points, marks, strict=True):
        words = fitted(point.name, 1.9, theme.SMALL)
        spots = list(_spots(x, y, text_width(words, theme.SMALL)))
        seen = [spot for spot in spots if _within(spot, inside)] or spots
        spot = next((spot for spot in seen if not any(_overlap(spot, other) for other in taken)), seen[0])
        taken.append(spot)
        ax.text(spot[0] * inch, (spot[2] + spot[3]) / 2 * inch, words, transform=None, size=theme.SMALL, va="center", zorder=6)


Spot = tuple[float, float, float, float]


def _inches(ax: Any, place: float, value: float) -> tuple[float, float]:
    """Return where a point of the axes is drawn, from the bottom left of the card."""
    x, y = ax.transData.transform((place, value)) / ax.figure.dpi
    return float(x), float(y)


def _spots(x: float, y: float, width: float) -> Iterator[Spot]:
    """Yield the places (left, right, bottom, top) where a name of this width may stand, the best first."""
    for up in (0.0, -0.2, 0.2, -0.4, 0.4, -0.6, 0.6):
        for left in (x + 1.3 * MARK, x - 1.3 * MARK - width):
            yield left, left + width, y + up - 0.085, y + up + 0.085


def _within(spot: Spot, frame: Spot) -> bool:
    return frame[0] < spot[0] and spot[1] < frame[1] + 0.2 and frame[2] < spot[2] and spot[3] < frame[3]


def _overlap(one: Spot, other: Spot) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]


def roof_title(points: Sequence[RoofPoint], law: Law) -> str:
    """Say whether all points lie under the roof, or which one is above it."""
    above = [point.name for point in points if point.above(law)]
    if above:
        return (
            f"{capital(above[0])} lies above the roof"
            if len(above) == 1
            else f"{capital(spelled(len(above)))} lie above the roof"
        )
    return f"{capital('both' if len(points) == 2 else f'all {spelled(len(points))}')} lie under the roof"


def roof_reading(points: Sequence[RoofPoint], law: Law) -> str:
    """Say each speedup and the roof above it, as many as 35 words hold."""
    parts = [
        f"{point.name} {ratio(as_interval(point.speedup).mean)}× under {ratio(law(as_interval(point.at).mean))}×"
        for point in points
    ]
    return capital("; ".join(shorter(parts, 30))) + "."

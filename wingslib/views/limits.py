"""The limit in flight: what a service answers at each, what Little's law says, and what too high a limit loses."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from wingslib.measure.intervals import ratio_interval
from wingslib.views import theme
from wingslib.views.card import Card, Stamp, dots, foot_of, interval, note, themed
from wingslib.views.picture import Picture
from wingslib.views.scales import log_limits, ratio_axis
from wingslib.views.widgets import DESCRIBED, WIDE, explorer
from wingslib.views.wording import digits, percent, plain, seconds

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from wingslib.measure.intervals import Interval

HEIGHT, LEFT, RIGHT, FOOT = 4.3, 1.06, 0.40, 1.22
KNEE = 0.8


class LimitPoint(NamedTuple):
    """What one limit gave: good answers a second in each round, mean seconds to an answer, and the share that was lost."""

    limit: int
    rates: Sequence[float]
    seconds: float
    lost: float = 0.0

    @property
    def rate(self) -> Interval:
        """Return the mean rate with its interval."""
        return ratio_interval(self.rates, [1.0] * len(self.rates))


def best_limit(points: Sequence[LimitPoint]) -> int:
    """Return the smallest limit that loses nothing and reaches four fifths of the best rate."""
    whole = [point for point in points if not point.lost]
    most = max(point.rate.mean for point in whole)
    return min(point.limit for point in whole if point.rate.mean >= KNEE * most)


@themed
def throughput(
    points: Sequence[LimitPoint],
    *,
    latency: float,
    guess: float | None = None,
    now: int | None = None,
    title: str | None = None,
    stamp: Stamp = None,
) -> Picture:
    """Draw the answers a second at each limit on log axes, with Little's law, limit ÷ `latency`, dashed up to the plateau.

    Hollow marks lost requests. `guess` is a ring on the axis, `now` the limit at which a slider stands.
    """
    foot = foot_of(stamp)
    words = title or ("Answers a second at each limit" if foot.smoke else throughput_title(points))
    subtitle = "good answers a second, log axes · dot = one round · dashed = Little's law"
    rounds = max(len(point.rates) for point in points)
    card = Card(words, HEIGHT, foot, f"{len(points)} limits · {rounds} round{'s' * (rounds > 1)}", subtitle)
    ax = card.axes(LEFT, 0.92, RIGHT, FOOT)
    _scales(ax, points, guess, latency)
    _law(ax, points, latency)
    for point in points:
        dots(ax, [point.limit] * len(point.rates), point.rates, "coroutines", shift=(-9, 0), spread="x")
        interval(ax, point.limit, point.rate, "coroutines", upright=True, hollow=point.lost > 0)
    if now is not None:
        ax.axvline(now, color=theme.INK, linewidth=1.8, zorder=1)
    if guess is not None:
        ring: dict[str, Any] = {"markerfacecolor": theme.CARD, "markeredgecolor": theme.INK, "markeredgewidth": 1.6}
        ax.plot([guess], [ax.get_ylim()[0]], "o", markersize=9, clip_on=False, zorder=6, **ring)
    _under(card, ax, points, now)
    return card.save("throughput", throughput_reading(points, latency, guess))


def _scales(ax: Axes, points: Sequence[LimitPoint], guess: float | None, latency: float) -> None:
    ratio_axis(ax, [*(rate for point in points for rate in point.rates), points[0].limit / latency], "", upright=True)
    ax.set_xscale("log")
    ax.set_xlim(*log_limits([*(point.limit for point in points), *([guess] if guess else [])]))
    ax.xaxis.set_major_locator(FixedLocator([point.limit for point in points]))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    ax.grid(axis="y")


def _law(ax: Axes, points: Sequence[LimitPoint], latency: float) -> None:
    """Draw the law up to the best rate, that rate as a level line, and the best limit dotted."""
    whole, best = [point for point in points if not point.lost], best_limit(points)
    level, low = max(point.rate.mean for point in whole), whole[0].limit
    style: dict[str, Any] = {"color": theme.SOFT, "linewidth": 1.5, "zorder": 2}
    ax.plot([low, level * latency], [low / latency, level], dashes=(4, 2), **style)
    ax.plot([level * latency, whole[-1].limit], [level, level], **style)
    ax.axvline(best, color=theme.INK, linestyle=(0, (1, 2)), linewidth=1.5, zorder=1)
    note(ax, f"best: {best}", (best, ax.get_ylim()[0]), (5, 10), weight="bold", ground=True, zorder=3)
    note(ax, f"{digits(level)} a second", (level * latency, level), (-6, 8), ha="right", ground=True, zorder=3)


def _under(card: Card, ax: Axes, points: Sequence[LimitPoint], now: int | None) -> None:
    """Write under each limit how long an answer took and what share was lost."""
    frame = ax.get_window_extent()
    rows = [HEIGHT - FOOT + down for down in (0.14, 0.40, 0.64)]
    for y, words in zip(rows, ("limit", "answer, ms", "lost, %"), strict=True):
        card.text(LEFT - 0.16, y, words, theme.SMALL, color=theme.SOFT, ha="right")
    for point in points:
        x = LEFT + (ax.transData.transform((point.limit, 1))[0] - frame.x0) / ax.figure.dpi
        weight = "bold" if point.limit == now else "normal"
        card.text(x, rows[1], plain(1e3 * point.seconds, 2), theme.SMALL, ha="center", weight=weight)
        card.text(x, rows[2], f"{100 * point.lost:.0f}", theme.SMALL, ha="center", weight=weight)


def throughput_title(points: Sequence[LimitPoint]) -> str:
    """Name the best limit and its rate."""
    best = best_limit(points)
    rate = next(point.rate.mean for point in points if point.limit == best)
    return f"{best} in flight keep it busy: {digits(rate, 2)} answers a second"


def throughput_reading(points: Sequence[LimitPoint], latency: float, guess: float | None) -> str:
    """Say how far the law goes, the plateau, what was guessed and where requests are lost."""
    best, level = best_limit(points), max(point.rate.mean for point in points if not point.lost)
    law = f"Throughput follows Little's law, limit ÷ {seconds(latency)}, up to {best} in flight"
    text = f"{law}, then stays near {digits(level)} a second"
    lossy = next((point for point in points if point.lost), None)
    parts = [text, *([f"you guessed {plain(guess)}"] if guess else [])]
    if lossy:
        parts.append(f"at {lossy.limit} in flight {percent(lossy.lost)} were lost")
    return f"{'; '.join(parts)}."


def at_limit(point: LimitPoint, latency: float) -> str:
    """Say what one limit gave, and what the law says."""
    found = f"{digits(point.rate.mean)} good answers a second (law {digits(point.limit / latency)})"
    return f"Limit {point.limit:,}: {found}, each after {seconds(point.seconds)}, {percent(point.lost)} lost."


def limit_explorer(points: Sequence[LimitPoint], *, latency: float, stamp: Stamp = None) -> Any:
    """Return a slider over the measured limits, the chart with that limit marked, and what it gave in words.

    The VBox has `slider`, `reset`, `chart` and `reading` as attributes. It starts at the best limit; nothing is measured.
    """
    import ipywidgets as widgets

    found, first = {point.limit: point for point in points}, best_limit(points)
    look: dict[str, Any] = {"style": DESCRIBED, "layout": WIDE, "continuous_update": False}
    slider = widgets.SelectionSlider(options=list(found), value=first, description="limit", **look)

    @cache
    def drawn(limit: int) -> tuple[str, str]:
        chart = throughput(points, latency=latency, now=limit, stamp=stamp)
        return chart.html(), f"<p>{escape(at_limit(found[limit], latency))}</p>"

    return explorer({"slider": slider}, ("chart", "reading"), drawn)

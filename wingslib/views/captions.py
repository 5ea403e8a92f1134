"""What a timeline says in words: its title and its reading, computed from the shares of its frame."""

from __future__ import annotations

from collections.abc import Sequence

from wingslib.engines.run import Gap, Timeline
from wingslib.views.areas import Shares, holders, shares
from wingslib.views.wording import ENGINE_NOUNS, capital, counted, digits, percent, seconds, spelled, wait

SHOWN_SHARE = 0.005
NOBODY = "nobody on it"


def items_of(timeline: Timeline) -> int:
    """Return how many items the drawn spans hold."""
    return sum(span.count for span in timeline.spans)


def worker_words(timeline: Timeline) -> str:
    """Return who worked: 2 processes, a plain loop, one thread."""
    if timeline.engine == "serial":
        return "a plain loop"
    if timeline.engine == "coroutines":
        return "one thread"
    return counted(timeline.workers, ENGINE_NOUNS.get(timeline.engine, "worker"))


def _items(timeline: Timeline) -> str:
    return counted(items_of(timeline), "task" if timeline.engine == "coroutines" else "item")


def _head(timeline: Timeline) -> str:
    return f"{_items(timeline)} on {worker_words(timeline)} took {seconds(timeline.wall)}"


def last_gap(timeline: Timeline) -> Gap | None:
    """Return the longest time without a heartbeat, if any was noted."""
    return max(timeline.gaps, key=lambda gap: gap.end - gap.start, default=None)


def mean_in_flight(timeline: Timeline) -> float:
    """Return how many items were under way on average."""
    return sum(timeline.busy.values()) / timeline.wall if timeline.wall else 0.0


def lane_title(timeline: Timeline) -> str:
    """Name the filled share and the biggest unfilled area."""
    found = shares(timeline)
    cores = sum(span.cpu_seconds for span in timeline.spans) / timeline.wall if timeline.wall else 0.0
    if timeline.engine == "threads" and timeline.workers > 1 and found.filled > 0.6 and 0.6 < cores < 1.2:
        return f"{capital(spelled(timeline.workers))} threads hold the work, one core computes it"
    return f"{percent(found.filled)} filled: {_rest(timeline, found)}"


def _rest(timeline: Timeline, found: Shares) -> str:
    if found.filled > 0.95:
        return "nearly all that was paid for held an item"
    losses = {"start-up": found.startup, "messages": found.messages, "idle": found.idle}
    biggest = max(losses, key=lambda name: losses[name])
    if biggest == "idle":
        late = "chunk" if found.last and found.last.count > 1 else "item"
        others = "the others" if timeline.workers > 2 else "the other worker"
        if _straggles(timeline, found):
            return f"one late {late} keeps {others} idle"
        return "idle workers cost most of the rest"
    if biggest == "messages" and timeline.limits:
        return "work was held back for other programs"
    return f"{biggest} cost{'s' if biggest == 'start-up' else ''} most of the rest"


def _straggles(timeline: Timeline, found: Shares) -> bool:
    if found.last is None or timeline.workers < 2:
        return False
    others = [span.finished for span in timeline.spans if span.worker != found.last.worker]
    alone = found.last.finished - max(others, default=0.0)
    return alone > 0 and found.last.started <= max(others, default=0.0) and alone > 0.1 * timeline.wall


def lane_reading(timeline: Timeline) -> str:
    """Say items, workers, wall and what the frame went to, and how long the last item queued."""
    found = shares(timeline)
    between = "messages and work held back for other programs" if timeline.limits else "messages"
    losses = [("start-up costs", found.startup), (between, found.messages), ("idle", found.idle)]
    parts = [f"{percent(found.filled)} filled"]
    if timeline.engine != "serial":
        parts += [f"{name} {percent(share)}" for name, share in losses if share >= SHOWN_SHARE]
    return f"{_head(timeline)}: {', '.join(parts)}{_last(timeline, found)}."


def _last(timeline: Timeline, found: Shares) -> str:
    if found.last is None or timeline.engine == "serial":
        return ""
    queued = found.last.started - found.last.submitted
    name = f"item {found.last.first}" if found.last.count == 1 else f"the chunk from item {found.last.first} on"
    return f"; {name} came last" + (f" after {wait(queued)} in the queue" if queued > 0 else "")


def task_name(item: int, names: Sequence[str] = ()) -> str:
    """Return what a task is called."""
    return names[item] if item < len(names) else f"task {item}"


def _culprit(timeline: Timeline, gap: Gap, names: Sequence[str]) -> str:
    """Say who blocks the loop: the task, how many tasks, or the function where no task is known."""
    held, function = holders(timeline, gap), holder_words(gap).split(",")[0]
    if not held:
        return "Nobody on the loop holds it" if function == NOBODY else f"{function} blocks the loop"
    alone = f"{capital(task_name(held[0].first, names))} blocks the loop"
    return alone if len(held) == 1 else f"{capital(spelled(len(held)))} tasks block the loop"


def holder_words(gap: Gap) -> str:
    """Return the function and line that held the loop; one that was in its own `select` got no core, or not the GIL."""
    return NOBODY if gap.culprit.startswith("select,") else gap.culprit


def flight_title(timeline: Timeline, names: Sequence[str] = ()) -> str:
    """Say what held the loop, or whether the tasks' waits overlapped."""
    gap, many = last_gap(timeline), items_of(timeline)
    if gap:
        return f"{_culprit(timeline, gap, names)}: it stood still for {wait(gap.end - gap.start)}"
    if timeline.engine != "coroutines" or many < 2:
        return f"{digits(mean_in_flight(timeline), 2)} of {_items(timeline)} under way at the same time"
    if timeline.workers == 1:
        return f"{capital(spelled(many))} tasks in turn: {seconds(timeline.wall)}, no two at the same time"
    if mean_in_flight(timeline) < many / 2:
        return f"{digits(mean_in_flight(timeline), 2)} of {many:,} tasks under way at the same time on one thread"
    waiting = sum(timeline.busy.values())
    return f"{capital(spelled(many))} waits overlap: {seconds(timeline.wall)} for {seconds(waiting)} of waiting"


def flight_reading(timeline: Timeline, names: Sequence[str] = ()) -> str:
    """Say items, workers, wall, how many were in flight, and how long an event loop stood still."""
    text, gap = f"{_head(timeline)}, {digits(mean_in_flight(timeline), 2)} in flight", last_gap(timeline)
    if timeline.engine != "coroutines":
        return f"{text} on average, {percent(timeline.filled)} filled."
    if gap is None:
        return f"{text}; the loop never stood still."
    held = holders(timeline, gap)
    who = f"{task_name(held[0].first, names)} ({gap.culprit})" if held else holder_words(gap)
    more = f" and {counted(len(held) - 1, 'other')}" if len(held) > 1 else ""
    return f"{text}; the loop stood still for {wait(gap.end - gap.start)} while {who}{more} held it."


def totals_title(timeline: Timeline) -> str:
    """Say the filled share of a run whose single spans were not kept."""
    return f"{percent(timeline.filled)} filled; more items than a timeline can show"


def totals_reading(timeline: Timeline) -> str:
    """Say that only the totals of each worker are known, and which."""
    head = f"{capital(worker_words(timeline))} took {seconds(timeline.wall)}: {percent(timeline.filled)} filled"
    return f"{head}; over {len(timeline.spans):,} chunks, so only totals were kept."


def extent(lengths: Sequence[float]) -> str:
    """Return the shortest and the longest, or the one that both are."""
    low, high = seconds(min(lengths)), seconds(max(lengths))
    return low if low == high else f"{low} to {high}"


def naps_reading(timeline: Timeline, cpu_seconds: float) -> str:
    """Say how long all the naps took together and in all, and how much of it the thread computed."""
    lengths = [span.busy_seconds for span in timeline.spans]
    head = f"{counted(len(lengths), 'nap')} of {extent(lengths)}, {seconds(sum(lengths))} in all"
    return f"{head}, took {seconds(timeline.wall)} on one thread, which computed for {seconds(cpu_seconds)}."

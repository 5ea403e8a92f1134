"""The frame of a bench: bars that say whether a goal is met, and races of equal work only."""

from __future__ import annotations

import pytest

from wingslib.bench.frame import Bar, Entry, Race, orders, race, table
from wingslib.errors import NotAvailable, WingsError

KEYS = ["bar", "ratio", "low", "high", "goal", "met", "note"]

# ratio, goal, at most, met
MET = [
    (1.8, 1.8, True, True),
    (1.81, 1.8, True, False),
    (4.0, 4, False, True),
    (3.99, 4, False, False),
    (None, 4, False, None),
    (1.2, None, True, None),
]


class Clock:
    """A clock that work moves: each entry of this clock takes so many seconds an item."""

    def __init__(self):
        self.now, self.began = 0.0, []

    def __call__(self):
        return self.now

    def entry(self, label, seconds, items=100, result=sum):
        """Return an entry that takes `seconds` an item and notes that it ran."""

        def call(n):
            self.began.append((label, n))
            self.now += seconds * n
            return result(range(n))

        return Entry(call, items)


def run(clock, entries, rounds=3):
    """Race without showing progress."""
    return race(entries, rounds, clock, lambda *ignored: None)


@pytest.mark.parametrize(("ratio", "goal", "at_most", "met"), MET)
def test_a_goal_is_met_on_its_own_side(ratio, goal, at_most, met):
    """At most and at least are told apart; without ratio or goal nothing is said."""
    assert Bar("bar", ratio, goal=goal, at_most=at_most).row()["met"] is met


def test_a_row_has_seven_keys():
    """A row of JSON has these keys in this order, measured or not; the direction of the goal is in the note."""
    measured = Bar("async", 4.2, 4.0, 4.4, goal=4, note="30 µs", at_most=False).row()
    assert measured == dict(zip(KEYS, ["async", 4.2, 4.0, 4.4, 4, True, "goal ≥ 4; 30 µs"], strict=True))
    assert Bar("peer", note="absent").row() == dict(zip(KEYS, ["peer", None, None, None, None, None, "absent"], strict=True))


def test_a_planted_slow_variant_misses_its_goal():
    """An entry that takes twice as long an item is over 1.8, however many items it does; its equal is not."""
    clock = Clock()
    entries = {"ours": clock.entry("ours", 2.0), "fair": clock.entry("fair", 1.0), "base": clock.entry("base", 1.0, items=10)}
    raced = run(clock, entries)
    slow, fair = raced.bar("slow", "ours", "base", goal=1.8), raced.bar("fair", "fair", "base", goal=1.8)
    assert (slow.ratio, slow.met) == (pytest.approx(2), False)
    assert (fair.ratio, fair.met) == (pytest.approx(1), True)


def test_rounds_are_interleaved():
    """After one look at each, every round holds every entry once."""
    clock = Clock()
    run(clock, {label: clock.entry(label, 1.0) for label in "abc"}, rounds=4)
    labels = [label for label, _ in clock.began]
    assert labels[:3] == ["a", "b", "c"]
    assert [sorted(labels[start : start + 3]) for start in range(3, 15, 3)] == [["a", "b", "c"]] * 4


def test_places_are_shared():
    """In as many rounds as there are entries, each stands in each place once."""
    turns = list(orders(["a", "b", "c"], 3))
    assert all(sorted(turns[place::3]) == ["a", "b", "c"] for place in range(3))


def test_unequal_results_stop_before_any_round():
    """A variant that drops an item is named; nobody was timed."""
    clock = Clock()
    dropping = clock.entry("dropping", 1.0, result=lambda items: sum(items[1:]) + 1)
    with pytest.raises(WingsError, match="'dropping' gives 4951 instead of 4950"):
        run(clock, {"ours": clock.entry("ours", 1.0), "dropping": dropping})
    assert clock.began == [("ours", 100), ("dropping", 100)]


def test_a_result_lost_in_a_later_round_is_seen():
    """What is timed is checked too: a sum that is wrong only for many items ends the race."""
    clock = Clock()
    late = clock.entry("late", 1.0, items=5_000, result=lambda items: sum(items) - (len(items) > 3_000))
    with pytest.raises(WingsError, match=r"'(late|ours)' gives"):
        run(clock, {"ours": clock.entry("ours", 1.0, items=5_000), "late": late})


def test_an_absent_entry_is_named():
    """An entry that is not there takes no part, and its bar says how to get it."""
    clock = Clock()
    raced = run(clock, {"ours": clock.entry("ours", 1.0), "peer": NotAvailable("absent: pip install peer")})
    assert set(raced.costs) == {"ours"}
    assert raced.bar("peer / ours", "peer", "ours", goal=1, at_most=False).row() == {
        **dict.fromkeys(KEYS),
        "bar": "peer / ours",
        "goal": 1,
        "note": "goal ≥ 1; absent: pip install peer",
    }


def test_early_rounds_choose_and_later_ones_judge():
    """A bar may leave out the first rounds."""
    raced = Race({"ours": [9.0, 2.0, 2.0], "base": [1.0, 1.0, 1.0]}, {})
    assert raced.bar("late", "ours", "base", since=1).ratio == pytest.approx(2)


def test_the_table_has_columns():
    """Every bar is a line under one head, with its goal and whether it is met."""
    lines = table([Bar("one", 1.5, 1.4, 1.6, goal=1.8), Bar("another", 3.0, goal=4, at_most=False), Bar("third")]).splitlines()
    assert [line.split() for line in lines[1:]] == [
        ["one", "1.5", "1.4–1.6", "≤", "1.8", "yes"],
        ["another", "3", "≥", "4", "no"],
        ["third"],
    ]
    assert lines[0].index("goal") == lines[1].index("≤") == lines[2].index("≥")

"""The race: rounds, intervals, verdicts, and what is refused."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import math
import random
import threading

import pytest

from wingslib import machine, store
from wingslib.engines import coroutines, serial, threads
from wingslib.errors import NotAvailable, ParameterError, WingsError
from wingslib.measure import comparison
from wingslib.measure.comparison import Comparison, Variant, compare
from wingslib.measure.intervals import Interval, product, ratio_interval

pytestmark = pytest.mark.usefixtures("nothing_left")


@pytest.fixture(autouse=True, scope="module")
def looked():
    """Look at the machine once, shortly."""
    machine.describe(load_seconds=0.01)


@pytest.fixture(autouse=True)
def ended():
    """Leave no session open."""
    yield
    store.end()


class Clock:
    """A virtual clock in the place of the comparison's: variants advance it."""

    def __init__(self):
        self.now = 0.0

    def perf_counter(self):
        return self.now

    def takes(self, *seconds, value=1):
        """Return a variant that takes these seconds in turn."""
        turns = itertools.cycle(seconds)

        def call():
            self.now += next(turns)
            return value

        return call


@pytest.fixture
def clock(monkeypatch):
    """Virtual time."""
    clock = Clock()
    monkeypatch.setattr(comparison, "time", clock)
    monkeypatch.setattr(comparison.gc, "collect", lambda generation: None)
    return clock


def given(stopped="budget", **samples):
    labels = list(samples)
    return Comparison("given", labels, "learn", machine.latest(), samples, stopped=stopped)


def test_the_interval_agrees_with_hand_values():
    """Four log ratios: mean, standard error and t(3) = 3.182446 by hand."""
    logs = [0.1, 0.2, 0.3, 0.4]
    found = ratio_interval([math.exp(log) for log in logs], [1.0] * 4)
    half = 3.182446305284263 * math.sqrt(0.05 / 3) / 2
    assert found.mean == pytest.approx(math.exp(0.25))
    assert found.low == pytest.approx(math.exp(0.25 - half))
    assert found.high == pytest.approx(math.exp(0.25 + half))


def test_one_pair_has_no_bounds():
    """A single round says nothing about its spread; pairs of unequal number are no pairs."""
    assert (ratio_interval([2.0], [1.0]).low, ratio_interval([2.0], [1.0]).high) == (0.0, math.inf)
    with pytest.raises(ValueError, match="shorter"):
        ratio_interval([1.0, 2.0], [1.0])


def test_a_product_reaches_as_far_as_all_its_factors_together():
    """The bounds multiply too, whatever the factors have to do with each other; no factors are 1."""
    assert product([Interval(2, 1, 4), Interval(3, 2, 5)]) == Interval(6, 2, 20)
    assert product([Interval(2, 1, 4), Interval(3, 0, math.inf)]) == Interval(6, 0, math.inf)
    assert product([]) == Interval(1, 1, 1)


@pytest.mark.parametrize(
    ("ratios", "word"),
    [
        ([2.0, 2.1, 1.9, 2.0], "faster"),
        ([0.5, 0.52, 0.49, 0.5], "slower"),
        ([1.0, 1.01, 0.99, 1.0], "same"),
        ([1.03, 1.031, 1.029, 1.03], "same"),  # wholly above 1, and within 5 %
        ([0.5, 2.0, 0.5, 2.0], "can't tell"),
        ([1.02, 1.1, 1.0, 1.06], "can't tell"),
        ([2.0, 2.1, 1.9], "no verdict"),
    ],
)
def test_verdicts(ratios, word):
    """Same is asked first, then faster, slower, can't tell; under four rounds there is none."""
    assert given(base=ratios, other=[1.0] * len(ratios)).verdict("other") == word


def test_smoke_has_no_verdict():
    """One block is not evidence, however clear."""
    assert given("smoke", base=[2.0] * 8, other=[1.0] * 8).verdict("other") == "no verdict"


def test_noise_names_the_worst_variant():
    """From 10 % on the spread is told; a busy machine is told where nothing varies."""
    assert given(base=[1.0, 1.0, 1.01], other=[1.0, 1.5, 1.0]).noise.startswith("other varies by")
    assert given(base=[1.0, 1.01], other=[1.0, 1.01]).noise in ("", f"others keep {machine.latest().load:.1f} cores busy")


@pytest.mark.parametrize("variants", [1, 2, 3, 5])
def test_in_a_block_each_variant_stands_in_each_position_once(variants):
    """A block is a Latin square, and blocks differ."""
    blocks = [list(comparison._block([f"v{n}" for n in range(variants)])) for _ in range(20)]
    for block in blocks:
        assert len(block) == variants
        for column in itertools.chain(zip(*block, strict=True), block):
            assert sorted(column) == [f"v{n}" for n in range(variants)]
    assert variants == 1 or len({str(block) for block in blocks}) > 1


def test_a_precise_race_ends_after_twelve_rounds(clock):
    """Variants without spread stop at the least number of rounds."""
    race = compare("clear", {"base": clock.takes(0.02), "twice": clock.takes(0.01)}, budget=60)
    assert (race.stopped, race.rounds, race.equal) == ("precise", 12, True)
    assert race.speedup("twice").mean == pytest.approx(2.0)
    assert race.verdict("twice") == "faster"
    assert race.cold == {"base": pytest.approx(0.02), "twice": pytest.approx(0.01)}
    assert race.mean("base") == pytest.approx(0.02)


def test_the_budget_outranks_precision(clock):
    """Slow variants stop at the budget, after a whole block, under twelve rounds."""
    race = compare("slow", {"base": clock.takes(1.0), "same": clock.takes(1.0)}, budget=8)
    assert (race.stopped, race.rounds) == ("budget", 4)
    assert {len(seconds) for seconds in race.samples.values()} == {4}
    race = compare("very slow", {"base": clock.takes(100.0), "same": clock.takes(100.0)}, budget=8)
    assert (race.stopped, race.rounds, race.verdict("same")) == ("budget", 2, "no verdict")


def test_a_noisy_race_goes_on_to_the_budget(clock):
    """What varies by tens of per cent is measured until the budget is spent."""
    race = compare("noisy", {"base": clock.takes(0.1, 0.2, 0.14), "other": clock.takes(0.2, 0.1)}, budget=20)
    assert race.stopped == "budget"
    assert race.rounds > 12


def test_profiles_change_only_the_budget(clock):
    """Smoke is one round, bench five times the budget."""
    variants = {"base": clock.takes(0.1, 0.2), "other": clock.takes(0.2, 0.1, 0.4), "third": clock.takes(0.1)}
    store.begin("x", {}, "smoke", {})
    assert (compare("s", variants, budget=9).rounds, compare("s", variants, budget=9).stopped) == (1, "smoke")
    store.begin("x", {}, "learn", {})
    learn = compare("l", variants, budget=9)
    store.begin("x", {}, "bench", {})
    bench = compare("b", variants, budget=9)
    assert (learn.stopped, bench.stopped) == ("budget", "budget")
    assert 4 <= bench.rounds / learn.rounds <= 6


def test_samples_are_stored_as_they_are_taken(clock):
    """A race that is interrupted leaves its samples in the store."""
    session = store.begin("x", {}, "learn", {})
    calls = itertools.count()

    def interrupted():
        if next(calls) == 6:
            raise KeyboardInterrupt
        return clock.takes(0.1)()

    with pytest.raises(KeyboardInterrupt):
        compare("broken off", {"base": clock.takes(0.1), "other": interrupted}, budget=60)
    (row,) = session.store.comparisons(session.id)
    kept = session.store.samples(row["id"])
    assert sum(sample["variant"] == "other" for sample in kept) == 5
    assert row["stopped"] is None
    assert [variant["label"] for variant in row["variants"]] == ["base", "other"]


def test_a_finished_race_is_stored(clock):
    """Its row has why it ended and every sample, by round."""
    session = store.begin("x", {}, "learn", {})
    race = compare("kept", {"base": clock.takes(0.2), "other": clock.takes(0.1)}, budget=60)
    (row,) = session.store.comparisons(session.id)
    assert (row["stopped"], row["name"]) == ("precise", "kept")
    kept = {(sample["variant"], sample["round"]): sample["seconds"] for sample in session.store.samples(row["id"])}
    assert kept == {(label, n): seconds for label in race.samples for n, seconds in enumerate(race.samples[label])}


def test_an_unequal_result_is_refused_and_named(clock):
    """The message names variant, item and both values, and no round is run."""
    calls = []
    wrong = {"base": lambda: [1, 2, 3], "odd": lambda: calls.append(1) or [1, 2, 4]}
    with pytest.raises(WingsError, match="'odd' gives another result than 'base': item 2 is 4 instead of 3"):
        compare("unequal", wrong)
    assert len(calls) == 1
    with pytest.raises(WingsError, match="2 items instead of 3"):
        compare("short", {"base": lambda: [1, 2, 3], "odd": lambda: [1, 2]})
    with pytest.raises(WingsError, match="5 instead of 4"):
        compare("plain", {"base": lambda: 4, "odd": lambda: 5})
    with pytest.raises(WingsError, match=r"\[\] instead of \[\]"):
        compare("check", {"base": list, "odd": list}, check=lambda one, other: False)


def test_a_check_of_ones_own_decides(clock):
    """`check` is given the baseline's value and the other's."""
    seen = []
    variants = {"base": clock.takes(0.1, value=1.0), "near": clock.takes(0.1, value=1.1)}
    race = compare("near", variants, check=lambda one, other: seen.append((one, other)) or abs(one - other) < 0.2)
    assert race.equal
    assert seen == [(1.0, 1.1)]


def test_what_the_machine_lacks_is_named_as_absent(clock):
    """A variant given as NotAvailable runs nowhere and keeps its reason; the baseline may not be absent."""
    variants = {"base": clock.takes(0.1), "rust": NotAvailable("not built: run `wings build`"), "other": clock.takes(0.1)}
    race = compare("with a gap", variants)
    assert race.labels == ["base", "rust", "other"]
    assert race.absent == {"rust": "not built: run `wings build`"}
    assert list(race.samples) == ["base", "other"]
    with pytest.raises(ParameterError, match="baseline"):
        compare("no base", {"base": NotAvailable("gone"), "other": clock.takes(0.1)})


@pytest.mark.parametrize(
    "wrong",
    [
        {"variants": {}},
        {"variants": {"base": 3}},
        {"variants": {"base": Variant(len, workers=0)}},
        {"variants": {"base": len}, "budget": 0},
        {"variants": {"base": len}, "budget": math.nan},
    ],
    ids=str,
)
def test_a_wrong_argument_is_refused(wrong):
    """Nothing runs with no variants, no function, no workers or no budget."""
    with pytest.raises(ParameterError):
        compare("wrong", **wrong)


def test_a_setup_is_entered_and_left_once(clock):
    """Plain and async set-ups are entered before the cold run and left at the end, in reverse order."""
    told = []

    @contextlib.contextmanager
    def plain():
        told.append("in")
        yield 7
        told.append("out")

    @contextlib.asynccontextmanager
    async def soon():
        told.append(("in", threading.current_thread().name, id(asyncio.get_running_loop())))
        yield 7
        told.append(("out", threading.current_thread().name, id(asyncio.get_running_loop())))

    async def call(value):
        await asyncio.sleep(0)
        clock.now += 0.1
        return value

    variants = {"plain": Variant(lambda value: clock.takes(0.1, value=value)(), plain), "soon": Variant(call, soon)}
    assert compare("with set-up", variants).rounds == 12
    assert told[0] == "in"
    assert told[3] == "out"
    assert told[1][0] == "in"
    assert told[2] == ("out", *told[1][1:])
    assert told[1][1] == "wings-loop"


def test_a_setup_is_left_also_after_an_error():
    """An error in a variant reaches the caller, and both set-ups are left."""
    left = []

    @contextlib.asynccontextmanager
    async def soon():
        try:
            yield 7
        finally:
            left.append("soon")

    @contextlib.contextmanager
    def plain():
        try:
            yield 7
        finally:
            left.append("plain")

    def fail(value):
        raise LookupError("broken")

    with pytest.raises(LookupError, match="broken"):
        compare("broken", {"base": Variant(lambda value: value, plain), "bad": Variant(fail, soon)})
    assert left == ["soon", "plain"]


def test_a_run_brings_its_engine_workers_and_timelines():
    """Of a variant that returns a Run, values are compared and timelines kept, one a round."""

    async def soon(number):
        return 2 * number

    variants = {
        "serial": lambda: serial.map(lambda n: 2 * n, range(5)),
        "threads": lambda: threads.map(lambda n: 2 * n, range(5), workers=3),
        "coroutines": lambda: coroutines.map(soon, range(5), workers=4),
        "plain": lambda: [0, 2, 4, 6, 8],
    }
    race = compare("runs", variants, budget=0.05)
    assert race.engines == {"serial": "serial", "threads": "threads", "coroutines": "coroutines", "plain": "serial"}
    assert race.workers == {"serial": 1, "threads": 3, "coroutines": 4, "plain": 1}
    assert set(race.timelines) == {"serial", "threads", "coroutines"}
    assert all(len(race.runs[label]) == race.rounds for label in race.timelines)
    for label, split in race.splits.items():
        assert split.product == pytest.approx(race.speedup(label).mean / race.workers[label], rel=1e-12)
    assert set(race.splits) == {"threads", "coroutines"}


def test_the_timeline_shown_is_that_of_the_median_round():
    """Not the fastest, not the last."""
    race = given(base=[3.0, 1.0, 2.0, 9.0])
    race.runs = {"base": ["of 3", "of 1", "of 2", "of 9"]}
    assert race.timelines == {"base": "of 2"}


def test_progress_hears_every_round(clock):
    """`progress` gets the rounds done; how many will come is known only at the end."""
    told = []
    compare("told", {"base": clock.takes(0.1)}, progress=lambda done, total: told.append((done, total)))
    assert told == [*((n, None) for n in range(1, 13)), (12, 12)]


def race_on_virtual_time(clock, random_numbers, factor, budget=5.0):
    """One race of two variants of about 0.05 s with 10 % spread and common drift."""
    drift = [1.0]

    def variant(seconds):
        def call():
            drift[0] *= random_numbers.lognormvariate(0, 0.02)
            clock.now += seconds * drift[0] * random_numbers.lognormvariate(0, 0.10)
            return 1

        return call

    return compare("virtual", {"base": variant(0.05), "other": variant(0.05 * factor)}, budget=budget)


def test_the_statistical_bars_hold_on_a_virtual_clock(clock):
    """Of 600 races of equals 3 to 7 % of the intervals exclude 1; twice as fast is always seen, also with drift."""
    random_numbers = random.Random(20261124)
    random.seed(20261124)
    equal = [race_on_virtual_time(clock, random_numbers, 1.0, budget=1.2).speedup("other") for _ in range(600)]
    false = sum(not speedup.low <= 1 <= speedup.high for speedup in equal)
    assert 0.03 <= false / len(equal) <= 0.07
    fast = [race_on_virtual_time(clock, random_numbers, 0.5) for _ in range(60)]
    assert {race.verdict("other") for race in fast} == {"faster"}
    slow = [race_on_virtual_time(clock, random_numbers, 1.2) for _ in range(60)]
    assert sum(race.verdict("other") == "slower" for race in slow) >= 42


def test_efficiency_is_the_speedup_for_each_worker():
    """Efficiency and its interval are the speedup's, divided by the variant's workers."""
    race = given("precise", base=[2.0, 2.2, 2.1, 2.0], other=[1.0, 1.2, 1.0, 1.1])
    race.workers = {"base": 1, "other": 2}
    speedup, efficiency = race.speedup("other"), race.efficiency("other")
    assert (efficiency.mean, efficiency.low, efficiency.high) == (speedup.mean / 2, speedup.low / 2, speedup.high / 2)

"""A page opens with checked parameters, and only then."""

from __future__ import annotations

import math

import pytest

from wingslib import accel, machine, store
from wingslib.errors import ParameterError, WingsError
from wingslib.lesson import page


@pytest.fixture(autouse=True)
def closed(monkeypatch):
    """Begin each test without a page, on a quickly described machine, and end its session."""
    monkeypatch.setattr(page, "_page", None)
    monkeypatch.setattr(page, "describe", lambda *_: machine.describe(0.0))
    monkeypatch.delenv("WINGS_PROFILE", raising=False)
    yield
    store.end()


def test_begin_opens_a_session_with_its_parameters():
    """The session in the store has the resolved parameters, the profile and the backends of all operations."""
    opened = page.begin("02_multiprocessing", profile="smoke", workers=3, seed=7)
    (row,) = store.current().store.sessions()
    assert (opened.workers, opened.seed, opened.profile) == (3, 7, "smoke")
    assert row["parameters"] == {"profile": "smoke", "workers": 3, "seed": 7}
    assert row["fingerprint"]["backends"] == dict.fromkeys(accel.backends(), "python")


def test_begin_prints_one_line(capsys):
    """It prints the machine stamp and the profile on one line."""
    opened = page.begin("02_multiprocessing", profile="bench")
    assert capsys.readouterr().out == f"{opened.machine.stamp()} · profile bench\n"


def test_a_smoke_run_says_that_it_is_no_evidence(capsys):
    """Profile smoke is named for what it is."""
    page.begin("02_multiprocessing", profile="smoke")
    assert capsys.readouterr().out.endswith("smoke run: not evidence\n")


def test_a_smoke_run_watches_the_load_for_a_shorter_time(monkeypatch):
    """Nothing is evidence there, so nobody waits for a fine figure."""
    asked = []
    monkeypatch.setattr(page, "describe", lambda *seconds: asked.append(seconds) or machine.describe(0.0))
    for profile in ("smoke", "learn"):
        page.begin("02_multiprocessing", profile=profile)
    assert asked == [(page.QUICK_LOOK,), ()]


def test_auto_takes_the_profile_of_the_environment(monkeypatch):
    """Profile auto reads WINGS_PROFILE, and without it is learn."""
    assert page.begin("00_start_here").profile == "learn"
    monkeypatch.setenv("WINGS_PROFILE", "bench")
    assert page.begin("00_start_here", profile="auto").profile == "bench"


@pytest.mark.parametrize(("usable", "resolved"), [(1, 1), (8, 8), (64, 16)])
def test_auto_workers_are_the_usable_cores_up_to_16(monkeypatch, usable, resolved):
    """Workers auto is every usable core, at most 16."""
    monkeypatch.setattr(page, "usable_cores", lambda: usable)
    assert page.begin("00_start_here", workers="auto").workers == resolved


@pytest.mark.parametrize("workers", [0, -1, 2.5, math.nan, "4", True, None])
def test_wrong_workers_are_refused(workers):
    """Workers must be auto or a whole number of at least 1; the message shows the value, and nothing is opened."""
    with pytest.raises(ParameterError, match=r"workers is .* 'auto' or a whole number ≥ 1") as refused:
        page.begin("00_start_here", workers=workers)
    assert repr(workers) in str(refused.value)
    assert store.current() is None


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"profile": "fast"}, "profile is 'fast'; allowed are auto, smoke, learn, bench"),
        ({"seed": -1}, "seed is -1; allowed is a whole number ≥ 0"),
        ({"seed": 1.0}, "seed is 1.0"),
        ({"wrokers": 2}, "no parameter 'wrokers'; it has profile, workers, seed"),
    ],
)
def test_wrong_parameters_are_refused(given, message):
    """An unknown parameter or a wrong value is named with what is allowed, and nothing is opened."""
    with pytest.raises(ParameterError, match=message):
        page.begin("00_start_here", **given)
    assert store.current() is None


def test_a_wrong_profile_of_the_environment_is_named(monkeypatch):
    """A wrong WINGS_PROFILE is refused under its own name."""
    monkeypatch.setenv("WINGS_PROFILE", "fast")
    with pytest.raises(ParameterError, match="WINGS_PROFILE is 'fast'"):
        page.begin("00_start_here")


def test_a_name_must_do_as_a_file_name():
    """A name that would leave the folder of the guide is refused."""
    with pytest.raises(ParameterError, match="name is"):
        page.begin("../00_start_here")


def test_begin_twice_makes_a_second_session_and_keeps_the_guesses():
    """Running all cells again ends the first session; what the reader chose in this notebook stays."""
    page.begin("00_start_here").choices["hook"] = page.Choice(2.0, "cores")
    again = page.begin("00_start_here")
    first, second = store.current().store.sessions()
    assert first["ended"] is not None
    assert second["ended"] is None
    assert again.choices == {"hook": page.Choice(2.0, "cores")}
    assert page.begin("02_multiprocessing").choices == {}


def test_without_begin_there_is_no_page():
    """What needs a page says which cells to run."""
    with pytest.raises(WingsError, match=r"up to lesson\.begin"):
        page.current()

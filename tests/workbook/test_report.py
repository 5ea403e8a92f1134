"""The report says what the store holds, and no more than the profile allows."""

from __future__ import annotations

import dataclasses
import re

import pytest

from wingslib import machine, store
from wingslib.lesson import leaf as leaves
from wingslib.measure import judge
from wingslib.views import Picture
from wingslib.workbook import report

SEEN = machine.Machine(2, 2, "3.11.7", "CPython", True, "forkserver", None, 0.1, "Linux", "a processor", "2026-11-24")
ROUNDS = 12


@pytest.fixture
def measured():
    """Give `measured(profile=, parameters=, rounds=, stopped=)`: write a session with one race, processes twice as fast."""

    def measured(profile="learn", parameters=None, rounds=ROUNDS, stopped="precise", notebook="02_multiprocessing"):
        session = store.begin(notebook, {"profile": profile, **(parameters or {})}, profile, machine.fingerprint(SEEN))
        variants = [
            {"label": "serial", "engine": "serial", "workers": 1},
            {"label": "two", "engine": "processes", "workers": 2},
        ]
        race = session.comparison("pages", variants, {"serial": 2.0, "two": 1.5})
        for number in range(rounds):
            session.sample(race, "serial", number, 2.0 + number % 2 / 100)
            session.sample(race, "two", number, 1.0 + number % 3 / 100)
        if stopped:
            session.finish(race, stopped, "")
        store.end()
        return session.id

    return measured


MET = judge("own-core", True, "seen on one core")


def leave(session: int, **other) -> None:
    """Put a leaf of this session into the guide."""
    record = {
        "notebook": "02_multiprocessing",
        "title": "Two are faster",
        "reading": "Twice as fast & equal.",
        "table": [{"page": 1}],
    }
    record |= {"stamp": SEEN.stamp(), "profile": "learn", "verdicts": [dataclasses.asdict(MET)], "session": session} | other
    leaves._put(leaves.guide() / "02_multiprocessing.json", leaves._json(record).encode())
    leaves._put(leaves.guide() / "02_multiprocessing.png", b"\x89PNG leaf")


@pytest.fixture(autouse=True)
def drawn(monkeypatch):
    """Draw quickly: what a chart looks like is tested with the charts."""
    monkeypatch.setattr(report.views, "variants", lambda race: Picture("variants", "", f"drawn: {race.name}", b"\x89PNG"))


def test_a_race_has_its_numbers_and_verdict(measured):
    """Seconds, speedup with interval, efficiency and verdict stand in page and headline."""
    measured()
    written = report.write()
    page = written.path.read_text()
    line = re.search(r"pages +two +1\.01 s +1\.99× \(1\.97–2\.00\) +99 % +faster", written.headline)
    assert line, written.headline
    assert "2 cores · Python 3.11.7 · GIL on · load 0.1 · 2026-11-24" in written.headline
    assert ">faster</td>" in page
    assert "pages: 12 rounds, until it was precise" in page


def test_smoke_is_not_evidence(measured):
    """A smoke run shows its numbers without a verdict."""
    measured(profile="smoke", stopped="smoke")
    written = report.write()
    assert "faster" not in written.path.read_text() + written.headline
    assert "smoke: not evidence" in written.headline
    assert ">smoke: not evidence</td>" in written.path.read_text()


def test_the_latest_session_of_each_notebook(measured):
    """Older sessions of a notebook are left out, those of other notebooks stay."""
    first, _, latest = measured(), measured(notebook="00_start_here"), measured(profile="bench")
    page = report.write().path.read_text()
    assert page.count("<section") == 2
    assert f'id="session-{latest}"' in page
    assert f'id="session-{first}"' not in page


def test_all_points_of_a_sweep(measured):
    """Sessions that are named are all shown, each against its own baseline."""
    points = [measured(parameters={"workers": count}) for count in (1, 2)]
    page = report.write(points).path.read_text()
    assert page.count("<section") == 2
    assert "profile learn, workers = 1" in page


def test_a_leaf_stands_with_its_session(measured):
    """Picture, reading and claims of a leaf are shown in the session that left it, readings as alternative text."""
    leave(measured())
    page = report.write().path.read_text()
    assert "<h2>Two are faster</h2>" in page
    assert 'alt="Twice as fast &amp; equal."' in page
    assert "<figcaption>drawn: pages</figcaption>" in page
    row = page[page.index("Each process gets its own CPU core") :]
    assert '<td class="number">✓ met</td><td>seen on one core</td>' in row[: row.index("</tr>")]
    leave(99, title="Of another session")
    assert "Of another session" not in report.write().path.read_text()


def test_an_interrupted_race_shows_whole_rounds(measured):
    """Of a race that was cut off only rounds that all variants ran count, and the note says so."""
    session = measured(stopped="")
    with store.Store() as opened:
        opened.write("DELETE FROM samples WHERE variant = 'two' AND round > ?", [4])
    assert f"pages: {5} rounds, interrupted" in report.write([session]).path.read_text()


def test_the_page_needs_no_other_file(measured):
    """Nothing is loaded from elsewhere: pictures are data, styles are in the page, there are no scripts."""
    leave(measured())
    page = report.write().path.read_text()
    sources = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert sources
    assert all(source.startswith(("data:image/png;base64,", "#", "notebooks/")) for source in sources)
    assert "<script" not in page
    assert "http" not in page


def test_names_are_text(measured):
    """What comes from a notebook is shown as text, never as markup."""
    measured(parameters={"note": "<b>bold</b>"})
    assert "&lt;b&gt;bold" in report.write().path.read_text()


def test_nothing_measured_yet():
    """An empty store makes a page that says what to do."""
    written = report.write()
    assert written.headline == "nothing was measured yet"
    assert "make run" in written.path.read_text()

"""The file of measurements: what is refused, what is kept, and what many writers at once may do."""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wingslib import paths, store
from wingslib.engines.run import Gap, Span, Timeline
from wingslib.errors import StoreError

pytestmark = pytest.mark.usefixtures("nothing_left")

PROJECT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def ended():
    """Leave no session open."""
    yield
    store.end()


@pytest.fixture
def session():
    """A session of a notebook."""
    return store.begin("02_x", {"workers": 2}, "learn", {"cores": 2})


def two_variants(session):
    return session.comparison("race", [{"label": "loop", "engine": "serial", "workers": 1}], {"loop": 0.5})


def test_what_was_written_is_read_back(session):
    """Sessions, comparisons, samples and guesses come back as plain rows."""
    row = two_variants(session)
    for number, seconds in enumerate((0.25, 0.5)):
        session.sample(row, "loop", number, seconds)
    session.finish(row, "budget", "loop varies by 12 %")
    session.guess("speedup", 2.0, "cores")
    session.guess("speedup", 3.0, "luck")
    session.reveal("speedup", 1.8)
    with store.Store() as opened:
        (found,) = opened.sessions()
        assert (found["notebook"], found["profile"], found["parameters"]) == ("02_x", "learn", {"workers": 2})
        assert (found["fingerprint"], found["ended"]) == ({"cores": 2}, None)
        (race,) = opened.comparisons(found["id"])
        assert race["variants"] == [{"label": "loop", "engine": "serial", "workers": 1}]
        assert (race["cold"], race["stopped"], race["noise"]) == ({"loop": 0.5}, "budget", "loop varies by 12 %")
        assert opened.samples(row) == [
            {"variant": "loop", "round": 0, "seconds": 0.25},
            {"variant": "loop", "round": 1, "seconds": 0.5},
        ]
        assert [(guess["value"], guess["measured"]) for guess in opened.guesses()] == [(2.0, None), (3.0, 1.8)]
        assert opened.sound()


def test_a_sample_is_unique(session):
    """The same variant and round of a comparison cannot be written twice, and the first is kept."""
    row = two_variants(session)
    session.sample(row, "loop", 0, 1.0)
    with pytest.raises(StoreError, match=r"UNIQUE.*kept"):
        session.sample(row, "loop", 0, 2.0)
    session.sample(row, "loop", 1, 3.0)
    assert [sample["seconds"] for sample in session.store.samples(row)] == [1.0, 3.0]


def test_the_journal_is_wal(session):
    """Readers and writers do not block each other, and the file says whose it is."""
    with sqlite3.connect(paths.store()) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert database.execute("PRAGMA application_id").fetchone() == (store.APPLICATION_ID,)
        assert database.execute("PRAGMA user_version").fetchone() == (store.SCHEMA_VERSION,)
    database.close()
    assert session.store.rows("PRAGMA synchronous") == [{"synchronous": 1}]


def test_begin_ends_the_session_before(session):
    """A process has one current session."""
    assert store.current() is session
    second = store.begin("03_y", {}, "smoke", {})
    assert store.current() is second
    assert [row["ended"] is None for row in second.store.sessions()] == [False, True]
    store.end()
    assert store.current() is None


def test_begin_works_after_the_results_were_deleted(session):
    """Results thrown away under an open session cost that session, not the next."""
    for path in paths.results().iterdir():
        path.unlink()
    paths.results().rmdir()
    fresh = store.begin("03_y", {}, "learn", {})
    assert [row["notebook"] for row in fresh.store.sessions()] == ["03_y"]


def spans(count):
    timeline = Timeline("processes", 2, cold=True, wall=2.0, beats=[0.1, 0.2], gaps=[Gap(0.1, 0.2, "hold, line 3")])
    for number in range(count):
        timeline.add(Span(number % 2, number, 1, 0.0, 0.1, 0.2, 0.3, 0.05, 0.04, 10, 20))
    return timeline


def test_a_timeline_comes_back_whole(session):
    """Spans, beats, gaps and totals of a sample are the same as they were."""
    row = two_variants(session)
    session.sample(row, "loop", 0, 1.0, spans(5))
    session.sample(row, "loop", 1, 1.0)
    assert session.store.timelines(row) == {("loop", 0): spans(5)}


def test_a_long_timeline_keeps_its_totals(session):
    """Past 2,000 spans only the totals of each worker are stored, and it says so."""
    row = two_variants(session)
    session.sample(row, "loop", 0, 1.0, spans(2000))
    session.sample(row, "loop", 1, 1.0, spans(2001))
    kept = session.store.timelines(row)
    assert len(kept["loop", 0].spans) == 2000
    assert (kept["loop", 1].spans, kept["loop", 1].complete) == ([], False)
    assert kept["loop", 1].busy == spans(2001).busy
    assert kept["loop", 1].filled == spans(2001).filled


def refused(path, match):
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StoreError, match=match) as caught:
        store.Store(path)
    assert str(path) in str(caught.value)
    assert (path.read_bytes() if path.is_file() else None) == before


def test_another_schema_is_refused(tmp_path):
    """A store of a later Wings is left as it is."""
    store.Store(tmp_path / "later.sqlite").close()
    with sqlite3.connect(tmp_path / "later.sqlite") as database:
        database.execute("PRAGMA journal_mode = DELETE")
        database.execute("PRAGMA user_version = 99")
    database.close()
    refused(tmp_path / "later.sqlite", "has schema 99, this Wings knows 1")


def test_a_database_of_another_program_is_refused(tmp_path):
    """A file with tables that are not ours is left as it is."""
    with sqlite3.connect(tmp_path / "other.sqlite") as database:
        database.execute("CREATE TABLE theirs (x)")
    database.close()
    refused(tmp_path / "other.sqlite", "database of another program")


def test_what_is_no_database_is_refused(tmp_path):
    """Text and noise are left as they are."""
    (tmp_path / "notes.txt").write_text("my notes, and no database\n" * 200)
    refused(tmp_path / "notes.txt", "not a database")


def test_a_folder_is_refused(tmp_path):
    """A folder in the place of the file is named."""
    refused(tmp_path, "unable to open")


def test_the_switch_to_wal_waits_for_other_processes(tmp_path):
    """Seen once in 25 times when six processes opened a new store together: "database is locked", at once."""
    told = []

    class Locked:
        def execute(self, statement):
            told.append(statement)
            if len(told) < 3:
                error = sqlite3.OperationalError("database is locked")
                error.sqlite_errorcode = sqlite3.SQLITE_BUSY
                raise error

    with store.Store(tmp_path / "new.sqlite") as opened:
        real, opened._database = opened._database, Locked()
        opened._use_wal()
        opened._database = real
    assert told == ["PRAGMA journal_mode = WAL"] * 3


def test_a_refused_file_is_closed(tmp_path):
    """A store that cannot be used keeps no file open."""
    import psutil

    (tmp_path / "notes.txt").write_text("no database\n" * 200)
    refused(tmp_path / "notes.txt", "not a database")
    assert str(tmp_path / "notes.txt") not in [file.path for file in psutil.Process().open_files()]


def test_a_full_disk_stops_one_sample_and_no_more(session):
    """When the file cannot grow the error says so, and what was written before is there; with space it goes on."""
    row = two_variants(session)
    session.sample(row, "loop", 0, 1.0)
    (pages,) = session.store.rows("PRAGMA page_count")
    session.store.rows(f"PRAGMA max_page_count = {pages['page_count']}")

    def fill():
        for number in range(1, 500):
            session.sample(row, "loop", number, 1.0, spans(50))

    with pytest.raises(StoreError, match=r"full.*kept"):
        fill()
    assert session.store.sound()
    kept = len(session.store.samples(row))
    session.store.rows("PRAGMA max_page_count = 100000")
    session.sample(row, "loop", 900, 1.0, spans(50))
    assert len(session.store.samples(row)) == kept + 1


def test_an_error_within_a_transaction_is_not_hidden(session):
    """A transaction that SQLite has undone itself does not turn the error into one about ROLLBACK."""

    def fail():
        with session.store.transaction() as database:
            database.execute("ROLLBACK")
            raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        fail()
    two_variants(session)


def test_a_damaged_store_is_told_of(tmp_path):
    """Reading damaged pages gives a StoreError, and the check says that the file is not sound."""
    path = tmp_path / "damaged.sqlite"
    with store.Store(path) as opened:
        for number in range(300):
            values = ["x" * 40, "learn", "{}", "{}", str(number)]
            opened.write(
                "INSERT INTO sessions (notebook, profile, parameters, fingerprint, started) VALUES (?, ?, ?, ?, ?)", values
            )
    data = bytearray(path.read_bytes())
    data[8192:] = random.Random(1).randbytes(len(data) - 8192)
    path.write_bytes(data)
    with store.Store(path) as opened:
        assert not opened.sound()
        with pytest.raises(StoreError, match="cannot be read"):
            opened.sessions()


WRITER = """
import json, os, sys
from wingslib import store
session = store.begin(sys.argv[1], {}, "learn", {})
row = session.comparison("race", [], {})
print(json.dumps([session.id, row]), flush=True)
for number in range(int(sys.argv[2])):
    session.sample(row, "loop", number, 1.0)
    os.write(1, f"{number}\\n".encode())
"""


def writer(tmp_path, name: str, rounds: int) -> subprocess.Popen:
    with open(tmp_path / f"{name}.out", "wb") as out, open(tmp_path / f"{name}.err", "wb") as err:
        return subprocess.Popen([sys.executable, "-c", WRITER, name, str(rounds)], stdout=out, stderr=err, cwd=PROJECT)


def told(tmp_path, name):
    first, *rounds = (tmp_path / f"{name}.out").read_text().splitlines()
    return json.loads(first)[1], [int(number) for number in rounds]


def test_many_writers_at_once_lose_nothing(tmp_path):
    """Four processes that open a new store and write at once have all their rows in it, each once."""
    names = ["a", "b", "c", "d"]
    writers = [writer(tmp_path, name, 150) for name in names]
    assert [process.wait(60) for process in writers] == [0] * 4, (tmp_path / "a.err").read_text()
    with store.Store() as opened:
        assert sorted(row["notebook"] for row in opened.sessions()) == names
        for name in names:
            row, rounds = told(tmp_path, name)
            assert [sample["round"] for sample in opened.samples(row)] == rounds == list(range(150))
        assert opened.sound()


@pytest.mark.parametrize("seed", range(10))
def test_a_killed_writer_loses_nothing_that_it_told_of(tmp_path, seed):
    """Killed at a random moment: the store opens and is sound, rounds have no gap, every committed sample is there."""
    process = writer(tmp_path, "a", 100_000)
    deadline = time.monotonic() + 20
    while not (tmp_path / "a.out").read_bytes().count(b"\n") > 1 and time.monotonic() < deadline:
        time.sleep(0.005)
    time.sleep(random.Random(seed).uniform(0, 0.15))
    process.kill()
    process.wait()
    row, rounds = told(tmp_path, "a")
    with store.Store() as opened:
        assert opened.sound()
        found = [sample["round"] for sample in opened.samples(row)]
    assert found == list(range(len(found)))
    assert set(rounds) <= set(found)
    assert len(found) - len(rounds) in (0, 1)

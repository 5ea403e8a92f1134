"""What was measured before? One SQLite file that any number of top-level processes may write.

A *session* is one execution of a notebook. Each comparison of it is a row, each round of a variant a sample, written
in a short transaction of its own as soon as it is taken: what was committed survives a `kill -9`. Spans lie beside
their sample as one compressed blob. Guesses are kept for the reader's score. Engine workers never come here.

`begin` makes a session the process's current one; `compare` and the lesson write to `current()`, or nowhere.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import sqlite3
import threading
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from wingslib import paths
from wingslib.engines.run import Gap, Span, Spans, Timeline
from wingslib.errors import StoreError

SCHEMA_VERSION = 1
APPLICATION_ID = 0x57494E47  # "WING"
MOST_STORED_SPANS = 2_000
BUSY_SECONDS = 10

_SCHEMA = """
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY, notebook TEXT NOT NULL, profile TEXT NOT NULL, parameters TEXT NOT NULL,
    fingerprint TEXT NOT NULL, started TEXT NOT NULL, ended TEXT
);
CREATE TABLE comparisons (
    id INTEGER PRIMARY KEY, session INTEGER NOT NULL REFERENCES sessions (id), name TEXT NOT NULL,
    variants TEXT NOT NULL, cold TEXT NOT NULL, started TEXT NOT NULL, stopped TEXT, noise TEXT
);
CREATE TABLE samples (
    comparison INTEGER NOT NULL REFERENCES comparisons (id), variant TEXT NOT NULL, round INTEGER NOT NULL,
    seconds REAL NOT NULL, timeline BLOB, PRIMARY KEY (comparison, variant, round)
) WITHOUT ROWID;
CREATE TABLE guesses (
    id INTEGER PRIMARY KEY, session INTEGER NOT NULL REFERENCES sessions (id), key TEXT NOT NULL,
    value REAL NOT NULL, belief TEXT NOT NULL, measured REAL, at TEXT NOT NULL
);
"""

Row = dict[str, Any]
_current: Session | None = None


class Store:
    """The open file; a context manager that closes it.

    Raises:
        StoreError: `path` is not a store, was made by another version, or cannot be opened; nothing was changed.
    """

    def __init__(self, path: Path | None = None) -> None:
        if path is None:
            paths.results()
        self.path = path or paths.store()
        self._lock = threading.Lock()
        with ExitStack() as undo:
            try:
                self._database = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
                undo.callback(self._database.close)
                self._database.row_factory = sqlite3.Row
                self._prepare()
            except sqlite3.Error as error:
                raise StoreError(
                    f"{self.path} cannot be used as a store: {error}. Move it away or set WINGS_STORE elsewhere."
                ) from error
            undo.pop_all()

    def _prepare(self) -> None:
        with self.transaction() as database:
            (application,) = database.execute("PRAGMA application_id").fetchone()
            (version,) = database.execute("PRAGMA user_version").fetchone()
            (tables,) = database.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if not tables and not application:
                for statement in _SCHEMA.split(";"):
                    database.execute(statement)
                database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                database.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            elif application != APPLICATION_ID:
                raise StoreError(f"{self.path} is a database of another program. Set WINGS_STORE to another file.")
            elif version != SCHEMA_VERSION:
                raise StoreError(
                    f"{self.path} has schema {version}, this Wings knows {SCHEMA_VERSION}. "
                    "Use the Wings that made it, or move it away to begin a new one."
                )
        self._use_wal()
        self._database.execute("PRAGMA synchronous = NORMAL")

    def _use_wal(self) -> None:
        """Switch the journal; here SQLite does not wait for other processes, so we do."""
        deadline = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                self._database.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
            time.sleep(0.01)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run a block as one transaction, alone in this process; an error undoes it."""
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
                self._database.execute("COMMIT")
            finally:
                if self._database.in_transaction:  # else it is over, or SQLite has undone it already, as when the disk is full
                    self._database.execute("ROLLBACK")

    def write(self, statement: str, values: Iterable[Any]) -> int:
        """Run one statement as one transaction and return the id of the row that it made."""
        try:
            with self.transaction() as database:
                return database.execute(statement, tuple(values)).lastrowid or 0
        except sqlite3.Error as error:
            raise StoreError(f"{self.path} cannot be written: {error}. What was written before is kept.") from error

    def rows(self, query: str, *values: Any) -> list[Row]:
        """Return the rows of a query, columns of JSON decoded."""
        try:
            with self._lock:
                found = self._database.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise StoreError(f"{self.path} cannot be read: {error}. Move it away to begin a new one.") from error
        return [{key: _decoded(key, row[key]) for key in row.keys()} for row in found]  # noqa: SIM118

    def sound(self) -> bool:
        """Say whether the file passes SQLite's integrity check."""
        try:
            return self.rows("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
        except StoreError:  # too damaged even to be checked
            return False

    def sessions(self) -> list[Row]:
        """Return all sessions, oldest first: id, notebook, profile, parameters, fingerprint, started, ended."""
        return self.rows("SELECT * FROM sessions ORDER BY id")

    def comparisons(self, session: int) -> list[Row]:
        """Return the comparisons of a session: id, name, variants (label, engine, workers), cold, stopped, noise."""
        return self.rows("SELECT * FROM comparisons WHERE session = ? ORDER BY id", session)

    def samples(self, comparison: int) -> list[Row]:
        """Return the samples of a comparison: variant, round, seconds."""
        return self.rows("SELECT variant, round, seconds FROM samples WHERE comparison = ? ORDER BY round, variant", comparison)

    def timelines(self, comparison: int) -> dict[tuple[str, int], Timeline]:
        """Return the stored timeline of each sample that has one, by (variant, round)."""
        found = self.rows("SELECT variant, round, timeline FROM samples WHERE comparison = ? AND timeline NOT NULL", comparison)
        return {(row["variant"], row["round"]): _unpacked(row["timeline"]) for row in found}

    def guesses(self) -> list[Row]:
        """Return all guesses, oldest first: notebook, key, value, belief, measured (None until revealed)."""
        return self.rows(
            "SELECT notebook, key, value, belief, measured, at FROM guesses"
            " JOIN sessions ON sessions.id = guesses.session ORDER BY guesses.id"
        )


class Session:
    """One execution of a notebook, open for writing."""

    def __init__(self, store: Store, number: int, notebook: str, parameters: Mapping[str, Any], profile: str) -> None:
        self.store, self.id, self.notebook = store, number, notebook
        self.parameters, self.profile = dict(parameters), profile

    def comparison(self, name: str, variants: list[Row], cold: Mapping[str, float]) -> int:
        """Add a comparison of `variants` (label, engine, workers) and return its id."""
        return self.store.write(
            "INSERT INTO comparisons (session, name, variants, cold, started) VALUES (?, ?, ?, ?, ?)",
            [self.id, name, json.dumps(variants), json.dumps(cold), _now()],
        )

    def sample(self, comparison: int, variant: str, number: int, seconds: float, timeline: Timeline | None = None) -> None:
        """Add one sample with its round's number, and commit it."""
        blob = None if timeline is None else _packed(timeline)
        self.store.write("INSERT INTO samples VALUES (?, ?, ?, ?, ?)", [comparison, variant, number, seconds, blob])

    def finish(self, comparison: int, stopped: str, noise: str) -> None:
        """Note why a comparison ended and what disturbed it."""
        self.store.write("UPDATE comparisons SET stopped = ?, noise = ? WHERE id = ?", [stopped, noise, comparison])

    def guess(self, key: str, value: float, belief: str) -> None:
        """Keep what the reader guessed."""
        self.store.write(
            "INSERT INTO guesses (session, key, value, belief, at) VALUES (?, ?, ?, ?, ?)",
            [self.id, key, value, belief, _now()],
        )

    def reveal(self, key: str, measured: float) -> None:
        """Put what was measured beside this session's latest guess of `key`."""
        self.store.write(
            "UPDATE guesses SET measured = ? WHERE id = (SELECT max(id) FROM guesses WHERE session = ? AND key = ?)",
            [measured, self.id, key],
        )

    def end(self) -> None:
        """Note when the session ended, and close its file."""
        self.store.write("UPDATE sessions SET ended = ? WHERE id = ?", [_now(), self.id])
        self.store.close()


def begin(notebook: str, parameters: Mapping[str, Any], profile: str, fingerprint: Mapping[str, object]) -> Session:
    """Open the store, end the process's session if it has one, and make a new one current."""
    end()
    global _current
    store = Store()
    number = store.write(
        "INSERT INTO sessions (notebook, profile, parameters, fingerprint, started) VALUES (?, ?, ?, ?, ?)",
        [notebook, profile, json.dumps(dict(parameters)), json.dumps(dict(fingerprint)), _now()],
    )
    _current = Session(store, number, notebook, parameters, profile)
    return _current


def current() -> Session | None:
    """Return the process's session, or None before `begin`."""
    return _current


def end() -> None:
    """End the process's session."""
    global _current
    session, _current = _current, None
    if session is not None:
        session.end()


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")


def _decoded(key: str, value: Any) -> Any:
    return json.loads(value) if key in ("parameters", "fingerprint", "variants", "cold") else value


def _packed(timeline: Timeline) -> bytes:
    """Compress a timeline; past 2,000 spans only its totals for each worker."""
    record = dataclasses.asdict(dataclasses.replace(timeline, spans=Spans()))
    if len(timeline.spans) > MOST_STORED_SPANS:
        record |= {"spans": [], "complete": False}
    else:
        record["spans"] = [dataclasses.asdict(span) for span in timeline.spans]
    return zlib.compress(json.dumps(record).encode())


def _unpacked(blob: bytes) -> Timeline:
    record = json.loads(zlib.decompress(blob))
    record["spans"] = Spans(Span(**span) for span in record["spans"])
    record["limits"] = [(moment, limit) for moment, limit in record.get("limits", [])]
    record["gaps"] = [Gap(**gap) for gap in record["gaps"]]
    for totals in ("busy", "compute"):
        record[totals] = {int(worker): seconds for worker, seconds in record[totals].items()}
    return Timeline(**record)

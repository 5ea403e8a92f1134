"""A notebook leaves its leaf whole, and the map shows how far all thirteen are."""

from __future__ import annotations

import json

import pytest

from wingslib import machine, paths, store
from wingslib.errors import ParameterError, StoreError
from wingslib.lesson import leaf as leaves
from wingslib.lesson import page, verdicts
from wingslib.lesson.contents import QUESTIONS
from wingslib.views import Picture

PICTURE = Picture("saw", "One late chunk", "334 items in a chunk take 1.4 times as long.", b"png")


@pytest.fixture(autouse=True)
def opened(monkeypatch):
    """Open 02 on a quickly described machine, and end its session afterwards."""
    monkeypatch.setattr(page, "_page", None)
    monkeypatch.setattr(page, "describe", lambda *_: machine.describe(0.0))
    yield page.begin("02_multiprocessing", profile="smoke", workers=2)
    store.end()


def test_a_leaf_holds_picture_table_and_circumstances(opened, capsys):
    """What is left can be read again: picture, table, stamp, profile, verdicts and session."""
    leaves.leave(PICTURE, [{"chunk": 334, "speedup": 1.4, "case": "saw"}])
    (leaf,) = leaves.leaves()
    assert (leaf.notebook, leaf.title, leaf.reading) == ("02_multiprocessing", PICTURE.title, PICTURE.reading)
    assert leaf.table == [{"chunk": 334, "speedup": 1.4, "case": "saw"}]
    assert (leaf.stamp, leaf.profile, leaf.session) == (opened.machine.stamp(), "smoke", store.current().id)
    assert leaf.picture.read_bytes() == b"png"
    assert leaf.verdicts == verdicts.verdicts()
    assert capsys.readouterr().out.endswith("left a leaf of the guide: guide/02_multiprocessing.png and .json\n")


def test_no_partial_file_is_left():
    """The guide holds the two files of a leaf and nothing else."""
    leaves.leave(PICTURE, [])
    leaves.leave(PICTURE, [])
    assert sorted(path.name for path in leaves.guide().iterdir()) == ["02_multiprocessing.json", "02_multiprocessing.png"]


@pytest.mark.parametrize("value", [object(), float("nan")])
def test_a_table_that_cannot_be_written_is_refused_before_anything_is(value):
    """A cell that is no text or finite number is named, and the leaf before it stays."""
    leaves.leave(PICTURE, [{"chunk": 1}])
    with pytest.raises(ParameterError, match="allowed are text, finite numbers"):
        leaves.leave(Picture("saw", "", "", b"other"), [{"chunk": value}])
    (leaf,) = leaves.leaves()
    assert leaf.table == [{"chunk": 1}]
    assert leaf.picture.read_bytes() == b"png"


@pytest.mark.parametrize("text", ["", "[]", json.dumps({"notebook": "02"})])
def test_a_file_that_is_no_leaf_is_named(text):
    """A foreign file in the guide is an error that says what to do."""
    (leaves.guide() / "x.json").write_text(text)
    with pytest.raises(StoreError, match=r"x\.json in the guide is not a leaf .* Delete it"):
        leaves.leaves()


def test_a_file_in_place_of_the_guide_is_named():
    """A file called guide in the results is an error before any work."""
    (paths.results() / "guide").write_text("")
    with pytest.raises(ParameterError, match="the guide needs a folder"):
        leaves.leave(PICTURE, [])


def test_progress_lists_all_thirteen(tmp_path, monkeypatch):
    """The map has a row for each notebook: written or not, with a leaf or not, and how its guesses went."""
    (tmp_path / "02_multiprocessing.ipynb").touch()
    monkeypatch.setattr(leaves, "notebooks", lambda: tmp_path)
    leaves.leave(PICTURE, [])
    store.current().guess("hook", 2.0, "two cores")
    store.current().reveal("hook", 0.5)
    rows = leaves.progress()
    assert [row.number for row in rows] == [f"{number:02}" for number in range(13)]
    assert [row.name for row in rows if row.written] == ["02_multiprocessing"]
    assert [row.name for row in rows if row.leaf] == ["02_multiprocessing"]
    assert (rows[2].guesses, rows[2].factor, rows[1].guesses, rows[1].factor) == (1, 4.0, 0, None)


def test_a_row_of_the_map_reads_the_same_everywhere():
    """As text a row is the notebook and its question, whatever was run here."""
    assert [str(row) for row in leaves.progress()] == [f"{name}: {question}" for name, question in QUESTIONS.items()]


def test_every_written_notebook_is_in_the_contents():
    """No notebook is missing from the list of thirteen."""
    assert {path.stem for path in paths.notebooks().glob("*.ipynb")} <= QUESTIONS.keys()


def test_a_smoke_run_keeps_the_leaf_of_another_run(opened):
    """What was left in earnest is not replaced by a run that is no evidence, and it is said."""
    page.begin("02_multiprocessing", profile="learn", workers=2)
    leaves.leave(PICTURE, [{"chunk": 1}])
    page.begin("02_multiprocessing", profile="smoke", workers=2)
    leaves.leave(PICTURE, [{"chunk": 2}])
    (leaf,) = leaves.leaves()
    assert (leaf.profile, leaf.table) == ("learn", [{"chunk": 1}])

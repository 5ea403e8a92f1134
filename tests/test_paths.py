"""The project's folders."""

from __future__ import annotations

import pytest

from wingslib import paths
from wingslib.errors import NotAvailable, ParameterError


def test_folders_do_not_depend_on_where_we_are(monkeypatch, tmp_path):
    """From another folder the same project is found."""
    monkeypatch.chdir(tmp_path)
    assert (paths.project() / "pyproject.toml").is_file()
    assert paths.notebooks().is_dir()
    assert (paths.data() / "claims.toml").is_file()


def test_the_store_is_where_wings_store_says(monkeypatch, tmp_path):
    """WINGS_STORE names the file; without it, it lies in results."""
    monkeypatch.setenv("WINGS_STORE", str(tmp_path / "deep" / "mine.sqlite"))
    assert paths.store() == tmp_path / "deep" / "mine.sqlite"
    assert paths.results() == tmp_path / "deep"
    assert (tmp_path / "deep").is_dir()
    monkeypatch.delenv("WINGS_STORE")
    assert paths.store() == paths.project() / "results" / "wings.sqlite"


def test_a_file_in_the_place_of_the_results_folder_is_named(monkeypatch, tmp_path):
    """The message shows the path and what to do."""
    (tmp_path / "results").write_text("")
    monkeypatch.setenv("WINGS_STORE", str(tmp_path / "results" / "wings.sqlite"))
    with pytest.raises(ParameterError, match="results is a file"):
        paths.results()


def test_a_results_folder_that_cannot_be_made_is_named(monkeypatch, tmp_path):
    """A file further up the path is told with the system's reason."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("WINGS_STORE", str(tmp_path / "file" / "deeper" / "wings.sqlite"))
    with pytest.raises(ParameterError, match=r"deeper cannot be made|is a file"):
        paths.results()


def test_a_library_without_a_checkout_says_so(monkeypatch, tmp_path):
    """Without notebooks beside it, the library says how to get them."""
    (tmp_path / "wingslib").mkdir()
    monkeypatch.setattr(paths, "__file__", str(tmp_path / "wingslib" / "paths.py"))
    with pytest.raises(NotAvailable, match="clone the project"):
        paths.project()

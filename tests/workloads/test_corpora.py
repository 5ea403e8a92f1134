"""The standard library as material: nothing lost, the same each time, every function whole."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections import Counter

import pytest

from wingslib import paths
from wingslib.errors import ParameterError
from wingslib.workloads import corpora, tasks


@pytest.fixture(scope="module")
def families():
    return tomllib.loads((paths.data() / "families.toml").read_text(encoding="utf-8"))["chapter"]


def named(name):
    return next(module for module in corpora.modules() if module.name == name)


def test_every_module_is_in_exactly_one_chapter():
    """The chapters together hold each module once."""
    shelved = [module for chapter in corpora.chapters() for module in chapter.modules]
    assert Counter(shelved) == Counter(corpora.modules())
    assert len({module.name for module in shelved}) == len(shelved) > 100


def test_modules_are_sorted_and_the_same_each_time():
    """Two scans of the library give the same list, sorted by name."""
    first = corpora.modules()
    corpora._modules.cache_clear()
    assert corpora.modules() == first
    assert [module.name for module in first] == sorted(module.name for module in first)


def test_installed_packages_and_tests_are_left_out():
    """No module lies in site-packages or in a folder of tests."""
    folders = {part for module in corpora.modules() for part in module.path.parts[-6:-1]}
    assert not folders & {"site-packages", "dist-packages", "test", "tests", "idle_test"}
    assert not any(module.name.startswith("numpy") for module in corpora.modules())


def test_there_are_four_parts_of_seven_chapters(families):
    """Chapters count from 1 to 28, seven in each part."""
    assert [family["number"] for family in families] == list(range(1, 29))
    expected = [part for part in ("practice", "mystery", "beauty", "wisdom") for _ in range(7)]
    assert [family["part"] for family in families] == expected


def test_every_standard_name_has_one_chapter(families):
    """Each name that this Python counts as standard stands in one family, and no name stands in two."""
    places = Counter(name for family in families for name in family["modules"])
    assert max(places.values()) == 1
    assert sys.stdlib_module_names - set(places) == set()


def test_chapters_of_the_hooks_are_never_empty():
    """Chapters 8 to 14, which the notebooks make, all have modules."""
    assert all(2 < len(chapter.modules) < 50 for chapter in corpora.chapters()[7:14])


def test_an_empty_chapter_says_so():
    """A chapter without modules tells that this installation has none."""
    assert "empty: this installation" in str(corpora.Chapter(21, "Windows and buttons", "beauty", ()))
    assert str(corpora.chapters()[7]).startswith("8 What outlives a program (mystery), ")


def test_a_strange_name_is_a_stray(tmp_path):
    """A module that no family names goes to the last chapter."""
    file = tmp_path / "unheard_of.py"
    file.write_text("")
    assert corpora._module("unheard_of.part", file).chapter == corpora.STRAYS


def test_a_page_counts_words_branches_and_neighbours(tmp_path):
    """A page of a small package member names what it imports, near and far, and not itself."""
    file = tmp_path / "decoder.py"
    file.write_text("import os.path, nowhere\nfrom . import scanner\nfrom ..json import decoder\nif os and os.path: x = 1\n")
    page = corpora.page(corpora.Module("json.decoder", file, 13, 0))
    assert page == corpora.Page("json.decoder", 18, 2, ("json.scanner", "os"))


def test_a_page_of_a_real_module_names_its_imports():
    """The page of json names its own parts, though they are imported with a dot."""
    page = corpora.page(named("json"))
    assert {"json.decoder", "json.encoder", "codecs"} <= set(page.neighbours)
    assert page.words > 100


def test_texts_are_read_one_at_a_time():
    """The texts of chosen modules come in the order of the choice."""
    chosen = [named("this"), named("abc")]
    assert list(corpora.texts(chosen)) == [module.text() for module in chosen]


def test_a_thousand_functions_stand_alone():
    """Each of 1,000 functions is one definition, parseable by itself, of complexity at least 1."""
    functions = corpora.functions(1000)
    assert len(set(functions)) > 900
    for source in functions:
        (node,) = ast.parse(source).body
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        assert tasks.complexity(source) >= 1


def test_functions_are_the_same_each_time():
    """A second draw gives the same functions, and a short draw begins a long one."""
    first = corpora.functions(200)
    corpora._drawn.cache_clear()
    corpora._functions_of.cache_clear()
    assert corpora.functions(200) == first
    assert corpora.functions(10) == first[:10]


def test_a_changed_list_does_not_change_the_next():
    """What a caller does to the list stays with the caller."""
    corpora.functions(5).clear()
    assert len(corpora.functions(5)) == 5


@pytest.mark.parametrize("n", [0, -1, 2.5, "4", 10**9])
def test_impossible_numbers_of_functions_are_refused(n, monkeypatch):
    """A number of functions that cannot be had is refused with the number shown."""
    monkeypatch.setattr(corpora, "_drawn", lambda n, most_lines: ("def f(): pass",))
    with pytest.raises(ParameterError, match=f"n is {n!r}; allowed"):
        corpora.functions(n)


def test_a_method_keeps_what_its_strings_hold():
    """Taking away the indentation leaves lines of a string that start further left, and form feeds, parseable."""
    text = "class A:\n    def f(self):\n        '''one\ntwo\n        \x0cthree'''\n\n    def g(self): pass"
    node = ast.parse(text).body[0].body[0]
    source = corpora._dedented(text.split("\n")[node.lineno - 1 : node.end_lineno], node.col_offset)
    assert source == "def f(self):\n    '''one\ntwo\n    \x0cthree'''"

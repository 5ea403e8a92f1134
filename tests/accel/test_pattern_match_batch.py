"""`pattern_match_batch` finds what `str.find` and `re` find, or says why it does not look."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.accel.conftest import TEXTS
from wingslib import accel
from wingslib.errors import ParameterError

pytestmark = [pytest.mark.usefixtures("rust"), pytest.mark.filterwarnings("ignore::FutureWarning")]

CALLS = {
    "pattern_match_batch": "accel.pattern_match_batch([text] * n, ['no such text', 'nor thät'], backend='rust')",
    "pattern_match_batch regex": "accel.pattern_match_batch([text] * n, ['no [a-z]+ text'], literal=False, backend='rust')",
}
"""Calls that may take as long as you like; `test_operations` has what they need, and tries them all."""

LITERALS = st.text(alphabet="aAbé日🪶\u0301\n ", min_size=1, max_size=3)
ATOMS = st.sampled_from(
    [*"aAbé日.^$", "ab", r"\w", r"\W", r"\d", r"\s", r"\S", r"\b", r"\n", r"\x41", r"\u00e9", r"\.", "[ab]", "[^a]", "[a-z]",
     "[^\\w]", r"[\s\d]", "[]a]", "[^]a]", "[a-]", "[^a-é]", "(?i:a)", "(?i:[^a])", "(?s:.)", "(?m:^)", "(?-i:a)", "{", "}",
     "]", "\u0301", " ", "(?:)", "", r"\A", "#"]
)  # fmt: skip
SUFFIXES = st.sampled_from(["", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{0,2}", "{1,}", "{1,2}?"])
REGEXES = st.recursive(
    st.tuples(ATOMS, SUFFIXES).map("".join),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map("|".join),
        st.tuples(st.sampled_from(["(", "(?:", "(?P<n>"]), inner, st.just(")"), SUFFIXES).map("".join),
    ),
    max_leaves=5,
)

REFUSED = [
    (r"(?=a)b", "looks around"),
    (r"(?<!a)b", "looks around"),
    (r"(?>a)b", "looks around|cannot be read"),
    (r"(a)\1", "back-reference"),
    (r"(?P<n>a)(?P=n)", "cannot be read|back-reference"),
    (r"a\Bb", r"\\B"),
    (r"[[a]b]", "set within a set|cannot be read"),
    ("[a&&b]x", "operation of sets"),
    ("(?x)a b", "flag other than"),
    ("(?-m:a$)", "end of the text"),
    ("a{ 2 }", "blank in its braces"),
    ("(a*)*b", "can be nothing"),
    ("a*", "can match nothing"),
    (r"\b", "can match nothing"),
    ("[--a]", "operation of sets"),
    ("(?:a{1000}){1000}", "over the limit of 1 MiB"),
    ("\\w{99999}", "over the limit of 1 MiB"),
]
if hasattr(re, "NOFLAG"):  # from Python 3.11 on
    REFUSED.append(("a*+b", "repeats a repetition"))

SLOW_FOR_RE = [
    "(a+)+$", "(a|aa)+$", "(a|a?)+b", "([a-z]+)+c", "(x+x+)+y", "(.*)*=", "(a*)*b", "^(a+)+b", "(a+a+)+b", "(?:a|b|ab)*c",
    r"(\w+\s?)+=", "a*a*a*a*a*a*a*b", ".*.*.*=.*", "(.+)+x", "((ab)*)*c",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(texts=st.lists(TEXTS, max_size=4), patterns=st.lists(LITERALS, max_size=4), fold=st.booleans(), spans=st.booleans())
def test_any_literals_are_found_alike(twins, texts: list[str], patterns: list[str], fold: bool, spans: bool):
    """Overlapping, repeated and nested literals in texts of every sort are found at the same characters."""
    for columns in (False, True):
        twins(accel.pattern_match_batch, texts, patterns, ignore_case=fold, spans=spans, columns=columns)


@settings(max_examples=1_000, deadline=None)
@given(texts=st.lists(TEXTS, min_size=1, max_size=3), pattern=REGEXES, fold=st.booleans(), spans=st.booleans())
def test_any_regex_is_found_alike_or_refused(twins, texts: list[str], pattern: str, fold: bool, spans: bool):
    """A random pattern that Rust takes finds what `re` finds in texts of every sort."""
    try:
        accel.pattern_match_batch([], [pattern], literal=False, ignore_case=fold, spans=spans, backend="rust")
    except ParameterError:
        assume(False)
    twins(accel.pattern_match_batch, [*texts, "aAbB é日\nab"], [pattern], literal=False, ignore_case=fold, spans=spans)


@settings(max_examples=8, deadline=None)
@given(text=TEXTS.filter(lambda one: one and "\ud800" not in one), pattern=LITERALS, spans=st.booleans(), literal=st.booleans())
def test_texts_long_enough_to_be_cut_are_equal(twins, text: str, pattern: str, spans: bool, literal: bool):
    """A text of 600,000 characters is cut into pieces; a hit across a cut is found once, at the right character."""
    long = text * (300_000 // len(text))
    patterns = [f"{pattern}zzz", "z日z", text + text[:1] + "é"]
    patterns = patterns if literal else list(map(re.escape, patterns))
    texts = ["x", f"{long}z日zé{text}é{long}", "aé"]
    twins(accel.pattern_match_batch, texts, patterns, literal=literal, spans=spans)


@pytest.mark.parametrize("period", ["abc", "aé日🪶b", "ab\n"])
@pytest.mark.parametrize("literal", [True, False])
def test_hits_across_every_cut_are_found_once(twins, period: str, literal: bool):
    """In a text of 600,000 bytes that is nothing but hits, one beginning in each character, none is lost or doubled."""
    text = period * (600_000 // len(period.encode()))
    patterns = [period * 2, period[1:] + period, period[-1]]
    found = twins(accel.pattern_match_batch, [text, "x"], patterns, literal=literal)
    assert len(found.value) > (1.9 if literal else 1.4) * len(text) / len(period)


@pytest.mark.parametrize("pattern", [r"\bé", r"a\b", r"\w+", r"\W", r"\d", r"\s+", "(?i)K", "(?i)ſ", "(?i)[^k]", r"(?i)\bK\b"])
def test_words_digits_blanks_and_case_are_those_of_ascii(twins, pattern: str):
    """What `re` does with the flag ASCII, not what Unicode would: é is no letter, the Kelvin sign no k."""
    texts = ["aé", "éa é", "1²٣", "a\u00a0b\u2003c\x1cd\x85", "Kk\u212a", "sSſ", "K"]
    twins(accel.pattern_match_batch, texts, [pattern], literal=False)


@pytest.mark.parametrize(("pattern", "reason"), REFUSED)
def test_what_rust_cannot_do_is_refused_with_the_reason(pattern: str, reason: str):
    """The message shows the pattern, the reason and the other backend, which takes it."""
    with pytest.raises(ParameterError, match=f"pattern_match_batch: the pattern .*(?:{reason})") as refused:
        accel.pattern_match_batch(["ab"], [pattern], literal=False, backend="rust")
    assert 'backend="python"' in str(refused.value)
    assert accel.pattern_match_batch(["ab"], [pattern], literal=False, backend="python").backend == "python"


@pytest.mark.timeout(10)
@pytest.mark.parametrize("pattern", SLOW_FOR_RE)
def test_a_pattern_that_takes_re_for_ever_is_linear(pattern: str):
    """Each of the known bad patterns ends at once on a text of 100,000 characters."""
    texts = ["a" * 100_000 + "!", "x" * 100_000, "ab" * 50_000]
    found = accel.pattern_match_batch(texts, [pattern], literal=False, spans=False, backend="rust")
    assert found.errors == {}


def test_errors_have_no_hits(tmp_path: Path, twins):
    """Files and texts that cannot be used are named by index, in place among those that can."""
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.write_text("日a", encoding="utf-8")
    bad.write_bytes(b"a\xff")
    found = twins(accel.pattern_match_batch, ["a", "\ud800a", good, bad, tmp_path / "none", "ba"], ["a", "a"])
    assert found.value == [(0, 0, 0, 1), (0, 1, 0, 1), (2, 0, 1, 2), (2, 1, 1, 2), (5, 0, 1, 2), (5, 1, 1, 2)]
    assert {index: type(error) for index, error in found.errors.items()} == {
        1: UnicodeEncodeError, 3: UnicodeError, 4: FileNotFoundError,
    }  # fmt: skip


@pytest.mark.parametrize("backend", ["rust", "python"])
@pytest.mark.parametrize(
    ("patterns", "literal"),
    [
        ("one", True),
        ([""], True),
        ([5], True),
        (["\ud800"], True),
        (["("], False),
        (["(?u)a"], False),
        (5, True),
        (["a{5}{5}{5}{5}{5}{5}"], False),
    ],
)
def test_patterns_that_are_none_are_refused_by_both(backend: str, patterns: object, literal: bool):
    """What Python cannot read either is a ParameterError that names it."""
    with pytest.raises(ParameterError, match="patterns"):
        accel.pattern_match_batch(["a"], patterns, literal=literal, backend=backend)


def test_no_texts_and_no_patterns_give_nothing(twins):
    """Empty input is no special case."""
    for texts, patterns in (([], ["a"]), (["a"], []), ([], [])):
        assert twins(accel.pattern_match_batch, texts, patterns).value == []


@pytest.mark.parametrize("pattern", ["[[a]", "[a||b]", "[--a]", "[a~~b]", "[a--b]", "[a&&b]"])
def test_sets_that_a_later_python_may_read_otherwise_are_refused(pattern: str):
    """`re` warns of them; Rust does not guess."""
    with pytest.raises(ParameterError, match=r"set|class|range"):
        accel.pattern_match_batch([], [pattern], literal=False, backend="rust")

"""`text_similarity` means what its definitions say, in every form."""

from __future__ import annotations

import math
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.accel.conftest import SORTS, TEXTS
from wingslib import accel
from wingslib.accel import operations
from wingslib.errors import ParameterError

pytestmark = pytest.mark.usefixtures("rust")

CALLS = {
    "text_similarity": "accel.text_similarity(text[: 40 * n], text[: 40 * n], backend='rust')",
    "text_similarity changes": "accel.text_similarity(text[: 40 * n], text[n:], metric='levenshtein', backend='rust')",
    "text_similarity_one_to_many": "accel.text_similarity_one_to_many(page, [page] * n, backend='rust')",
    "text_similarity_matrix": "accel.text_similarity_matrix([page] * min(n, 3_000), backend='rust')",
}
"""Calls that may take as long as you like; `test_operations` has what they need, and tries them all."""
METRICS = ("indel", "levenshtein", "jaccard", "cosine")
SAME_SORT = st.sampled_from(list(SORTS.values())).flatmap(lambda letters: st.lists(st.text(letters, max_size=150), max_size=4))


def table(one: str, two: str, replaced: float) -> float:
    """The textbook's dynamic programming: the least cost of changes; to replace costs so much."""
    above: list[float] = list(range(len(two) + 1))
    for row, letter in enumerate(one, 1):
        left: list[float] = [row]
        for column, other in enumerate(two, 1):
            change = above[column - 1] + (0 if letter == other else replaced)
            left.append(min(change, above[column] + 1, left[-1] + 1))
        above = left
    return above[-1]


@settings(max_examples=200, deadline=None)
@given(st.text("abé日", max_size=70), st.text("abé日", max_size=70))
def test_both_backends_equal_the_textbook(one: str, two: str):
    """Indel and levenshtein are what the table of dynamic programming gives, to the last bit."""
    total, longest = len(one) + len(two), max(len(one), len(two))
    indel = 1 - table(one, two, 2) / total if total else 1.0
    levenshtein = 1 - table(one, two, 1) / longest if longest else 1.0
    for backend in ("rust", "python"):
        assert accel.text_similarity(one, two, backend=backend).value == indel
        assert accel.text_similarity(one, two, metric="levenshtein", backend=backend).value == levenshtein


@pytest.mark.parametrize("metric", METRICS)
@settings(max_examples=120, deadline=None)
@given(texts=st.one_of(SAME_SORT, st.lists(TEXTS, max_size=4)), others=st.one_of(st.none(), SAME_SORT))
def test_any_texts_are_compared_alike(twins, metric: str, texts: list[str], others: list[str] | None):
    """Matrices of texts of every sort are equal, as lists and as arrays; a row of one is the row of the matrix."""
    found = twins(accel.text_similarity_matrix, texts, others, metric=metric)
    twins(accel.text_similarity_matrix, texts, others, metric=metric, columns=True)
    if texts and "\ud800" not in texts[0]:
        many = twins(accel.text_similarity_one_to_many, texts[0], texts if others is None else others, metric=metric)
        assert many.value == found.value[0]


@pytest.mark.parametrize("metric", METRICS)
@settings(max_examples=6, deadline=None)
@given(texts=SAME_SORT.filter(lambda texts: all(texts) and len(texts) > 1), workers=st.sampled_from([None, 1, 5]))
def test_texts_of_several_blocks_are_equal(twins, metric: str, texts: list[str], workers: int | None):
    """Texts of some thousand characters cross the blocks and limbs in which Rust keeps them."""
    long = [(text * 4_000)[: 2_000 + 37 * place] for place, text in enumerate(texts)]
    twins(accel.text_similarity_matrix, [*long, texts[0], ""], metric=metric, workers=workers)


@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 127, 128, 1_023, 1_024, 1_025, 2_048])
@pytest.mark.parametrize("metric", ["indel", "levenshtein"])
def test_lengths_at_the_edges_of_limbs_and_blocks(twins, metric: str, length: int):
    """One letter, all letters different, and equal texts, at every edge."""
    different = "".join(map(chr, range(0x4E00, 0x4E00 + length)))
    for text in ("a" * length, ("ab" * length)[:length], different):
        for other in (text, text[1:], "b" + text, text[::-1], "a", ""):
            twins(accel.text_similarity, text, other, metric=metric)
        assert accel.text_similarity(text, text, metric=metric, backend="rust").value == 1


@pytest.mark.parametrize(
    ("metric", "one", "two", "value"),
    [
        ("indel", "kitten", "sitting", 1 - 5 / 13),
        ("levenshtein", "kitten", "sitting", 1 - 3 / 7),
        ("jaccard", "The cat, the hat", "the HAT", 2 / 3),
        ("cosine", "a a b", "a b b", 4 / 5),
        ("cosine", "a", "b", 0),
        ("cosine", "", "b", 0),
        ("jaccard", ".", "!", 1),
        ("cosine", ".", "!", 1),
        ("indel", "", "", 1),
        ("levenshtein", "", "ab", 0),
        ("indel", "é", "e\u0301", 0),
        ("jaccard", "É", "é", 0),
    ],
)
def test_cases(twins, metric: str, one: str, two: str, value: float):
    """What can be worked out by hand, in both directions."""
    assert twins(accel.text_similarity, one, two, metric=metric).value == pytest.approx(value, abs=1e-15)
    assert accel.text_similarity(two, one, metric=metric, backend="rust").value == pytest.approx(value, abs=1e-15)


def test_difflib_gives_another_answer():
    """`difflib` depends on the order and stands for another definition; it is not what is compared with."""
    one, two = "tide", "diet"
    assert SequenceMatcher(None, one, two).ratio() != SequenceMatcher(None, two, one).ratio()
    assert accel.text_similarity(one, two, backend="rust").value == accel.text_similarity(two, one, backend="rust").value


def test_what_cannot_be_read_is_none_and_named(tmp_path: Path, twins):
    """A missing file and half a surrogate pair cost their row and column only; in an array they are not numbers."""
    good = tmp_path / "good"
    good.write_text("ab")
    texts = ["ab", tmp_path / "none", good, "\ud800"]
    found = twins(accel.text_similarity_matrix, texts)
    assert found.value == [[1, None, 1, None], [None] * 4, [1, None, 1, None], [None] * 4]
    assert [*found.errors] == [1, 3]
    split = twins(accel.text_similarity_matrix, texts[:2], texts)
    assert (split.value, [*split.errors]) == ([[1, None, 1, None], [None] * 4], [1, 3, 5])
    array = accel.text_similarity_matrix(texts, columns=True, backend="rust").value
    assert (array.shape, math.isnan(array[1, 0]), array[0, 2]) == ((4, 4), True, 1)
    many = twins(accel.text_similarity_one_to_many, tmp_path / "none", texts)
    assert (many.value, [*many.errors]) == ([None] * 4, [-1, 1, 3])
    pair = twins(accel.text_similarity, "a", tmp_path / "none")
    assert (pair.value, [*pair.errors]) == (None, [1])


def test_no_texts_give_an_empty_matrix(twins):
    """Empty input is no special case."""
    assert twins(accel.text_similarity_matrix, []).value == []
    assert twins(accel.text_similarity_matrix, ["a"], []).value == [[]]
    assert accel.text_similarity_matrix(["a"], [], columns=True, backend="rust").value.shape == (1, 0)
    assert twins(accel.text_similarity_one_to_many, "a", []).value == []


@pytest.mark.parametrize("backend", ["rust", "python"])
@pytest.mark.parametrize(("texts", "others"), [(3, None), (3, 3), (9, 1)])
def test_a_matrix_that_no_memory_holds_is_refused(monkeypatch, backend: str, texts: int, others: int | None):
    """A matrix over the limit is refused before any work, whichever its sides; the message says what to do."""
    module = operations.load("text_similarity")
    assert module._MOST_PAIRS * 8 == 2 * 2**30
    monkeypatch.setattr(module, "_MOST_PAIRS", 8)
    with pytest.raises(ParameterError, match=rf"{texts} × {others or texts}; allowed are 8 pairs.*some rows at a time"):
        accel.text_similarity_matrix(["a"] * texts, others and ["a"] * others, backend=backend)
    assert accel.text_similarity_matrix(["a"] * 2, ["a"] * 4, backend=backend).value == [[1] * 4] * 2


def test_one_name_switches_all_three_forms():
    """`text_similarity` is one operation."""
    accel.enable_rust_acceleration(["text_similarity"])
    calls = [accel.text_similarity("a", "b"), accel.text_similarity_one_to_many("a", []), accel.text_similarity_matrix(["a"])]
    assert [call.backend for call in calls] == ["rust"] * 3


@pytest.mark.parametrize("backend", ["rust", "python"])
@pytest.mark.parametrize("wrong", [{"metric": "difflib"}, {"metric": None}, {"text": 5}, {"other": b"bytes"}])
def test_wrong_arguments_are_refused(backend: str, wrong: dict[str, object]):
    """The message names the argument; an unknown metric is answered with the known ones."""
    with pytest.raises(ParameterError, match="indel, levenshtein" if "metric" in wrong else next(iter(wrong))):
        accel.text_similarity(**{"text": "a", "other": "b", "backend": backend, **wrong})

"""The exercises of 08_map_reduce take other right answers, and name other mistakes."""

from __future__ import annotations

from collections import Counter

import pytest

from wingslib.lesson.grading import grade


def word_by_word(a, b):
    """Solve A with a plain dict."""
    total = dict(a)
    for word, count in b.items():
        total[word] = total.get(word, 0) + count
    return total


def with_names(words, map_reduce):
    """Solve B with dicts and an update of the left side."""

    def both(a, b):
        return {"letters": a["letters"] + b["letters"], "words": a["words"] + b["words"]}

    found = map_reduce(words, lambda word: {"letters": len(word), "words": 1}, both, initial={"letters": 0, "words": 0})
    return found["letters"] / found["words"] if found["words"] else 0


@pytest.mark.parametrize(("key", "answer"), [("08a", word_by_word), ("08b", with_names)])
def test_another_right_answer_passes(key, answer):
    """What counts is what it does, not how it is written."""
    assert {grade(key, answer, seed).text for seed in range(3)} == {f"{key}: correct."}


def left_if_alone(a, b):
    """Give the left argument back where there is nothing to merge."""
    return a + b if b else a


def into_the_right(a, b):
    """Change the other argument."""
    b.update(a)
    return b


def nothing(a, b):
    """Give no counts at all."""
    return len(a) + len(b)


def the_larger(a, b):
    """Take the larger count of each word."""
    return Counter({word: max(a[word], b[word]) for word in {*a, *b}})


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (
            lambda a, b: a if not b else Counter({**a, **{word: a[word] + b[word] for word in b}}),
            "gives back one of its arguments",
        ),
        (left_if_alone, "drops what is counted as 0"),
        (into_the_right, "the right argument was changed"),
        (nothing, "it does not give a Counter"),
        (the_larger, "these are not the counts of both"),
    ],
)
def test_other_mistakes_in_a(answer, message):
    """Each is told what it looks like."""
    assert message in grade("08a", answer, 1).text


def with_fractions(words, map_reduce):
    """Weigh at every step, and leave the last digits to the split."""

    def both(a, b):
        count = a[1] + b[1]
        return ((a[0] * a[1] + b[0] * b[1]) / count if count else 0.0), count

    return map_reduce(words, lambda word: (len(word), 1), both, initial=(0.0, 0))[0]


def in_words(words, map_reduce):
    """Give text."""
    map_reduce(words, len, max, initial=0)
    return "about seven"


def one_for_none(words, map_reduce):
    """Take for granted that there is a word."""
    letters, count = map_reduce(words, lambda word: (len(word), 1), lambda a, b: (a[0] + b[0], a[1] + b[1]), initial=(0, 0))
    return letters / count if count else 1


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (with_fractions, "carry the sum and the count, and divide once"),
        (in_words, "this is not a number"),
        (one_for_none, "no words: that is 0.0"),
    ],
)
def test_other_mistakes_in_b(answer, message):
    """Each is told what it looks like."""
    assert message in grade("08b", answer, 1).text

"""The exercises of 04_rust take other right answers, and name other mistakes."""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from itertools import groupby

import pytest

from wingslib.accel import word_count
from wingslib.lesson.exercises import find, nb04
from wingslib.lesson.grading import grade


def in_bytes(texts):
    """Solve A as the library does: bytes.lower knows ASCII only."""
    counts = Counter()
    for text in texts:
        counts.update(word.decode() for word in re.findall(rb"[0-9a-z_\x80-\xff]+", text.encode().lower()))
    return counts


def letter_by_letter(texts):
    """Solve A without an expression."""
    counts = {}
    for text in texts:
        for belongs, run in groupby(text, lambda letter: letter > "\x7f" or letter == "_" or letter.isalnum()):
            if belongs:
                word = "".join(letter.lower() if letter < "\x80" else letter for letter in run)
                counts[word] = counts.get(word, 0) + 1
    return counts


class Lazy:
    """Solve B when the first value is asked for, with names for the arguments."""

    def __init__(self, twin, load, sample):
        self.twin, self.load, self.sample, self.function, self.name = twin, load, sample, None, ""

    def __call__(self, texts, pattern):
        """Give the value and who made it."""
        if not self.name:
            self.function, self.name = self.chosen()
        return self.function(texts=texts, pattern=pattern), self.name

    def chosen(self):
        """Return a function and its name."""
        texts, pattern = self.sample
        try:
            rust = self.load()
        except ModuleNotFoundError:
            return self.twin, "python"
        agree = rust(pattern, texts) == self.twin(texts, pattern)
        return (rust, "rust") if agree else (self.twin, "python")


def reporting(twin, load, sample):
    """Solve B with an error of its own that tells what Rust said."""
    call = Lazy(twin, load, sample)

    def reported(texts, pattern):
        try:
            return call(texts, pattern)
        except Exception as error:
            raise OSError(f"{len(texts)} texts") from error

    return reported


@pytest.mark.parametrize(("key", "answer"), [("04a", in_bytes), ("04a", letter_by_letter), ("04b", Lazy), ("04b", reporting)])
def test_another_right_answer_passes(key, answer):
    """What counts is what it does, not how it is written."""
    assert {grade(key, answer, seed).text for seed in range(3)} == {f"{key}: correct."}


def test_the_solution_of_a_is_the_twin():
    """What the reader writes and what the library runs in Python give the same for all kinds of characters."""
    cell = {}
    exec(find("04a").solution, cell)
    for seed in range(20):
        texts = nb04._texts(random.Random(seed))
        assert cell["count_words"](texts) == word_count(texts, backend="python").value
    every = ["".join(map(chr, range(0x3100))) + "\ufffd\U00010000\U0010ffff"]
    assert cell["count_words"](every) == word_count(every, backend="python").value


def test_neither_needs_rust(monkeypatch):
    """Where the extension is not built, both are graded as elsewhere."""
    monkeypatch.setitem(sys.modules, "wings_rs", None)
    assert {grade(key, answer, 1).word for key, answer in (("04a", in_bytes), ("04b", Lazy))} == {"correct"}


def alphanumeric(texts):
    """Take what isalnum says."""
    return {"".join(run): 1 for text in texts for is_word, run in groupby(text, str.isalnum) if is_word}


def only_none(texts):
    """Give no value."""


def one_more(texts):
    """Count the empty list too."""
    return in_bytes(texts or ["none"])


def without_nul(texts):
    """Split at what one thinks of."""
    return Counter(word for text in texts for word in re.split(r"[\s.,'-]+", text.lower()) if word)


def fails(texts):
    """Raise where there are no texts."""
    return in_bytes([texts[0], *texts[1:]])


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (alphanumeric, "a set forgets how often"),
        (only_none, "it does not give a dict"),
        (one_more, "it remembers the last call"),
        (without_nul, "is two words: all other ASCII separates"),
        (fails, "it raised IndexError"),
    ],
)
def test_other_mistakes_in_a(answer, message):
    """Each is told what it looks like."""
    assert message in grade("04a", answer, 5).text


def no_function(twin, load, sample):
    """Give the value at once."""
    return twin(*sample), "python"


def only_value(twin, load, sample):
    """Do not say who made it."""
    return lambda texts, pattern: load()(pattern, texts)


def modest(twin, load, sample):
    """Let Rust work and name Python."""
    call = Lazy(twin, load, sample)
    return lambda texts, pattern: (call(texts, pattern)[0], "python")


def of_the_sample(twin, load, sample):
    """Remember the first value."""
    call = Lazy(twin, load, sample)

    def remembered(texts, pattern):
        value, name = call(texts, pattern)
        return value[:-1], name

    return remembered


def always_compared(twin, load, sample):
    """Look at the sample at every call."""
    return lambda texts, pattern: Lazy(twin, load, sample)(texts, pattern)


def untold(*kinds):
    """Return an answer that raises another error for these kinds, and keeps what Rust said to itself."""

    def accelerate(twin, load, sample):
        call = Lazy(twin, load, sample)

        def silent(texts, pattern):
            try:
                return call(texts, pattern)
            except Exception as error:
                if type(error) not in kinds:
                    raise
                raise OSError("something went wrong") from None

        return silent

    return accelerate


def pretending(twin, load, sample):
    """Tell who made it, but not when a call fails."""
    call = Lazy(twin, load, sample)

    def pretended(texts, pattern):
        try:
            return call(texts, pattern)
        except (TypeError, ValueError):
            return twin(texts, pattern), "rust"

    return pretended


def sample_in_a_try(twin, load, sample):
    """Take a Rust that fails on the sample for one that is not built."""
    call = Lazy(twin, load, sample)
    try:
        call(*sample)
    except RuntimeError:
        call.function, call.name = twin, "python"
    return call


def strict(twin, load, sample):
    """Raise where both disagree."""
    call = Lazy(twin, load, sample)
    if call.chosen() == (twin, "python") and ("rust", sample[0]) in twin.__self__.made:
        raise ArithmeticError("they disagree")
    return call


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (no_function, "it does not return a function"),
        (only_value, "it does not give a value and who made it"),
        (modest, "the result still says python, and rust made it"),
        (of_the_sample, "this is not the value that was made"),
        (always_compared, "Python works at every call"),
        (untold(ImportError), "another error came out"),
        (untold(RuntimeError), "Rust raises RuntimeError('a thread of Rust panicked') in one call"),
        (pretending, "the result still says rust, and python made it"),
        (sample_in_a_try, "Rust failed, and nobody was told"),
        (strict, "it raised ArithmeticError: they disagree"),
        (lambda twin, load, sample: 1 / 0, "it raised ZeroDivisionError"),
    ],
)
def test_other_mistakes_in_b(answer, message):
    """Each is told what it looks like."""
    assert message in grade("04b", answer, 1).text

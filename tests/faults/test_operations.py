"""R1, R2, R3: patterns that never end elsewhere, calls that are interrupted or many at once, and twins that must agree."""

from __future__ import annotations

import random
import re
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec

import pytest

from wingslib import accel
from wingslib.children import watched
from wingslib.errors import ParameterError

LETTERS = ["a", "ab", "abAB z_9.\n", "éÉß a\n", "日本語、\n", "🪶a\u200d \n", "e\u0301\0\r\n "]


@pytest.fixture(autouse=True)
def built(need):
    """Skip, with the reason, where the extension is not built."""
    need("rust", "" if find_spec("wings_rs") else "wings_rs is not built: run `wings build`")


def bad_pattern(chance: random.Random) -> str:
    """Nest and repeat what can be read in many ways, as patterns that never end in `re` do."""
    pattern = chance.choice(["a", "[ab]", "ab?", "a|b", r"\w", "(?:a|ab)", "a?a"])
    for _ in range(chance.randint(1, 3)):
        pattern = f"(?:{pattern}{chance.choice(['', '|a', 'a?', '|aa'])}){chance.choice(['+', '+', '*', '{2,9}', '+?'])}"
    return pattern + chance.choice(["$", "c", r"\d", "[^ab]$"])


def test_patterns_that_never_end_elsewhere_end_here(trials):
    """Nested repetitions over a text that almost matches: an answer or a refusal at once, and never an error of an item."""
    texts = ["a" * 20_000 + "!", "ab" * 10_000 + "!", "aab" * 7_000]
    for chance in trials(30, 1_000, 100_000):
        pattern, spans = bad_pattern(chance), chance.random() < 0.5
        began = time.monotonic()
        try:
            found = accel.pattern_match_batch(texts, [pattern], literal=False, spans=spans, backend="rust")
        except ParameterError as refused:
            reason = str(refused)
        else:
            reason = "" if found.errors == {} else "errors"
        assert not reason or re.search("can match nothing|can be nothing|1 MiB", reason), reason
        assert time.monotonic() - began < 10, pattern  # milliseconds, with slack for a busy machine


def test_the_same_pattern_takes_re_past_a_deadline():
    """What Rust answers at once, `re` does not answer in 2 seconds; only a process can be stopped."""
    call = "accel.pattern_match_batch(['a' * 40 + '!'], ['(a+)+$'], literal=False, spans=False, backend={!r})"
    script = "from wingslib import accel\nprint({}.value)"
    assert watched(script.format(call.format("python")), 2).timed_out
    assert watched(script.format(call.format("rust")), 20).stdout == "[]\n"


def some_text(chance: random.Random) -> str:
    """A text of one sort of letters, now and then a long one."""
    letters, length = chance.choice(LETTERS), chance.choice([0, 1, 5, 64, 65, 300])
    text = "".join(chance.choices(letters, k=length))
    return text * chance.choice([1, 1, 1, 1, 500])


def calls(chance: random.Random) -> dict[str, object]:
    """One call of each operation that takes texts, on the same random texts."""
    texts = [some_text(chance) for _ in range(chance.randrange(5))]
    wanted = ["".join(chance.choices(chance.choice(LETTERS), k=chance.randint(1, 3))) for _ in range(3)]
    short = [text[:400] for text in texts]
    metric = chance.choice(["indel", "levenshtein", "jaccard", "cosine"])
    fold = chance.random() < 0.5
    return {
        "word_count": lambda how: accel.word_count(texts, backend=how),
        "word_index": lambda how: accel.word_index(texts, backend=how),
        "pattern_match_batch": lambda how: accel.pattern_match_batch(short, wanted, ignore_case=fold, backend=how),
        "text_similarity_matrix": lambda how: accel.text_similarity_matrix(short, metric=metric, backend=how),
    }


def test_twins_agree_on_random_texts(trials):
    """Values and errors are equal, whatever the texts."""
    for chance in trials(250, 20_000, 200_000):
        for name, call in calls(chance).items():
            assert call("rust") == accel.Result(call("python").value, {}, "rust"), name


def test_calls_from_eight_threads_get_what_one_gets(trials):
    """Calls at the same time do not mix, whatever they are."""
    for chance in trials(10, 300, 3_000):
        some = list(calls(chance).values()) * 4
        alone = [call("rust") for call in some]
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(lambda call: call("rust"), some)) == alone


INTERRUPTED = """
import os, signal, threading, time
from wingslib import accel
signal.signal(signal.SIGINT, signal.default_int_handler)
TEXTS
def interrupt():
    time.sleep(AFTER)
    global sent
    sent = time.monotonic()
    os.kill(os.getpid(), signal.SIGINT)
threading.Thread(target=interrupt).start()
try:
    CALL
    print("not long enough")
except KeyboardInterrupt:
    print(time.monotonic() - sent < 1, accel.word_count(["wing"], backend="rust").value)
"""
LONG = 'texts = ["wing span naïve " * 50_000] * 5_000'
INTERRUPTIBLE = {
    "word_count": (LONG, "accel.word_count(texts, backend='rust')"),
    "word_index": (LONG, "accel.word_index(texts, backend='rust')"),
    "pattern_match_batch": (LONG, "accel.pattern_match_batch(texts, ['naïve wing'], backend='rust')"),
    "text_similarity": (LONG, "accel.text_similarity(texts[0], texts[1], backend='rust')"),
}


@pytest.mark.parametrize("name", INTERRUPTIBLE)
def test_an_interrupt_at_any_moment_ends_the_call(name, trials):
    """KeyboardInterrupt comes soon (0.2 s is promised, five times that is a hang), and the process goes on."""
    texts, call = INTERRUPTIBLE[name]
    script = INTERRUPTED.replace("TEXTS", texts).replace("CALL", call)
    for chance in trials(2, 100, 1_000):
        ended = watched(script.replace("AFTER", str(chance.uniform(0.1, 0.8))), 30)
        assert (ended.stdout, ended.stderr) == ("True {'wing': 1}\n", ""), ended


WHOLE = """
import time
from wingslib import accel
texts = [" ".join(map(str, range(first, first + 3_000_000))) for first in (0, 10**8)]
began = time.monotonic()
accel.word_index(texts, columns=True, backend="rust")
whole = time.monotonic() - began
"""


def test_an_interrupt_while_millions_of_words_are_sorted_ends_the_call(trials):
    """When all texts are read and only the putting together is left, some seconds of it, KeyboardInterrupt still comes soon."""
    call = "accel.word_index(texts, columns=True, backend='rust')"
    for chance in trials(2, 100, 1_000):
        script = INTERRUPTED.replace("TEXTS", WHOLE).replace("CALL", call)
        ended = watched(script.replace("AFTER", f"whole * {chance.uniform(0.5, 0.8)}"), 50)
        assert (ended.stdout, ended.stderr) == ("True {'wing': 1}\n", ""), ended

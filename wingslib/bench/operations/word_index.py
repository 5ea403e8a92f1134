"""Races of `word_index` over 10,000 documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from wingslib import accel
from wingslib.accel.reference import words
from wingslib.bench.case import Case, documents

Index = dict[str, list[int]]


@contextmanager
def many() -> Iterator[Case]:
    """10,000 documents of 2 kB."""
    texts = documents()
    index = partial(accel.word_index, texts, backend="rust")
    ways = {"re.findall + set": (partial(_findall, texts), 10.0), "bytes.translate + split": (partial(_translate, texts), 6.0)}
    goals = {"re.findall + set": 20.0, "bytes.translate + split": 10.0}
    yield Case("10,000 texts", lambda: index().value, ways, lambda: index(columns=True).value, _index, goals)


CASES = (many,)


def _index(value: Any) -> Index:
    if "end" not in value:
        return dict(value)
    ends = [0, *value["end"].tolist()]
    texts = value["text"].tolist()
    return {word: texts[start:end] for word, start, end in zip(value["word"], ends, ends[1:], strict=False)}


def _findall(texts: list[str]) -> Index:
    find = re.compile(r"\w+").findall
    found: Index = {}
    for number, text in enumerate(texts):
        for word in set(find(text.lower())):
            found.setdefault(word, []).append(number)
    return found


def _translate(texts: list[str]) -> Index:
    found: dict[bytes, list[int]] = {}
    for number, text in enumerate(texts):
        for word in set(words(text.encode())):
            found.setdefault(word, []).append(number)
    return {word.decode(): numbers for word, numbers in found.items()}

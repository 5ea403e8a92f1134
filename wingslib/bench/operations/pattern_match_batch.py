"""Races of `pattern_match_batch` over 10,000 documents, or some of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any

from wingslib import accel
from wingslib.bench.case import Case, documents, literals

Hit = tuple[int, ...]
REGEXES = [
    r"\b[a-d]\w+z\b",
    r"[A-Z]\w{8}",
    r"(qu|zy)\w*\s+x",
    r"\w+ing\b",
    r"x[yz]+",
    r"\bz\w*q",
    r"([aeiou])x[aeiou]{2}",
    "kk+",
    r"\w{9,}\s\w{9,}",
    r"^[a-m]\w*y\b",
    r"(oo|ee)[rst]",
    r"\b\w\w\w\s[A-Z]",
    "qz|zq|jq",
    r"(?i)\bwi\w+g",
    r"t.e.t",
    r"[b-df-hj-np-tv-z]{7}",
]


def _literals(count: int, texts: int, goal: float) -> Callable[[], AbstractContextManager[Case]]:
    @contextmanager
    def case() -> Iterator[Case]:
        chosen, wanted = documents()[:texts], literals(count)
        match = partial(accel.pattern_match_batch, chosen, wanted, backend="rust")
        ways = {"str.find loop": (partial(_find, chosen, wanted), None)}
        columns = partial(match, columns=True)
        name = f"{count:,} literals in {texts:,} texts"
        yield Case(name, lambda: match().value, ways, lambda: columns().value, _rows, {"str.find loop": goal})

    case.__name__ = f"{count:,} literals"
    return case


def _regexes(count: int, goal: float) -> Callable[[], AbstractContextManager[Case]]:
    @contextmanager
    def case() -> Iterator[Case]:
        chosen = documents()[:2_000]
        match = partial(accel.pattern_match_batch, chosen, REGEXES[:count], literal=False, spans=False, backend="rust")
        ways = {"re, one by one": (partial(_search, chosen, REGEXES[:count]), None)}
        name = f"which of {count} regexes in 2,000 texts"
        yield Case(name, lambda: match().value, ways, lambda: match(columns=True).value, _rows, {"re, one by one": goal})

    case.__name__ = f"{count} regexes"
    return case


CASES = (_literals(20, 10_000, 35), _literals(200, 2_000, 200), _literals(2_000, 200, 400), _regexes(4, 35), _regexes(16, 45))


def _rows(value: Any) -> list[Hit]:
    if isinstance(value, dict):
        value = zip(*(column.tolist() for column in value.values()), strict=True)
    return sorted(value)


def _find(texts: list[str], wanted: list[str]) -> list[Hit]:
    hits: list[Hit] = []
    for number, text in enumerate(texts):
        for place, literal in enumerate(wanted):
            start = text.find(literal)
            while start >= 0:
                hits.append((number, place, start, start + len(literal)))
                start = text.find(literal, start + 1)
    return hits


def _search(texts: list[str], wanted: list[str]) -> list[Hit]:
    searches = [re.compile(regex, re.ASCII | re.MULTILINE).search for regex in wanted]
    return [(number, place) for number, text in enumerate(texts) for place, search in enumerate(searches) if search(text)]

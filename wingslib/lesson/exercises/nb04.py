"""The exercises of 04_rust: the plain twin of word_count, and an accelerator that is as slow as Python.

Neither needs the Rust extension: the twin is compared with the library's own twin, and the accelerator gets a Rust of
ours, which is written in Python, notes who made which value, and is right, absent, wrong or broken as drawn.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from wingslib.accel import word_count
from wingslib.lesson.exercises.exercise import Exercise, Failed, Wrong
from wingslib.lesson.exercises.trial import answer_here, answers

# ---- A: count_words

COUNT_STUB = '''\
def count_words(texts):
    """Count the words of all `texts` into one dict.

    A word is a run, as long as can be, of characters from 0-9A-Za-z_ and from U+0080 on. ASCII
    capitals count as small letters.
    """
    return ...
'''

COUNT_SOLUTION = '''\
import re
import string

FOLD = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
WORD = re.compile(r"[0-9a-z_\\u0080-\\U0010ffff]+")


def count_words(texts):
    """Count the words of all `texts` into one dict."""
    counts = {}
    for text in texts:
        for word in WORD.findall(text.translate(FOLD)):
            counts[word] = counts.get(word, 0) + 1
    return counts
'''

NOT_A_DICT = "it does not give a dict from word to count"
LETTERS = "these are letters: a Counter of a text counts its characters"
GLUED = "the end of one text was glued to the beginning of the next: a word ends with its text"
ONE_TEXT = "only one of the texts was counted"
ONCE = "a set forgets how often: every word was counted once"
TWICE = "the same text twice counts twice"
REMEMBERS = "it remembers the last call: a default is made once, when def is read"
EMPTY = "an empty word was counted: between two separators there is nothing"
SPLIT = "is two words: all other ASCII separates, not only blanks"
APOSTROPHE = "is two words: ' and - separate like all other ASCII"
ONE_WORD = "is one word: digits and _ belong to it"
FOLDED = "are one word: ASCII capitals count as small letters"
LETTER = "is one word: its letters lie above U+0080"
CASEFOLD = "casefold makes ss of ß: it is made for comparing, and changes more than ASCII"
STAYS = "stays: ASCII only"
BY_DEFINITION = "counts here, by definition"
BEYOND = "an emoji counts too: characters do not end at U+FFFF"
BLANKS = "counts here: it is no ASCII, and split() without a separator takes it for a blank"
NORMALIZED = "was made of e and U+0301: two ways to write it, two words"
NO_COUNTS = "these are not the counts"

COUNT_HINTS = (
    "Which characters belong to a word? `\\w` and `isalnum` follow a definition of their own. Write this one down as a set of "
    "characters in square brackets, or go from character to character.",
    'r"[0-9A-Za-z_\\u0080-\\U0010ffff]+" is the definition, and re.findall finds the longest runs.',
    "lower() also folds É. str.maketrans(ascii_uppercase, ascii_lowercase) makes a table for text.translate that does not.",
)

_CHARACTERS = r"0-9A-Za-z_\u0080-\U0010ffff"
_FOLD = 'text.translate({code: code + 32 for code in range(ord("A"), ord("Z") + 1)})'
_HEAD = "import re\nfrom unicodedata import normalize\n\n\ndef count_words(texts):\n"


def _counting(characters: str = _CHARACTERS, text: str = _FOLD, words: str = 're.findall(r"[{}]+", {})') -> str:
    """Return an answer that takes runs of `characters`, as they stand between brackets, for the words of `text`."""
    return (
        f"{_HEAD}    counts = {{}}\n    for text in texts:\n        for word in {words.format(characters, text)}:\n"
        "            counts[word] = counts.get(word, 0) + 1\n    return counts\n"
    )


COUNT_WRONG = (
    Wrong(_counting(words="text.split()"), SPLIT),
    Wrong(_counting(text="text.lower()"), STAYS),
    Wrong(_counting(text="text.casefold()"), CASEFOLD),
    Wrong(_counting(r"\w"), BY_DEFINITION),
    Wrong(_counting(r"\w", "text.lower(), re.ASCII"), LETTER),
    Wrong(_counting(f"{_CHARACTERS}'-"), APOSTROPHE),
    Wrong(_counting(r"a-z\u0080-\U0010ffff"), ONE_WORD),
    Wrong(_counting(text="text"), FOLDED),
    Wrong(_counting(r"0-9a-z_\u0080-\uffff"), BEYOND),
    Wrong(_counting(words='re.split(r"[^{}]+", {})'), EMPTY),
    Wrong(_counting(words='re.sub(r"[^{}]", " ", {}).split()'), BLANKS),
    Wrong(_counting(text=f'normalize("NFC", {_FOLD})'), NORMALIZED),
    Wrong(_counting(words="text"), LETTERS),
    Wrong(_counting(words='set(re.findall(r"[{}]+", {}))'), ONCE),
    Wrong(_counting().replace("in texts", "in set(texts)"), TWICE),
    Wrong(_counting().replace("in texts", 'in ["".join(texts)]'), GLUED),
    Wrong(_counting().replace("    return", "        return"), ONE_TEXT),
    Wrong(_counting().replace("    counts = {}\n", "").replace("(texts)", "(texts, counts={})", 1), REMEMBERS),
    Wrong(_counting().replace("return counts", "return sorted(counts.items())"), NOT_A_DICT),
)


class _Probe(NamedTuple):
    """Texts that show one thing, and what an answer is told that gets them wrong."""

    texts: list[str]
    message: str


def test_count_words(fn: Callable[..., Any], rng: random.Random) -> None:
    """Let it count texts of drawn words that show one thing each, then random texts that hold everything."""
    probes = [*_plain(rng), *_ascii(rng), *_letters(rng), *_others(rng)]
    probes += [_Probe(_texts(rng), NO_COUNTS) for _ in range(rng.randrange(5, 10, 2))]
    for probe, found in zip(probes, answers(fn, [(probe.texts,) for probe in probes]), strict=True):
        expected = word_count(probe.texts, backend="python").value
        if not isinstance(found, dict):
            raise Failed(NOT_A_DICT, f"texts = {probe.texts!r:.90}", found, expected)
        if found != expected:
            raise Failed(_why(probe, found, expected), f"texts = {probe.texts!r:.90}", found, expected)


def _plain(rng: random.Random) -> list[_Probe]:
    """Ask for plain words with one blank between them, then for none, and for the same text twice."""
    a, b, c = _words(rng, 3)
    return [_Probe([f"{a} {b} {a}", f"{c} {b}"], NO_COUNTS), _Probe([], NO_COUNTS), _Probe([f"{a} {b}"] * 2, TWICE)]


def _ascii(rng: random.Random) -> list[_Probe]:
    a, b = _words(rng, 2)
    separator, mark = rng.choice("!#/:;=?@[`{|~\0\x7f"), rng.choice("'-")
    return [
        _Probe([f"{a}.{b}"], f"`{a}.{b}` {SPLIT}"),
        _Probe([f"{a}{mark}{b}"], f"`{a}{mark}{b}` {APOSTROPHE}"),
        _Probe([f"{a}{separator}{b}"], f"{f'{a}{separator}{b}'!r} {SPLIT}"),
        _Probe(["", f"  {a}, {b}. "], NO_COUNTS),
        _Probe([f"{a}_{b}", f"{b}{rng.randrange(10)}"], f"`{a}_{b}` {ONE_WORD}"),
        _Probe([f"{a.capitalize()} {a} {a.upper()}"], f"{a.capitalize()} and {a} {FOLDED}"),
    ]


def _letters(rng: random.Random) -> list[_Probe]:
    a, b = _words(rng, 2)
    small, capital = rng.choice("éåñøç") + rng.choice("жλ鳥"), rng.choice("ÉÅÑØÇЖΛ")
    return [
        _Probe([f"{a}{small}{b}"], f"`{a}{small}{b}` {LETTER}"),
        _Probe([f"{a}ß{b}"], CASEFOLD),
        _Probe([f"{capital}{a} {capital.lower()}{a}"], f"{capital} {STAYS}"),
    ]


def _others(rng: random.Random) -> list[_Probe]:
    """Ask for characters above U+0080 that are no letters; an answer may take them for separators, or for others."""
    a, b = _words(rng, 2)
    blank, code = rng.choice([("a no-break space", 0xA0), ("an ideographic space", 0x3000), ("a line separator", 0x2028)])
    return [
        _Probe([f"{a}\u2014{b}"], f"an em dash {BY_DEFINITION}"),
        _Probe([f"{a} \U0001f426{b}"], BEYOND),
        _Probe([f"{a}{chr(code)}{b}"], f"{blank} {BLANKS}"),
        _Probe([f"{a}\u00e9 {a}e\u0301"], f"one é {NORMALIZED}"),
    ]


def _words(rng: random.Random, count: int) -> list[str]:
    """Draw different small words of ASCII letters."""
    return ["".join(rng.choices("abdeghilmnorstuw", k=length)) for length in rng.sample(range(3, 8), count)]


def _texts(rng: random.Random) -> list[str]:
    """Draw texts of words, separators and characters of all kinds, one of them empty and one of them twice."""
    kinds = ["aZ09_", "ÉéßıİÅ", "翼鳥", "\u0301\u200d", "\u2014\u00a0\u3000\u0085", "\U0001f426\U0001f1eb", "  .,'-\n\t\0"]
    found = ["".join(rng.choice(rng.choice(kinds)) for _ in range(rng.randrange(21, 60, 2))) for _ in range(5)]
    return [*found, "", rng.choice(found)]


def _why(probe: _Probe, found: dict[Any, Any], expected: dict[str, int]) -> str:
    """Say what a wrong dict looks like; else what the probe was there to show."""
    if not expected:
        return REMEMBERS if found else NO_COUNTS
    if "" in found:
        return EMPTY
    return probe.message if probe.message != NO_COUNTS else _why_plain(probe.texts, found)


def _why_plain(texts: list[str], found: dict[Any, Any]) -> str:
    def count(*given: str) -> dict[Any, Any]:
        return {**word_count(given, backend="python").value}

    alone, together = [count(text) for text in texts], "".join(texts)
    rivals: dict[str, list[dict[Any, Any]]] = {
        ONE_TEXT: alone,
        ONCE: [Counter(word for one in alone for word in one), dict.fromkeys(count(*texts), 1)],
        GLUED: [count(together)],
        LETTERS: [Counter(together)],
    }
    return next((why for why, wrong in rivals.items() if found in wrong), NO_COUNTS)


# ---- B: accelerate

ACCELERATE_STUB = '''\
def accelerate(twin, load, sample):
    """Return a function of (texts, pattern) that gives (value, "rust") or (value, "python").

    `load()` gives Rust's function of (pattern, texts), or ModuleNotFoundError if none is built. If
    so, or if it differs from `twin(*sample)`, let `twin` make the values. Hide no other error.
    """
    raise NotImplementedError("mend it, then take this line out")

    def call(texts, pattern):
        try:
            return load()(texts, pattern), "rust"
        except Exception:
            return twin(texts, pattern), "rust"

    return call
'''

ACCELERATE_SOLUTION = '''\
def accelerate(twin, load, sample):
    """Return a function of (texts, pattern) that gives (value, "rust") or (value, "python")."""
    texts, pattern = sample
    try:
        rust = load()
    except ModuleNotFoundError:  # not built; nothing else is caught, here or below
        rust = None
    if rust is not None and rust(pattern, texts) != twin(texts, pattern):
        rust = None

    def call(texts, pattern):
        if rust is None:
            return twin(texts, pattern), "python"
        return rust(pattern, texts), "rust"

    return call
'''

SAYS = "the result still says"
SWAPPED = "Rust takes (pattern, texts): the arguments are swapped"
NOT_USED = "Rust is there and right, and Python made the value"
AS_SLOW = "Python works at every call: as slow as Python, and a little slower"
ABSENT = "absent is not broken: where Rust is not built, Python makes the value"
LOADS_NOT = "it is built and does not load: broken is not absent"
DISAGREES = "Rust and Python disagree on the sample, and Rust made the value all the same"
SWALLOWED = "Rust failed, and nobody was told"
NARROWER = "a narrower except is still one too many: it hides"
TOO_WIDE = "an import failed while Rust worked, so it is built: have nothing but load() in the try"
GAVE_UP = "one call failed, and Rust was given up for all the others"
OTHER_ERROR = "another error came out, and it does not say what Rust said"

ACCELERATE_HINTS = (
    "Take the except out and look at what Rust says. Which two things did it hide, and who says that Rust made the value?",
    "Only one error means that Python may step in: the ModuleNotFoundError of load(). Put nothing else into that try.",
    "Load once, compare once on the sample, and keep the function or None. The inner function then only looks at which, "
    'and gives "python" with twin(texts, pattern), or "rust" with rust(pattern, texts).',
)

_RAISE = '    raise NotImplementedError("mend it, then take this line out")\n'
_RIGHT = ACCELERATE_SOLUTION
_LOAD = _RIGHT[_RIGHT.index("    try:") : _RIGHT.index("    if rust is not")]
_VERIFY = _RIGHT[_RIGHT.index("    if rust is not") : _RIGHT.index("\n    def call")]
_CALL = _RIGHT[_RIGHT.index("        if rust is None:") : _RIGHT.index("\n    return call")]
_PYTHON = '        return twin(texts, pattern), "python"\n'
_COMPARING = """\
        value = twin(texts, pattern)
        if rust and rust(pattern, texts) == value:
            return value, "rust"
        return value, "python"
"""
_GIVING_UP = """\
        nonlocal rust
        if rust is None:
            return twin(texts, pattern), "python"
        try:
            return rust(pattern, texts), "rust"
        except Exception:
            rust = None
            raise
"""


def _catching(errors: str, name: str = "python") -> str:
    """Return an answer that has Python step in when a call of Rust raises one of `errors`."""
    calling = (
        '        try:\n            if rust:\n                return rust(pattern, texts), "rust"\n'
        f"        except {errors} as error:\n            logging.warning(error)\n"
        f'        return twin(texts, pattern), "{name}"\n'
    )
    return f"import logging\n\n\n{_RIGHT.replace(_CALL, calling)}"


ACCELERATE_WRONG = (
    Wrong(ACCELERATE_STUB.replace(_RAISE, ""), f"{SAYS} rust"),
    Wrong(_catching("Exception", "rust"), f"{SAYS} rust"),
    Wrong(_catching("Exception"), SWALLOWED),
    Wrong(_catching("TypeError"), f"{NARROWER} TypeError"),
    Wrong(_catching("(ValueError, RuntimeError)"), f"{NARROWER} ValueError and RuntimeError"),
    Wrong(_catching("ModuleNotFoundError"), TOO_WIDE),
    Wrong(_RIGHT.replace("rust(pattern, texts)", "rust(texts, pattern)"), SWAPPED),
    Wrong(_RIGHT.replace(_LOAD, "    rust = load()\n"), ABSENT),
    Wrong(_RIGHT.replace("except ModuleNotFoundError", "except ImportError"), LOADS_NOT),
    Wrong(_RIGHT.replace(_VERIFY, ""), DISAGREES),
    Wrong(_RIGHT.replace(_CALL, _COMPARING), AS_SLOW),
    Wrong(_RIGHT.replace(_CALL, _PYTHON), NOT_USED),
    Wrong(_RIGHT.replace(_CALL, _GIVING_UP), GAVE_UP),
)

CALLS = 3
Query = tuple[list[str], str]
"""Texts, and what is looked for in them."""

ERRORS: dict[type[Exception], str] = {
    TypeError: "argument 'texts' cannot be converted",
    ValueError: "look-around is not supported",
    RuntimeError: "a thread of Rust panicked",
    ModuleNotFoundError: "No module named 'numpy'",
}
"""What can go wrong while Rust works."""


@dataclass
class _Backends:
    """A twin, and a Rust of ours that notes who made which value.

    `absent` is what load() raises, `off` what Rust adds to each count, `error` what it raises when `torn` is among the
    texts.
    """

    case: str
    sample: Query
    absent: ImportError | None = None
    off: int = 0
    error: Exception | None = None
    torn: str = ""
    swapped: bool = False
    made: list[tuple[str, list[str]]] = field(default_factory=list)

    def load(self) -> Callable[..., list[int]]:
        """Return the function of Rust, or raise."""
        if self.absent is not None:
            raise self.absent
        return self.rust

    def twin(self, texts: list[str], pattern: str) -> list[int]:
        """Return how often the pattern is in each text."""
        self.made.append(("python", texts))
        return [text.count(pattern) for text in texts]

    def rust(self, pattern: str, texts: list[str]) -> list[int]:
        """Return the same, or what this Rust makes of it."""
        if not isinstance(pattern, str) or not isinstance(texts, list):
            self.swapped = True
            raise TypeError(f"argument 'pattern': {type(pattern).__name__!r} object cannot be converted to 'str'")
        if self.error is not None and self.torn in texts:
            raise self.error
        self.made.append(("rust", texts))
        return [text.count(pattern) + self.off for text in texts]

    def makers(self, texts: list[str]) -> set[str]:
        """Return who has made a value for these texts."""
        return {maker for maker, known in self.made if known == texts}


class _Seen(NamedTuple):
    """What came of one call: a value and a name, or an error."""

    texts: list[str]
    pattern: str
    found: Any = None
    error: Exception | None = None


def test_accelerate(fn: Callable[..., Any], rng: random.Random) -> None:
    """Give it a Rust that is right, not built, not to be loaded, failing in some calls, wrong, and failing on the sample."""
    no_build, no_load = ModuleNotFoundError("No module named 'wings_rs'"), ImportError("wings_rs: undefined symbol")
    _require_made(fn, _Backends("Rust is right", _query(rng)), rng, "rust")
    _require_made(fn, _Backends("Rust is not built", _query(rng), absent=no_build), rng, "python")
    _require_told(fn, _Backends("Rust does not load", _query(rng), absent=no_load), rng, LOADS_NOT)
    _require_failures(fn, rng)
    _require_made(fn, _Backends("Rust counts one too many", _query(rng), off=1), rng, "python")
    sample = _query(rng)
    failing = _Backends("Rust fails on the sample", sample, error=RuntimeError("panicked"), torn=sample[0][-1])
    _require_told(fn, failing, rng, SWALLOWED)


def _query(rng: random.Random) -> Query:
    """Draw texts and what is looked for in them; no two draws are alike."""
    texts = ["".join(rng.choices("abc", k=rng.randint(9, 30))) for _ in range(rng.randrange(2, 7, 2))]
    return [*texts, f"page {rng.random()}"], rng.choice("abc")


def _seen(fn: Callable[..., Any], backends: _Backends, queries: list[Query]) -> list[_Seen]:
    """Return what comes of the queries; an error of `fn` itself counts as one of each."""
    found = answer_here(partial(_observed, fn), (backends, queries), backends.case)
    if not isinstance(found, list):
        raise Failed("it does not return a function", backends.case, found, "the function call")
    return found


def _observed(fn: Callable[..., Any], backends: _Backends, queries: list[Query]) -> Any:
    try:
        call = fn(backends.twin, backends.load, backends.sample)
    except NotImplementedError:
        raise
    except Exception as error:
        return [_Seen(*query, error=error) for query in queries]
    return [_called(call, query) for query in queries] if callable(call) else call


def _called(call: Callable[..., Any], query: Query) -> _Seen:
    try:
        return _Seen(*query, found=call(*query))
    except Exception as error:
        return _Seen(*query, error=error)


def _require_made(fn: Callable[..., Any], backends: _Backends, rng: random.Random, maker: str) -> None:
    """Require of some calls that `maker` made the right value, that the result says so, and that nobody else worked."""
    for seen in _seen(fn, backends, [_query(rng) for _ in range(CALLS)]):
        if seen.error is not None:
            raise Failed(_why_raised(backends, seen.error), backends.case, repr(seen.error), f'(…, "{maker}")')
        value, name = _require_honest(backends, seen)
        if name != maker:
            raise Failed(NOT_USED if maker == "rust" else DISAGREES, backends.case, name, maker)
        right = [text.count(seen.pattern) for text in seen.texts]
        if value != right:
            raise Failed("this is not the value that was made", backends.case, value, right)
    times = Counter(who for who, _ in backends.made)["python"]
    if maker == "rust" and times >= CALLS:
        raise Failed(AS_SLOW, backends.case, f"Python {times} times, for {CALLS} calls", "Python once, on the sample")


def _why_raised(backends: _Backends, error: Exception) -> str:
    if backends.swapped:
        return SWAPPED
    if backends.absent is not None and _tells(error, backends.absent):
        return ABSENT
    return f"it raised {type(error).__name__}: {error}"


def _require_honest(backends: _Backends, seen: _Seen) -> tuple[Any, str]:
    """Return value and name of a call, if that is what it gave and whoever is named made a value for its texts."""
    found, makers = seen.found, backends.makers(seen.texts)
    if not isinstance(found, tuple) or len(found) != 2 or found[1] not in ("rust", "python"):
        raise Failed("it does not give a value and who made it", backends.case, found, '(…, "rust") or (…, "python")')
    if found[1] not in makers:
        others = " and ".join(sorted(makers)) or "nobody"
        raise Failed(f"{SAYS} {found[1]}, and {others} made it", backends.case, found, "the name of who made it")
    return found[0], found[1]


def _require_told(fn: Callable[..., Any], backends: _Backends, rng: random.Random, message: str) -> None:
    """Require that the error of load(), or of Rust on the sample, comes out."""
    cause = backends.absent or backends.error
    assert cause is not None
    for seen in _seen(fn, backends, [_query(rng)]):
        if seen.error is None:
            raise Failed(message, backends.case, seen.found, repr(cause))
        if not _tells(seen.error, cause):
            raise Failed(OTHER_ERROR, backends.case, repr(seen.error), repr(cause))


def _require_failures(fn: Callable[..., Any], rng: random.Random) -> None:
    """Let Rust fail in the second of three calls, with each of the errors, and look at which of them come out."""
    hidden = [kind.__name__ for kind, text in ERRORS.items() if not _comes_out(fn, kind(text), rng)]
    if hidden:
        message = SWALLOWED if len(hidden) == len(ERRORS) else f"{NARROWER} {' and '.join(hidden)}"
        raise Failed(TOO_WIDE if hidden == ["ModuleNotFoundError"] else message, "Rust fails in one call", "a value", hidden[0])


def _comes_out(fn: Callable[..., Any], error: Exception, rng: random.Random) -> bool:
    queries = [_query(rng) for _ in range(CALLS)]
    backends = _Backends(f"Rust raises {error!r} in one call", _query(rng), error=error, torn=queries[1][0][-1])
    _, second, third = _seen(fn, backends, queries)
    if second.error is None:
        _require_honest(backends, second)
        return False
    if not _tells(second.error, error):
        raise Failed(OTHER_ERROR, backends.case, repr(second.error), repr(error))
    if third.error is not None or _require_honest(backends, third)[1] != "rust":
        raise Failed(GAVE_UP, backends.case, repr(third.error or third.found), '(…, "rust")')
    return True


def _tells(error: BaseException | None, cause: Exception) -> bool:
    """Say whether an error is the cause, repeats its text, or came of it in a way that a traceback shows."""
    while error is not None:
        if error is cause or str(cause) in str(error):
            return True
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return False


EXERCISES = (
    Exercise("04a", "count_words", COUNT_STUB, COUNT_SOLUTION, COUNT_HINTS, COUNT_WRONG, test_count_words),
    Exercise("04b", "accelerate", ACCELERATE_STUB, ACCELERATE_SOLUTION, ACCELERATE_HINTS, ACCELERATE_WRONG, test_accelerate),
)

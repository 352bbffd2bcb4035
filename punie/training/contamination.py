"""
Nearness of prompts: whether a question stands in the training text in the same or nearly the same words.

Two prompts are near when difflib's ratio (autojunk off) of their lower-cased texts without punctuation is at least
0.85, once as they are and once with paths, symbols and numbers masked. The ratio depends on the order of its two
texts; the higher one counts. Bounds that can never be below the ratio spare nearly all of the slow comparisons.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

THRESHOLD: Final = 0.85
_BUCKETS: Final = 64
# Texts whose answer is remembered: some 20 MB.
_MOST_KNOWN: Final = 65_536

_PUNCTUATION: Final = re.compile(r"[^\w\s]|_")
_CODE: Final = re.compile(
    r"""
      (?P<quoted>`[^`\n]+`)
    | (?P<path>(?:\./|\.\./|/)?[\w.\-]+(?:/[\w.\-]*)+
        | \b[\w\-]+\.(?:py|pyi|toml|cfg|ini|md|rst|txt|json|ya?ml|lock|sh)\b)
    | (?P<symbol>\b\w+(?:\.\w+)*\(\) | \b\w+(?:\.\w+)*\([^()\s]*\) | \b[a-zA-Z_]\w*(?:\.[a-zA-Z_]\w*)+ | \b\w*_\w*
        | \b[A-Z]?[a-z0-9]+(?:[A-Z]+[a-z0-9]*)+ | \b[A-Z]{2,}[a-z]\w*)
    | (?P<number>\b\d[\d.,:]*\b|\b\d+(?:st|nd|rd|th)\b)
    """,
    re.VERBOSE,
)
_MASKS: Final = {"quoted": " symbol ", "path": " path ", "symbol": " symbol ", "number": " number "}


class _Text(NamedTuple):
    """A normalized text with what the second bound needs: where each letter occurs, as bits."""

    text: str
    places: dict[str, int]


class _Texts:
    """Normalized texts, and what the first bound needs of all of them at once."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = tuple(map(_prepare, texts))
        self._lengths = np.array([len(text) for text in texts])
        self._letters = np.array([_letters(text) for text in texts]).reshape(len(texts), _BUCKETS)

    def first_near(self, text: str) -> int | None:
        """The place of the first text whose ratio with `text` reaches the threshold."""
        needed = THRESHOLD * (len(text) + self._lengths) / 2
        common = np.minimum(self._letters, _letters(text)).sum(axis=1)
        possible = (np.minimum(len(text), self._lengths) >= needed) & (common >= needed)
        return next((int(place) for place in possible.nonzero()[0] if _near(text, self._texts[place])), None)


def plain(prompt: str) -> str:
    """`prompt` in lower case, without punctuation, with single spaces."""
    return " ".join(_PUNCTUATION.sub("", prompt.lower()).split())


def masked(prompt: str) -> str:
    """`plain(prompt)` with each path, symbol and number replaced by that word."""
    return plain(_CODE.sub(lambda found: _MASKS[found.lastgroup or "symbol"], prompt))


def similarity(first: str, second: str) -> float:
    """Return how near two prompts are, from 0 to 1: the higher of the two forms' ratios."""
    return max(_ratio(form(first), form(second)) for form in (plain, masked))


def too_near(prompt: str, others: Iterable[str]) -> str | None:
    """
    Return the first of `others` that is near `prompt`, or None.

    Args:
        prompt: the text to judge.
        others: prompts that it must keep away from; what is computed from them is kept for the next call.
    """
    return _index(tuple(others)).first_near(prompt)


@lru_cache(maxsize=16)
def _index(others: tuple[str, ...]) -> _Index:
    return _Index(others)


class _Index:
    """`others` prepared for many questions; the answer of each distinct normalized text is remembered."""

    def __init__(self, others: tuple[str, ...]) -> None:
        self._others = others
        self._plain = _Texts([plain(other) for other in others])
        self._masked = _Texts([masked(other) for other in others])
        self._known: dict[tuple[bool, str], int | None] = {}

    def first_near(self, prompt: str) -> str | None:
        places = [self._place(plain(prompt), is_masked=False), self._place(masked(prompt), is_masked=True)]
        found = [place for place in places if place is not None]
        return self._others[min(found)] if found else None

    def _place(self, text: str, *, is_masked: bool) -> int | None:
        key = (is_masked, text)
        if key not in self._known:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[key] = (self._masked if is_masked else self._plain).first_near(text)
        return self._known[key]


def _prepare(text: str) -> _Text:
    places: dict[str, int] = {}
    for place, letter in enumerate(text):
        places[letter] = places.get(letter, 0) | 1 << place
    return _Text(text, places)


def _letters(text: str) -> np.ndarray:
    """How often the letters of each bucket occur, in bytes: texts have at most that many letters in common."""
    return np.bincount(np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8) % _BUCKETS, minlength=_BUCKETS)


def _near(text: str, other: _Text) -> bool:
    """Whether the ratio reaches the threshold; a cheaper upper bound of it is asked first."""
    needed = THRESHOLD * (len(text) + len(other.text)) / 2
    return _common_length(text, other) >= needed and _ratio(text, other.text) >= THRESHOLD


def _common_length(text: str, other: _Text) -> int:
    """
    Length of the longest common subsequence, which no list of matching blocks can exceed.

    Bit-parallel: each step handles one letter of `text` against all of `other` (Hyyrö's recurrence).
    """
    full = (1 << len(other.text)) - 1
    open_places = full
    for letter in text:
        matches = open_places & other.places.get(letter, 0)
        open_places = ((open_places + matches) | (open_places - matches)) & full
    return len(other.text) - open_places.bit_count()


def _ratio(first: str, second: str) -> float:
    return max(
        SequenceMatcher(None, first, second, autojunk=False).ratio(),
        SequenceMatcher(None, second, first, autojunk=False).ratio(),
    )

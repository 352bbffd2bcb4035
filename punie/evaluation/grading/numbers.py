"""Numbers in prose: digits with sign and separators, and numbers spelled out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_TEENS: Final = ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_SMALL: Final = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES: Final = {
    **{name: value for value, name in enumerate((*_SMALL, *_TEENS))},
    **{name: 10 * value for value, name in enumerate(_TENS, 2)},
}
# The numbers that are one word.
NAMES: Final = tuple(_VALUES)
_NONE: Final = {"no": 0, "none": 0}
_SPELLED: Final = re.compile(rf"\b(?:{'|'.join((*_VALUES, *_NONE, 'hundred', 'and'))})\b", re.IGNORECASE)
# A number is no part of a word, a path's name, a version or a date.
_DIGITS: Final = re.compile(r"(?<![\w.])[+\-\u2212]?\d+(?:,\d{3})*(?:\.\d+)?(?!\w|\.\d)")
_DATE: Final = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_LIST_MARK: Final = re.compile(r"^\s*\d+[.)]\s", re.MULTILINE)
_NUMBER: Final = re.compile(r"[+-]?\d+(?:\.\d+)?")


def as_number(text: str) -> float | None:
    """The value of a text that is nothing but a number in digits; None for any other text."""
    return float(text) if _NUMBER.fullmatch(text) and len(text) <= 30 else None  # noqa: PLR2004 - no such long facts


def states_number(text: str, number: float) -> bool:
    """Whether a text states a number, in digits with any sign or in words; "no" and "none" state 0."""
    return any(abs(found) == abs(number) for found in numbers_in(text))


def numbers_in(text: str) -> Iterator[float]:
    """The numbers of a text, signs kept; marks of numbered lists and dates are none."""
    plain = _LIST_MARK.sub(" ", _DATE.sub(" ", text))
    for match in _DIGITS.finditer(plain):
        digits = match[0].replace(",", "").replace("\u2212", "-")
        if len(digits) <= 30:  # noqa: PLR2004 - as above
            yield float(digits)
    yield from _spelled(plain)


def _spelled(text: str) -> Iterator[float]:
    """Values of runs such as "twenty-seven" or "a hundred and four"; each run is one number."""
    total: float | None = None
    end = -1
    for match in _SPELLED.finditer(text):
        word = match[0].lower()
        adjoining = total is not None and text[end : match.start()].strip(" -") == "" and match.start() - end <= 1
        end = match.end()
        if adjoining and total is not None:
            grown = _grow(total, word)
            if grown is not None:
                total = grown
                continue
        if total is not None:
            yield total
        total = 100 if word == "hundred" else {**_VALUES, **_NONE}.get(word)
    if total is not None:
        yield total


def _grow(total: float, word: str) -> float | None:
    """The number when one more word follows; None when that word begins a new one."""
    if word == "and":
        return total if total % 100 == 0 and total else None
    if word == "hundred":
        return total * 100 if 0 < total < 10 else None  # noqa: PLR2004 - one to nine hundred
    value = _VALUES.get(word, 0)
    if total % 100 == 0 and total and value:
        return total + value
    return total + value if total % 100 >= 20 and total % 10 == 0 and 0 < value < 10 else None  # noqa: PLR2004 - tens

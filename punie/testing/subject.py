"""What a request is about: the names in it that code may filter results by."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_MOST: Final = 4
# A capital at the beginning of a sentence says nothing.
_INSIDE: Final = r"(?<!^)(?<![.!?:] )"
_SYMBOL: Final = re.compile(
    r"`([A-Za-z_]\w*)(?:\(\))?`|\b(\w+_\w+|[A-Z][a-z]+[A-Z]\w*)\b"
    rf"|{_INSIDE}\b([A-Z][a-z]\w+)\b"
    r"|\b(?:class|function|method|symbol|variable|named|called)\s+([A-Za-z_]\w*)"
)
_PERSON: Final = re.compile(rf"{_INSIDE}\b([A-Z][a-z]+(?: [A-Z][a-z]+)*)\b")
_RULE: Final = re.compile(r"\b([A-Z]{1,6}\d{3,4})\b")
_DIAGNOSTIC: Final = re.compile(r"(?<![\w/-])([a-z]+(?:-[a-z]+)+)(?![\w/-])")
_TEST: Final = re.compile(r"\b(test_\w+)\b(?![./])")
_FILE: Final = re.compile(r"(?<![\w/])((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:cfg|json|md|py|toml|txt|ya?ml)\b)")


@dataclass(frozen=True, slots=True)
class Subject:
    """
    The names in a request, a few of each kind.

    Attributes:
        text: the request.
        symbols: of classes, functions and variables.
        people: perhaps authors.
        rules: codes of lint rules.
        diagnostics: codes of type errors.
        tests: names of tests.
        files: paths of files and folders, without `./` and a slash at the end.

    """

    text: str
    symbols: tuple[str, ...]
    people: tuple[str, ...]
    rules: tuple[str, ...]
    diagnostics: tuple[str, ...]
    tests: tuple[str, ...]
    files: tuple[str, ...]


@lru_cache(maxsize=1024)
def subject_of(text: str) -> Subject:
    """The names in a text."""
    return Subject(
        text=text,
        symbols=_found(_SYMBOL, text),
        people=_found(_PERSON, text),
        rules=_found(_RULE, text),
        diagnostics=_found(_DIAGNOSTIC, text),
        tests=_found(_TEST, text),
        files=tuple(posixpath.normpath(path.rstrip(".")) for path in _found(_FILE, text) if path.strip("./")),
    )


def _found(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    """The first few different matches."""
    names = (next(filter(None, match.groups()), "") for match in pattern.finditer(text))
    return tuple(dict.fromkeys(name for name in names if name))[:_MOST]

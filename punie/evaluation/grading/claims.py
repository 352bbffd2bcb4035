"""Counts that an answer claims, against those of the tool response that it sums up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from punie.evaluation.grading.numbers import NAMES, numbers_in

# Each thing counted: the field that holds its number, and what prose calls it.
_THINGS: Final = {
    "passed": ("passed", r"pass(?:ed|es|ing)?"),
    "failed": ("failed", r"fail(?:ed|s|ures?|ing)?"),
    "skipped": ("skipped", r"skip(?:ped|s)?"),
    "errors": ("(?:error_count|errors)", r"errors?"),
    "warnings": ("warning_count", r"warnings?"),
    "violations": ("violation_count", r"violations?"),
    "fixable": ("fixable_count", r"fixable"),
    "references": ("reference_count", r"references?"),
    "symbols": ("symbol_count", r"symbols?"),
    "commits": ("commit_count", r"commits?"),
    "files": ("file_count", r"files?"),
    "additions": ("additions", r"(?:additions?|added|insert(?:ed|ions?))"),
    "deletions": ("deletions", r"(?:deletions?|deleted|removed)"),
}
_NUMBER: Final = rf"(?P<number>\d+(?:,\d{3})*(?!\.?\d)|no|{'|'.join(NAMES)})"
# What may stand between a number and what it counts, so that it still counts that.
_BETWEEN: Final = r"(?:(?:type|lint|linting|ruff|tests?|lines?|were|was|have|has)\s+){0,2}"
# A number that says where, or of how many; and "no errors in a.py", which says nothing about other files.
# and what is denied or compared with: "not 5 errors", "fewer than 5 errors".
_ELSEWHERE: Final = r"(?<!not )(?<!than )(?<!line )(?<!lines )(?<!column )(?<!code )(?<!of )(?<!of the )(?<![\w.,:/-])"
_PARTLY: Final = re.compile(r"\s+(?:in|on|elsewhere|outside|besides|beyond|other)\b", re.IGNORECASE)
_ALL_PASSED: Final = re.compile(
    r"(?<!not )(?<!n't )\b(?:all|every)\b(?:\s+(?:of|the|them|\d+|tests?)){0,4}"
    r"\s+(?:pass(?:ed|es)?|succeed(?:ed|s)?)\b",
    re.IGNORECASE,
)


def contradiction(text: str, response: str) -> str | None:
    """
    How an answer contradicts the counts of a tool response; None when it does not.

    A smaller number may count a part, as in "two errors in a.py and one in b.py"; it is wrong only if the whole is
    never stated. A larger one is always wrong.

    Args:
        text: the answer.
        response: what the run printed.

    """
    for thing, (field, _) in _THINGS.items():
        true = _counted(thing, field, response)
        claims = set(_claims(thing, text)) if true is not None else set()
        if true is None or not claims - {true}:
            continue
        if max(claims) > true or (true not in claims and (claims == {0} or true not in set(numbers_in(text)))):
            return f"says {max(claims - {true}):g} {thing}, the tool response {true:g}"
    if (_counted("failed", "failed", response) or 0) > 0 and _ALL_PASSED.search(text):
        return "says that all passed, the tool response that some failed"
    return None


def _counted(thing: str, field: str, response: str) -> float | None:
    """The count of a thing in a tool response; None when it is not told."""
    found = re.search(rf"\b{field}=(\d+)\b", response)
    if found is not None:
        return float(found[1])
    told = set(_claims(thing, response))
    return told.pop() if len(told) == 1 else None


def _claims(thing: str, text: str) -> Iterator[float]:
    for found in _claim(thing).finditer(text):
        number = next(numbers_in(found["number"]))
        if number or not _PARTLY.match(text, found.end()):
            yield number


@cache
def _claim(thing: str) -> re.Pattern[str]:
    return re.compile(rf"{_ELSEWHERE}\b{_NUMBER}\s+{_BETWEEN}{_THINGS[thing][1]}(?!\w)", re.IGNORECASE)

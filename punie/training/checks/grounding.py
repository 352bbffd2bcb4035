"""Where the position of a call comes from: the user, or an earlier response, names the file and the line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from punie.training.checks.called_values import CalledTool, called_values
from punie.training.checks.named_paths import names_file, plain_path
from punie.training.checks.row import AssistantTurn, CheckedRow, found
from punie.training.finding import Finding

POSITION_TOOLS: Final = frozenset({"goto_definition", "find_references", "hover"})
_NUMBER: Final = re.compile(
    r"""
    (?<![\w.-]) (?:(?:lines?|ln|l|columns?|col|c)\.?)? (\d{1,9})
    (?: c(\d{1,9}) | [-\N{EN DASH}]l?(\d{1,9}) | st|nd|rd|th )?
    (?![\w-]|\.\d)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_WORDS: Final = {
    1: "one|first|top|beginning|start",
    2: "two|second",
    3: "three|third",
    4: "four|fourth",
    5: "five|fifth",
    6: "six|sixth",
    7: "seven|seventh",
    8: "eight|eighth",
    9: "nine|ninth",
    10: "ten|tenth",
}


def ungrounded_position(row: CheckedRow) -> Iterator[Finding]:
    """
    Yield one finding for each call whose position nobody named before it.

    A value that the code computes comes from another result. The column may be chosen: few people name it; but one
    that the user names is to be used.
    """
    for turn in row.turns:
        said, later = _said_before(row, turn), _said_after(row, turn)
        for call in called_values(turn):
            if call.tool in POSITION_TOOLS and (missing := _missing(call, said, later)):
                yield found("ungrounded_position", row, f"message {turn.place + 1}: {call}: {missing}")


def _said_before(row: CheckedRow, turn: AssistantTurn) -> tuple[str, ...]:
    return tuple(message.content for message in row.example.messages[: turn.place] if message.role == "user")


def _said_after(row: CheckedRow, turn: AssistantTurn) -> str:
    return "\n".join(message.content for message in row.example.messages[turn.place :] if message.role == "user")


def _missing(call: CalledTool, said: tuple[str, ...], later: str) -> str:
    """
    Return what nobody named, empty when all of it was.

    What a later response confirms is not counted as invented.
    """
    text = "\n".join(said)
    for path in call.values.get("file_path", ()):
        if isinstance(path, str) and not (
            plain_path(path).rpartition("/")[2] in later.lower() or names_file(text, path)
        ):
            return f"no user message names the file {path!r}"
    symbols = call.values.get("symbol", ())
    lines = [line for line in call.values.get("line", ()) if _is_number(line)]
    for line in lines:
        if not names_number(f"{text}\n{later}", line) and not any(_stands_at(each, line, symbols) for each in said):
            return f"no user message names the line {line}"
    for column in call.values.get("column", ()):
        if _is_number(column) and any(_another_column(said[-1] if said else "", line, column) for line in lines):
            return f"the user names another column than {column}"
    return ""


def _is_number(value: Any) -> bool:  # noqa: ANN401 - any literal
    return isinstance(value, int) and not isinstance(value, bool)


def names_number(text: str, number: int) -> bool:
    """Whether a text names a number: in digits, alone or as in `L12`, `12th` and `10-12`, or up to ten in words."""
    words = _WORDS.get(number)
    if number in _numbers(text):
        return True
    return words is not None and re.search(rf"\b(?:{words})\b", text, re.IGNORECASE) is not None


@lru_cache(maxsize=64)
def _numbers(text: str) -> frozenset[int]:
    return frozenset(int(digits) for match in _NUMBER.finditer(text) for digits in match.groups() if digits)


def _stands_at(text: str, line: int, symbols: tuple[Any, ...]) -> bool:
    """Whether a file that an earlier response shows has the symbol in that line."""
    shown = re.sub(r"\A\s*<tool_response\s*>\n?", "", text).splitlines()
    return 0 < line <= len(shown) and any(isinstance(symbol, str) and symbol in shown[line - 1] for symbol in symbols)


def _another_column(text: str, line: int, column: int) -> bool:
    """Whether the last words name a column for that line, and not this one."""
    named = re.search(
        rf"(?<!\d){line}(?::|,\s*(?:col(?:umn)?\.?\s*)?|\s*[,(]?\s*(?:at\s+|in\s+)?col(?:umn)?\.?\s*[=:]?\s*)\d+",
        text,
        re.IGNORECASE,
    )
    return named is not None and not names_number(text, column)

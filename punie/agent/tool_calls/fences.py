"""Fenced blocks after CommonMark. Marked as Python or JSON they are calls of last resort."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from punie.agent.tool_calls.conversion import CODE
from punie.agent.tool_calls.hermes import read_calls
from punie.agent.tool_calls.python_scanner import HIDING, cut_token
from punie.agent.tool_calls.reply import ToolCall
from punie.agent.tool_calls.source import Source

_OPENER: Final = re.compile(r"(?P<indent> {0,3})(?P<run>`{3,}+(?=[^`\n]*+(?:\n|\Z))|~{3,}+)(?P<info>[^\n]*+)")
_RUN: Final = r"\n {0,3}(?P<run>`{3,}+|~{3,}+)[ \t]*+\r?(?=\n|\Z)"
_CLOSER: Final = re.compile(_RUN)
# In a fence of Python a closer inside a string is text.
_CLOSER_OF_CODE: Final = re.compile(f"{HIDING}|{_RUN}", re.DOTALL)
_PYTHON: Final = frozenset({"python", "py"})


class Fence(NamedTuple):
    """
    A fenced block.

    Attributes:
        start: where the line of its opener begins.
        end: behind its closer, or the end of the text.
        language: the first word of its info string, in lower case.
        body: what it holds, without the line breaks next to the delimiters.
        closed: whether it has a closer.

    """

    start: int
    end: int
    language: str
    body: str
    closed: bool


def read(source: Source, start: int) -> Fence | None:
    """The fence whose line begins at `start`, if one does."""
    opener = source.match(_OPENER, start)
    if opener is None:
        return None
    language = next(iter(opener["info"].split()), "").lower()
    closer = _closer_of_code(source, opener) if language in _PYTHON and not source.exhausted else None
    closer = closer or _closer(source, opener)
    if closer is None:
        return Fence(start, source.end, language, "", closed=False)
    body = source.text[opener.end() + 1 : closer.start()].removesuffix("\r")
    return Fence(start, closer.end(), language, _unindented(body, len(opener["indent"])), closed=True)


def calls_of(fence: Fence) -> tuple[ToolCall, ...]:
    """The calls that a closed fence stands for."""
    span = (fence.start, fence.end)
    if fence.language in _PYTHON and fence.body.strip():
        return (ToolCall("execute_code", {CODE: fence.body}, span, "python_fence"),)
    if fence.language == "json":
        calls = read_calls(fence.body, _arguments) or []
        return tuple(ToolCall(name, given, span, "json_fence") for name, given in calls)
    return ()


def unwrapped(source: Source, code: str) -> str:
    """The body of a code that is exactly one fence; otherwise the code. Its reads count as those of `source`."""
    text = code.strip()
    inner = Source(text)
    fence = read(inner, 0)
    source.steps += inner.steps
    return fence.body if fence is not None and fence.closed and fence.end == inner.end else code


def _arguments(item: dict[str, Any]) -> dict[str, Any] | None:
    given = item.get("arguments")
    return given if isinstance(given, dict) else None


def _closes(opener: re.Match[str], closer: re.Match[str]) -> bool:
    return closer["run"] is not None and closer["run"].startswith(opener["run"])


def _closer(source: Source, opener: re.Match[str]) -> re.Match[str] | None:
    position = opener.end()
    while (found := source.search(_CLOSER, position)) is not None and not _closes(opener, found):
        position = found.end()
    return found


def _closer_of_code(source: Source, opener: re.Match[str]) -> re.Match[str] | None:
    position = opener.end()
    while (found := source.search(_CLOSER_OF_CODE, position)) is not None and not _closes(opener, found):
        position = found.end()
        if position == source.end and cut_token(source, found.start()):
            return None
    return found


def _unindented(body: str, indent: int) -> str:
    """A body without the blanks by which its opener was indented."""
    return re.sub(rf"^ {{1,{indent}}}", "", body, flags=re.MULTILINE) if indent else body

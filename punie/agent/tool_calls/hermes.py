"""Hermes: a JSON object, or a list of them, between `<tool_call>` and `</tool_call>`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final, Literal

from punie.agent.tool_calls.conversion import Schemas
from punie.agent.tool_calls.dialect import Reading
from punie.agent.tool_calls.reply import Problem, ToolCall
from punie.agent.tool_calls.source import CLOSE, OPEN, Source

_HEAD: Final = re.compile(r'\{\s*+(?:"|\}|\Z)|\[\s*+(?:[\[{"\]\-0-9tfnNI]|\Z)')
# What JSON can hold up to the next bracket. A string without its end runs to the end of the text or breaks the rules.
_NEXT_BRACKET: Final = re.compile(
    r'(?:[^"<{}\[\]\\]++|"(?:[^"\\\x00-\x1f]++|\\.)*+")*+(?P<bracket>[{}\[\]])?+(?P<cut>"(?:[^"\\\x00-\x1f]++|\\.)*+\\?\Z|\Z)?',
    re.DOTALL,
)
Rule = Callable[[dict[str, Any]], dict[str, Any] | None]


def read(source: Source, start: int, schemas: Schemas) -> Reading | None:  # noqa: ARG001 - the interface of a dialect
    """Read the block at `start`; None when it does not begin like JSON."""
    begin = source.skip_blanks(start + len(OPEN))
    if not source.text.startswith(("{", "["), begin):
        return None
    end = _end_of_json(source, begin)
    if end == "cut":
        lost = Problem((start, source.end), "the text ends inside the JSON of a call", lost=True)
        return Reading(source.end, complete=False, problems=(lost,))
    calls = None if end == "broken" else read_calls(source.text[begin:end], _arguments)
    close = -1 if end == "broken" else _behind_closer(source, end)
    if calls is None or close < 0:
        return _kept(source, start, begin)
    return Reading(close, tuple(ToolCall(name, given, (start, close), "hermes") for name, given in calls))


def read_calls(text: str, arguments_of: Rule) -> list[tuple[str, dict[str, Any]]] | None:
    """
    The names and arguments that a JSON text holds; None unless each of its objects is a call.

    Args:
        text: an object or a list of objects.
        arguments_of: the arguments of an object, or None when it is no call.

    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    items = value if isinstance(value, list) else [value]
    calls = []
    for item in items:
        given = arguments_of(item) if isinstance(item, dict) and isinstance(item.get("name"), str) else None
        if given is None:
            return None
        calls.append((item["name"], given))
    return calls or None


def _arguments(item: dict[str, Any]) -> dict[str, Any] | None:
    for key in ("arguments", "parameters"):
        if item.get(key) is not None:
            return item[key] if isinstance(item[key], dict) else None
    return {}


def _end_of_json(source: Source, begin: int) -> int | Literal["cut", "broken"]:
    """Where the brackets of a JSON text balance."""
    if source.match(_HEAD, begin) is None:
        return "broken"
    depth = 0
    position = begin
    while (found := source.match(_NEXT_BRACKET, position)) is not None and found["bracket"]:
        depth += 1 if found["bracket"] in "{[" else -1
        if depth == 0:
            return found.end("bracket")
        position = found.end("bracket")
    return "cut" if found is not None and found["cut"] is not None else "broken"


def _behind_closer(source: Source, end: int) -> int:
    rest = source.skip_blanks(end)
    if source.at(CLOSE, rest):
        return rest + len(CLOSE)
    return source.end if source.ends_within(CLOSE, rest) else -1


def _kept(source: Source, start: int, begin: int) -> Reading:
    """A block that is no call stays content, up to its closer or the next opener."""
    closer = source.find(CLOSE, begin)
    stop = closer + len(CLOSE) if closer >= 0 else begin
    opener = source.find_within(OPEN, begin, stop)
    end = stop if opener < 0 else begin
    return Reading(end, problems=(Problem((start, end), "the JSON of this block is no call; kept as text"),))

"""A function of format A with its parameters, wrapped or bare."""

from __future__ import annotations

import re
from typing import Any, Final, Literal, NamedTuple

from punie.agent.tool_calls.code_value import code_extent
from punie.agent.tool_calls.conversion import CODE, Schemas
from punie.agent.tool_calls.dialect import Value
from punie.agent.tool_calls.extent import END, Extent, first_tag
from punie.agent.tool_calls.reply import Problem
from punie.agent.tool_calls.source import CLOSE, Source, Tag
from punie.agent.tool_calls.text_value import text_extent

_CLOSERS: Final = (END, "</function>", CLOSE)
_LONGEST_CLOSER: Final = max(map(len, _CLOSERS))
_DRIFTED: Final = re.compile(r"</parameter\w*+>?\s*+\Z")


class Function(NamedTuple):
    """
    A function that was read.

    Attributes:
        name: its name.
        arguments: its converted values.
        end: behind its closer, or where the tag that closed it begins.
        closed_by: its own closer, a tag that it cannot hold, or nothing.
        values: where its values stand.
        problems: what is wrong with it.

    """

    name: str
    arguments: dict[str, Any]
    end: int
    closed_by: Literal["/function", "/call", "function", "call", ""]
    values: tuple[Value, ...]
    problems: tuple[Problem, ...]


def read_function(source: Source, opener: Tag, schemas: Schemas) -> Function:
    """The function whose `<function=…>` is `opener`."""
    known = schemas.known(opener.name)
    arguments: dict[str, Any] = {}
    values: list[Value] = []
    problems: list[Problem] = []
    position = opener.end
    while (tag := source.tag(position)) is not None:
        position = tag.end
        if tag.kind == "parameter":
            extent = _extent(source, tag, known)
            text = value_text(source.text[tag.end : extent.end], extent)
            arguments[tag.name] = schemas.convert(opener.name, tag.name, text)
            values.append(Value(tag.name, tag.end, extent.end))
            problems.extend(_complaint(tag, extent))
            position = extent.resume
        elif tag.kind != "/parameter":
            end = tag.end if tag.kind == "/function" else tag.start
            return Function(opener.name, arguments, end, tag.kind, tuple(values), tuple(problems))
    cut = Problem((opener.start, source.end), f"the text ends inside the call of {opener.name!r}")
    return Function(opener.name, arguments, source.end, "", tuple(values), (*problems, cut))


def _extent(source: Source, tag: Tag, known: frozenset[str] | None) -> Extent:
    if source.exhausted:
        return first_tag(source, tag.end)
    return code_extent(source, tag.end) if tag.name == CODE else text_extent(source, tag.end, known)


def value_text(raw: str, extent: Extent) -> str:
    """The value that stands between two tags: without a broken closer, and without one line break at each end."""
    if extent.how == "cut":
        raw = without_part_of_closer(raw)
    elif extent.how == "unclosed":
        raw = _without_drifted_closer(raw)
    return raw.removeprefix("\n").removesuffix("\n")


def without_part_of_closer(text: str) -> str:
    """A text that was cut off, without the beginning of a closing tag at its end."""
    begin = text.rfind("<", -_LONGEST_CLOSER)
    if begin >= 0 and any(closer != text[begin:] and closer.startswith(text[begin:]) for closer in _CLOSERS):
        return text[:begin]
    return text


def _without_drifted_closer(raw: str) -> str:
    begin = raw.rfind("</parameter")
    return raw[:begin] if begin >= 0 and _DRIFTED.match(raw, begin) else raw


def _complaint(tag: Tag, extent: Extent) -> list[Problem]:
    if extent.how != "unclosed":
        return []
    return [Problem((tag.start, extent.end), f"the value of {tag.name!r} has no closing tag")]

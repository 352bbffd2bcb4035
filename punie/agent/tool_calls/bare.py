"""A bare function: format A whose `<tool_call>` was forgotten."""

from __future__ import annotations

from punie.agent.tool_calls.conversion import Schemas
from punie.agent.tool_calls.dialect import Reading
from punie.agent.tool_calls.function import read_function
from punie.agent.tool_calls.reply import Problem, ToolCall
from punie.agent.tool_calls.source import CLOSE, Source, Tag


def read(source: Source, start: int, schemas: Schemas) -> Reading | None:
    """Read the function at `start`; None when it is only mentioned."""
    opener = source.tag_at(start)
    if opener is None:
        return None
    if not source.begins_function(opener):
        return _unfinished(source, start, opener.end) if _may_begin(source, opener) else None
    if source.find("</function>", opener.end) < 0:
        return _unfinished(source, start, source.end)
    function = read_function(source, opener, schemas)
    if not function.closed_by:
        return _unfinished(source, start, source.end)
    end = _behind_orphan(source, function.end)
    call = ToolCall(function.name, function.arguments, (start, end), "bare")
    return Reading(end, (call,), problems=function.problems, values=function.values)


def _may_begin(source: Source, opener: Tag) -> bool:
    """Whether the text ends where the first parameter of a call is due."""
    rest = source.skip_blanks(opener.end)
    if rest == source.end:
        return source.at_line_start(opener.start)
    return source.ends_within("<parameter=", rest) or source.ends_within("</function>", rest)


def _unfinished(source: Source, start: int, end: int) -> Reading:
    message = "a function without <tool_call> that is never closed; kept as text"
    return Reading(end, complete=False, problems=(Problem((start, source.end), message),))


def _behind_orphan(source: Source, end: int) -> int:
    rest = source.skip_blanks(end)
    if source.at(CLOSE, rest):
        return rest + len(CLOSE)
    return source.end if rest < source.end and source.ends_within(CLOSE, rest) else end

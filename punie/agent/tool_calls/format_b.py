"""Format B: Python between `<tool_call>` and `</tool_call>`, each on a line of its own."""

from __future__ import annotations

import re
from typing import Final

from punie.agent.tool_calls.code_value import hidden_closer
from punie.agent.tool_calls.conversion import CODE, Schemas
from punie.agent.tool_calls.dialect import Reading, Value
from punie.agent.tool_calls.fences import unwrapped
from punie.agent.tool_calls.function import without_part_of_closer
from punie.agent.tool_calls.python_scanner import inside_at_end, next_tag
from punie.agent.tool_calls.reply import Problem, ToolCall
from punie.agent.tool_calls.source import CLOSE, OPEN, Source

EXECUTE: Final = "execute_code"
_LINE_BREAK: Final = re.compile(r"\r?\n")


def read(source: Source, start: int, schemas: Schemas) -> Reading | None:  # noqa: ARG001 - the interface of a dialect
    """Read the block at `start`; None when it does not hold Python."""
    line_break = source.match(_LINE_BREAK, start + len(OPEN))
    if line_break is None or source.exhausted:
        return None
    begin = line_break.end()
    first = source.skip_blanks(begin)
    if first == source.end or source.text[first] in "<{[":
        return None
    closer = _closer(source, begin)
    if closer is None:
        return None
    cut = closer == source.end
    code = _body(source, begin, closer, cut=cut)
    if not code.strip():
        return None
    end = closer if cut else closer + len(CLOSE)
    problems = (Problem((start, end), "the text ends inside the code of a call"),) if cut else ()
    call = ToolCall(EXECUTE, {CODE: code}, (start, end), "format_b", whole=not cut)
    return Reading(end, (call,), complete=not cut, problems=problems, values=(Value(CODE, begin, closer),))


def _closer(source: Source, begin: int) -> int | None:
    """Where the closer begins; the end of the text when it is cut off; None when another opener comes first."""
    position = begin
    while (tag := next_tag(source, position)) is not None:
        if tag.kind == "/call":
            return tag.start
        if tag.kind in {"call", "function", "parameter"}:
            return hidden_closer(source, CLOSE, begin, tag.start)
        position = tag.end
    inside = inside_at_end(source, begin)
    hidden = hidden_closer(source, CLOSE, begin, source.end) if inside else None
    if hidden is not None and inside == "string" and source.skip_blanks(hidden + len(CLOSE)) != source.end:
        return source.end
    return source.end if hidden is None else hidden


def _body(source: Source, begin: int, end: int, *, cut: bool) -> str:
    text = source.text[begin:end]
    if cut:
        text = without_part_of_closer(text)
    text = text.removesuffix("\n")
    # A line break next to a delimiter may be CRLF; a cut one may have lost its second half.
    code = text.removesuffix("\r")
    return code if cut else unwrapped(source, code)

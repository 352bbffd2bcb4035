"""Format A: `<tool_call>` with one or more `<function=…>` inside, the native form of Qwen3-Coder."""

from __future__ import annotations

from punie.agent.tool_calls.conversion import Schemas
from punie.agent.tool_calls.dialect import Reading
from punie.agent.tool_calls.function import Function, read_function
from punie.agent.tool_calls.python_scanner import next_tag
from punie.agent.tool_calls.reply import Problem, Span, ToolCall
from punie.agent.tool_calls.source import CLOSE, OPEN, Source, Tag


def read(source: Source, start: int, schemas: Schemas) -> Reading | None:
    """Read the block at `start`; None when it holds no function."""
    body = source.skip_blanks(start + len(OPEN))
    if source.ends_within_a_tag(body):
        return _beheaded(source, start)
    opener = _first_function(source, start + len(OPEN), body)
    if opener is None:
        return None
    functions, end = _functions(source, opener, schemas)
    return _reading(functions, start, end)


def _beheaded(source: Source, start: int) -> Reading:
    lost = Problem((start, source.end), "the text ends right after the opening of a call", lost=True)
    return Reading(source.end, complete=False, problems=(lost,))


def _first_function(source: Source, after_opener: int, body: int) -> Tag | None:
    """The first function of a block; words may stand before it, if it is more than a mention."""
    tag = source.tag_at(body)
    if tag is not None:
        return tag if tag.kind == "function" else None
    if source.text.startswith(("{", "["), body):
        return None
    on_next_line = source.text.startswith(("\n", "\r\n"), after_opener)
    as_code = on_next_line and not source.at("<", body) and not source.exhausted
    tag = next_tag(source, body).tag if as_code else source.tag(body)
    return tag if tag is not None and tag.kind == "function" and source.begins_function(tag) else None


def _functions(source: Source, opener: Tag, schemas: Schemas) -> tuple[list[tuple[int, Function]], int]:
    """The functions of a block with their offsets, and the end of the block."""
    found = [(opener.start, read_function(source, opener, schemas))]
    while (last := found[-1][1]).closed_by in {"/function", "function"}:
        tag = _next_of_block(source, last.end)
        if tag is None or tag.kind == "call":
            return found, _end_of_open_block(source, last.end)
        if tag.kind == "/call":
            return found, tag.end
        found.append((tag.start, read_function(source, tag, schemas)))
    return found, last.end + (len(CLOSE) if last.closed_by == "/call" else 0)


def _next_of_block(source: Source, start: int) -> Tag | None:
    """What goes on with a block behind one of its functions; a function in the words between is only mentioned."""
    position = start
    while (tag := source.tag(position)) is not None:
        if tag.kind in {"call", "/call"}:
            return tag
        if tag.kind == "function" and (source.skip_blanks(start) == tag.start or source.begins_function(tag)):
            return tag
        position = tag.end
    return None


def _end_of_open_block(source: Source, end: int) -> int:
    """A block without a closer ends with its last function; half a closer at the end of the text belongs to it."""
    rest = source.skip_blanks(end)
    return source.end if rest < source.end and source.ends_within(CLOSE, rest) else end


def _reading(functions: list[tuple[int, Function]], start: int, end: int) -> Reading:
    begins = [start, *(begin for begin, _ in functions[1:])]
    calls = tuple(
        ToolCall(function.name, function.arguments, span, "format_a", whole=function.closed_by != "")
        for (_, function), span in zip(functions, _spans(begins, end), strict=True)
    )
    return Reading(
        end,
        calls,
        complete=all(call.whole for call in calls),
        problems=tuple(problem for _, function in functions for problem in function.problems),
        values=tuple(value for _, function in functions for value in function.values),
    )


def _spans(begins: list[int], end: int) -> list[Span]:
    return list(zip(begins, [*begins[1:], end], strict=True))

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
    functions, closer = _functions(source, opener, schemas)
    return _reading(source, functions, start, closer)


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
    tag = next_tag(source, body) if as_code else source.tag(body)
    return tag if tag is not None and tag.kind == "function" and source.begins_function(tag) else None


def _functions(source: Source, opener: Tag, schemas: Schemas) -> tuple[list[tuple[int, Function]], Tag | None]:
    """The functions of a block with their offsets, and the closer of the block."""
    found = [(opener.start, read_function(source, opener, schemas))]
    while (last := found[-1][1]).closed_by in {"/function", "function"}:
        tag = _next_of_block(source, last.end)
        if tag is None or tag.kind != "function":
            return found, tag if tag is not None and tag.kind == "/call" else None
        found.append((tag.start, read_function(source, tag, schemas)))
    return found, source.tag_at(last.end) if last.closed_by == "/call" else None


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


def _reading(source: Source, functions: list[tuple[int, Function]], start: int, closer: Tag | None) -> Reading:
    spans = _spans(source, functions, start, closer)
    calls = tuple(
        ToolCall(function.name, function.arguments, span, "format_a", whole=function.closed_by != "")
        for (_, function), span in zip(functions, spans, strict=True)
    )
    return Reading(
        spans[-1][1],
        calls,
        complete=all(call.whole for call in calls),
        problems=tuple(problem for _, function in functions for problem in function.problems),
        values=tuple(value for _, function in functions for value in function.values),
    )


def _spans(source: Source, functions: list[tuple[int, Function]], start: int, closer: Tag | None) -> list[Span]:
    """The spans of the calls. What stands between functions belongs to them only if the block is closed."""
    begins = [start, *(begin for begin, _ in functions[1:])]
    if closer is not None:
        return list(zip(begins, [*begins[1:], closer.end], strict=True))
    ends = [function.end for _, function in functions]
    return list(zip(begins, [*ends[:-1], _end_of_open_block(source, ends[-1])], strict=True))


def _end_of_open_block(source: Source, end: int) -> int:
    """A block without a closer ends with its last function; half a closer at the end of the text belongs to it."""
    rest = source.skip_blanks(end)
    return source.end if rest < source.end and source.ends_within(CLOSE, rest) else end

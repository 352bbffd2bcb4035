"""
Calls in older forms to the one form of Code Mode.

Only the text of a call changes: what an assistant says around it stays as it is. A call that cannot be carried over
without a loss is refused. Fenced blocks stay: whether they were meant to run is not visible in them.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

from punie.agent.tool_calls import Reply, ToolCall, emit_call, parse_reply
from punie.agent.typed_tools import CATALOGUE, Tool

EXECUTE: Final = "execute_code"
_FENCES: Final = frozenset({"json_fence", "python_fence"})
_TAGGED: Final = frozenset({"bare", "format_a"})
_TYPES: Final = {"str": "string", "int": "integer", "bool": "boolean", "None": "null", "list": "array"}
_CLASSES: Final = {"str": str, "int": int, "bool": bool, "None": type(None), "list": list}
# The code that stands for a call, or None where the call stays as it is.
Rule = Callable[[ToolCall], str | None]
_Meaning = tuple[str, dict[str, Any]]


class ConversionError(ValueError):
    """A turn or row that cannot be converted without losing something; the message says what."""


def calls_to_format_a(turn: str) -> str:
    """
    Write each call of `execute_code` in a turn as `emit_call` does; other calls stay.

    Args:
        turn: what an assistant said.

    Raises:
        ConversionError: the turn ends inside a call, or a call holds text that the new form would lose.

    """
    return _rewritten(turn, parse_reply(turn), _code_of_execute)


def calls_to_code_mode(turn: str) -> str:
    """
    Write each call in a turn, of a single tool or of `execute_code`, as a call of `execute_code`.

    Args:
        turn: what an assistant said; the values of its calls may be text, the catalogue gives them their types.

    Raises:
        ConversionError: as in `calls_to_format_a`; or a tool is unknown, or its arguments do not fit it.

    """
    return _rewritten(turn, parse_reply(turn, _schemas()), _code_of_any)


def tool_code(name: str, arguments: Mapping[str, Any]) -> str:
    """
    The program that calls one tool of the catalogue and prints its result.

    Args:
        name: the tool.
        arguments: its values by name.

    Raises:
        ConversionError: there is no such tool, or the arguments do not fit it.

    """
    tool = CATALOGUE.get(name)
    if tool is None:
        message = f"unknown tool {name!r}: Code Mode offers {', '.join(CATALOGUE)}"
        raise ConversionError(message)
    _refuse_misfit(tool, arguments)
    return f"result = {name}({', '.join(_written(tool, arguments))})\nprint(result)"


def _refuse_misfit(tool: Tool, arguments: Mapping[str, Any]) -> None:
    try:
        tool.bind((), arguments)
    except TypeError as error:
        message = f"the arguments of {tool.name!r} do not fit it: {error}"
        raise ConversionError(message) from None
    for parameter in tool.parameters:
        value = arguments.get(parameter.name, parameter.default)
        if parameter.name in arguments and type(value) not in map(_CLASSES.get, _kinds(parameter.annotation)):
            message = f"{parameter.name} of {tool.name!r} is {value!r}: give {parameter.annotation}"
            raise ConversionError(message)


def _written(tool: Tool, arguments: Mapping[str, Any]) -> Iterator[str]:
    for parameter in tool.parameters:
        if parameter.required:
            yield _literal(arguments[parameter.name])
        elif parameter.name in arguments:
            yield f"{parameter.name}={_literal(arguments[parameter.name])}"


def _literal(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Python that stands for a JSON value; texts in double quotes where JSON spells them as Python does."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False) if value.replace("\n", "").isprintable() else repr(value)
    if isinstance(value, float) and not math.isfinite(value):
        message = f"{value!r} has no literal in Python: give a number"
        raise ConversionError(message)
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_literal(key)}: {_literal(item)}' for key, item in value.items())}}}"
    return repr(value)


def _schemas() -> list[dict[str, Any]]:
    """The catalogue in OpenAI's form, so far as the types of its parameters are plain."""
    return [{"type": "function", "function": {"name": t.name, "parameters": _schema(t)}} for t in CATALOGUE.values()]


def _schema(tool: Tool) -> dict[str, Any]:
    return {"properties": {parameter.name: _type(parameter.annotation) for parameter in tool.parameters}}


def _type(annotation: str) -> dict[str, Any]:
    return {"anyOf": [{"type": _TYPES[part]} for part in _kinds(annotation)]}


def _kinds(annotation: str) -> list[str]:
    """The plain types of an annotation: `list[str] | None` is a list or None."""
    return [part.strip().partition("[")[0] for part in annotation.split("|")]


def _code_of_execute(call: ToolCall) -> str | None:
    if call.name != EXECUTE:
        return None
    if set(call.arguments) != {"code"} or not isinstance(call.arguments["code"], str):
        message = f"a call of {EXECUTE!r} takes code alone, this one has {sorted(call.arguments)!r}"
        raise ConversionError(message)
    return call.arguments["code"]


def _code_of_any(call: ToolCall) -> str | None:
    code = _code_of_execute(call)
    return tool_code(call.name, call.arguments) if code is None else code


def _rewritten(turn: str, typed: Reply, rule: Rule) -> str:
    plain = parse_reply(turn)
    _refuse_cut(plain)
    parts: list[str] = []
    wanted: list[_Meaning] = []
    position = 0
    for span, group in groupby(_tagged(typed), key=attrgetter("span")):
        calls = list(group)
        code = _program(calls, rule)
        if code is not None:
            _refuse_loss(turn[slice(*span)], [call for call in plain.calls if call.span == span])
        parts += [turn[position : span[0]], turn[slice(*span)] if code is None else emit_call(code)]
        wanted += map(_meaning, calls) if code is None else [(EXECUTE, {"code": code})]
        position = span[1]
    text = "".join([*parts, turn[position:]])
    _refuse_misreading(plain, wanted, parse_reply(text))
    return text


def _tagged(reply: Reply) -> list[ToolCall]:
    return [call for call in reply.calls if call.dialect not in _FENCES]


def _meaning(call: ToolCall) -> _Meaning:
    return call.name, call.arguments


def _program(calls: list[ToolCall], rule: Rule) -> str | None:
    """One program for the calls that share a piece of text, in their order; None when they stay as they are."""
    codes = [code for call in calls if (code := rule(call)) is not None]
    if not codes:
        return None
    if len(codes) < len(calls):
        message = f"a list mixes calls of {EXECUTE!r} with others: convert all of them to Code Mode"
        raise ConversionError(message)
    return "\n".join(codes)


def _refuse_cut(reply: Reply) -> None:
    if not reply.complete and (_tagged(reply) or any(problem.lost for problem in reply.problems)):
        message = "the turn ends inside a call: complete it or leave the row out"
        raise ConversionError(message)


def _refuse_loss(text: str, calls: list[ToolCall]) -> None:
    """Refuse a call in tags that holds more than its values: words, a value that a later one hides, a missing tag."""
    loose = not calls or any(call.dialect in _TAGGED and not _skeleton(call).fullmatch(text) for call in calls)
    if loose:
        message = f"a call is malformed or holds text outside its values: {text[:80]!r}"
        raise ConversionError(message)


def _skeleton(call: ToolCall) -> re.Pattern[str]:
    """The texts that hold a call, whose values are as they were written, and nothing else."""
    values = "".join(
        rf"<parameter={re.escape(name)}>\n?{'(?i:null)' if value is None else re.escape(str(value))}\n?</parameter>\s*"
        for name, value in call.arguments.items()
    )
    function = rf"<function={re.escape(call.name)}>\s*{values}</function>"
    return re.compile(rf"(?:<tool_call>\s*)?{function}\s*(?:</tool_call>)?")


def _refuse_misreading(before: Reply, wanted: list[_Meaning], after: Reply) -> None:
    """Refuse what would not be read back: the same words, and the calls that were meant."""
    read = [_meaning(call) for call in _tagged(after)]
    if (after.content, after.reasoning) != (before.content, before.reasoning) or read != wanted:
        message = "the converted turn would not be read back as it was: look for tags and open strings in its calls"
        raise ConversionError(message)

"""Calls that are not written in the tags of format A: JSON and Python in fences, in other tags or bare."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from punie.agent.typed_tools import CATALOGUE
from punie.training.checks.requests import shortened
from punie.training.checks.row import AssistantTurn
from punie.training.programs import parsed

TOOLS: Final = frozenset({*CATALOGUE, "execute_code"})
_NAMES: Final = ("name", "tool", "tool_name", "function", "function_name", "action", "recipient_name")
_VALUES: Final = ("arguments", "parameters", "args", "params", "input", "tool_input", "action_input", "kwargs")
_LISTS: Final = ("tool_calls", "tool_call", "function_call", "calls")
_FENCE: Final = re.compile(
    r"^ {0,3}(?P<run>`{3,}|~{3,})[ \t]*(?P<language>[\w+-]*)[^\n`]*\n(?P<body>.*?)(?:(?P=run)|\Z)",
    re.DOTALL | re.MULTILINE,
)
_PYTHON: Final = frozenset({"python", "py", "python3"})
_CALLS: Final = frozenset({"tool_call", "tool_calls", "tool_code", "tool", "function_call", "execute_code", "toolcall"})
_PART: Final = re.compile(
    rf'"(?:{"|".join(_NAMES)})"\s*:\s*"(?P<name>\w+)"\s*,\s*"(?:{"|".join(_VALUES)})"\s*:', re.IGNORECASE
)
_FOREIGN: Final = re.compile(
    r"""^[ \t]*(?:
      <\|?(?:tool_use|function_calls?|invoke|tool_code|execute_code|python_tag|tool_calls?(?:_(?:begin|start))?(?=\|)|action)\b[^\n]*
    | \[(?:TOOL_CALLS?|FUNCTION_CALLS?)\][^\n]*
    | functools\[[^\n]*
    | Action:[ \t]*\w+[ \t]*\n+[ \t]*Action[ ]Input:[^\n]*
    )""",
    re.VERBOSE | re.MULTILINE,
)
# Who asks how a call or a program is written is answered with one.
_ASKS_FOR_CALLS: Final = re.compile(
    r"\b(?:(?:tool|function)[- _]?call(?:s|ing)?|call(?:s|ed|ing)?\s+(?:a|the|your)\s+tools?|execute_code|schema"
    r"|how\s+(?:do|would|should|can|could)\s+(?:i|you|we|one)|looks?\s+like|example\s+of|syntax|in\s+what\s+format)\b",
    re.IGNORECASE,
)
_ASKS_FOR_CODE: Final = re.compile(
    r"^\W*(?:how\s+(?!many\b|much\b|long\b|often\b|big\b)|explain|describe|why|when\s+(?:do|does|should|would)|teach)"
    r"|\b(?:example|snippet|script|show\s+me\s+how|sample|code\s+mode|sandbox|format"
    r"|without\s+(?:running|calling|executing)|(?:don.?t|do\s+not)\s+(?:run|call|execute))\b",
    re.IGNORECASE,
)


class Fault(NamedTuple):
    """What is wrong with a call: the rule that it breaks, and the message."""

    rule: str
    message: str


def body_fault(text: str) -> Fault | None:
    """Return format B when the text behind the opener of a call begins with JSON, or holds a line that calls a tool."""
    body = text.strip()
    if body.startswith(("{", "[")) and _decoded(body) is not None:
        return Fault("format_B", f"the call is written as JSON: {shortened(body)}")
    line = re.split(r"</?\w+", body, maxsplit=1)[0]
    return Fault("format_B", f"the call is bare Python: {shortened(line)}") if calls_tools(line) else None


def fence_fault(turn: AssistantTurn, query: str) -> Fault | None:
    """
    Return a fault when a fence holds the call that a turn should have made.

    Args:
        turn: without calls in tags.
        query: what the user said last before it.
    """
    if "```" not in turn.text and "~~~" not in turn.text:
        return None
    for fence in _FENCE.finditer(turn.text):
        if _is_call(fence["language"].lower(), fence["body"], query):
            return Fault("format_json_fence", f"the call is written as a fence: {shortened(fence['body'])}")
    return None


def dialect_fault(turn: AssistantTurn, query: str) -> Fault | None:
    """
    Return a fault when a turn holds a call in the tags of another dialect.

    Args:
        turn: without calls in tags.
        query: what the user said last before it.
    """
    foreign = None if _ASKS_FOR_CALLS.search(query) else _FOREIGN.search(_FENCE.sub("", turn.reply.content or ""))
    if foreign is None:
        return None
    return Fault("format_B", f"the call is in another dialect: {shortened(foreign[0].strip())}")


def loose_fault(turn: AssistantTurn, query: str) -> Fault | None:
    """
    Return a fault when a turn holds a call without any tags.

    Args:
        turn: without calls in tags.
        query: what the user said last before it.
    """
    text = _FENCE.sub("", turn.reply.content or "")
    if not text.strip() or _ASKS_FOR_CALLS.search(query):
        return None
    for bracket in re.finditer(r"^[ \t]*(?=[{\[])", text, re.MULTILINE):
        rest = text[bracket.end() :]
        if _is_json_call(_decoded(rest)):
            return Fault("format_B", f"the call is bare JSON: {shortened(rest)}")
        part = _PART.search(rest[:200])
        if part is not None and part["name"] in TOOLS:
            return Fault("unparsable_call", f"the JSON of a call does not parse: {shortened(rest)}")
    code = next((each for each in (text, text.strip().partition("\n")[2]) if calls_tools(each)), None)
    return None if code is None else Fault("format_B", f"the call is bare Python: {shortened(code)}")


def calls_tools(code: str) -> bool:
    """Whether a text is a program that calls a tool of the catalogue, or execute_code."""
    if "(" not in code or not any(name in code for name in TOOLS):
        return False
    tree = parsed(code.strip())
    nodes = () if tree is None else ast.walk(tree)
    return any(isinstance(node, ast.Call) and _is_tool(node.func) for node in nodes)


def _is_tool(function: ast.expr) -> bool:
    match function:
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="functions" | "tools" | "default_api"), attr=name):
            return name in TOOLS
    return False


def _is_call(language: str, body: str, query: str) -> bool:
    if language in _CALLS:
        return bool(body.strip())
    if _ASKS_FOR_CALLS.search(query):
        return False
    if "<function=" in body and "<tool_call>" in body:
        return not _ASKS_FOR_CODE.search(query)
    if language in _PYTHON or calls_tools(body):
        return calls_tools(body) and not _ASKS_FOR_CODE.search(query)
    text = body.strip()
    part = _PART.search(text) if text.startswith(("{", "[")) else None
    return _is_json_call(_decoded(text)) or (part is not None and part["name"] in TOOLS)


def _decoded(text: str) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return json.JSONDecoder().raw_decode(text)[0]
    except (ValueError, RecursionError):
        return None


def _is_json_call(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Whether JSON names a function and its arguments; a list does when each item does."""
    if isinstance(value, list):
        return bool(value) and all(map(_is_json_call, value))
    if not isinstance(value, dict):
        return False
    if any(_is_json_call(value[key]) for key in _LISTS if key in value):
        return True
    names = list(_named(value))
    given = any(isinstance(value.get(key), dict | str) for key in _VALUES)
    return any(name in TOOLS for name in names) or (bool(names) and given and "$schema" not in value)


def _named(value: dict[str, Any]) -> Iterator[str]:
    for key in _NAMES:
        inner = value.get(key)
        if isinstance(inner, dict) and _is_json_call(inner):
            yield str(inner.get("name", ""))
        elif isinstance(inner, str) and re.fullmatch(r"[\w.-]+", inner):
            yield inner

"""Values by schema: what each type makes of a text, and that nothing raises."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

from punie.agent.tool_calls import parse_reply


def value(text: str, schema: object, *, name: str = "a") -> object:
    tools = [{"type": "function", "function": {"name": "f", "parameters": {"properties": {name: schema}}}}]
    call = f"<tool_call><function=f><parameter={name}>{text}</parameter></function></tool_call>"
    return parse_reply(call, tools).calls[0].arguments[name]


INTEGER = {"type": "integer"}
NUMBER = {"type": "number"}
BOOLEAN = {"type": "boolean"}
OBJECT = {"type": "object"}
ARRAY = {"type": "array"}
STRING = {"type": "string"}


@pytest.mark.parametrize(
    ("text", "schema", "expected"),
    [
        (" 1_000 ", INTEGER, 1000),
        ("9007199254740993", INTEGER, 9007199254740993),
        ("3.5", INTEGER, "3.5"),
        ("9" * 5000, INTEGER, "9" * 5000),
        ("2.50", NUMBER, 2.5),
        ("1e3", NUMBER, 1000),
        ("-inf", NUMBER, "-inf"),
        ("NaN", NUMBER, "NaN"),
        ("1e999", NUMBER, "1e999"),
        ("9" * 5000, NUMBER, "9" * 5000),
        ("TRUE", BOOLEAN, True),
        ("yes", BOOLEAN, False),
        ("[1, {}]", ARRAY, [1, {}]),
        ("(1, 'a')", ARRAY, [1, "a"]),
        ("{'a': None}", OBJECT, {"a": None}),
        ("{1: 2}", OBJECT, {"1": 2}),
        ("[1]", OBJECT, "[1]"),
        ("{1}", OBJECT, "{1}"),
        ("{(1, 2): 3}", OBJECT, "{(1, 2): 3}"),
        ("{[1]: 2}", OBJECT, "{[1]: 2}"),
        ("[b'x']", ARRAY, "[b'x']"),
        ("[NaN]", ARRAY, "[NaN]"),
        ("[1e999]", ARRAY, "[1e999]"),
        ("['\ud800']", ARRAY, "['\ud800']"),
        ("open('x')", OBJECT, "open('x')"),
        ("42", STRING, "42"),
        ("NULL", STRING, None),
        ("null", {}, None),
        ("42", {}, "42"),
        ("42", {"type": ["string", "integer"]}, 42),
        ("x", {"anyOf": [{"type": "integer"}, {"type": "string"}]}, "x"),
        ("true", {"anyOf": [BOOLEAN, INTEGER]}, True),
        ("1", {"anyOf": [BOOLEAN, INTEGER]}, 1),
        ("false", {"type": ["boolean", "null"]}, False),
        ("1", {"type": "unheard of"}, "1"),
        ("1", {"type": {"nested": 1}}, "1"),
    ],
    ids=lambda each: repr(each)[:40],
)
def test_a_text_becomes(text: str, schema: object, expected: object) -> None:
    found = value(text, schema)

    assert (type(found), found) == (type(expected), expected)


@pytest.mark.parametrize("text", ["null", "1", "[1]"])
def test_code_is_always_text(text: str) -> None:
    assert value(text, {"type": ["integer", "array", "null"]}, name="code") == text


@pytest.mark.parametrize("opening", ["[", "{'a':", "(", "-", "[1,"])
@pytest.mark.parametrize("schema", [OBJECT, ARRAY], ids=["object", "array"])
def test_deep_nesting_stays_text(opening: str, schema: dict[str, str]) -> None:
    text = opening * 50_000

    assert value(text, schema) == text


def test_python_literals_warn_about_nothing() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        value(r"['\d']", ARRAY)

    assert caught == []


@pytest.mark.parametrize(
    "tools",
    [
        [None],
        ["f"],
        [{"function": None}],
        [{"function": {"name": 1}}],
        [{"function": {"name": "f"}}],
        [{"function": {"name": "f", "parameters": []}}],
        [{"function": {"name": "f", "parameters": {"properties": [1]}}}],
    ],
    ids=repr,
)
def test_a_broken_schema_is_no_schema(tools: list[Any]) -> None:
    reply = parse_reply("<tool_call><function=f><parameter=a>1</parameter></function></tool_call>", tools)

    assert reply.calls[0].arguments == {"a": "1"}


def test_a_union_that_holds_itself_ends() -> None:
    schema: dict[str, Any] = {}
    schema["anyOf"] = [schema, INTEGER]

    assert value("1", schema) == 1


def test_only_known_names_split_a_value_when_there_is_a_schema() -> None:
    text = "<tool_call><function=f><parameter=a>\nx\n<parameter=b>\ny\n</parameter></function></tool_call>"
    tools = [{"type": "function", "function": {"name": "f", "parameters": {"properties": {"a": STRING}}}}]

    assert list(parse_reply(text).calls[0].arguments) == ["a", "b"]
    assert list(parse_reply(text, tools).calls[0].arguments) == ["a"]

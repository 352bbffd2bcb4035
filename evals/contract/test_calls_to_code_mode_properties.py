from __future__ import annotations

import ast
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from punie.agent.tool_calls import emit_call, parse_reply
from punie.agent.typed_tools import CATALOGUE, Tool
from punie.testing.strategies import TAGS, WrittenReply, python_code, replies, token_soup
from punie.training.code_mode import ConversionError, calls_to_code_mode, calls_to_format_a, tool_code

# The parser takes a lone end of reasoning inside JSON for the end of the reply's reasoning.
IN_JSON = tuple(tag for tag in TAGS if "think" not in tag)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "str": st.text(max_size=10) | st.sampled_from(IN_JSON),
    "int": st.integers(),
    "bool": st.booleans(),
    "list[str] | None": st.none() | st.lists(st.text(max_size=5), max_size=3),
    "str | None": st.none() | st.text(max_size=5),
}


@st.composite
def arguments(draw: st.DrawFn) -> tuple[Tool, dict[str, Any]]:
    tool = draw(st.sampled_from(list(CATALOGUE.values())))
    given_ones = [each for each in tool.parameters if each.required or draw(st.booleans())]
    return tool, {each.name: draw(VALUES[each.annotation]) for each in given_ones}


def bound(code: str) -> tuple[str, dict[str, Any]]:
    """The tool that the first line of a program calls, and its arguments by name."""
    assignment = ast.parse(code).body[0]
    assert isinstance(assignment, ast.Assign)
    call = assignment.value
    assert isinstance(call, ast.Call)
    positional = [ast.literal_eval(value) for value in call.args]
    named = {str(each.arg): ast.literal_eval(each.value) for each in call.keywords}
    name = ast.unparse(call.func)
    return name, CATALOGUE[name].bind(positional, named)


@given(arguments())
def test_the_code_of_a_tool_passes_the_same_values(called: tuple[Tool, dict[str, Any]]) -> None:
    tool, values = called

    assert bound(tool_code(tool.name, values)) == (tool.name, tool.bind((), values))


@given(arguments(), st.sampled_from(["", "Look:\n", " a\u2028"]), st.sampled_from(["", "\nDone. "]))
def test_a_call_in_json_loses_neither_values_nor_words(
    called: tuple[Tool, dict[str, Any]], before: str, after: str
) -> None:
    tool, values = called
    text = json.dumps({"name": tool.name, "arguments": values})

    assert calls_to_code_mode(f"{before}<tool_call>\n{text}\n</tool_call>{after}") == (
        before + emit_call(tool_code(tool.name, values)) + after
    )


@given(python_code().filter(str.strip), st.sampled_from(["\n", "\r\n"]))
def test_the_code_of_format_b_is_the_code_of_format_a(code: str, line_break: str) -> None:
    assert calls_to_format_a(f"<tool_call>{line_break}{code}{line_break}</tool_call>") == emit_call(code)


@given(python_code())
def test_what_is_written_in_the_one_form_stays(code: str) -> None:
    assert calls_to_format_a(emit_call(code)) == emit_call(code)
    assert calls_to_code_mode(emit_call(code)) == emit_call(code)


@given(replies())
def test_words_and_calls_of_a_reply_survive(reply: WrittenReply) -> None:
    try:
        text = calls_to_format_a(reply.text)
    except ConversionError:
        return
    before, after = parse_reply(reply.text), parse_reply(text)

    assert after.content == before.content
    assert [(call.name, call.arguments) for call in after.calls] == [
        (call.name, call.arguments) for call in before.calls
    ]


@given(token_soup() | replies().map(lambda reply: reply.text))
def test_any_turn_converts_once_or_is_refused(turn: str) -> None:
    for convert in (calls_to_format_a, calls_to_code_mode):
        try:
            text = convert(turn)
        except ConversionError:
            continue

        assert convert(text) == text
        assert parse_reply(text).content == parse_reply(turn).content

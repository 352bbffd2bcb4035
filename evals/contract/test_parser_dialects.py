"""Replies in the other dialects, and reasoning, case by case."""

from __future__ import annotations

import pytest

from evals.contract.parser_case import LITERAL_CALL, Case, code, held, note, parameters
from punie.agent.tool_calls import emit_call, parse_reply
from punie.agent.tool_calls.reply import Dialect
from punie.training.tool_call_parser import parse_tool_calls

FORMAT_B = (
    Case("code alone", "<tool_call>\n  x = 1\n\n</tool_call>", [code("  x = 1\n")]),
    Case("a closer in a string", "<tool_call>\ns = '</tool_call>'\n</tool_call>", [code("s = '</tool_call>'")]),
    Case("a fence inside", "<tool_call>\n```python\nx = 1\n```\n</tool_call>", [code("x = 1")]),
    Case(
        "a comment hides the closer",
        "<tool_call>\nx # y</tool_call>\n<tool_call>\nz\n</tool_call>",
        [code("x # y"), code("z")],
    ),
    Case("Windows line breaks", "<tool_call>\r\nx\r\n</tool_call>", [code("x")]),
    Case("two", "<tool_call>\nx\n</tool_call> and <tool_call>\ny\n</tool_call>", [code("x"), code("y")], "and"),
)

HERMES = (
    Case(
        "parameters in place of arguments",
        '<tool_call>{"name": "f", "parameters": {"a": 1}}</tool_call>',
        [("f", {"a": 1})],
    ),
    Case("no arguments", '<tool_call>{"name": "f"}</tool_call>', [("f", {})]),
    Case("a list", '<tool_call>[{"name": "f"}, {"name": "g"}]</tool_call>', [("f", {}), ("g", {})]),
    Case(
        "a closer in a string",
        '<tool_call>{"name": "f", "arguments": {"s": "</tool_call>"}}</tool_call>',
        [("f", {"s": "</tool_call>"})],
    ),
    Case("without its closer", '<tool_call>{"name": "f"}', [("f", {})]),
    Case(
        "arguments that are no object",
        '<tool_call>{"name": "f", "arguments": 1}</tool_call>',
        [],
        '<tool_call>{"name": "f", "arguments": 1}</tool_call>',
    ),
    Case("a name that is no string", '<tool_call>{"name": 1}</tool_call>', [], '<tool_call>{"name": 1}</tool_call>'),
    Case(
        "a broken string takes no good call with it",
        '<tool_call>{"name": "f}\n</tool_call>\n<tool_call>{"name": "g"}</tool_call>',
        [("g", {})],
        '<tool_call>{"name": "f}\n</tool_call>',
    ),
)

FENCES = (
    Case("Python", "Try:\n~~~ Py title\nx = 1\n~~~~\n", [code("x = 1")], "Try:"),
    Case("indented Python", "  ```python\n  if x:\n    y\n  ```", [code("if x:\n  y")]),
    Case("a fence in a string", "```python\ns = '''\n```\n'''\n```", [code("s = '''\n```\n'''")]),
    Case("a string that never ends", '```python\ns = """\n```\nHm.', [code('s = """')], "Hm."),
    Case(
        "JSON with two calls",
        '```json\n[{"name": "f", "arguments": {}}, {"name": "g", "arguments": {}}]\n```',
        [("f", {}), ("g", {})],
    ),
    Case("JSON that is data", '```json\n{"name": "f"}\n```', [], '```json\n{"name": "f"}\n```'),
    Case("another language", "```\nx\n```", [], "```\nx\n```"),
    Case("a call in a fence is an example", f"```\n{LITERAL_CALL}\n```", [], f"```\n{LITERAL_CALL}\n```"),
    Case("ticks inside a line", "Use ```python x``` here", [], "Use ```python x``` here"),
    Case("a tag call wins over a fence", f"```py\nx\n```\n{LITERAL_CALL}", [("g", {"b": "2"})], "```py\nx\n```"),
)

REASONING = (
    Case("between tags", "<think>\nhm\n</think>\nYes.", [], "Yes.", reasoning="hm"),
    Case("without its opener", f"hm</think>{LITERAL_CALL}", [("g", {"b": "2"})], reasoning="hm"),
    Case("ended by a call", f"<think>hm {LITERAL_CALL}", [("g", {"b": "2"})], reasoning="hm"),
    Case("never ended", "<think>hm", [], reasoning="hm"),
    Case("empty", "<think>\n\n</think>\n\nYes.", [], "Yes."),
    Case(
        "with an opener in it",
        f"<think>maybe <tool_call>\n<function=f> </think>{LITERAL_CALL}",
        [("g", {"b": "2"})],
        reasoning="maybe <tool_call>\n<function=f>",
    ),
    Case(
        "with a fence that it leaves open",
        f"<think>so\n```\nx</think>\n{LITERAL_CALL}",
        [("g", {"b": "2"})],
        reasoning="so\n```\nx",
    ),
    Case(
        "with a closer in a fence",
        "<think>so\n```\n</think>\n```\nyes</think>No.",
        [],
        "No.",
        reasoning="so\n```\n</think>\n```\nyes",
    ),
    Case("a closer in a value is text", emit_call("print('</think>')"), [code("print('</think>')")]),
    Case(
        "a closer and an opener in a value are text",
        emit_call("print('</think><tool_call>')"),
        [code("print('</think><tool_call>')")],
    ),
    Case(
        "a closer and a whole call in a value are text",
        note(f"hm</think>\n{LITERAL_CALL}"),
        [("note", {"text": f"hm</think>\n{LITERAL_CALL}"})],
    ),
    Case("a closer behind a call is text", f"{LITERAL_CALL}</think>", [("g", {"b": "2"})], "</think>"),
    Case("tags in the middle are text", "A <think>b</think> c", [], "A <think>b</think> c"),
)


@pytest.mark.parametrize("case", parameters(format_b=FORMAT_B, hermes=HERMES, fence=FENCES, reasoning=REASONING))
def test_a_reply_holds(case: Case) -> None:
    assert held(case.text) == case.held


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        (LITERAL_CALL, "format_a"),
        ("<function=f></function>", "bare"),
        ("<tool_call>\nx\n</tool_call>", "format_b"),
        ('<tool_call>{"name": "f"}</tool_call>', "hermes"),
        ('```json\n{"name": "f", "arguments": {}}\n```', "json_fence"),
        ("```python\nx\n```", "python_fence"),
    ],
)
def test_a_call_tells_its_dialect(text: str, dialect: Dialect) -> None:
    assert [call.dialect for call in parse_reply(text).calls] == [dialect]


def test_a_call_is_written_in_one_form() -> None:
    written = "<tool_call><function=execute_code>\n<parameter=code>\nx = 1\n</parameter>\n</function>\n</tool_call>"

    assert emit_call("x = 1") == written


def test_a_call_spans_its_text() -> None:
    text = f"Now: {LITERAL_CALL}!"
    start, end = parse_reply(text).calls[0].span

    assert text[start:end] == LITERAL_CALL


def test_the_calls_of_a_json_list_share_their_span() -> None:
    first, second = parse_reply('<tool_call>[{"name": "f"}, {"name": "g"}]</tool_call>').calls

    assert first.span == second.span


def test_training_sees_the_same_words_and_calls() -> None:
    reply = parse_reply(f"Now: {LITERAL_CALL}")

    assert parse_tool_calls(f"Now: {LITERAL_CALL}") == (reply.content, reply.calls)

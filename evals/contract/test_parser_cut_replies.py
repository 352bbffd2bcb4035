"""Replies that are cut off, and the problems that point at what is wrong."""

from __future__ import annotations

import pytest

from evals.contract.parser_case import Case, code, held, parameters
from punie.agent.tool_calls import parse_reply

CUT = (
    Case("an opener", "Go.\n<tool_call>", [], "Go.", complete=False),
    Case("half a function", "<tool_call>\n<function=exe", [], complete=False),
    Case("a function", "<tool_call>\n<function=f>\n<param", [("f", {})], complete=False),
    Case("half a closer", "<tool_call><function=f><parameter=code>\nx\n</para", [("f", {"code": "x"})], complete=False),
    Case("a value", "<tool_call><function=f><parameter=a>\n1\n</parameter>\n", [("f", {"a": "1"})], complete=False),
    Case(
        "a closer in an open string",
        '<tool_call><function=f><parameter=code>s = """</parameter></function>',
        [("f", {"code": 's = """</parameter></function>'})],
        complete=False,
    ),
    Case(
        "a call inside a value",
        "<tool_call><function=note><parameter=text>\n<tool_call>\n<function=g>\n</func",
        [("note", {"text": "<tool_call>\n<function=g>"})],
        complete=False,
    ),
    Case("a block", "<tool_call><function=f></function>\n</tool", [("f", {})]),
    Case("bare code", "<function=f>\n<parameter=code>\nx", [], "<function=f>\n<parameter=code>\nx", complete=False),
    Case("a bare function", "<function=f>\n<para", [], "<function=f>\n<para", complete=False),
    Case("code", "<tool_call>\nx = 1\n</tool_", [code("x = 1")], complete=False),
    Case("JSON", 'Go. <tool_call>{"name": "f", "argu', [], "Go.", complete=False),
    Case("a fence", "```python\nx = 1", [], "```python\nx = 1", complete=False),
)


@pytest.mark.parametrize("case", parameters(cut=CUT))
def test_a_reply_holds(case: Case) -> None:
    assert held(case.text) == case.held


@pytest.mark.parametrize(
    ("text", "place", "message", "lost"),
    [
        ("Go. <tool_call>\n<func", "<tool_call>\n<func", "the text ends right after the opening of a call", True),
        ('<tool_call>{"name": ', '<tool_call>{"name": ', "the text ends inside the JSON of a call", True),
        ("A <tool_call> b", "<tool_call>", "no call follows this <tool_call>; kept as text", False),
        (
            '<tool_call>{"a": 1}</tool_call>',
            '<tool_call>{"a": 1}</tool_call>',
            "the JSON of this block is no call; kept as text",
            False,
        ),
        (
            "<function=f><parameter=a>1",
            "<function=f><parameter=a>1",
            "a function without <tool_call> that is never closed; kept as text",
            False,
        ),
        ("x\n```py\ny", "```py\ny", "the text ends inside a fence", False),
        ("<tool_call>\nx", "<tool_call>\nx", "the text ends inside the code of a call", False),
        (
            "<tool_call><function=f><parameter=a>1</function>",
            "<parameter=a>1",
            "the value of 'a' has no closing tag",
            False,
        ),
        ("<tool_call><function=f>", "<function=f>", "the text ends inside the call of 'f'", False),
    ],
)
def test_a_problem_points_at_its_place(text: str, place: str, message: str, lost: bool) -> None:  # noqa: FBT001 - a column
    problems = [(text[slice(*problem.span)], problem.message, problem.lost) for problem in parse_reply(text).problems]

    assert problems == [(place, message, lost)]

"""Replies in every dialect and what they hold, case by case."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from punie.agent.tool_calls import emit_call, parse_reply
from punie.agent.tool_calls.reply import Dialect
from punie.training.tool_call_parser import parse_tool_calls

Call = tuple[str, dict[str, Any]]


class Case(NamedTuple):
    """A reply: its text, the calls and words in it, and whether it is complete."""

    name: str
    text: str
    calls: list[Call]
    words: str | None = None
    complete: bool = True
    reasoning: str | None = None


def code(text: str) -> Call:
    return "execute_code", {"code": text}


def run(body: str, *, closer: str = "</parameter>") -> str:
    return f"<tool_call>\n<function=execute_code>\n<parameter=code>\n{body}\n{closer}\n</function>\n</tool_call>"


def note(value: str) -> str:
    return f"<tool_call>\n<function=note>\n<parameter=text>\n{value}\n</parameter>\n</function>\n</tool_call>"


LITERAL_CALL = "<tool_call>\n<function=g>\n<parameter=b>\n2\n</parameter>\n</function>\n</tool_call>"
CLOSING_TAGS = "</parameter>\n</function>\n</tool_call>"

FORMAT_A = (
    Case("indentation of the first line is kept", run("    deep()"), [code("    deep()")]),
    Case("one line break goes at each end", run("\nx = 1\n"), [code("\nx = 1\n")]),
    Case("carriage returns are text", run("x = 1\r"), [code("x = 1\r")]),
    Case("a closer in a string is text", run("s = '</parameter>'"), [code("s = '</parameter>'")]),
    Case(
        "a closer behind an escaped quote is text",
        run(r"s = 'it\'s </parameter>'"),
        [code(r"s = 'it\'s </parameter>'")],
    ),
    Case(
        "all closers in a triple string are text",
        run(f's = """{CLOSING_TAGS}"""\nprint(s)'),
        [code(f's = """{CLOSING_TAGS}"""\nprint(s)')],
    ),
    Case(
        "a string goes on behind an escaped line break",
        run("s = 'a\\\n</parameter>'"),
        [code("s = 'a\\\n</parameter>'")],
    ),
    Case("a single quote ends with its line", run("# fine\nx = 'oops\ny = 2"), [code("# fine\nx = 'oops\ny = 2")]),
    Case("a comment may hide the closer", run("x = 1 # done</parameter>", closer=""), [code("x = 1 # done")]),
    Case(
        "a comment may hide all closers of its line",
        "<tool_call><function=f><parameter=code>x # y</parameter></function></tool_call>\nDone.",
        [("f", {"code": "x # y"})],
        "Done.",
    ),
    Case(
        "the last of several hidden closers is the real one",
        run(f"t = '''{CLOSING_TAGS}'''\nx = 1 # end</parameter>", closer=""),
        [code(f"t = '''{CLOSING_TAGS}'''\nx = 1 # end")],
    ),
    Case("a string that never ends gives way to the last closers", run('s = """open'), [code('s = """open')]),
    Case("a missing parameter closer", run("x = 1", closer=""), [code("x = 1\n")]),
    Case("a drifted parameter closer", run("x = 1", closer="</parameter_code>"), [code("x = 1")]),
    Case("a call inside a value is text", note(LITERAL_CALL), [("note", {"text": LITERAL_CALL})]),
    Case(
        "a call on one line inside a value is text",
        note("<tool_call><function=g><parameter=b>2</parameter></function></tool_call>"),
        [("note", {"text": "<tool_call><function=g><parameter=b>2</parameter></function></tool_call>"})],
    ),
    Case(
        "an opener alone inside a value is text",
        note("the\n<tool_call>\ntag"),
        [("note", {"text": "the\n<tool_call>\ntag"})],
    ),
    Case(
        "closers inside a sentence are text",
        note("a </function> b </parameter> c"),
        [("note", {"text": "a </function> b </parameter> c"})],
    ),
    Case(
        "closers of a block inside a value are text",
        note("see\n</function>\n</tool_call>\nabove"),
        [("note", {"text": "see\n</function>\n</tool_call>\nabove"})],
    ),
    Case(
        "a parameter without closer ends at the next",
        "<tool_call>\n<function=f>\n<parameter=a>\n1\n<parameter=b>\n2\n</parameter>\n</function>\n</tool_call>",
        [("f", {"a": "1", "b": "2"})],
    ),
    Case(
        "a parameter without closer ends at the next, all on one line",
        "<tool_call><function=f><parameter=a>1<parameter=b>2</parameter></function></tool_call>",
        [("f", {"a": "1", "b": "2"})],
    ),
    Case(
        "a parameter mentioned in a value is text",
        note("use <parameter=x> there"),
        [("note", {"text": "use <parameter=x> there"})],
    ),
    Case(
        "a bad call takes no good one with it",
        "<tool_call>\n<function=f>\n<parameter=a>\n1\n</tool_call>\nNext:\n" + LITERAL_CALL,
        [("f", {"a": "1"}), ("g", {"b": "2"})],
        "Next:",
    ),
    Case(
        "a block without any closer ends at the next",
        "<tool_call><function=f><parameter=a>1</parameter>\n" + LITERAL_CALL,
        [("f", {"a": "1"}), ("g", {"b": "2"})],
    ),
    Case(
        "two functions share a block",
        "<tool_call><function=f></function> then <function=g></function> end</tool_call>!",
        [("f", {}), ("g", {})],
        "!",
    ),
    Case(
        "words between functions of an open block are words",
        "<tool_call><function=f></function> then <function=g></function> end",
        [("f", {}), ("g", {})],
        "then  end",
    ),
    Case("words before the function are dropped", "<tool_call>It's:\n<function=f></function></tool_call>", [("f", {})]),
    Case(
        "names keep blanks and quotes",
        '<tool_call><function= "f" ><parameter=a b>1</parameter></function></tool_call>',
        [(' "f" ', {"a b": "1"})],
    ),
    Case("tags are case-sensitive", "<TOOL_CALL><function=f></TOOL_CALL>", [], "<TOOL_CALL><function=f></TOOL_CALL>"),
)

MENTIONS = (
    Case("an opener in prose", "Wrap it in <tool_call> please.", [], "Wrap it in <tool_call> please."),
    Case("a block in prose", "A <tool_call>block</tool_call>.", [], "A <tool_call>block</tool_call>."),
    Case(
        "an opener and a function in prose",
        "The <tool_call> tag wraps <function=f> tags.",
        [],
        "The <tool_call> tag wraps <function=f> tags.",
    ),
    Case("a blank block", "<tool_call>\n \n</tool_call>", [], "<tool_call>\n \n</tool_call>"),
    Case("a closer alone", "x</tool_call>", [], "x</tool_call>"),
)

BARE = (
    Case("a function alone", "<function=f>\n<parameter=a>\n1\n</parameter>\n</function>", [("f", {"a": "1"})]),
    Case("its orphan is swallowed", "Go. <function=f></function>\n</tool_call> On.", [("f", {})], "Go.  On."),
    Case("words before the orphan stay", "<function=f></function> x </tool_call>", [("f", {})], "x </tool_call>"),
    Case(
        "a closer in its code is text",
        "<function=f><parameter=code>'</function>'</parameter></function>",
        [("f", {"code": "'</function>'"})],
    ),
)

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
    Case("a closer behind a call is text", f"{LITERAL_CALL}</think>", [("g", {"b": "2"})], "</think>"),
    Case("tags in the middle are text", "A <think>b</think> c", [], "A <think>b</think> c"),
)

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

TABLES: dict[str, tuple[Case, ...]] = {
    "format A": FORMAT_A,
    "mentions": MENTIONS,
    "bare": BARE,
    "format B": FORMAT_B,
    "hermes": HERMES,
    "fences": FENCES,
    "reasoning": REASONING,
    "cut": CUT,
}
ALL = [pytest.param(case, id=f"{table}: {case.name}") for table, cases in TABLES.items() for case in cases]


@pytest.mark.parametrize("case", ALL)
def test_a_reply_holds(case: Case) -> None:
    reply = parse_reply(case.text)

    assert [(call.name, call.arguments) for call in reply.calls] == case.calls
    assert reply.content == case.words
    assert reply.reasoning == case.reasoning
    assert reply.complete is case.complete


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


def test_training_sees_the_same_words_and_calls() -> None:
    reply = parse_reply(f"Now: {LITERAL_CALL}")

    assert parse_tool_calls(f"Now: {LITERAL_CALL}") == (reply.content, reply.calls)

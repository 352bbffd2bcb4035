"""Replies in format A, wrapped and bare, case by case."""

from __future__ import annotations

import pytest

from evals.contract.parser_case import CLOSING_TAGS, LITERAL_CALL, Case, code, held, note, parameters, run

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


@pytest.mark.parametrize("case", parameters(format_a=FORMAT_A, mention=MENTIONS, bare=BARE))
def test_a_reply_holds(case: Case) -> None:
    assert held(case.text) == case.held

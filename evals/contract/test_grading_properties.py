from __future__ import annotations

import ast

from hypothesis import assume, given
from hypothesis import strategies as st

from evals.contract.replies import graded_code, query, then
from punie.agent.tool_calls import emit_call
from punie.agent.typed_tools import CATALOGUE
from punie.evaluation import LABELS, Grade, Query, grade
from punie.evaluation.grading.static import follow
from punie.evaluation.grading.syntax import syntax_problem
from punie.testing.strategies import python_code

TAGS = (
    "<tool_call>\n",
    "</tool_call>",
    "<function=execute_code>\n",
    "</function>\n",
    "<parameter=code>\n",
    "</parameter>\n",
)
CODE = (
    "print(",
    ")",
    "typecheck('src')",
    ".error_count",
    "for e in ",
    ":",
    "lambda: ",
    "return ",
    "try:\n",
    "except:\n",
)
MARKS = (
    "```python\n",
    "```\n",
    "\n",
    "    ",
    '"',
    "'",
    "\\",
    "{",
    "}",
    "\0",
    "\ud800",
    "é",
    "# ",
    "…",
    "3",
    "I'll run it. ",
)
PIECES = (*TAGS, *CODE, *MARKS)
REPLIES = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=24).map("".join))
QUERIES = st.sampled_from(
    [
        query("typecheck", fields=["error_count"]),
        query("typecheck", "ruff_check", ordered=True),
        query(mentions=["fixture", "test"]),
        query(),
        then(query("typecheck"), "3 errors", mentions=["3", "error"]),
    ]
)
GOOD = (
    "r = typecheck('src')\nfor e in r.errors:\n    print(e.file, e.line)",
    "r = typecheck('src')\nif r.success:\n    print('clean')\nelse:\n    print(r.error_count)",
    "def show(path):\n    r = typecheck(path)\n    return [e.line for e in r.errors]\nprint(show('src'))",
)
BAD = (
    "if False:\n    print(typecheck('src').errors)\nprint('ok')",
    "r = typecheck('src')\nprint(r.problems)",
    "r = typecheck('lib')\nprint(r.errors)",
    "r = typecheck('src')\nprint('nothing')",
)
CODES = st.one_of(REPLIES, python_code(), st.lists(st.sampled_from(GOOD + BAD), max_size=3).map("\n".join))


def verdict(code: str) -> tuple[bool, bool, str | None]:
    found = graded_code(code, "typecheck", arguments={"typecheck": {"path": ["src"]}})
    return found.strict, found.soft, found.label


def sound(found: Grade) -> bool:
    return (
        found.strict <= found.soft
        and (found.label is None) == found.strict
        and (found.label is None or found.label in LABELS)
        and (found.failed_layer is None) == found.strict
        and bool(found.reason)
    )


@given(QUERIES, REPLIES, REPLIES)
def test_no_reply_can_upset_the_grader(asked: Query, first: str, second: str) -> None:
    found = grade(asked, [first, second][: len(asked.expectations)])

    assert found.gradable
    assert sound(found)


@given(CODES)
def test_no_code_can_upset_the_reader_of_code(code: str) -> None:
    assume(syntax_problem(code) is None)
    found = follow(code)
    called = {call.tool for call in found.calls}

    assert called | found.named <= CATALOGUE.keys()
    assert found.shown | {read.tool for read in found.reads} <= called


@given(st.text(max_size=120))
def test_random_text_never_passes_where_a_call_is_expected(text: str) -> None:
    assert not grade(query("typecheck"), [text]).strict


@given(st.sampled_from(GOOD + BAD), st.sampled_from(["a", "result", "found_", "x1"]))
def test_renaming_variables_never_changes_a_verdict(code: str, name: str) -> None:
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == "r":
            node.id = name

    assert verdict(ast.unparse(tree)) == verdict(code)


@given(st.sampled_from(GOOD + BAD), st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30))
def test_comments_and_blank_lines_never_change_a_verdict(code: str, comment: str) -> None:
    noted = "\n".join(f"# {comment}\n\n{line}" if not line.startswith(" ") else line for line in code.splitlines())

    if not {"\u2028", "\u2029", "\x85"} & set(comment) and "else:" not in code:
        assert verdict(noted) == verdict(code)


@given(st.sampled_from(GOOD))
def test_a_call_that_is_lost_or_dead_always_changes_the_verdict(code: str) -> None:
    lost = code.replace("typecheck('src')", "[]").replace("typecheck(path)", "[]")
    dead = "def never():\n" + "\n".join(f"    {line}" for line in code.splitlines()) + "\nprint('done')"
    shadowed = f"typecheck = lambda path: None\n{code}"

    assert verdict(code)[0]
    assert not any(verdict(changed)[0] for changed in (lost, dead, shadowed))


@given(st.sampled_from(GOOD), st.text(max_size=20))
def test_any_other_argument_always_changes_the_verdict(code: str, path: str) -> None:
    changed = code.replace("'src'", repr(path))

    assert verdict(changed)[0] is (path == "src")


@given(st.text(st.sampled_from(" \n\t"), max_size=10))
def test_white_space_around_a_call_never_changes_a_verdict(blank: str) -> None:
    found = grade(query("typecheck"), [blank + emit_call(GOOD[0]) + blank])

    assert found.strict

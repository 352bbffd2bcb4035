from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from evals.contract.replies import graded_code, query, then
from punie.agent.tool_calls import emit_call
from punie.evaluation import LABELS, Grade, Query, grade
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
CHECK = "print(typecheck('src').success)"
QUERIES = st.sampled_from(
    [
        query("typecheck", fields=["error_count"]),
        query("typecheck", "ruff_check", ordered=True),
        query(mentions=["fixture", "test"]),
        query(),
        then(query("typecheck"), "3 errors", mentions=["3", "error"]),
    ]
)


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


@given(REPLIES | python_code())
def test_no_code_can_upset_the_grader(code: str) -> None:
    assert sound(graded_code(code, "typecheck", fields=["errors"]))


@given(st.text(max_size=120))
def test_random_text_never_passes_where_a_call_is_expected(text: str) -> None:
    assert not grade(query("typecheck"), [text]).strict


@given(st.text(st.sampled_from(" \n\t"), max_size=10))
def test_white_space_around_a_call_never_changes_a_verdict(blank: str) -> None:
    found = grade(query("typecheck"), [f"{blank}{emit_call(CHECK)}{blank}"])

    assert found.strict

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.contract.replies import graded_code, query
from evals.contract.rewritten import CALLS, SHOWN, any_code, commented, reformatted, renamed, right_code
from punie.agent.tool_calls import emit_call
from punie.evaluation import grade

PLACE = {"typecheck": {"path": ["src"]}, "ruff_check": {"path": ["src", "src/"]}}
FIELDS = ("error_count", "violation_count")
TOOLS = ("typecheck", "ruff_check")

Verdict = tuple[bool, bool, str | None, str | None]


@cache
def verdict(code: str) -> Verdict:
    found = graded_code(code, *TOOLS, arguments=PLACE, fields=FIELDS)
    return found.strict, found.soft, found.label, found.failed_layer


@given(right_code())
def test_right_code_passes(code: str) -> None:
    assert verdict(code) == (True, True, None, None)


@given(st.data())
def test_renaming_variables_never_changes_a_verdict(data: st.DataObject) -> None:
    code = data.draw(any_code())

    assert verdict(data.draw(renamed(code))) == verdict(code)


@given(st.data())
def test_reformatting_never_changes_a_verdict(data: st.DataObject) -> None:
    code = data.draw(any_code())

    assert verdict(data.draw(reformatted(code))) == verdict(code)


@given(st.data())
def test_comments_never_change_a_verdict(data: st.DataObject) -> None:
    code = data.draw(any_code())

    assert verdict(data.draw(commented(code))) == verdict(code)


@given(any_code())
def test_swapping_independent_calls_never_changes_a_verdict(code: str) -> None:
    first, second, rest = code.split("\n", 2)

    assert verdict(f"{second}\n{first}\n{rest}") == verdict(code)


@given(any_code())
def test_a_call_in_a_block_of_its_own_never_changes_a_verdict_for_the_worse(code: str) -> None:
    asked = query(*TOOLS, arguments=PLACE, fields=FIELDS)
    found = grade(asked, [emit_call("print(git_status('.'))") + emit_call(code)])

    assert (found.strict, found.soft) >= verdict(code)[:2]


@given(right_code(), st.sampled_from(TOOLS), st.text(max_size=10).filter(lambda text: text not in {"src", "src/"}))
def test_a_wrong_value_always_fails(code: str, tool: str, path: str) -> None:
    strict, soft, label, _ = verdict(code.replace(f"{tool}('src')", f"{tool}({path!r})"))

    assert (strict, soft, label) == (False, True, "wrong_arguments")


@given(right_code(), st.sampled_from(TOOLS), st.sampled_from(["None", "[]", "'src'", "read_file('src')"]))
def test_a_dropped_call_always_fails(code: str, tool: str, instead: str) -> None:
    strict, soft, *_ = verdict(code.replace(f"{tool}('src')", instead))

    assert (strict, soft) == (False, False)


DEAD = {
    "false branch": "if False:\n{}",
    "empty loop": "for _ in []:\n{}",
    "false loop": "while 0:\n{}",
    "uncalled function": "def later():\n{}",
    "branch for what is never found": "if typecheck is None:\n{}",
    "handler of what does not fail": "try:\n    pass\nexcept ValueError:\n{}",
}


@given(right_code(), st.sampled_from(sorted(DEAD)))
def test_a_dead_branch_always_fails(code: str, kind: str) -> None:
    inside = "\n".join(f"    {line}" for line in code.splitlines())

    assert verdict(DEAD[kind].format(inside) + "\nprint('No problems found')") == (
        False,
        False,
        "not_executed",
        "tools",
    )


@given(right_code(), st.sampled_from(TOOLS))
def test_a_shadowed_tool_always_fails(code: str, tool: str) -> None:
    stand_in = f"class Found:\n    error_count = 0\n    violation_count = 0\ndef {tool}(path):\n    return Found()"

    assert verdict(f"{stand_in}\n{code}")[:2] == (False, False)


@given(right_code())
def test_output_without_the_results_always_fails(code: str) -> None:
    silent = code.replace("print(", "note(")

    assert verdict(f"def note(*words):\n    pass\n{silent}\nprint('There are 2 errors and 4 violations')")[:3] == (
        False,
        True,
        "no_output",
    )


@pytest.mark.parametrize("shown", SHOWN)
def test_the_same_reply_gets_the_same_grade_every_time(shown: str) -> None:
    code = "\n".join([*CALLS, "import random", "print(random.random())", shown])
    grades = [graded_code(code, *TOOLS, arguments=PLACE, fields=FIELDS) for _ in range(3)]

    assert grades[0] == grades[1] == grades[2]

from __future__ import annotations

import pytest

from evals.contract.replies import graded_code, outcome, query
from punie.agent.tool_calls import emit_call
from punie.evaluation import grade

CODE = 'print(typecheck("src").error_count)'
TYPECHECK = query("typecheck")


def test_words_before_a_call_do_no_harm() -> None:
    found = grade(TYPECHECK, [f"I'll run the type checker.\n\n{emit_call(CODE)}"])

    assert outcome(found) == (None, None)


@pytest.mark.parametrize("language", ["python", "py"])
def test_a_fence_counts_softly_only(language: str) -> None:
    found = grade(TYPECHECK, [f"```{language}\n{CODE}\n```"])

    assert outcome(found) == ("extraction", "malformed")
    assert found.soft


def test_a_fence_that_calls_the_wrong_tool_does_not_even_count_softly() -> None:
    found = grade(TYPECHECK, ["```python\nprint(ruff_check('src'))\n```"])

    assert not found.soft


def test_a_call_that_ends_too_early_is_truncated() -> None:
    whole = emit_call(CODE)

    found = grade(TYPECHECK, [whole[: whole.index("error_count")]])

    assert outcome(found) == ("extraction", "truncated")


def test_a_call_without_its_last_tag_is_whole() -> None:
    found = grade(TYPECHECK, [emit_call(CODE).removesuffix("</tool_call>")])

    assert outcome(found) == (None, None)


def test_a_call_without_code_is_malformed() -> None:
    text = emit_call(CODE).replace("parameter=code", "parameter=source")

    assert outcome(grade(TYPECHECK, [text])) == ("extraction", "malformed")


@pytest.mark.parametrize(
    "code",
    [
        "print('it's')",
        "for e in typecheck('src').errors\n    print(e)",
        "print(typecheck('src')",
        "x = '\ud800'\nprint(typecheck('src'))",
        "break\nprint(typecheck('src'))",
        "print(typecheck('src'))\n  print(1)",
        "   ",
    ],
)
def test_code_that_is_no_python_is_malformed(code: str) -> None:
    found = graded_code(code, "typecheck")

    assert outcome(found) == ("syntax", "malformed")
    assert not found.soft


def test_the_reason_of_a_syntax_error_names_the_line() -> None:
    found = graded_code("x = 1\nprint(", "typecheck")

    assert found.reason.startswith("line 2: ")


def test_python_is_what_the_sandbox_takes_for_it() -> None:
    newer = "r = typecheck('src')\nprint(f'{r.errors[:1] or 'none'}')"

    assert outcome(graded_code(newer, "typecheck", fields=["errors"])) == (None, None)


def test_python_that_the_sandbox_cannot_run_fails_at_run_time() -> None:
    code = "def found():\n    yield typecheck('src')\nprint(list(found()))"

    assert outcome(graded_code(code, "typecheck")) == ("execution", "failed_at_run_time")


def test_text_that_the_code_evaluates_is_not_the_code() -> None:
    code = "try:\n    exec('a b')\nexcept SyntaxError:\n    print(typecheck('src').success)"

    assert outcome(graded_code(code, "typecheck")) == (None, None)


def test_code_with_a_dubious_literal_compiles_without_a_warning() -> None:
    found = graded_code('r = typecheck("src")\nprint(r.error_count is 0, "\\d")', "typecheck")

    assert outcome(found) == (None, None)

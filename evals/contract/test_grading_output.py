from __future__ import annotations

import pytest

from evals.contract.replies import graded_code, outcome

CHAIN = "r = typecheck('src')\nfor e in r.errors[:1]:\n    print(read_file(e.file))"


@pytest.mark.parametrize(
    "code",
    [
        "typecheck('src')",
        "r = typecheck('src')\nr.error_count",
        "r = typecheck('src')\nprint()",
        "def show(r):\n    print(r.error_count)\nr = typecheck('src')",
    ],
)
def test_a_run_that_prints_nothing_says_nothing(code: str) -> None:
    found = graded_code(code, "typecheck")

    assert outcome(found) == ("output", "no_output")
    assert found.soft


@pytest.mark.parametrize(
    "code",
    [
        "typecheck('src')\nprint('no type errors')",
        "r = typecheck('src')\nunused = r.error_count\nprint('There are 7 errors')",
        "r = typecheck('src')\ncount = r.error_count\ncount = 7\nprint(count)",
        "print('started')\nr = typecheck('src')\nif r.success:\n    pass",
    ],
)
def test_output_that_is_the_same_whatever_the_tool_returns_is_invented(code: str) -> None:
    found = graded_code(code, "typecheck")

    assert outcome(found) == ("output", "no_output")
    assert found.reason == "what is printed does not depend on the result of typecheck"


@pytest.mark.parametrize(
    "code",
    [
        "print(typecheck('src'))",
        "if typecheck('src').success:\n    print('clean')\nelse:\n    print('not clean')",
        "print('clean' if typecheck('src').success else 'not clean')",
        "for e in typecheck('src').errors:\n    print('one more')",
        "lines = []\nfor e in typecheck('src').errors:\n    lines.append('x')\nprint(len(lines))",
        "total = 0\nfor e in typecheck('src').errors:\n    total += 1\nprint(total)",
        "count = 0\ndef check():\n    global count\n    count = typecheck('src').error_count\ncheck()\nprint(count)",
        "show = print\nshow(typecheck('src').success)",
        "print(*[e.file for e in typecheck('src').errors], sep='\\n')",
        "def word(r):\n    if r.success:\n        return 'clean'\n    return 'dirty'\nprint(word(typecheck('src')))",
    ],
)
def test_output_that_depends_on_the_result_counts(code: str) -> None:
    assert outcome(graded_code(code, "typecheck")) == (None, None)


def test_the_result_of_every_informing_tool_must_be_shown() -> None:
    code = "a = typecheck('src')\nb = ruff_check('src')\nprint(a.success)"

    found = graded_code(code, "typecheck", "ruff_check")

    assert outcome(found) == ("output", "no_output")


def test_a_result_that_leads_to_the_next_call_is_shown_with_it() -> None:
    assert outcome(graded_code(CHAIN, "typecheck", "read_file", ordered=True)) == (None, None)


def test_what_is_written_to_a_file_is_shown() -> None:
    code = "r = ruff_check('src')\nwrite_file('out.txt', str(r.violation_count))\nprint('saved')"

    assert outcome(graded_code(code, "ruff_check", "write_file", ordered=True)) == (None, None)


@pytest.mark.parametrize("tool", ["run_command('make docs')", "write_file('a.txt', 'x')"])
def test_after_a_tool_that_acts_a_fixed_sentence_is_enough(tool: str) -> None:
    code = f"{tool}\nprint('done')"

    assert outcome(graded_code(code, tool.partition("(")[0])) == (None, None)


def test_a_missing_tool_makes_the_chain_incomplete() -> None:
    found = graded_code("print(typecheck('src').success)", "typecheck", "ruff_check")

    assert outcome(found) == ("completeness", "incomplete_chain")
    assert found.reason == "never calls ruff_check"
    assert not found.soft


def test_a_tool_expected_twice_must_be_called_twice() -> None:
    once, twice = "print(git_log('.').commits)", "for path in ('a', 'b'):\n    print(git_log(path).commits)"

    assert outcome(graded_code(once, "git_log", "git_log")) == ("completeness", "incomplete_chain")
    assert outcome(graded_code(twice, "git_log", "git_log")) == (None, None)


def test_the_order_counts_only_where_it_matters() -> None:
    code = "b = ruff_check('src')\na = typecheck('src')\nprint(a.success, b.success)"
    tools = ("typecheck", "ruff_check")

    found = graded_code(code, *tools, ordered=True)

    assert outcome(found) == ("completeness", "incomplete_chain")
    assert found.reason == "expected typecheck then ruff_check, called in the order ruff_check, typecheck"
    assert found.soft
    assert outcome(graded_code(code, *tools)) == (None, None)


def test_a_call_before_the_chain_does_not_disturb_the_order() -> None:
    code = f"print(read_file('README.md'))\n{CHAIN}"

    assert outcome(graded_code(code, "typecheck", "read_file", ordered=True)) == (None, None)

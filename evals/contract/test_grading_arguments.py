from __future__ import annotations

from typing import Any

import pytest

from evals.contract.replies import graded_code, outcome
from punie.evaluation.grading.arguments import equal

STAGED = {"git_diff": {"staged": [True]}}
PLACE = {"hover": {"file_path": ["a.py", "./a.py"], "line": [4], "column": [9], "symbol": ["f"]}}


@pytest.mark.parametrize(
    "call",
    [
        "hover('a.py', 4, 9, 'f')",
        "hover('./a.py', symbol='f', column=9, line=4)",
        "hover(*['a.py', 4], **{'column': 9, 'symbol': 'f'})",
        "hover('a' + '.py', 2 + 2, column=9, symbol=f'{\"f\"}')",
        "hover('a.py', int('4'), 9, chr(102))",
        "hover('a.py', 4.0, 9, 'f')",
    ],
)
def test_accepted_values_pass_however_they_are_given(call: str) -> None:
    found = graded_code(f"r = {call}\nprint(r.content)", "hover", arguments=PLACE)

    assert outcome(found) == (None, None)


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ("hover('b.py', 4, 9, 'f')", "hover: file_path is 'b.py', expected 'a.py' or './a.py'"),
        ("hover('a.py', '4', 9, 'f')", "hover: line is '4', expected 4"),
        ("hover('a.py', 9, 4, 'f')", "hover: line is 9, expected 4"),
        ("hover('a.py', 2 * 4, 9, 'f')", "hover: line is 8, expected 4"),
        ("hover('a.py', True, 9, 'f')", "hover: line is True, expected 4"),
    ],
)
def test_any_other_value_is_a_wrong_argument(call: str, reason: str) -> None:
    found = graded_code(f"r = {call}\nprint(r.content)", "hover", arguments=PLACE)

    assert outcome(found) == ("arguments", "wrong_arguments")
    assert found.reason == reason
    assert found.soft


def test_an_omitted_argument_is_its_default() -> None:
    code = "r = git_diff('.')\nprint(r.additions)"

    assert outcome(graded_code(code, "git_diff", arguments={"git_diff": {"staged": [False]}})) == (None, None)
    assert outcome(graded_code(code, "git_diff", arguments=STAGED)) == ("arguments", "wrong_arguments")


def test_truth_is_not_one() -> None:
    code = "r = git_diff('.', 1)\nprint(r.additions)"

    assert outcome(graded_code(code, "git_diff", arguments=STAGED)) == ("arguments", "wrong_arguments")


def test_one_accepted_call_among_several_is_enough() -> None:
    code = "for staged in (False, True):\n    print(git_diff('.', staged=staged).additions)"

    assert outcome(graded_code(code, "git_diff", arguments=STAGED)) == (None, None)


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ("git_status()", "TypeError: git_status() missing a required argument: 'path' (line 1)"),
        ("git_status('.', 2)", "TypeError: git_status() too many positional arguments (line 1)"),
        ("git_status(folder='.')", "TypeError: git_status() missing a required argument: 'path' (line 1)"),
    ],
)
def test_a_call_that_python_refuses_has_wrong_arguments(call: str, reason: str) -> None:
    found = graded_code(f"r = {call}\nprint(r.clean)", "git_status")

    assert outcome(found) == ("arguments", "wrong_arguments")
    assert found.reason == reason


def test_a_refused_call_does_not_count_because_its_error_is_swallowed() -> None:
    code = "try:\n    print(hover('f').content)\nexcept Exception:\n    print('f is a function')"

    assert outcome(graded_code(code, "hover")) == ("arguments", "wrong_arguments")


def test_a_refused_call_may_be_mended() -> None:
    code = "try:\n    r = git_status()\nexcept TypeError:\n    r = git_status('.')\nprint(r.clean)"

    assert outcome(graded_code(code, "git_status")) == (None, None)


def test_arguments_of_a_tool_that_is_not_fixed_may_be_anything() -> None:
    code = "for e in typecheck('src').errors:\n    print(read_file(e.file))"

    assert outcome(graded_code(code, "typecheck", "read_file", arguments={"typecheck": {"path": "src"}})) == (
        None,
        None,
    )


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        (1, 1.0, True),
        (1, "1", False),
        (True, 1, False),
        ([1, "a"], (1, "a"), True),
        ([1, 3], [1.0, 3.0], True),
        ([1], [True], False),
        ({"a": [1]}, {"a": [1]}, True),
        ({"a": 1}, {"a": True}, False),
        ("-5", "5", False),
        (None, False, False),
    ],
)
def test_equality_keeps_types_apart(left: Any, right: Any, same: bool) -> None:  # noqa: ANN401, FBT001 - any data
    assert equal(left, right) is same
    assert equal(right, left) is same


TWICE = {"typecheck": {"path": ["a.py", "./a.py", "b.py", "./b.py"]}}


@pytest.mark.parametrize(
    "paths", [("a.py", "b.py"), ("./b.py", "a.py"), ("c.py", "b.py", "a.py"), ("a.py", "a.py", "b.py")]
)
def test_a_tool_expected_twice_takes_its_values_in_any_order(paths: tuple[str, ...]) -> None:
    code = "".join(f"print(typecheck({path!r}).errors)\n" for path in paths)

    assert outcome(graded_code(code, "typecheck", "typecheck", arguments=TWICE)) == (None, None)


@pytest.mark.parametrize(
    ("paths", "reason"),
    [
        (("a.py", "c.py"), "typecheck: path is 'c.py', expected 'a.py' or './a.py' or 'b.py' or './b.py'"),
        (("a.py", "./a.py"), "typecheck: path is never 'b.py' or './b.py'"),
        (("b.py", "b.py", "b.py"), "typecheck: path is never 'a.py' or './a.py'"),
    ],
)
def test_each_of_two_values_needs_a_call_of_its_own(paths: tuple[str, ...], reason: str) -> None:
    code = "".join(f"print(typecheck({path!r}).errors)\n" for path in paths)

    found = graded_code(code, "typecheck", "typecheck", arguments=TWICE)

    assert outcome(found) == ("arguments", "wrong_arguments")
    assert found.reason == reason


def test_the_same_call_may_be_expected_twice() -> None:
    code = "print(git_status('.').clean)\nwrite_file('a.txt', 'x')\nprint(git_status('.').clean)"
    tools = ("git_status", "write_file", "git_status")
    place = {"git_status": {"path": [".", "./"]}}

    assert outcome(graded_code(code, *tools, arguments=place, ordered=True)) == (None, None)
    assert outcome(graded_code(code.partition("\n")[2], *tools, arguments=place)) == (
        "completeness",
        "incomplete_chain",
    )

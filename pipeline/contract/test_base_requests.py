"""Requests without typed tools: commands and lines of text in place of calls and fields."""

from __future__ import annotations

import ast
import re
from random import Random

import pytest

from pipeline.base.corpus import requests
from pipeline.base.corpus.shell import shell_code
from punie.agent.tool_calls import parse_reply
from punie.agent.typed_tools import CATALOGUE

TYPED = set(CATALOGUE) - {"read_file", "write_file", "run_command"}


@pytest.mark.parametrize(
    ("typed", "shell"),
    [
        ('print(typecheck("src"))', 'print(run_command("mypy src"))'),
        ('print(git_diff("a.py", staged=True))', 'print(run_command("git diff --numstat a.py --staged"))'),
        ('print(read_file("a.py"))', 'print(read_file("a.py"))'),
        (
            'r = ruff_check("src")\nprint(r.violation_count)',
            'r = run_command("ruff check src")\nprint(len(r.splitlines()))',
        ),
        (
            'r = ruff_check("src")\nfor x in r.violations:\n    print(x.code)',
            'r = run_command("ruff check src")\nfor x in r.splitlines():\n    print(x.split()[1])',
        ),
        (
            'r = ruff_check("src")\nfor x in r.violations:\n    print(f"{x.file} {x.code}")',
            'r = run_command("ruff check src")\nfor x in r.splitlines():\n    print(x)',
        ),
        (
            'r = workspace_symbols("A")\nfor x in r.symbols[:1]:\n    print(read_file(x.file))',
            "r = run_command(\"global -s A\")\nfor x in r.splitlines()[:1]:\n    print(read_file(x.split(':')[0]))",
        ),
        ('name = "a.file"\nprint(name.file)', "name = \"a.file\"\nprint(name.split(':')[0])"),
    ],
)
def test_a_typed_call_becomes_a_command_and_a_field_an_operation_on_text(typed: str, shell: str) -> None:
    assert shell_code(typed) == shell


def test_an_argument_that_no_command_line_can_hold_gives_nothing() -> None:
    assert shell_code("print(typecheck('a\"b'))") is None


def test_no_call_of_a_typed_tool_is_left() -> None:
    random = Random(8)  # noqa: S311 - text, not secrets
    rows = [requests.call(random) for _ in range(400)]
    codes = [code for row in rows for turn in row.turns if (code := code_of(turn["content"]))]
    names = {
        node.func.id
        for code in codes
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }

    assert len(codes) > 300
    assert names & TYPED == set()


def code_of(content: str) -> str:
    return next((str(call.arguments["code"]) for call in parse_reply(content).calls), "")


def test_a_question_about_an_object_is_answered_by_code_without_any_tool() -> None:
    random = Random(9)  # noqa: S311 - text, not secrets
    answers = [requests.fields(random).turns[-1]["content"] for _ in range(300)]

    assert all(answer.startswith("```python\n") for answer in answers)
    assert not [answer for answer in answers if re.search(rf"\b({'|'.join(CATALOGUE)})\(", answer)]


def test_a_place_is_written_down_with_the_names_of_the_request() -> None:
    random = Random(10)  # noqa: S311 - text, not secrets
    for _ in range(100):
        prompt, answer = (turn["content"] for turn in requests.position(random).turns)
        file, name = re.findall(r'"(.+)"', answer)

        assert (file in prompt, name in prompt) == (True, True)

from __future__ import annotations

import pytest

from evals.contract.replies import graded_code, outcome, query
from punie.agent.tool_calls import emit_call
from punie.evaluation import grade

NEVER_RUN = {
    "false branch": "if False:\n    print(typecheck('src'))\nprint(1)",
    "other branch of a true test": "if 1:\n    print(1)\nelse:\n    print(typecheck('src'))",
    "false loop": "while False:\n    print(typecheck('src'))\nprint(1)",
    "empty loop": "for path in []:\n    print(typecheck(path))\nprint(1)",
    "short circuit": "print(False and typecheck('src'))",
    "conditional expression": "print(1 if True else typecheck('src'))",
    "comparison of constants": "if __name__ == 'tool':\n    print(typecheck('src'))\nprint(1)",
    "uncalled function": "def check():\n    return typecheck('src')\nprint('done')",
    "uncalled lambda": "check = lambda: typecheck('src')\nprint('done')",
    "after return": "def check():\n    return 0\n    typecheck('src')\nprint(check())",
    "after continue": "for n in [1, 2]:\n    print(n)\n    continue\n    typecheck('src')",
    "handler of what does not fail": "try:\n    print(1)\nexcept Exception:\n    print(typecheck('src'))",
    "shadowed by a function": "def typecheck(path):\n    return 0\nprint(typecheck('src'))",
    "shadowed by a lambda": "typecheck = lambda path: 0\nprint(typecheck('src'))",
    "shadowed by a loop variable": "for typecheck in [len]:\n    print(typecheck('src'))",
    "shadowed by a parameter": "def run(typecheck):\n    return typecheck('src')\nprint(run(len))",
}
REALLY_CALLED = {
    "plainly": "print(typecheck('src'))",
    "in a function": "def check(path):\n    return typecheck(path)\nprint(check('src'))",
    "in main": "def main():\n    print(typecheck('src'))\nif __name__ == '__main__':\n    main()",
    "in a lambda": "check = lambda path: typecheck(path)\nprint(check('src'))",
    "under another name": "check = typecheck\nprint(check('src'))",
    "from a dict": "tools = {'types': typecheck}\nfor name, tool in tools.items():\n    print(name, tool('src'))",
    "from a list": "for name, tool in [('types', typecheck)]:\n    print(name, tool('src'))",
    "in text that is executed": "exec('print(typecheck(\"src\"))')",
    "in a generator, which the sandbox does not put off": "found = (typecheck(p) for p in ['src'])\nprint(list(found))",
    "in a comprehension": "print([typecheck(path).success for path in ['src']])",
    "in a consumed generator": "print(sum(typecheck(path).error_count for path in ['src']))",
    "in an f-string": "print(f'{typecheck(\"src\").error_count} errors')",
    "in a try": "try:\n    print(typecheck('src'))\nexcept Exception as error:\n    print(error)",
    "depending on a result": "if not ruff_check('src').success:\n    print(typecheck('src'))",
    "by a decorated function": "def once(f):\n    return f\n@once\ndef f():\n    return typecheck('src')\nprint(f())",
}


@pytest.mark.parametrize("code", NEVER_RUN.values(), ids=NEVER_RUN.keys())
def test_a_call_that_never_runs_is_not_executed(code: str) -> None:
    found = graded_code(code, "typecheck")

    assert outcome(found) == ("tools", "not_executed")
    assert not found.soft


@pytest.mark.parametrize("code", REALLY_CALLED.values(), ids=REALLY_CALLED.keys())
def test_a_call_counts_wherever_it_stands(code: str) -> None:
    assert outcome(graded_code(code, "typecheck")) == (None, None)


@pytest.mark.parametrize(
    "code",
    [
        "print(run_command('ty check src'))",
        "# typecheck('src')\nprint('no errors')",
        "print('typecheck(\"src\")')",
        "print(ruff_check('src'))",
    ],
)
def test_another_tool_or_none_is_the_wrong_one(code: str) -> None:
    found = graded_code(code, "typecheck")

    assert outcome(found) == ("tools", "wrong_tool")
    assert not found.soft


@pytest.mark.parametrize("name", ["run_python", "typecheck"])
def test_a_call_of_another_function_than_execute_code_is_the_wrong_tool(name: str) -> None:
    text = emit_call("print(typecheck('src'))").replace("execute_code", name)

    found = grade(query("typecheck"), [text])

    assert outcome(found) == ("tools", "wrong_tool")
    assert not found.soft


def test_a_call_that_the_sandbox_cannot_make_fails_at_run_time() -> None:
    code = "for result in map(typecheck, ['src']):\n    print(result)"

    assert outcome(graded_code(code, "typecheck")) == ("execution", "failed_at_run_time")


def test_further_calls_never_fail() -> None:
    code = "print(git_status('.').clean)\nprint(typecheck('src').success)\nprint(typecheck('tests').success)"

    assert outcome(graded_code(code, "typecheck")) == (None, None)


def test_calls_of_several_blocks_count_together() -> None:
    blocks = [emit_call("print(typecheck('src').success)"), emit_call("print(ruff_check('src').success)")]

    found = grade(query("typecheck", "ruff_check"), ["\n".join(blocks)])

    assert outcome(found) == (None, None)


def test_each_block_has_names_of_its_own() -> None:
    blocks = [emit_call("r = typecheck('src')\nprint(r.success)"), emit_call("print(r.error_count)")]

    found = grade(query("typecheck"), ["\n".join(blocks)])

    assert outcome(found) == ("execution", "failed_at_run_time")
    assert found.reason == "NameError: name 'r' is not defined (line 1)"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("print(result.error_count)", "NameError: name 'result' is not defined (line 1)"),
        (
            "r = typecheck('src')\nprint(r['errors'])",
            "TypeError: 'TypeCheckResult' object is not subscriptable (line 2)",
        ),
        ("r = await typecheck('src')\nprint(r)", "TypeError: 'TypeCheckResult' object can't be awaited (line 1)"),
        ("x = [1]\nprint(x[3], typecheck('src'))", "IndexError: list index out of range (line 2)"),
        (
            "def f(a):\n    return a\nprint(f(), typecheck('src'))",
            "TypeError: f() missing 1 required positional argument: 'a' (line 1)",
        ),
        ("raise ValueError('no')\nprint(typecheck('src'))", "ValueError: no (line 1)"),
    ],
)
def test_code_that_surely_raises_fails_at_run_time(code: str, reason: str) -> None:
    found = graded_code(code, "typecheck")

    assert outcome(found) == ("execution", "failed_at_run_time")
    assert found.reason == reason


def test_nested_loops_over_literals_cannot_hold_up_the_grader() -> None:
    loops = "".join(f"{' ' * depth}for x{depth} in [1, 2, 3, 4, 5, 6, 7, 8, 9]:\n" for depth in range(9))
    code = f"{loops}{' ' * 9}typecheck('src')"

    assert outcome(graded_code(code, "typecheck")) == ("execution", "failed_at_run_time")


@pytest.mark.parametrize(
    "code",
    ["while True:\n    pass\ntypecheck('src')", "def f():\n    return f()\nf()\nprint(typecheck('src'))"],
    ids=["loop", "recursion"],
)
def test_endless_code_cannot_hold_up_the_grader(code: str) -> None:
    assert outcome(graded_code(code, "typecheck")) == ("execution", "failed_at_run_time")


@pytest.mark.parametrize(
    "code", ["import os\nos.system('ls')", "import subprocess", "print(open('pyproject.toml').read())"]
)
def test_code_that_reaches_out_fails_at_run_time(code: str) -> None:
    assert outcome(graded_code(f"print(typecheck('src'))\n{code}", "typecheck")) == ("execution", "failed_at_run_time")


@pytest.mark.parametrize(
    ("command", "tool"),
    [
        ("'ty check src'", "typecheck"),
        ("'mypy', ['--strict', 'src']", "typecheck"),
        ("'python -m mypy src'", "typecheck"),
        ("'ruff check --select F src'", "ruff_check"),
        ("'uv run ruff check src'", "ruff_check"),
        ("'flake8', args=['src']", "ruff_check"),
        ("'cd src && PYTHONPATH=. python3 -m pytest -q'", "pytest_run"),
        ("'sh', ['-c', 'pytest -q | tail']", "pytest_run"),
        ("'git status --short'", "git_status"),
        ("'git', ['-C', 'src', 'diff', '--cached']", "git_diff"),
        ("'/usr/bin/git --no-pager log -3'", "git_log"),
    ],
)
def test_the_command_line_is_no_replacement_of_a_typed_tool(command: str, tool: str) -> None:
    code = f"print(run_command({command}))\nprint(read_file('a.py'))"

    found = graded_code(code, "read_file", tool)

    assert outcome(found) == ("tools", "wrong_tool")
    assert found.reason == f"uses the command line instead of {tool}"
    assert not found.soft


@pytest.mark.parametrize(
    "command",
    [
        "'make docs'",
        "'git blame src/a.py'",
        "'grep -rn mypy src'",
        "'echo', ['git status']",
        "'pip install pytest'",
        "3",
        "''",
    ],
)
def test_other_commands_replace_no_typed_tool(command: str) -> None:
    found = graded_code(f"print(run_command({command}))\nprint(typecheck('src'))", "typecheck", "ruff_check")

    assert outcome(found) == ("completeness", "incomplete_chain")


def test_a_command_beside_the_typed_tool_does_no_harm() -> None:
    code = "print(run_command('ruff check src'))\nprint(ruff_check('src'))"

    assert outcome(graded_code(code, "ruff_check")) == (None, None)

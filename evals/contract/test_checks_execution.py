from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from punie.agent.tool_calls import emit_call
from punie.training.checks import execution
from punie.training.checks.code_rules import CODE_RULES, CodeRules
from punie.training.checks.execution import Run, faults_of
from punie.training.checks.row import CheckedRow
from punie.training.checks.scan import Rules, scan
from punie.training.dataset import ChatMessage, TrainingExample
from punie.training.examples import generate
from punie.training.finding import Finding
from punie.training.rules import RULES

REAL = Path(__file__).parents[3] / "shared" / "datasets"
ROLES = ("user", "assistant")
FAILURES = {
    "no test": "r = pytest_run('.')\nprint(r.passed / (r.passed + r.failed))",
    "no test, all well": "r = pytest_run('.')\nif r.success:\n    print(1 / len(r.tests))",
    "no error": "print(typecheck('.').errors[0].line)",
    "nothing defined": "print(goto_definition('a', 1, 1, 'b').locations[0].file)",
    "no largest": "print(max(git_diff('.').files, key=lambda f: f.additions).file)",
    "no documentation": "print(hover('a', 1, 1, 'b').content.splitlines())",
    "empty file": "print(read_file('a').splitlines()[0])",
    "first finds, second does not": (
        "d = goto_definition('a', 1, 1, 'b')\nif d.success:\n"
        "    print(document_symbols(d.locations[0].file).symbols[0].name)"
    ),
    "syntax": "r = typecheck('.'\nprint(r)",
    "two lines in one": "r = typecheck('.')\\nprint(r)",
    "indentation": "r = typecheck('.')\n  print(r)",
    "words": "I will check the types.",
    "unsupported": "def f():\n    yield typecheck('.')\n\nprint(list(f()))",
    "undefined name": "r = typecheck('.')\nprint(result.errors)",
    "name of a branch": "r = typecheck('.')\nif not r.errors:\n    n = 1\nprint(n)",
    "types": "print('errors: ' + typecheck('.').error_count)",
    "no index": "print(typecheck('.')['errors'])",
    "no loop": "for e in typecheck('.'):\n    print(e)",
    "own attribute": "xs = [1]\nprint(xs.length)\ntypecheck('.')",
    "own error": "r = typecheck('.')\nif not r.success:\n    raise ValueError('errors')",
    "assertion": "assert typecheck('.').success",
    "conversion": "print(int(typecheck('.').errors[0].code))",
    "endless": "while True:\n    pass",
    "recursion": "def f(n):\n    return f(n + 1)\n\nf(0)",
    "generator is no iterator": "print(next((e for e in typecheck('.').errors), None))",
}
GOOD = {
    "guarded rate": "r = pytest_run('.')\nn = r.passed + r.failed\nprint(r.passed / n if n else 0)",
    "guarded index": "r = typecheck('.')\nif r.errors:\n    print(r.errors[0].line)",
    "guarded by success": "r = goto_definition('a', 1, 1, 'b')\nif r.success:\n    print(r.locations[0].file)",
    "or else": "print((hover('a', 1, 1, 'b').content or '').splitlines())",
    "default": "print(max((f.additions for f in git_diff('.').files), default=0))",
    "caught": "try:\n    print(typecheck('.').errors[0])\nexcept IndexError:\n    print('none')",
    "line of a file": ("r = typecheck('.')\nfor e in r.errors:\n    print(read_file(e.file).split('\\n')[e.line - 1])"),
    "line of a file, once": (
        "r = ruff_check('.')\nif r.violations:\n    v = r.violations[0]\n"
        "    print(read_file(v.file).splitlines()[v.line - 1])"
    ),
    "format of a file": "import json\nprint(json.loads(read_file('package.json'))['name'])",
    "number of a command": "print(int(run_command('grep -c TODO a').strip() or 0))",
    "parts of a line": "for line in run_command('git shortlog -sn').splitlines():\n    n, who = line.split('\\t')",
    "one shell string": "print(run_command('grep -rn TODO src'))",
    "no tool": "print(sum(range(10)))",
    "comment": "# nothing to do",
    "nothing printed": "write_file('a', 'b')",
    "two tools": "t = typecheck('.')\nr = ruff_check('.')\nprint(t.error_count + r.violation_count)",
    "chain": "for r in find_references('a', 1, 1, 'b').references:\n    print(len(read_file(r.file)))",
    "newer syntax": 'r = typecheck(\'.\')\nprint(f"{"x" if r.success else "y"}")',
}
OTHERS = {
    "nonexistent_field": [
        "print(typecheck('.').total)",
        "def f(e):\n    return e.filename\n\nprint([f(e) for e in typecheck('.').errors])",
        "print(run_command('ls').stdout)",
        "print(git_log('.').model_dump())",
        "r = typecheck('.')\nr = ruff_check('.')\nprint(r.errors)",
        "try:\n    print(typecheck('.').total)\nexcept AttributeError:\n    pass",
    ],
    "wrong_arity": [
        "print(typecheck().errors)",
        "check = hover\nprint(check('a'))",
        "args = ['a']\nprint(goto_definition(*args))",
        "try:\n    ruff_check()\nexcept TypeError:\n    pass",
    ],
    "unknown_tool": ["print(search('a'))", "r = list_files('.')\nfor f in r:\n    print(f.name)"],
    "builtin_not_in_sandbox": ["print(open('a').read())", "with open('a') as f:\n    print(f.read())"],
    "import_in_sandbox": ["import subprocess\nprint(subprocess.run(['ls']).stdout)", "from pytest import main\nmain()"],
}
NAMED = "<tool_call><function={}>\n<parameter=query>\nx\n</parameter>\n</function></tool_call>"


def rules(code: str) -> list[str]:
    return [fault.rule for fault in faults_of(code, "Check src for me")]


def row(*turns: str) -> CheckedRow:
    messages = tuple(ChatMessage(role=ROLES[n % 2], content=text) for n, text in enumerate(turns))  # type: ignore[arg-type]
    return CheckedRow("train", "train.jsonl", 7, TrainingExample(messages=messages))


def findings(*turns: str) -> list[Finding]:
    return list(CodeRules()(row(*turns)))


@pytest.mark.parametrize("name", FAILURES)
def test_code_that_fails_on_some_results_is_seen(name: str) -> None:
    assert rules(FAILURES[name]) == ["runtime_failure"]


@pytest.mark.parametrize("name", GOOD)
def test_code_that_runs_on_all_results_is_good(name: str) -> None:
    assert rules(GOOD[name]) == []


@pytest.mark.parametrize(("rule", "code"), [(rule, code) for rule, codes in OTHERS.items() for code in codes])
def test_a_failure_with_a_rule_of_its_own_is_told_by_that_alone(rule: str, code: str) -> None:
    assert rules(code) == [rule]


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("unknown_tool", 'print(f"{search("a")}")'),
        ("builtin_not_in_sandbox", 'print(f"{vars("a")}")'),
        ("import_in_sandbox", 'import pytest\nprint(f"{"a"}")'),
        ("nonexistent_field", 'print(f"{typecheck("a").total}")'),
        ("wrong_arity", 'print(f"{typecheck("a", "b")}")'),
    ],
)
def test_code_newer_than_this_python_is_judged_by_its_run(rule: str, code: str) -> None:
    assert rules(code) == [rule]


def test_results_hold_what_the_user_asks_for() -> None:
    code = "r = ruff_check('.')\nif r.violations:\n    print([v.line for v in r.violations if v.code == 'E722'][0])"

    assert faults_of(code, "Where is E722 violated?") == ()
    assert [fault.rule for fault in faults_of(code, "Where?")] == ["runtime_failure"]


def test_the_message_says_where_and_when_the_code_fails() -> None:
    (finding,) = findings("Rate?", emit_call(FAILURES["no test"]))

    assert finding.message == "ZeroDivisionError: division by zero (line 2) where nothing is found"
    assert (finding.file, finding.line, finding.severity) == ("train.jsonl", 7, "error")


def test_every_turn_and_every_call_of_a_row_is_looked_at() -> None:
    good, bad = emit_call("print(typecheck('.'))"), emit_call("search('a')")

    assert [f.rule for f in findings("a", good, "<tool_response>\n1\n</tool_response>", bad)] == ["unknown_tool"]
    assert [f.rule for f in findings("a", f"{good}\n{bad}")] == ["unknown_tool"]


def test_a_rule_is_told_once_a_row() -> None:
    bad = emit_call("search('a')\nfind('b')")

    assert [f.rule for f in findings("a", bad, "b", bad)] == ["unknown_tool"]


def test_names_of_an_earlier_turn_are_gone() -> None:
    first, second = emit_call("r = typecheck('.')\nprint(r)"), emit_call("print(r.errors)")

    assert [f.rule for f in findings("a", first, "b", second)] == ["runtime_failure"]


@pytest.mark.parametrize("name", ["search_code", "python", "Execute_Code"])
def test_a_call_of_another_function_is_an_unknown_tool(name: str) -> None:
    assert [f.rule for f in findings("a", NAMED.format(name))] == ["unknown_tool"]


@pytest.mark.parametrize(
    "answer",
    [
        NAMED.format("typecheck"),
        "Use a generator:\n```python\nimport subprocess\nprint(search('a'))\n```",
        "You can call `search(path)` for this.",
        '```json\n{"name": "get_weather", "arguments": {"city": "Oslo"}}\n```',
        emit_call("print(typecheck('.'))").removesuffix("</tool_call>")[:40],
    ],
    ids=["tool by its name", "python shown", "words", "json shown", "cut"],
)
def test_other_answers_are_not_for_these_rules(answer: str) -> None:
    assert findings("a", answer) == []


def test_one_program_is_run_once_a_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []

    def counted(code: str, about: str) -> Iterator[Run]:
        begun.append(f"{about}: {code}")
        return iter(())

    monkeypatch.setattr(execution, "runs", counted)
    check = CodeRules()
    for asked in ("a", "b", "b"):
        list(check(row(asked, emit_call("print(1)"))))

    assert begun == ["a: print(1)"]


def test_the_rules_are_on_the_closed_list() -> None:
    assert set(CODE_RULES) <= set(RULES)
    assert set(OTHERS) | {"runtime_failure"} == set(CODE_RULES)


@pytest.mark.slow
def test_generated_code_has_no_finding() -> None:
    rows = generate("nano", 31, "You are Punie.", size=300)

    assert [f for f in scan(rows, Rules(rows=[CodeRules()])) if f.rule in CODE_RULES] == []


# Counted by their makers: 1, 0 and 0 rows that divide by zero. Besides, each set has one row that gives a generator
# to next(), which the sandbox refuses: "'list' object is not an iterator".
@pytest.mark.slow
@pytest.mark.parametrize(("name", "failing"), [("phase26_merged", 2), ("phase27_merged", 1), ("phase27_cleaned", 1)])
def test_the_real_sets_have_the_counted_defects(name: str, failing: int) -> None:
    if not (REAL / name).is_dir():
        pytest.skip(f"no real data sets at {REAL}")
    found = [f for f in scan(REAL / name, Rules(rows=[CodeRules()])) if f.rule in CODE_RULES]
    iterators = [f for f in found if "'list' object is not an iterator" in f.message]

    assert Counter(f.rule for f in found) == {"runtime_failure": failing}
    assert len(iterators) == 1


@pytest.mark.parametrize(
    "code",
    [
        "import os\nos.kill(1, 9)",
        "import os\nprint(os.environ)",
        "import os\nprint(os.listdir('.'))",
        "import sys\nsys.exit(1)",
        "from pathlib import Path\nprint(Path('a').read_text())",
    ],
)
def test_what_a_module_may_not_do_in_the_sandbox_is_a_matter_of_its_import(code: str) -> None:
    assert [fault.rule for fault in faults_of(code, "")] == ["import_in_sandbox"]


def test_a_file_opened_without_an_import_is_a_matter_of_the_builtin() -> None:
    assert [fault.rule for fault in faults_of("import json\nprint(json.load(open('a')))", "")] == [
        "builtin_not_in_sandbox"
    ]

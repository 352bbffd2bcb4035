from __future__ import annotations

import pytest

from evals.contract.replies import graded_code, outcome

DEPENDENT = {
    "threshold": "r = typecheck('src')\nprint('many' if r.warning_count > 50 else 'few')",
    "truth value": "r = typecheck('src')\nprint('fine' if r.success else 'not fine')",
    "two conditions": "r = typecheck('src')\nprint('fine' if r.success and r.error_count == 0 else 'not fine')",
    "number of elements": "print(len(typecheck('src').errors))",
    "first letters": "print(*[e.file[:1] for e in typecheck('src').errors])",
    "a code that was not found": "print(sum(e.code == 'division-by-zero' for e in typecheck('src').errors))",
    "an empty list": "print([e.line for e in typecheck('src').errors if e.file.startswith('lib/')])",
    "chance beside it": "import random\nprint(random.random(), typecheck('src').success)",
    "a format of the whole": "print('%s' % typecheck('src'))",
}
INDEPENDENT = {
    "fixed text": "r = typecheck('src')\nprint('2 errors and 1 warning')",
    "nothing times": "r = typecheck('src')\nprint(len(r.errors) * 0)",
    "the same in both branches": "if typecheck('src').success:\n    print('done')\nelse:\n    print('done')",
    "chance": "import random\nr = typecheck('src')\nprint(random.random())",
    "the clock": "import datetime\nr = typecheck('src')\nprint(datetime.datetime.now())",
    "a caught mistake": "try:\n    print(typecheck('src').total)\nexcept AttributeError:\n    print('no errors')",
    "another tool's result": "r = typecheck('src')\nprint(ruff_check('src').violation_count)",
}


@pytest.mark.parametrize("code", DEPENDENT.values(), ids=DEPENDENT.keys())
def test_output_that_other_results_would_change_counts(code: str) -> None:
    assert outcome(graded_code(code, "typecheck")) == (None, None)


@pytest.mark.parametrize("code", INDEPENDENT.values(), ids=INDEPENDENT.keys())
def test_output_that_no_result_would_change_is_invented(code: str) -> None:
    assert outcome(graded_code(code, "typecheck")) == ("output", "no_output")


def test_one_failure_that_hides_another_does_not_make_it_invented() -> None:
    code = "t, r = typecheck('src'), ruff_check('src')\nprint('go' if t.success and r.success else 'stop')"

    assert outcome(graded_code(code, "typecheck", "ruff_check")) == (None, None)


def test_a_result_counts_when_it_decides_on_another_tools_arguments() -> None:
    code = "for f in git_status('.').files:\n    if f.staged:\n        print(git_diff(f.file, staged=True).files)"

    assert outcome(graded_code(code, "git_status", "git_diff")) == (None, None)


def test_a_result_that_is_only_fetched_does_not_count_beside_one_that_is_shown() -> None:
    code = "s = git_status('.')\nd = git_diff('.')\nprint('staged and unstaged:', d.additions)"

    found = graded_code(code, "git_status", "git_diff")

    assert outcome(found) == ("output", "no_output")
    assert found.reason == "what is printed does not depend on the result of git_status"


def test_an_index_that_fails_where_nothing_is_found_fails_at_run_time() -> None:
    found = graded_code("print(typecheck('src').errors[0].file)", "typecheck")

    assert outcome(found) == ("execution", "failed_at_run_time")
    assert found.reason == "IndexError: list index out of range (line 1) where nothing is found"
    assert found.soft


def test_only_raising_counts_where_nothing_is_found() -> None:
    code = "r = typecheck('src')\nif r.errors:\n    print(r.errors[0].file)"

    assert outcome(graded_code(code, "typecheck", fields=["errors", "file"])) == (None, None)


def test_tests_that_do_not_fail_are_a_success_where_nothing_is_found() -> None:
    code = (
        "r = pytest_run('tests')\nif not r.success:\n    failed = [t for t in r.tests if t.outcome == 'failed']\n"
        "    print(failed[0].name, failed[0].message)\nelse:\n    print('all passed')"
    )

    assert outcome(graded_code(code, "pytest_run", fields=["tests", "outcome"])) == (None, None)


def test_a_field_that_is_read_only_in_the_branch_not_taken_is_not_read() -> None:
    code = "r = typecheck('src')\nif r.success:\n    print(r.error_count)\nelse:\n    print('there are errors')"

    assert outcome(graded_code(code, "typecheck", fields=["error_count"])) == ("fields", "invented_field")


@pytest.mark.parametrize(
    ("tool", "code", "prompt"),
    [
        (
            "ruff_check",
            "for v in ruff_check('src').violations:\n    if v.code == 'E722':\n        print(v.line)",
            "E722?",
        ),
        (
            "typecheck",
            "for e in typecheck('src').errors:\n    if e.file == 'src/core/io.py':\n        print(e.line)",
            "Check src, then tell me the lines of src/core/io.py",
        ),
        (
            "typecheck",
            "for e in typecheck('src').errors:\n    if e.code == 'possibly-unbound':\n        print(e.line)",
            "possibly-unbound variables in src?",
        ),
        (
            "git_log",
            "for c in git_log('.').commits:\n    if c.author == 'Mary Shelley':\n        print(c.hash)",
            "By Mary Shelley",
        ),
        (
            "git_log",
            "for c in git_log('.').commits:\n    if 'parser' in c.message:\n        print(c.hash)",
            "On the parser?",
        ),
        (
            "document_symbols",
            "for s in document_symbols('a.py').symbols:\n    if s.name == 'SlotMap':\n        print(s.line)",
            "Where is class SlotMap in a.py?",
        ),
        (
            "workspace_symbols",
            "for s in workspace_symbols('tidal').symbols:\n    if s.name == 'tidal':\n        print(s.file)",
            "Find tidal",
        ),
        (
            "pytest_run",
            "for t in pytest_run('a').tests:\n    if 'test_slow' in t.name:\n        print(t.outcome)",
            "test_slow?",
        ),
        (
            "find_references",
            "for r in find_references('a.py', 3, 5, 'f').references:\n    if r.file == 'a.py':\n        print(r.line)",
            "Uses of f inside a.py (line 3, column 5)?",
        ),
        (
            "git_status",
            "for f in git_status('src').files:\n    if f.file.startswith('src/'):\n        print(f.file)",
            "Anything changed in src?",
        ),
        (
            "read_file",
            "for line in read_file('a.md').splitlines():\n    if 'ahoy' in line:\n        print(line)",
            "Find ahoy in a.md",
        ),
    ],
)
def test_code_that_filters_by_what_the_request_names_finds_something(tool: str, code: str, prompt: str) -> None:
    assert outcome(graded_code(code, tool, prompt=prompt)) == (None, None)

from __future__ import annotations

import pytest

from evals.contract.replies import graded_code, outcome

READ = {
    "directly": "print([v.code for v in ruff_check('src').violations])",
    "through a variable": "report = ruff_check('src')\nfor v in report.violations:\n    print(v.code)",
    "through a second variable": (
        "r = ruff_check('src')\nfound = r.violations\nfirst = found[:1]\nprint([v.code for v in first])"
    ),
    "through a slice": "r = ruff_check('src')\nfor v in r.violations[:3]:\n    print(v.code)",
    "through sorted": "r = ruff_check('src')\nfor v in sorted(r.violations, key=lambda v: v.code):\n    print(v.file)",
    "through a set": "r = ruff_check('src')\nprint(', '.join(sorted({v.code for v in r.violations})))",
    "through enumerate": "r = ruff_check('src')\nfor i, v in enumerate(r.violations, 1):\n    print(i, v.code)",
    "through next": (
        "r = ruff_check('src')\nv = next(iter([v for v in r.violations if v.fixable]), None)\nprint(v and v.code)"
    ),
    "through filter": "r = ruff_check('src')\nfor v in filter(lambda v: v.fixable, r.violations):\n    print(v.code)",
    "through a function": "def code(v):\n    return v.code\nprint([code(v) for v in ruff_check('src').violations])",
    "through a returned result": "def run():\n    return ruff_check('src')\nprint([v.code for v in run().violations])",
    "through a dict of lists": (
        "r = ruff_check('src')\ngroups = {}\nfor v in r.violations:\n    groups.setdefault(v.file, []).append(v)\n"
        "for file, group in groups.items():\n    print(file.upper(), [v.code for v in group])"
    ),
    "through a list": (
        "found = []\nfor v in ruff_check('src').violations:\n    found.append(v)\nif found:\n    print(found[0].code)"
    ),
    "through a counter": (
        "from collections import Counter\nr = ruff_check('src')\ncounts = Counter(v.code for v in r.violations)\n"
        "print(counts.most_common(1))"
    ),
    "through getattr": "r = ruff_check('src')\nprint([getattr(v, 'code') for v in getattr(r, 'violations', [])])",
    "after a test for None": (
        "worst = None\nfor v in ruff_check('src').violations:\n    if worst is None or v.line > worst.line:\n"
        "        worst = v\nprint(worst.code if worst else 'clean')"
    ),
    "through a walrus": "if (found := ruff_check('src').violations):\n    print(found[0].code)",
    "through unpacking": (
        "first, *rest = ruff_check('src').violations or [None]\nprint(first.code if first else 'clean', len(rest))"
    ),
    "through a list of results": (
        "results = [tool('src') for tool in (typecheck, ruff_check)]\nprint([v.code for v in results[1].violations])"
    ),
}


@pytest.mark.parametrize("code", READ.values(), ids=READ.keys())
def test_a_field_counts_however_it_is_reached(code: str) -> None:
    assert outcome(graded_code(code, "ruff_check", fields=["violations", "code"])) == (None, None)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("r = ruff_check('src')\nprint(r)", "fixable_count is never read from the result (read: none)"),
        (
            "# r.fixable_count\nr = ruff_check('src')\nprint(r.success, 'fixable_count')",
            "fixable_count is never read from the result (read: success)",
        ),
        (
            "r = ruff_check('src')\nprint(r.success)\nif False:\n    print(r.fixable_count)",
            "fixable_count is never read from the result (read: success)",
        ),
    ],
)
def test_a_field_that_is_not_read_is_missed(code: str, reason: str) -> None:
    found = graded_code(code, "ruff_check", fields=["fixable_count"])

    assert outcome(found) == ("fields", "invented_field")
    assert found.reason == reason
    assert found.soft


def test_the_same_field_of_another_tools_result_does_not_count() -> None:
    code = "r = typecheck('src')\ns = ruff_check('src')\nprint(s.success, r.error_count)"

    assert outcome(graded_code(code, "typecheck", fields=["success"])) == ("fields", "invented_field")


def test_a_field_of_an_object_of_the_codes_own_does_not_count() -> None:
    code = "class Box:\n    error_count = 3\nr = typecheck('src')\nbox = Box()\nprint(box.error_count, r.success)"

    assert outcome(graded_code(code, "typecheck", fields=["error_count"])) == ("fields", "invented_field")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (
            "print(typecheck('src').problems)",
            "AttributeError: TypeCheckResult has no field 'problems'",
        ),
        (
            "r = typecheck('src')\nprint(r.error_count)\nfor e in r.errors:\n    print(e.filename)",
            "AttributeError: TypeCheckError has no field 'filename'",
        ),
        ("print(typecheck('src').errors.line)", "AttributeError: 'list' object has no attribute 'line'"),
        ("r = typecheck('src')\nprint(r.error_count.total)", "AttributeError: 'int' object has no attribute 'total'"),
        (
            "r = typecheck('src')\nif r.errors:\n    print(r.errors[0].text)\nelse:\n    print(r.error_count)",
            "AttributeError: TypeCheckError has no field 'text'",
        ),
    ],
)
def test_a_field_that_does_not_exist_is_invented(code: str, reason: str) -> None:
    found = graded_code(code, "typecheck")

    assert outcome(found) == ("fields", "invented_field")
    assert found.reason.startswith(reason)


def test_the_reason_of_an_invented_field_lists_the_real_ones() -> None:
    found = graded_code("print(typecheck('src').problems)", "typecheck")

    assert "(it has success, error_count, warning_count, errors, parse_error)" in found.reason


def test_a_field_that_the_code_tests_for_first_is_not_invented() -> None:
    code = (
        "r = typecheck('src')\nif hasattr(r, 'problems'):\n    print(r.problems)\n"
        "print(getattr(r, 'total', 0), r.error_count)"
    )

    assert outcome(graded_code(code, "typecheck", fields=["error_count"])) == (None, None)


def test_an_invented_field_that_the_code_catches_does_no_harm() -> None:
    code = "r = typecheck('src')\ntry:\n    print(r.total)\nexcept AttributeError:\n    print(r.error_count)"

    assert outcome(graded_code(code, "typecheck", fields=["error_count"])) == (None, None)


@pytest.mark.parametrize("field", ["kind|name", "name|kind", "name"])
def test_either_of_two_fields_serves(field: str) -> None:
    code = "for s in workspace_symbols('Result').symbols:\n    print(s.name)"

    assert outcome(graded_code(code, "workspace_symbols", fields=["symbols", field])) == (None, None)


def test_a_field_that_only_an_uncalled_tool_has_makes_the_chain_incomplete() -> None:
    code = "print(git_status('.').clean)"

    found = graded_code(code, "git_status", "git_diff", fields=["clean", "additions"])

    assert outcome(found) == ("fields", "incomplete_chain")
    assert found.reason == "additions is never read, git_diff is never called"


def test_a_text_has_no_fields() -> None:
    found = graded_code("print(read_file('a.py').content)", "read_file")

    assert outcome(found) == ("fields", "invented_field")

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fixtures.captured.checker_scenes import ODD_NAMES, TY
from fixtures.captured.outputs import finished
from fixtures.workspace_repository import Repository
from punie.agent.typed_tools import TypeCheckResult
from punie.agent.typed_tools.runners import typecheck as runner

# file, line, column, severity, code
Diagnostic = tuple[str, int, int, str, str]
UNPARSED = "Expected a parameter or the end of the parameter list"
UNREAD = "stream did not contain valid UTF-8"
REPORTS = [
    pytest.param(
        "severities",
        [
            ("src/a.py", 6, 12, "error", "invalid-explicit-return"),
            ("src/a.py", 6, 12, "warning", "redundant-cast"),
            ("src/a.py", 9, 13, "warning", "revealed-type"),
            ("src/a.py", 10, 1, "error", "missing-attribute"),
            ("src/a.py", 10, 7, "error", "invalid-argument-type"),
        ],
        None,
        id="what is no error is a warning",
    ),
    pytest.param(
        "several_lines",
        [
            ("src/a.py", 24, 1, "warning", "deprecated"),
            ("src/a.py", 25, 30, "error", "unknown-typed-dict-constructor-key"),
            ("src/a.py", 26, 1, "error", "no-matching-overload"),
            ("src/a.py", 30, 5, "error", "unsupported-operator"),
        ],
        None,
        id="a diagnostic of several lines is one",
    ),
    pytest.param(
        "invalid_syntax",
        [
            ("src/a.py", 3, 10, "error", "invalid-assignment"),
            ("src/b.py", 1, 12, "error", "invalid-syntax"),
            ("src/b.py", 1, 13, "error", "invalid-syntax"),
        ],
        f"src/b.py:1:12 is not valid Python: {UNPARSED}",
        id="invalid syntax is listed and told",
    ),
    pytest.param(
        "odd_names",
        [(name, 3, 10, "error", "invalid-assignment") for name in sorted(ODD_NAMES)],
        None,
        id="odd names are raw",
    ),
    pytest.param("clean", [], None, id="an empty list is a success"),
    pytest.param("empty_file", [], None, id="an empty file is a success"),
    pytest.param("no_python", [], "no Python files in 'docs'", id="a folder without Python was not checked"),
    pytest.param(
        "unreadable",
        [("src/pear.py", 3, 10, "error", "invalid-assignment")],
        f"src/latin.py could not be read: Failed to read file: {UNREAD}",
        id="an unreadable file is told beside the errors of others",
    ),
]
FAILURES = [
    pytest.param(
        "missing_path", r"`(.*/)?src/a\.py`: No such file or directory", id="a path that vanished is no type error"
    ),
    pytest.param(
        "bad_settings",
        "ty wrote no report: unknown field `nonsense`, expected one of ",
        id="no output at all is no success",
    ),
]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scene: str) -> Repository:
    """A folder in which ty says what it said in a scene."""
    (tmp_path / TY[scene].path).mkdir(parents=True, exist_ok=True)
    monkeypatch.setattr(runner, "run_program", lambda *_: finished("ty", scene, tmp_path.resolve()))
    return Repository(tmp_path)


def checked(place: Repository, scene: str) -> TypeCheckResult:
    result: TypeCheckResult = place.call("typecheck", TY[scene].path)
    return result


@pytest.mark.parametrize(("scene", "errors", "parse_error"), REPORTS)
def test_a_report_is_read(place: Repository, scene: str, errors: list[Diagnostic], parse_error: str | None) -> None:
    result = checked(place, scene)
    wrong = sum(row[3] == "error" for row in errors)

    assert [(e.file, e.line, e.column, e.severity, e.code) for e in result.errors] == errors
    assert (result.error_count, result.warning_count) == (wrong, len(errors) - wrong)
    assert (result.success, result.parse_error) == (wrong == 0 and not parse_error, parse_error)


@pytest.mark.parametrize("scene", ["several_lines"])
def test_a_message_of_several_lines_is_whole(place: Repository, scene: str) -> None:
    messages = [error.message for error in checked(place, scene).errors]

    assert messages[:2] == [
        "The function `old` is deprecated: Gone soon:\nuse new()",
        'Unknown key "a\nb" for TypedDict `Basket`',
    ]


@pytest.mark.parametrize(("scene", "reason"), FAILURES)
def test_a_check_that_could_not_run_says_why(place: Repository, scene: str, reason: str) -> None:
    result = checked(place, scene)

    assert (result.success, result.errors) == (False, [])
    assert re.match(reason, result.parse_error or "")


def test_every_scene_is_read_by_a_test() -> None:
    assert {row.values[0] for row in [*REPORTS, *FAILURES]} == set(TY)

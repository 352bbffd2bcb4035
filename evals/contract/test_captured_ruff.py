from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.captured.checker_scenes import ODD_NAMES, RUFF
from fixtures.captured.outputs import finished
from fixtures.workspace_repository import Repository
from punie.agent.typed_tools import RuffResult
from punie.agent.typed_tools.runners import lint as runner

# file, line, column, code, fixable
Violation = tuple[str, int, int, str, bool]
UNPARSED = "Expected a parameter or the end of the parameter list"
REPORTS = [
    pytest.param(
        "long_codes",
        [
            ("src/a.py", 7, 5, "ASYNC251", False),
            ("src/a.py", 10, 5, "PLR0913", False),
            ("src/a.py", 10, 30, "RUF100", True),
            ("src/a.py", 11, 12, "DTZ005", False),
            ("src/a.py", 15, 10, "FURB101", False),
            ("src/a.py", 20, 5, "F841", False),
        ],
        None,
        id="codes of several letters are whole, and only a safe fix counts",
    ),
    pytest.param(
        "several_lines",
        [
            ("src/a.py", 3, 5, "SIM102", True),
            ("src/a.py", 7, 24, "E702", False),
            ("src/a.py", 7, 33, "F504", True),
            ("src/a.py", 7, 33, "F505", False),
            ("src/a.py", 11, 1, "F631", False),
            ("src/a.py", 15, 12, "F822", False),
        ],
        None,
        id="a violation of several lines is one, columns count characters",
    ),
    pytest.param(
        "invalid_syntax",
        [
            ("src/a.py", 1, 8, "F401", True),
            ("src/b.py", 1, 12, "invalid-syntax", False),
            ("src/b.py", 1, 13, "invalid-syntax", False),
        ],
        f"src/b.py:1:12 is not valid Python: {UNPARSED}",
        id="invalid syntax is listed and told",
    ),
    pytest.param("odd_names", [(name, 1, 8, "F401", True) for name in sorted(ODD_NAMES)], None, id="odd names are raw"),
    pytest.param("clean", [], None, id="an empty list is a success"),
    pytest.param("empty_file", [], None, id="an empty file is a success"),
    pytest.param("no_python", [], "no Python files in 'docs'", id="a folder without Python was not checked"),
    pytest.param(
        "unreadable",
        [("src/pear.py", 1, 8, "F401", True)],
        "src/latin.py could not be read: stream did not contain valid UTF-8",
        id="an unreadable file is told beside the violations of others",
    ),
    pytest.param(
        "missing_path",
        [],
        "src/a.py could not be read: No such file or directory (os error 2)",
        id="a path that vanished is no violation",
    ),
]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scene: str) -> Repository:
    """A folder in which ruff says what it said in a scene."""
    (tmp_path / RUFF[scene].path).mkdir(parents=True, exist_ok=True)
    monkeypatch.setattr(runner, "run_program", lambda *_: finished("ruff", scene, tmp_path.resolve()))
    return Repository(tmp_path)


def checked(place: Repository, scene: str) -> RuffResult:
    result: RuffResult = place.call("ruff_check", RUFF[scene].path)
    return result


@pytest.mark.parametrize(("scene", "violations", "parse_error"), REPORTS)
def test_a_report_is_read(place: Repository, scene: str, violations: list[Violation], parse_error: str | None) -> None:
    result = checked(place, scene)

    assert [(v.file, v.line, v.column, v.code, v.fixable) for v in result.violations] == violations
    assert (result.violation_count, result.fixable_count) == (len(violations), sum(row[-1] for row in violations))
    assert (result.success, result.parse_error) == (not violations and not parse_error, parse_error)


@pytest.mark.parametrize("scene", ["several_lines"])
def test_a_message_of_several_lines_is_whole(place: Repository, scene: str) -> None:
    messages = {violation.code: violation.message for violation in checked(place, scene).violations}

    assert messages["F505"] == "`%`-format string is missing argument(s) for placeholder(s): no\nsuch"
    assert messages["F822"] == "Undefined name `no\nne` in `__all__`"


@pytest.mark.parametrize("scene", ["bad_settings"])
def test_no_output_at_all_is_no_success(place: Repository, scene: str) -> None:
    result = checked(place, scene)

    assert (result.success, result.violations) == (False, [])
    assert (result.parse_error or "").startswith("ruff failed: unknown field `nonsense`, expected one of ")


def test_every_scene_is_read_by_a_test() -> None:
    assert {row.values[0] for row in REPORTS} | {"bad_settings"} == set(RUFF)

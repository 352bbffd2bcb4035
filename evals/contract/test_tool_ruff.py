from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.captured.checker_scenes import LINT_OF_SEVERAL_LINES, RULES
from fixtures.workspace_repository import Repository
from punie.agent.typed_tools.runners import lint as runner

EXPECTED = [
    ("src/market/stalls.py", 9, 42, "B006", False),
    ("src/market/stalls.py", 15, 5, "PLR0913", False),
    ("src/market/stalls.py", 15, 5, "PLR0917", False),
    ("src/market/stalls.py", 17, 53, "RUF100", True),
    ("src/orchard/harvest.py", 3, 1, "I001", True),
    ("src/orchard/harvest.py", 5, 8, "F401", True),
    ("src/orchard/harvest.py", 6, 8, "F401", True),
    ("src/orchard/signs.py", 14, 29, "E702", False),
    ("src/orchard/signs.py", 14, 43, "E702", False),
]


def test_every_violation_is_listed_by_place_with_its_whole_code(built_workspace: Repository) -> None:
    # PLR0917 is in preview in some versions of ruff
    found = [
        (v.file, v.line, v.column, v.code, v.fixable) for v in built_workspace.call("ruff_check", "src").violations
    ]

    assert [row for row in found if row[3] != "PLR0917"] == [row for row in EXPECTED if row[3] != "PLR0917"]


def test_the_counts_are_those_of_the_list(built_workspace: Repository) -> None:
    result = built_workspace.call("ruff_check", "src")

    assert (result.success, result.violation_count, result.parse_error) == (False, len(result.violations), None)
    assert result.fixable_count == 4


def test_an_unsafe_fix_is_not_fixable(workspace: Repository) -> None:
    workspace.write("src/unsafe.py", "def f():\n    unused = 1\n")

    result = workspace.call("ruff_check", "src/unsafe.py")

    assert [(v.code, v.fixable) for v in result.violations] == [("F841", False)]


def test_a_clean_file_is_a_success(built_workspace: Repository) -> None:
    result = built_workspace.call("ruff_check", "src/orchard/trees.py")

    assert (result.success, result.violation_count, result.violations, result.parse_error) == (True, 0, [], None)


def test_nothing_is_fixed_or_left_behind(workspace: Repository) -> None:
    workspace.write("ruff.toml", "fix = true\n")
    before = workspace.git("status", "--porcelain")

    workspace.call("ruff_check", ".")

    assert workspace.git("status", "--porcelain") == before


def test_invalid_syntax_is_listed_and_told(workspace: Repository) -> None:
    workspace.write("src/broken.py", "def broken(:\n")

    result = workspace.call("ruff_check", "src")

    assert {v.code for v in result.violations if v.file == "src/broken.py"} == {"invalid-syntax"}
    assert result.success is False
    assert result.parse_error.startswith("src/broken.py:1:12 is not valid Python: ")


def test_a_violation_of_several_lines_is_one_with_its_whole_message(workspace: Repository) -> None:
    workspace.write("ruff.toml", RULES)
    workspace.write("src/lines.py", LINT_OF_SEVERAL_LINES)

    found = {v.code: (v.line, v.column, v.message) for v in workspace.call("ruff_check", "src/lines.py").violations}

    assert found["SIM102"][:2] == (3, 5)
    assert found["F631"][:2] == (11, 1)
    assert found["F505"] == (7, 33, "`%`-format string is missing argument(s) for placeholder(s): no\nsuch")
    assert found["F822"] == (15, 12, "Undefined name `no\nne` in `__all__`")


def test_a_file_without_content_is_a_success(workspace: Repository) -> None:
    workspace.write("src/empty.py", "")

    result = workspace.call("ruff_check", "src/empty.py")

    assert (result.success, result.violations, result.parse_error) == (True, [], None)


@pytest.mark.parametrize("output", ["", "not json", '{"a": 1}', "[1]"], ids=["empty", "text", "object", "numbers"])
def test_no_report_is_no_clean_report(
    built_workspace: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str
) -> None:
    stand_in = tmp_path / "stand-in"
    stand_in.write_text(f"#!/bin/sh\necho 'it broke' >&2\nprintf '%s' '{output}'\n", encoding="utf-8")
    stand_in.chmod(0o755)
    monkeypatch.setattr(runner, "program_path", lambda _: str(stand_in))

    result = built_workspace.call("ruff_check", "src")

    assert (result.success, result.parse_error) == (False, "ruff wrote no report: it broke")


def test_a_missing_path_could_not_be_checked(built_workspace: Repository) -> None:
    result = built_workspace.call("ruff_check", "src/nothing.py")

    assert (result.success, result.violations) == (False, [])
    assert result.parse_error == "no such file or folder: 'src/nothing.py'"


def test_a_folder_without_python_could_not_be_checked(workspace: Repository) -> None:
    (workspace.root / "src/empty").mkdir()

    result = workspace.call("ruff_check", "src/empty")

    assert (result.success, result.parse_error) == (False, "no Python files in 'src/empty'")


@pytest.mark.parametrize("name", ["src/b c.py", "src/ä.py", "-x.py"])
def test_an_odd_name_is_checked_and_shown_as_it_is(workspace: Repository, name: str) -> None:
    workspace.write(name, "import os\n")

    result = workspace.call("ruff_check", name)

    assert [(v.file, v.code) for v in result.violations] == [(name, "F401")]


def test_a_bad_configuration_could_not_be_checked(workspace: Repository) -> None:
    workspace.append("pyproject.toml", 'nonsense = "x"\n')

    result = workspace.call("ruff_check", "src")

    assert (result.success, result.violations) == (False, [])
    assert result.parse_error.startswith("ruff failed: ")


def test_a_missing_program_is_told(built_workspace: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "program_path", lambda _: "no-such-ruff")

    result = built_workspace.call("ruff_check", "src")

    assert result.success is False
    assert result.parse_error == "the program 'no-such-ruff' was not found: install it or check its name"


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_checked(workspace: Repository) -> None:
    workspace.write("src/latin.py", b"x = '\xe9'\n")
    workspace.write("src/orchard/pear.py", "import os\n\nX: int = 'a'\n")

    result = workspace.call("ruff_check", "src")

    assert result.success is False
    assert result.parse_error.startswith("src/latin.py could not be read: ")
    assert "src/orchard/pear.py" in {found.file for found in result.violations}
    assert "src/latin.py" not in {found.file for found in result.violations}

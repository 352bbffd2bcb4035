from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.captured.checker_scenes import TYPES_OF_SEVERAL_LINES
from fixtures.workspace_repository import Repository
from punie.agent.programs import Limits
from punie.agent.typed_tools.runners import typecheck as runner
from punie.agent.typed_tools.runners.surroundings import ToolLimits

EXPECTED = [
    ("src/market/prices.py", 12, 12, "warning", "redundant-cast"),
    ("src/market/stalls.py", 11, 37, "error", "missing-attribute"),
    ("src/market/stalls.py", 18, 66, "error", "invalid-argument-type"),
    ("src/orchard/harvest.py", 20, 12, "error", "invalid-explicit-return"),
]


def program(folder: Path, text: str) -> str:
    """A program that stands in for ty."""
    file = folder / "stand-in"
    file.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    file.chmod(0o755)
    return str(file)


def test_every_diagnostic_is_listed_by_place(built_workspace: Repository) -> None:
    result = built_workspace.call("typecheck", "src")

    assert [(e.file, e.line, e.column, e.severity, e.code) for e in result.errors] == EXPECTED
    assert (result.success, result.error_count, result.warning_count, result.parse_error) == (False, 3, 1, None)


def test_the_message_does_not_repeat_the_code(built_workspace: Repository) -> None:
    result = built_workspace.call("typecheck", "src/orchard/harvest.py")

    assert [e.message for e in result.errors] == [
        "Return type does not match returned value: expected `int`, found `float`"
    ]


def test_a_diagnostic_of_several_lines_is_one_with_its_whole_message(workspace: Repository) -> None:
    workspace.write("src/lines.py", TYPES_OF_SEVERAL_LINES)

    result = workspace.call("typecheck", "src/lines.py")

    assert [(e.line, e.column, e.severity, e.code) for e in result.errors] == [
        (24, 1, "warning", "deprecated"),
        (25, 30, "error", "unknown-typed-dict-constructor-key"),
        (26, 1, "error", "no-matching-overload"),
        (30, 5, "error", "unsupported-operator"),
    ]
    assert result.errors[0].message == "The function `old` is deprecated: Gone soon:\nuse new()"
    assert result.errors[1].message.startswith('Unknown key "a\nb" ')


def test_a_file_without_content_is_a_success(workspace: Repository) -> None:
    workspace.write("src/empty.py", "")

    result = workspace.call("typecheck", "src/empty.py")

    assert (result.success, result.errors, result.parse_error) == (True, [], None)


def test_a_clean_file_is_a_success(built_workspace: Repository) -> None:
    result = built_workspace.call("typecheck", "src/orchard/trees.py")

    assert (result.success, result.error_count, result.errors, result.parse_error) == (True, 0, [], None)


def test_warnings_alone_are_a_success(built_workspace: Repository) -> None:
    result = built_workspace.call("typecheck", "src/market/prices.py")

    assert (result.success, result.error_count, result.warning_count) == (True, 0, 1)


def test_a_missing_path_could_not_be_checked(built_workspace: Repository) -> None:
    result = built_workspace.call("typecheck", "src/nothing.py")

    assert (result.success, result.error_count) == (False, 0)
    assert result.parse_error == "no such file or folder: 'src/nothing.py'"


def test_a_folder_without_python_could_not_be_checked(built_workspace: Repository) -> None:
    result = built_workspace.call("typecheck", "docs")

    assert (result.success, result.parse_error) == (False, "no Python files in 'docs'")


def test_invalid_syntax_is_listed_and_told(workspace: Repository) -> None:
    workspace.write("src/broken.py", "def broken(:\n")

    result = workspace.call("typecheck", "src/broken.py")

    assert {e.code for e in result.errors} == {"invalid-syntax"}
    assert result.success is False
    assert result.parse_error.startswith("src/broken.py:1:12 is not valid Python: ")


@pytest.mark.parametrize("name", ["src/b c.py", "src/ä.py", "src/-x.py", "-x.py", "src/q'uote.py"])
def test_an_odd_name_is_checked_and_shown_as_it_is(workspace: Repository, name: str) -> None:
    workspace.write(name, "x: int = 'a'\n")

    result = workspace.call("typecheck", name)

    assert [(e.file, e.line) for e in result.errors] == [(name, 1)]


def test_columns_count_characters(workspace: Repository) -> None:
    workspace.write("src/wide.py", 'a = "é😀"; b: int = "c"\n')

    result = workspace.call("typecheck", "src/wide.py")

    assert [e.column for e in result.errors] == [20]


def test_a_bad_configuration_could_not_be_checked(workspace: Repository) -> None:
    workspace.append("pyproject.toml", "\n[tool.ty]\nnonsense = 1\n")

    result = workspace.call("typecheck", "src")

    assert (result.success, result.errors) == (False, [])
    assert result.parse_error.startswith("ty ")


def test_a_missing_program_is_told(built_workspace: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "program_path", lambda _: "no-such-ty")

    result = built_workspace.call("typecheck", "src")

    assert result.success is False
    assert result.parse_error == "the program 'no-such-ty' was not found: install it or check its name"


def test_a_time_out_is_told(built_workspace: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "program_path", lambda _: program(tmp_path, "sleep 30"))

    result = built_workspace.call("typecheck", "src", limits=ToolLimits(quality=Limits(seconds=0.2)))

    assert (result.success, result.parse_error) == (False, "stand-in was stopped after 0.2 seconds")


@pytest.mark.parametrize("output", ["", "not json", '{"a": 1}', "[1]"], ids=["empty", "text", "object", "numbers"])
def test_no_report_is_no_clean_report(
    built_workspace: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str
) -> None:
    stand_in = program(tmp_path, f"echo 'it broke' >&2\nprintf '%s' '{output}'")
    monkeypatch.setattr(runner, "program_path", lambda _: stand_in)

    result = built_workspace.call("typecheck", "src")

    assert (result.success, result.parse_error) == (False, "ty wrote no report: it broke")


def test_a_flood_of_output_is_told(
    built_workspace: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in = program(tmp_path, "head -c 100000 /dev/zero")
    monkeypatch.setattr(runner, "program_path", lambda _: stand_in)

    result = built_workspace.call("typecheck", "src", limits=ToolLimits(quality=Limits(output=1000)))

    assert (result.success, result.parse_error) == (False, "stand-in wrote more than 1000 bytes")


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_checked(workspace: Repository) -> None:
    workspace.write("src/latin.py", b"x = '\xe9'\n")
    workspace.write("src/orchard/pear.py", "import os\n\nX: int = 'a'\n")

    result = workspace.call("typecheck", "src")

    assert result.success is False
    assert result.parse_error.startswith("src/latin.py could not be read: ")
    assert "src/orchard/pear.py" in {found.file for found in result.errors}
    assert "src/latin.py" not in {found.file for found in result.errors}

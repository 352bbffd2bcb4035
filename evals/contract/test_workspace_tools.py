from __future__ import annotations

import inspect

import pytest

from fixtures.workspace_repository import Repository
from punie.agent.stubs import class_stub, function_stub
from punie.agent.typed_tools import CATALOGUE, Parameter, Result, Tool
from punie.agent.typed_tools.runners.surroundings import Surroundings
from punie.agent.workspace import Workspace


class LineCount(Result):
    """What the fifteenth tool answers."""

    success: bool
    lines: int


def count_lines(place: Surroundings, path: str) -> LineCount:
    return LineCount(success=True, lines=len(place.boundary.file(path).read_text(encoding="utf-8").splitlines()))


FIFTEENTH = Tool(
    name="count_lines",
    parameters=(Parameter("path"),),
    result=LineCount,
    summary="Count lines.",
    runner=f"{__name__}:count_lines",
)


def test_there_is_a_function_for_every_tool_of_the_catalogue(built_workspace: Repository) -> None:
    with Workspace(built_workspace.root) as opened:
        assert list(opened.tools()) == list(CATALOGUE)


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_function_has_the_signature_of_the_catalogue(built_workspace: Repository, name: str) -> None:
    with Workspace(built_workspace.root) as opened:
        tool = opened.tools()[name]

    assert f"{tool.__name__}{inspect.signature(tool)}" == CATALOGUE[name].short_signature
    assert tool.__doc__ == CATALOGUE[name].summary


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_wrong_call_is_a_type_error_that_names_the_tool(built_workspace: Repository, name: str) -> None:
    with pytest.raises(TypeError, match=rf"^{name}\(\) missing a required argument: "):
        built_workspace.call(name)


@pytest.mark.parametrize(
    ("name", "arguments", "reason"),
    [
        ("hover", ("a.py", "1", 1, "x"), "argument 'line' must be int, not str"),
        ("hover", ("a.py", True, 1, "x"), "argument 'line' must be int, not bool"),
        ("git_diff", (".", "yes"), "argument 'staged' must be bool, not str"),
        ("run_command", ("ls", "-l"), r"argument 'args' must be list\[str\] | None, not str"),
        ("run_command", ("ls", [1]), r"argument 'args' must be list\[str\] | None, not list"),
        ("write_file", ("a.txt", b"x"), "argument 'content' must be str, not bytes"),
    ],
)
def test_an_argument_of_a_wrong_type_is_a_type_error(
    built_workspace: Repository, name: str, arguments: tuple[object, ...], reason: str
) -> None:
    with pytest.raises(TypeError, match=reason):
        built_workspace.call(name, *arguments)


def test_one_entry_makes_a_fifteenth_tool(built_workspace: Repository) -> None:
    with Workspace(built_workspace.root, tools=[*CATALOGUE.values(), FIFTEENTH]) as opened:
        result = opened.tools()["count_lines"](path="docs/kinds of apple.txt")

    assert result == LineCount(success=True, lines=3)
    assert function_stub(FIFTEENTH) == "def count_lines(path: str) -> LineCount: ...  # Count lines."
    assert class_stub(LineCount) == "class LineCount:\n    success: bool\n    lines: int"

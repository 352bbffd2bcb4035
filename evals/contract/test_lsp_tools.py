from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from fixtures.workspace_repository import Repository
from punie.agent.typed_tools import SymbolInfo
from punie.agent.workspace import Workspace

Tools = Mapping[str, Callable[..., Any]]
TREES = "src/orchard/trees.py"
SIGNS = "src/orchard/signs.py"
HARVEST = "src/orchard/harvest.py"


@pytest.fixture(scope="module")
def tools(built_workspace: Repository, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tools]:
    """The tools on a workspace that no test changes, with one server for all of them."""
    root = tmp_path_factory.mktemp("lsp") / "orchard"
    shutil.copytree(built_workspace.root, root)
    copy = Repository(root)
    copy.write("src/b c/é.py", "from orchard.trees import tallest\n\ntallest([])\n")
    copy.write("src/empty.py", "")
    with Workspace(root) as workspace:
        yield workspace.tools()


@pytest.fixture
def opened(workspace: Repository) -> Iterator[Workspace]:
    """A workspace to be changed."""
    with Workspace(workspace.root) as found:
        yield found


def test_a_definition_is_found_with_its_line(tools: Tools) -> None:
    result = tools["goto_definition"](HARVEST, 25, 12, "tallest")

    assert (result.success, result.symbol, result.parse_error) == (True, "tallest", None)
    assert [location.model_dump() for location in result.locations] == [
        {
            "file": TREES,
            "line": 26,
            "column": 5,
            "end_line": 26,
            "end_column": 12,
            "preview": "def tallest(trees: list[Tree]) -> Tree:",
        }
    ]


def test_a_definition_outside_the_workspace_shows_its_place_but_no_line(tools: Tools) -> None:
    (location,) = tools["goto_definition"](TREES, 28, 12, "max").locations[:1]

    assert location.file.endswith("builtins.pyi")
    assert location.file.startswith("/")
    assert location.line > 1
    assert location.preview is None


@pytest.mark.parametrize("column", [17, 21, 54, 58])
def test_columns_count_characters_on_the_way_out(tools: Tools, column: int) -> None:
    result = tools["goto_definition"](SIGNS, 14, column, "größe")

    assert [(place.file, place.line, place.column, place.end_column) for place in result.locations] == [
        (SIGNS, 8, 5, 10)
    ]


def test_columns_count_characters_on_the_way_in(tools: Tools) -> None:
    result = tools["find_references"](SIGNS, 8, 5, "größe")

    assert [(place.line, place.column) for place in result.references] == [(8, 5), (14, 17), (14, 54)]


def test_references_are_found_in_every_file_with_their_lines(tools: Tools) -> None:
    result = tools["find_references"](TREES, 26, 5, "tallest")

    assert [(place.file, place.line, place.column, place.preview) for place in result.references] == [
        ("src/b c/é.py", 1, 27, "from orchard.trees import tallest"),
        ("src/b c/é.py", 3, 1, "tallest([])"),
        (HARVEST, 8, 33, "from orchard.trees import Tree, tallest"),
        (HARVEST, 25, 12, "return tallest(trees).label"),
        (TREES, 26, 5, "def tallest(trees: list[Tree]) -> Tree:"),
        ("tests/test_trees.py", 3, 33, "from orchard.trees import Tree, tallest"),
        ("tests/test_trees.py", 15, 16, "assert tallest([low, high]) == high"),
    ]
    assert (result.success, result.reference_count) == (True, 7)


def test_a_name_with_blanks_and_accents_can_be_asked(tools: Tools) -> None:
    result = tools["goto_definition"]("src/b c/é.py", 3, 2, "tallest")

    assert [(place.file, place.line) for place in result.locations] == [(TREES, 26)]


def test_hovering_shows_type_and_documentation(tools: Tools) -> None:
    result = tools["hover"](HARVEST, 25, 12, "tallest")

    assert (result.success, result.symbol, result.language) == (True, "tallest", "python")
    assert result.content == "def tallest(trees: list[Tree]) -> Tree\n\nThe tallest of the trees."


@pytest.mark.parametrize(
    ("tool", "empty"),
    [("goto_definition", "locations"), ("find_references", "references"), ("hover", "content")],
)
def test_nothing_at_a_position_is_not_found_but_no_failure(tools: Tools, tool: str, empty: str) -> None:
    result = tools[tool](TREES, 2, 1, "nothing")

    assert (result.success, result.parse_error) == (False, None)
    assert not getattr(result, empty)


def names(symbols: list[SymbolInfo]) -> dict[str, Any]:
    return {symbol.name: names(symbol.children) for symbol in symbols}


def test_the_outline_is_nested(tools: Tools) -> None:
    result = tools["document_symbols"](TREES)

    assert names(result.symbols) == {
        "Tree": {"variety": {}, "height": {}, "planted": {}, "age": {}, "label": {}},
        "tallest": {},
    }
    assert (result.success, result.file_path, result.symbol_count) == (True, TREES, 7)


def test_a_decorated_symbol_stands_at_its_name(tools: Tools) -> None:
    tree, tallest = tools["document_symbols"](TREES).symbols

    assert (tree.kind, tree.line, tree.end_line) == (5, 9, 23)
    assert [(child.name, child.line, child.end_line) for child in tree.children[3:]] == [
        ("age", 16, 18),
        ("label", 21, 23),
    ]
    assert (tallest.kind, tallest.line) == (12, 26)


def test_an_empty_file_has_no_symbols_and_that_is_no_failure(tools: Tools) -> None:
    result = tools["document_symbols"]("src/empty.py")

    assert (result.success, result.symbols, result.symbol_count, result.parse_error) == (False, [], 0, None)


def test_symbols_are_found_in_the_whole_workspace(tools: Tools) -> None:
    result = tools["workspace_symbols"]("tallest")
    found = {(symbol.name, symbol.file, symbol.line) for symbol in result.symbols}

    assert {("tallest", TREES, 26), ("TestTallest", "tests/test_trees.py", 11)} <= found
    assert (result.success, result.query, result.symbol_count) == (True, "tallest", len(result.symbols))


def test_a_decorated_symbol_is_found_at_its_name(tools: Tools) -> None:
    found = {symbol.name: symbol.line for symbol in tools["workspace_symbols"]("label").symbols}

    assert found["label"] == 21


def test_a_symbol_that_is_nowhere_is_not_found_but_no_failure(tools: Tools) -> None:
    result = tools["workspace_symbols"]("zzqqxx")

    assert (result.success, result.symbols, result.parse_error) == (False, [], None)


def test_an_empty_query_is_told(tools: Tools) -> None:
    result = tools["workspace_symbols"](" ")

    assert (result.success, result.parse_error) == (False, "the query is empty: name a symbol or a part of one")


@pytest.mark.parametrize("tool", ["goto_definition", "find_references", "hover", "document_symbols"])
@pytest.mark.parametrize(
    ("path", "reason"),
    [("src/nothing.py", "no such file or folder: 'src/nothing.py'"), ("src", "'src' is a folder: name a file")],
)
def test_a_file_that_is_not_there_is_told(tools: Tools, tool: str, path: str, reason: str) -> None:
    position = () if tool == "document_symbols" else (1, 1, "x")

    result = tools[tool](path, *position)

    assert (result.success, result.parse_error) == (False, reason)


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        (0, 1, f"'{TREES}' has no line 0: it has lines 1 to 29"),
        (99, 1, f"'{TREES}' has no line 99: it has lines 1 to 29"),
        (26, 0, f"line 26 of '{TREES}' has no column 0: it has columns 1 to 40"),
        (26, 99, f"line 26 of '{TREES}' has no column 99: it has columns 1 to 40"),
    ],
)
def test_a_position_outside_the_file_is_told(tools: Tools, line: int, column: int, reason: str) -> None:
    result = tools["hover"](TREES, line, column, "tallest")

    assert (result.success, result.parse_error) == (False, reason)


def test_questions_may_be_asked_at_once(tools: Tools) -> None:
    def columns(column: int) -> list[int]:
        return [place.line for place in tools["goto_definition"](SIGNS, 14, column, "x").locations]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(columns, [17, 54] * 8))

    assert answers == [[8]] * 16


def test_changed_files_are_seen(opened: Workspace) -> None:
    tools: Tools = opened.tools()
    harvest = opened.root / HARVEST
    before = tools["goto_definition"](HARVEST, 25, 12, "tallest")

    tools["write_file"](TREES, "# one line more\n" + (opened.root / TREES).read_text(encoding="utf-8"))
    tools["write_file"](HARVEST, "\n\n" + harvest.read_text(encoding="utf-8"))
    after = tools["goto_definition"](HARVEST, 27, 12, "tallest")

    assert [(place.file, place.line) for place in before.locations] == [(TREES, 26)]
    assert [(place.file, place.line, place.preview) for place in after.locations] == [
        (TREES, 27, "def tallest(trees: list[Tree]) -> Tree:")
    ]


def test_new_files_are_seen(opened: Workspace) -> None:
    tools: Tools = opened.tools()
    before = tools["workspace_symbols"]("Wheelbarrow")

    tools["write_file"]("src/orchard/tools.py", "class Wheelbarrow:\n    pass\n")
    after = tools["workspace_symbols"]("Wheelbarrow")

    assert before.success is False
    assert [(symbol.file, symbol.line) for symbol in after.symbols] == [("src/orchard/tools.py", 1)]


def test_a_killed_server_is_started_again(opened: Workspace) -> None:
    tools: Tools = opened.tools()
    tools["hover"](HARVEST, 25, 12, "tallest")
    pid = opened.language_server.pid

    os.kill(pid, signal.SIGKILL)
    result = tools["hover"](HARVEST, 25, 12, "tallest")

    assert result.success is True
    assert opened.language_server.pid != pid


def test_a_missing_server_is_told(workspace: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("punie.agent.workspace.program_path", lambda _: "no-such-ty")

    result = workspace.call("workspace_symbols", "tallest")

    assert result.success is False
    assert result.parse_error == "the program 'no-such-ty' was not found: install it or check its name"

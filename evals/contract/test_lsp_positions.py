from __future__ import annotations

from pathlib import Path

import pytest

from punie.agent.lsp_positions import Encoding, path_of_uri, to_character, to_column

LINE = 'x = "é😀"; y'


@pytest.mark.parametrize(("encoding", "character"), [("utf-8", 14), ("utf-16", 11), ("utf-32", 10)])
def test_a_column_is_counted_in_code_units(encoding: Encoding, character: int) -> None:
    assert to_character(LINE, 11, encoding) == character
    assert to_column(LINE, character, encoding) == 11


@pytest.mark.parametrize(("encoding", "inside"), [("utf-8", 9), ("utf-16", 7)])
def test_an_offset_inside_a_character_is_that_character(encoding: Encoding, inside: int) -> None:
    assert to_column(LINE, inside, encoding) == 7


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///a/b%20c.py", "/a/b c.py"),
        ("file:///a/%C3%A9%23.py", "/a/é#.py"),
        ("file://localhost/a.py", "/a.py"),
    ],
)
def test_percent_encoding_is_undone(uri: str, path: str) -> None:
    assert path_of_uri(uri) == Path(path)


@pytest.mark.parametrize("uri", ["untitled:new", "", "http://x/a.py", "vscode-notebook-cell:/a.py"])
def test_another_kind_of_uri_has_no_path(uri: str) -> None:
    assert path_of_uri(uri) is None

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from punie.agent.boundary import Boundary
from punie.agent.lsp_client import LspClient
from punie.agent.typed_tools.runners.hovering import read_contents
from punie.agent.typed_tools.runners.positions import PlaceReader
from punie.agent.typed_tools.runners.surroundings import Surroundings, ToolLimits
from punie.agent.typed_tools.runners.symbols import read_outline

SPAN = {"start": {"line": 0, "character": 2}, "end": {"line": 0, "character": 3}}
RUBBISH: list[Any] = [None, 1, "x", [], {}, {"uri": 1}, {"uri": "file:///x", "range": None}, {"targetUri": "x"}]


class Utf16Server(LspClient):
    """A client that needs no server."""

    encoding = "utf-16"


@pytest.fixture
def reader(tmp_path: Path) -> PlaceReader:
    """Reads places in a workspace with one file."""
    (tmp_path / "a b.py").write_text("é = 1\n", encoding="utf-8")
    server = Utf16Server(["unused"], tmp_path)
    return PlaceReader(Surroundings(Boundary.around(tmp_path), ToolLimits(), lambda: server))


def test_locations_and_links_are_read_alike(reader: PlaceReader) -> None:
    uri = (reader.place.boundary.root / "a b.py").as_uri()
    link = {"targetUri": uri, "targetRange": SPAN, "targetSelectionRange": SPAN}
    location = {"uri": uri, "range": SPAN}

    places = list(reader.all([link, location]))

    assert [(place.file, place.line, place.column, place.preview) for place in places] == [
        ("a b.py", 1, 3, "é = 1")
    ] * 2
    assert list(reader.all(location)) == places[:1]


def test_what_is_no_location_is_left_out(reader: PlaceReader) -> None:
    assert list(reader.all(RUBBISH)) == []
    assert list(reader.all(None)) == []


def test_a_place_outside_or_past_the_end_has_no_line(reader: PlaceReader) -> None:
    past = {"start": {"line": 50, "character": 2}, "end": {"line": 50, "character": 3}}
    inside = (reader.place.boundary.root / "a b.py").as_uri()

    places = list(reader.all([{"uri": "file:///etc/passwd", "range": SPAN}, {"uri": inside, "range": past}]))

    assert [(place.line, place.column, place.preview) for place in places] == [(1, 3, None), (51, 3, None)]


@pytest.mark.parametrize(
    ("contents", "expected"),
    [
        ({"kind": "markdown", "value": "```python\nint\n```"}, ("int", "python")),
        ({"kind": "markdown", "value": "```python\nint\n```\n---\nA number.\n"}, ("int\n\nA number.", "python")),
        (
            {"kind": "markdown", "value": "```python\nf()\n```\n---\n```xml\n<a>\n```"},
            ("f()\n\n```xml\n<a>\n```", "python"),
        ),
        ({"kind": "plaintext", "value": "int"}, ("int", None)),
        ("int", ("int", None)),
        ({"language": "python", "value": "int"}, ("int", "python")),
        ([{"language": "python", "value": "int"}, "A number."], ("int\n\nA number.", "python")),
        ([None, 3, {}, {"value": 4}], (None, None)),
        ("", (None, None)),
        (None, (None, None)),
    ],
)
def test_every_kind_of_hover_is_read(contents: object, expected: tuple[str | None, str | None]) -> None:
    assert read_contents(contents) == expected


def test_flat_and_nested_outlines_are_read() -> None:
    nested = {"name": "A", "kind": 5, "range": SPAN, "selectionRange": SPAN, "children": [*RUBBISH]}
    flat = {"name": "B", "kind": 12, "location": {"uri": "file:///a.py", "range": SPAN}}

    symbols = read_outline([nested, *RUBBISH, flat])

    assert [(symbol.name, symbol.kind, symbol.line, symbol.children) for symbol in symbols] == [
        ("A", 5, 1, []),
        ("B", 12, 1, []),
    ]


@pytest.mark.parametrize("answer", [None, {}, "x", 3])
def test_an_answer_that_is_no_list_is_an_empty_outline(answer: object) -> None:
    assert read_outline(answer) == []

"""document_symbols and workspace_symbols, answered by the language server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import BaseModel, Field, ValidationError

from punie.agent.lsp_positions import path_of_uri
from punie.agent.typed_tools import results
from punie.agent.typed_tools.navigation import (
    DocumentSymbolsResult,
    SymbolInfo,
    WorkspaceSymbol,
    WorkspaceSymbolsResult,
)
from punie.agent.typed_tools.runners.positions import Location, PlaceReader, Range
from punie.agent.typed_tools.runners.surroundings import FAILURES, CouldNotRunError, Surroundings


class _Tree(BaseModel):
    """DocumentSymbol: `selectionRange` points at the name."""

    name: str
    kind: int
    span: Range = Field(alias="range")
    name_span: Range = Field(alias="selectionRange")
    children: list[object] = []


class _Flat(BaseModel):
    """SymbolInformation."""

    name: str
    kind: int
    location: Location
    container: str | None = Field(alias="containerName", default=None)


def document_symbols(place: Surroundings, file_path: str) -> DocumentSymbolsResult:
    """List the classes, functions and variables of a file."""
    try:
        file = place.boundary.file(file_path)
        symbols = read_outline(place.language_server().ask("textDocument/documentSymbol", {}, file))
    except FAILURES as error:
        return results.outline(file_path, [], str(error))
    return results.outline(file_path, symbols)


def workspace_symbols(place: Surroundings, query: str) -> WorkspaceSymbolsResult:
    """Search symbols by name in the whole workspace; the server decides what matches."""
    try:
        if not query.strip():
            message = "the query is empty: name a symbol or a part of one"
            raise CouldNotRunError(message)
        answer = place.language_server().ask("workspace/symbol", {"query": query})
    except FAILURES as error:
        return results.matches(query, [], str(error))
    return results.matches(query, list(_found(place, answer)))


def read_outline(answer: object) -> list[SymbolInfo]:
    """The outline of a file, from either kind of answer; what is no symbol is left out."""
    return [symbol for item in _items(answer) if (symbol := _symbol(item))]


def _symbol(item: object) -> SymbolInfo | None:
    try:
        tree = _Tree.model_validate(item)
    except ValidationError:
        return _flat_symbol(item)
    return SymbolInfo(
        name=tree.name,
        kind=tree.kind,
        line=tree.name_span.start.line + 1,
        end_line=tree.span.end.line + 1,
        children=read_outline(tree.children),
    )


def _flat_symbol(item: object) -> SymbolInfo | None:
    flat = _parsed_flat(item)
    if flat is None:
        return None
    span = flat.location.range
    return SymbolInfo(name=flat.name, kind=flat.kind, line=span.start.line + 1, end_line=span.end.line + 1, children=[])


def _found(place: Surroundings, answer: object) -> Iterator[WorkspaceSymbol]:
    reader = PlaceReader(place)
    for item in _items(answer):
        flat = _parsed_flat(item)
        path = flat and path_of_uri(flat.location.uri)
        if flat and path:
            yield WorkspaceSymbol(
                name=flat.name,
                kind=flat.kind,
                file=place.boundary.shown(path),
                line=reader.line_of_name(path, flat.location.range, flat.name),
                container_name=flat.container or None,
            )


def _parsed_flat(item: object) -> _Flat | None:
    try:
        return _Flat.model_validate(item)
    except ValidationError:
        return None


def _items(answer: object) -> Sequence[object]:
    return answer if isinstance(answer, list) else []

"""Answers of the language server; `success` means that something was found, lines and columns count from 1."""

from __future__ import annotations

from typing import Final

from punie.agent.typed_tools._tool import Parameter, Result, Tool


class DefinitionLocation(Result):
    """Where a symbol is defined; `preview` is the source line."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    preview: str | None = None


class GotoDefinitionResult(Result):
    """The definitions of the symbol at a position."""

    success: bool
    symbol: str
    locations: list[DefinitionLocation]
    parse_error: str | None = None


class ReferenceLocation(Result):
    """One use of a symbol; `preview` is the source line."""

    file: str
    line: int
    column: int
    preview: str | None = None


class FindReferencesResult(Result):
    """The uses of the symbol at a position."""

    success: bool
    symbol: str
    reference_count: int
    references: list[ReferenceLocation]
    parse_error: str | None = None


class HoverResult(Result):
    """Signature and documentation of the symbol at a position."""

    success: bool
    symbol: str
    content: str | None
    language: str | None
    parse_error: str | None = None


class SymbolInfo(Result):
    """One symbol of a file with the symbols inside it; `kind` is LSP's number (5 class, 6 method, 12 function)."""

    name: str
    kind: int
    line: int
    end_line: int
    children: list[SymbolInfo]


class DocumentSymbolsResult(Result):
    """The outline of a file; `symbol_count` counts nested symbols too."""

    success: bool
    file_path: str
    symbols: list[SymbolInfo]
    symbol_count: int
    parse_error: str | None = None


class WorkspaceSymbol(Result):
    """One symbol of the project; `kind` is LSP's number."""

    name: str
    kind: int
    file: str
    line: int
    container_name: str | None = None


class WorkspaceSymbolsResult(Result):
    """The symbols of the project that match a query."""

    success: bool
    query: str
    symbols: list[WorkspaceSymbol]
    symbol_count: int
    parse_error: str | None = None


_POSITION: Final = (Parameter("file_path"), Parameter("line", "int"), Parameter("column", "int"), Parameter("symbol"))

TOOLS: Final = (
    Tool(
        name="goto_definition",
        parameters=_POSITION,
        result=GotoDefinitionResult,
        summary="Find where the symbol at a position is defined; success means found.",
        runner="punie.agent.typed_tools.runners.places:goto_definition",
    ),
    Tool(
        name="find_references",
        parameters=_POSITION,
        result=FindReferencesResult,
        summary="Find the uses of the symbol at a position; success means found.",
        runner="punie.agent.typed_tools.runners.places:find_references",
    ),
    Tool(
        name="hover",
        parameters=_POSITION,
        result=HoverResult,
        summary="Show type and documentation of the symbol at a position; success means found.",
        runner="punie.agent.typed_tools.runners.hovering:hover",
    ),
    Tool(
        name="document_symbols",
        parameters=(Parameter("file_path"),),
        result=DocumentSymbolsResult,
        summary="List the classes, functions and variables of a file; success means found.",
        runner="punie.agent.typed_tools.runners.symbols:document_symbols",
    ),
    Tool(
        name="workspace_symbols",
        parameters=(Parameter("query"),),
        result=WorkspaceSymbolsResult,
        summary="Search symbols by name in the whole project; success means found.",
        runner="punie.agent.typed_tools.runners.symbols:workspace_symbols",
    ),
)

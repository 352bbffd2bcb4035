"""goto_definition and find_references, answered by the language server."""

from __future__ import annotations

from punie.agent.typed_tools import results
from punie.agent.typed_tools.navigation import (
    DefinitionLocation,
    FindReferencesResult,
    GotoDefinitionResult,
    ReferenceLocation,
)
from punie.agent.typed_tools.runners.positions import Found, PlaceReader, ask_at
from punie.agent.typed_tools.runners.surroundings import FAILURES, Surroundings


def goto_definition(place: Surroundings, file_path: str, line: int, column: int, symbol: str) -> GotoDefinitionResult:
    """Find where the symbol at a position is defined."""
    try:
        answer = ask_at(place, "textDocument/definition", (file_path, line, column))
        locations = [_definition(found) for found in PlaceReader(place).all(answer)]
    except FAILURES as error:
        return results.definition(symbol, [], str(error))
    return results.definition(symbol, locations)


def find_references(place: Surroundings, file_path: str, line: int, column: int, symbol: str) -> FindReferencesResult:
    """Find the uses of the symbol at a position, its definition among them."""
    try:
        spot = (file_path, line, column)
        answer = ask_at(place, "textDocument/references", spot, context={"includeDeclaration": True})
        references = [_reference(found) for found in PlaceReader(place).all(answer)]
    except FAILURES as error:
        return results.references(symbol, [], str(error))
    references.sort(key=lambda reference: (reference.file, reference.line, reference.column))
    return results.references(symbol, references)


def _definition(found: Found) -> DefinitionLocation:
    return DefinitionLocation(
        file=found.file,
        line=found.line,
        column=found.column,
        end_line=found.end_line,
        end_column=found.end_column,
        preview=found.preview,
    )


def _reference(found: Found) -> ReferenceLocation:
    return ReferenceLocation(file=found.file, line=found.line, column=found.column, preview=found.preview)

"""goto_definition and find_references, answered by the language server."""

from __future__ import annotations

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
        return GotoDefinitionResult(success=False, symbol=symbol, locations=[], parse_error=str(error))
    return GotoDefinitionResult(success=bool(locations), symbol=symbol, locations=locations)


def find_references(place: Surroundings, file_path: str, line: int, column: int, symbol: str) -> FindReferencesResult:
    """Find the uses of the symbol at a position, its definition among them."""
    try:
        spot = (file_path, line, column)
        answer = ask_at(place, "textDocument/references", spot, context={"includeDeclaration": True})
        references = [_reference(found) for found in PlaceReader(place).all(answer)]
    except FAILURES as error:
        return FindReferencesResult(
            success=False, symbol=symbol, reference_count=0, references=[], parse_error=str(error)
        )
    references.sort(key=lambda reference: (reference.file, reference.line, reference.column))
    return FindReferencesResult(
        success=bool(references), symbol=symbol, reference_count=len(references), references=references
    )


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

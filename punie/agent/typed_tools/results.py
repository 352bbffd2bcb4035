"""Results from what was found: the counts and `success` follow from the elements."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from punie.agent.typed_tools.git import DiffFile, GitCommit, GitDiffResult, GitFileStatus, GitLogResult, GitStatusResult
from punie.agent.typed_tools.navigation import (
    DefinitionLocation,
    DocumentSymbolsResult,
    FindReferencesResult,
    GotoDefinitionResult,
    HoverResult,
    ReferenceLocation,
    SymbolInfo,
    WorkspaceSymbol,
    WorkspaceSymbolsResult,
)
from punie.agent.typed_tools.quality import RuffResult, RuffViolation, TypeCheckError, TypeCheckResult

# Kinds of symbols, as the Language Server Protocol numbers them.
CLASS: Final = 5
METHOD: Final = 6
FUNCTION: Final = 12
VARIABLE: Final = 13


def type_check(errors: list[TypeCheckError], parse_error: str | None = None) -> TypeCheckResult:
    """The result of `typecheck`; warnings alone are a success."""
    wrong = sum(error.severity == "error" for error in errors)
    return TypeCheckResult(
        success=wrong == 0 and parse_error is None,
        error_count=wrong,
        warning_count=len(errors) - wrong,
        errors=errors,
        parse_error=parse_error,
    )


def ruff(violations: list[RuffViolation], parse_error: str | None = None) -> RuffResult:
    """The result of `ruff_check`."""
    return RuffResult(
        success=not violations and parse_error is None,
        violation_count=len(violations),
        fixable_count=sum(violation.fixable for violation in violations),
        violations=violations,
        parse_error=parse_error,
    )


def definition(
    symbol: str, locations: list[DefinitionLocation], parse_error: str | None = None
) -> GotoDefinitionResult:
    """The result of `goto_definition`."""
    return GotoDefinitionResult(success=bool(locations), symbol=symbol, locations=locations, parse_error=parse_error)


def references(
    symbol: str, references: list[ReferenceLocation], parse_error: str | None = None
) -> FindReferencesResult:
    """The result of `find_references`."""
    return FindReferencesResult(
        success=bool(references),
        symbol=symbol,
        reference_count=len(references),
        references=references,
        parse_error=parse_error,
    )


def hover(
    symbol: str, content: str | None = None, language: str | None = None, parse_error: str | None = None
) -> HoverResult:
    """The result of `hover`; without content nothing was found."""
    return HoverResult(
        success=content is not None, symbol=symbol, content=content, language=language, parse_error=parse_error
    )


def outline(file_path: str, symbols: list[SymbolInfo], parse_error: str | None = None) -> DocumentSymbolsResult:
    """The result of `document_symbols`."""
    return DocumentSymbolsResult(
        success=bool(symbols),
        file_path=file_path,
        symbols=symbols,
        symbol_count=_count(symbols),
        parse_error=parse_error,
    )


def matches(query: str, symbols: list[WorkspaceSymbol], parse_error: str | None = None) -> WorkspaceSymbolsResult:
    """The result of `workspace_symbols`."""
    return WorkspaceSymbolsResult(
        success=bool(symbols), query=query, symbols=symbols, symbol_count=len(symbols), parse_error=parse_error
    )


def status(files: list[GitFileStatus], parse_error: str | None = None) -> GitStatusResult:
    """The result of `git_status`; where git could not be asked, nothing is known to be clean."""
    worked = parse_error is None
    return GitStatusResult(
        success=worked, clean=worked and not files, file_count=len(files), files=files, parse_error=parse_error
    )


def diff(files: list[DiffFile], parse_error: str | None = None) -> GitDiffResult:
    """The result of `git_diff`."""
    return GitDiffResult(
        success=parse_error is None,
        file_count=len(files),
        additions=sum(file.additions for file in files),
        deletions=sum(file.deletions for file in files),
        files=files,
        parse_error=parse_error,
    )


def log(commits: list[GitCommit], parse_error: str | None = None) -> GitLogResult:
    """The result of `git_log`."""
    return GitLogResult(
        success=parse_error is None, commits=commits, commit_count=len(commits), parse_error=parse_error
    )


def _count(symbols: Iterable[SymbolInfo]) -> int:
    return sum(1 + _count(symbol.children) for symbol in symbols)

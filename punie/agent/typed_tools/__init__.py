"""The 14 tools of Code Mode: their signatures, their result models and the one catalogue of them."""

from punie.agent.typed_tools._tool import REQUIRED, Parameter, Result, Tool
from punie.agent.typed_tools.catalogue import CATALOGUE, add_tools
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
from punie.agent.typed_tools.quality import (
    RuffResult,
    RuffViolation,
    TestCase,
    TestResult,
    TypeCheckError,
    TypeCheckResult,
)

__all__ = [
    "CATALOGUE",
    "REQUIRED",
    "DefinitionLocation",
    "DiffFile",
    "DocumentSymbolsResult",
    "FindReferencesResult",
    "GitCommit",
    "GitDiffResult",
    "GitFileStatus",
    "GitLogResult",
    "GitStatusResult",
    "GotoDefinitionResult",
    "HoverResult",
    "Parameter",
    "ReferenceLocation",
    "Result",
    "RuffResult",
    "RuffViolation",
    "SymbolInfo",
    "TestCase",
    "TestResult",
    "Tool",
    "TypeCheckError",
    "TypeCheckResult",
    "WorkspaceSymbol",
    "WorkspaceSymbolsResult",
    "add_tools",
]

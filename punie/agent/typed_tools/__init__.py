"""The 14 tools of Code Mode: their signatures, their result models and the one catalogue of them."""

from types import MappingProxyType
from typing import Final

from punie.agent.typed_tools import git, navigation, quality, workspace
from punie.agent.typed_tools._tool import REQUIRED, Parameter, Result, Tool
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

CATALOGUE: Final = MappingProxyType(
    {tool.name: tool for tool in (*workspace.TOOLS, *quality.TOOLS, *navigation.TOOLS, *git.TOOLS)}
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
]

"""A populated and an empty result for every tool of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from punie.agent.typed_tools import (
    CATALOGUE,
    DefinitionLocation,
    DiffFile,
    GitCommit,
    GitFileStatus,
    ReferenceLocation,
    RuffViolation,
    SymbolInfo,
    TestCase,
    TestResult,
    Tool,
    TypeCheckError,
    WorkspaceSymbol,
    results,
)
from punie.testing.made_record import Record, made_record

_ELEMENTS: Final = 2

_TYPECHECK: Final = results.type_check(
    [
        TypeCheckError(
            file="src/app/models.py",
            line=12,
            column=9,
            severity="error",
            code="invalid-assignment",
            message='Object of type `Literal["3"]` is not assignable to `int`',
        ),
        TypeCheckError(
            file="src/app/services.py",
            line=40,
            column=16,
            severity="error",
            code="unresolved-attribute",
            message="Object of type `User` has no attribute `mail`",
        ),
        TypeCheckError(
            file="src/app/services.py",
            line=3,
            column=1,
            severity="warning",
            code="deprecated",
            message="The function `load` is deprecated",
        ),
    ],
)
_RUFF: Final = results.ruff(
    [
        RuffViolation(
            file="src/app/models.py", line=1, column=8, code="F401", message="`os` imported but unused", fixable=True
        ),
        RuffViolation(
            file="src/app/services.py",
            line=21,
            column=5,
            code="F841",
            message="Local variable `total` is assigned to but never used",
            fixable=False,
        ),
        RuffViolation(
            file="src/app/services.py",
            line=34,
            column=89,
            code="E501",
            message="Line too long (131 > 120)",
            fixable=False,
        ),
        RuffViolation(
            file="src/app/services.py",
            line=2,
            column=20,
            code="F401",
            message="`sys` imported but unused",
            fixable=True,
        ),
    ],
)
_PYTEST: Final = TestResult(
    success=False,
    passed=1,
    failed=1,
    errors=1,
    skipped=1,
    duration=2.37,
    tests=[
        TestCase(name="tests/test_models.py::test_name", outcome="passed", duration=0.01),
        TestCase(name="tests/test_services.py::test_total", outcome="failed", duration=2.34, message="assert 41 == 42"),
        TestCase(
            name="tests/test_services.py::test_load", outcome="error", duration=0.02, message="fixture 'api' not found"
        ),
        TestCase(
            name="tests/test_services.py::test_network", outcome="skipped", duration=0.0, message="needs a network"
        ),
    ],
)
_DEFINITION: Final = results.definition(
    "User",
    [
        DefinitionLocation(
            file="src/app/models.py", line=8, column=7, end_line=8, end_column=11, preview="class User(Base):"
        ),
        DefinitionLocation(
            file="src/app/legacy.py", line=30, column=5, end_line=30, end_column=9, preview="    User = Account"
        ),
    ],
)
_REFERENCES: Final = results.references(
    "User",
    [
        ReferenceLocation(file="src/app/models.py", line=8, column=7, preview="class User(Base):"),
        ReferenceLocation(file="src/app/services.py", line=5, column=24, preview="from app.models import User"),
        ReferenceLocation(file="tests/test_models.py", line=9, column=12, preview='    user = User("Ada")'),
    ],
)
_HOVER: Final = results.hover("User", "class User(Base)\n---\nA person with an account.", "python")
_OUTLINE: Final = results.outline(
    "src/app/models.py",
    [
        SymbolInfo(
            name="User",
            kind=results.CLASS,
            line=8,
            end_line=20,
            children=[
                SymbolInfo(
                    name="rename",
                    kind=results.METHOD,
                    line=11,
                    end_line=16,
                    children=[SymbolInfo(name="former", kind=results.VARIABLE, line=12, end_line=12, children=[])],
                ),
                SymbolInfo(name="remove", kind=results.METHOD, line=18, end_line=20, children=[]),
            ],
        ),
        SymbolInfo(name="load", kind=results.FUNCTION, line=23, end_line=27, children=[]),
    ],
)
_SYMBOLS: Final = results.matches(
    "User",
    [
        WorkspaceSymbol(name="User", kind=results.CLASS, file="src/app/models.py", line=8),
        WorkspaceSymbol(name="User", kind=results.FUNCTION, file="src/app/legacy.py", line=30),
        WorkspaceSymbol(
            name="add_user", kind=results.METHOD, file="src/app/services.py", line=21, container_name="UserService"
        ),
    ],
)
_STATUS: Final = results.status(
    [
        GitFileStatus(file="src/app/models.py", status="modified", staged=True),
        GitFileStatus(file="src/app/services.py", status="modified", staged=False),
        GitFileStatus(file="src/app/units.py", status="added", staged=True),
        GitFileStatus(file="src/app/legacy.py", status="deleted", staged=False),
        GitFileStatus(file="src/app/names.py", status="renamed", staged=True),
        GitFileStatus(file="notes.md", status="untracked", staged=False),
    ],
)
_DIFF: Final = results.diff(
    [
        DiffFile(
            file="src/app/models.py", additions=6, deletions=1, hunks=["@@ -8,6 +8,11 @@ class User", "@@ -30 +35 @@"]
        ),
        DiffFile(file="src/app/services.py", additions=2, deletions=4, hunks=["@@ -21,7 +21,7 @@ def add_user"]),
    ],
)
_LOG: Final = results.log(
    [
        GitCommit(
            hash="3f2a91c", message="Add renaming of users", author="Ada Byron", date="2026-01-15T09:30:00+01:00"
        ),
        GitCommit(
            hash="a07b4de", message="Fix rounding of totals", author="Grace Hopper", date="2026-01-14T17:05:00+00:00"
        ),
    ],
)

_DIRTY: Final[Mapping[str, Record]] = {
    "read_file": '"""Models."""\n\nimport os\n\n\nclass User:\n    name: str\n',
    "write_file": "success",
    "run_command": "first line\nsecond line\n",
    "typecheck": _TYPECHECK,
    "ruff_check": _RUFF,
    "pytest_run": _PYTEST,
    "goto_definition": _DEFINITION,
    "find_references": _REFERENCES,
    "hover": _HOVER,
    "document_symbols": _OUTLINE,
    "workspace_symbols": _SYMBOLS,
    "git_status": _STATUS,
    "git_diff": _DIFF,
    "git_log": _LOG,
}
_EMPTY: Final[Mapping[str, Record]] = {
    "read_file": "",
    "write_file": "success",
    "run_command": "",
    "typecheck": results.type_check([]),
    "ruff_check": results.ruff([]),
    "pytest_run": TestResult(success=False, passed=0, failed=0, errors=0, skipped=0, duration=0.0, tests=[]),
    "goto_definition": results.definition("User", []),
    "find_references": results.references("User", []),
    "hover": results.hover("User"),
    "document_symbols": results.outline("src/app/__init__.py", []),
    "workspace_symbols": results.matches("User", []),
    "git_status": results.status([]),
    "git_diff": results.diff([]),
    "git_log": results.log([]),
}


def dirty_records(catalogue: Mapping[str, Tool] = CATALOGUE) -> Mapping[str, Record]:
    """A populated result by tool; one for a tool that is not Punie's own is made from its result model."""
    return MappingProxyType(
        {name: _DIRTY.get(name) or made_record(tool, _ELEMENTS) for name, tool in catalogue.items()}
    )


def empty_records(catalogue: Mapping[str, Tool] = CATALOGUE) -> Mapping[str, Record]:
    """A result that holds nothing, by tool: no findings, no changes, nothing found."""
    return MappingProxyType(
        {name: _EMPTY[name] if name in _EMPTY else made_record(tool, 0) for name, tool in catalogue.items()}
    )

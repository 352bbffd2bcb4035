"""Random instances of the result models, small enough for a training row."""

from __future__ import annotations

from typing import Final

from punie.agent.typed_tools import (
    DefinitionLocation,
    DiffFile,
    DocumentSymbolsResult,
    FindReferencesResult,
    GitCommit,
    GitDiffResult,
    GitFileStatus,
    GitLogResult,
    GitStatusResult,
    GotoDefinitionResult,
    HoverResult,
    ReferenceLocation,
    RuffResult,
    RuffViolation,
    SymbolInfo,
    TestCase,
    TestResult,
    TypeCheckError,
    TypeCheckResult,
    WorkspaceSymbol,
    WorkspaceSymbolsResult,
    results,
)
from punie.training.examples.grammar import Draw, expand
from punie.training.examples.records_pool import COMMIT_SUBJECTS, LINT_MESSAGES, TEST_MESSAGES, TYPE_MESSAGES
from punie.training.examples.vocabulary import (
    class_name,
    function_name,
    person,
    position,
    python_file,
    test_file,
    text_file,
)

_HEX: Final = "0123456789abcdef"


def few(draw: Draw, *, empty: float = 0.2) -> int:
    """How many elements a result has: none in this share of the draws, else one to three."""
    return 0 if draw.chance(empty) else draw.any((1, 1, 2, 2, 3))


def file_near(draw: Draw, path: str) -> str:
    """A Python file that a check of this path may report."""
    if path.endswith(".py"):
        return path
    name = python_file(draw).rsplit("/", 1)[-1]
    return name if path == "." else f"{path.rstrip('/').removeprefix('./')}/{name}"


def _words(draw: Draw) -> dict[str, str]:
    return {"f": function_name(draw), "c": class_name(draw), "n": str(draw.number(1, 99))}


def type_check(draw: Draw, path: str, size: int) -> TypeCheckResult:
    """Diagnostics of the type checker."""
    errors = []
    for _ in range(size):
        code = draw.any(tuple(TYPE_MESSAGES))
        line, column = position(draw)
        severity = "warning" if draw.chance(0.2) else "error"
        message = expand(draw, TYPE_MESSAGES[code], _words(draw))
        errors.append(
            TypeCheckError(
                file=file_near(draw, path), line=line, column=column, severity=severity, code=code, message=message
            )
        )
    return results.type_check(errors)


def ruff(draw: Draw, path: str, size: int) -> RuffResult:
    """Findings of the linter."""
    found = []
    for _ in range(size):
        code = draw.any(tuple(LINT_MESSAGES))
        message, fixable = LINT_MESSAGES[code]
        line, column = position(draw)
        found.append(
            RuffViolation(
                file=file_near(draw, path),
                line=line,
                column=column,
                code=code,
                message=expand(draw, message, _words(draw)),
                fixable=fixable,
            )
        )
    return results.ruff(found)


def tests(draw: Draw, path: str, size: int) -> TestResult:
    """A test run with this many failures; passing tests are counted, and listed where they are few."""
    file = path if path.endswith(".py") else test_file(draw)
    failing = []
    for _ in range(size):
        outcome, message = ("failed", draw.any(TEST_MESSAGES)) if draw.chance(0.85) else ("error", "fixture not found")
        failing.append(_test(draw, file, outcome, expand(draw, message, _words(draw))))
    passing = [_test(draw, file, "passed", None) for _ in range(draw.number(0, 2))]
    skipped = draw.any((0, 0, 0, 1, 2))
    return TestResult(
        success=not failing,
        passed=len(passing) if draw.chance(0.4) and (passing or failing) else draw.number(max(1, len(passing)), 240),
        failed=sum(item.outcome == "failed" for item in failing),
        errors=sum(item.outcome == "error" for item in failing),
        skipped=skipped,
        duration=draw.number(2, 9000) / 100,
        tests=[*failing, *passing][:3],
    )


def _test(draw: Draw, file: str, outcome: str, message: str | None) -> TestCase:
    name = f"{file}::test_{function_name(draw).strip('_')}"
    return TestCase.model_validate(
        {"name": name, "outcome": outcome, "duration": draw.number(1, 300) / 100, "message": message}
    )


def definition(draw: Draw, name: str, size: int) -> GotoDefinitionResult:
    """The definitions of a symbol: one or none."""
    return results.definition(name, [_location(draw, name) for _ in range(min(size, 1))])


def _location(draw: Draw, name: str) -> DefinitionLocation:
    line, column = draw.number(1, 600), 7 if name[:1].isupper() else 5
    return DefinitionLocation(
        file=python_file(draw),
        line=line,
        column=column,
        end_line=line,
        end_column=column + len(name),
        preview=source_line(draw, name),
    )


def source_line(draw: Draw, name: str) -> str:
    """The line that defines a symbol."""
    if name.isupper():
        return f"{name} = {draw.number(1, 999)}"
    if name[:1].isupper():
        return draw.any((f"class {name}:", f"class {name}({class_name(draw)}):"))
    return signature(draw, name) + ":"


def signature(draw: Draw, name: str) -> str:
    """A function's head without its colon."""
    kinds = ("int", "str", "bool", "float", "bytes", "Path", "list[str]", "dict[str, int]", class_name(draw))
    names = draw.some(("path", "value", "name", "count", "items", "key", "text", "user", "limit", "data"), 0, 2)
    parameters = ", ".join(f"{item}: {draw.any(kinds)}" for item in names)
    return f"def {name}({parameters}) -> {draw.any((*kinds, 'None', 'None'))}"


def references(draw: Draw, name: str, size: int) -> FindReferencesResult:
    """The uses of a symbol."""
    found = []
    for _ in range(size):
        line, column = position(draw)
        file = draw.any((python_file, python_file, test_file))(draw)
        preview = draw.any((f"{name}(value)", f"result = {name}()", f"return {name}(self)", f"import {name}"))
        found.append(ReferenceLocation(file=file, line=line, column=column, preview=preview))
    return results.references(name, found)


def hover(draw: Draw, name: str, size: int) -> HoverResult:
    """The hover text of a symbol, or none."""
    if not size:
        return results.hover(name)
    head = f"class {name}" if name[:1].isupper() and not name.isupper() else signature(draw, name)
    head = f"{name}: {draw.any(('int', 'str', 'float', 'bool'))}" if name.isupper() else head
    doc = f"{draw.any(('Return', 'Build', 'Check', 'Load', 'Send', 'Store'))} the {function_name(draw).split('_')[-1]}."
    content = f"{head}\n\n{doc}" if draw.chance(0.6) else head
    return results.hover(name, content, draw.any(("markdown", "plaintext", "python")))


def outline(draw: Draw, path: str, size: int) -> DocumentSymbolsResult:
    """The symbols of a file."""
    line, found = draw.number(1, 20), []
    for _ in range(size):
        name = draw.any((class_name, function_name))(draw)
        is_class = name[:1].isupper()
        end = line + draw.number(3, 60)
        children = [
            SymbolInfo(name=function_name(draw), kind=results.METHOD, line=line + 2, end_line=end, children=[])
            for _ in range(draw.number(0, 1) if is_class else 0)
        ]
        kind = results.CLASS if is_class else results.FUNCTION
        found.append(SymbolInfo(name=name, kind=kind, line=line, end_line=end, children=children))
        line = end + 3
    return results.outline(path, found)


def matches(draw: Draw, name: str, size: int) -> WorkspaceSymbolsResult:
    """The symbols of the project that match a name."""
    found = [
        WorkspaceSymbol(
            name=name
            if place == 0 or draw.chance(0.5)
            else f"{name}{draw.any(('Error', '_all', 'Test', '2', '_old'))}",
            kind=results.CLASS if name[:1].isupper() and not name.isupper() else results.FUNCTION,
            file=python_file(draw),
            line=draw.number(1, 600),
            container_name=None if draw.chance(0.8) else class_name(draw),
        )
        for place in range(size)
    ]
    return results.matches(name, found)


def _file_in(draw: Draw, path: str) -> str:
    if path == ".":
        return draw.any((python_file, python_file, test_file, text_file))(draw)
    return path if _is_file(path) else file_near(draw, path)


def _is_file(path: str) -> bool:
    return path != "." and "." in path.rsplit("/", 1)[-1]


def status(draw: Draw, path: str, size: int) -> GitStatusResult:
    """The state of the working tree."""
    files = []
    size = min(size, 1) if _is_file(path) else size
    for _ in range(size):
        kind = draw.any(("modified", "modified", "modified", "added", "deleted", "untracked", "renamed"))
        staged = kind in {"added", "renamed"} or (kind == "modified" and draw.chance(0.35))
        files.append(GitFileStatus(file=_file_in(draw, path), status=kind, staged=staged))
    return results.status(files)


def diff(draw: Draw, path: str, size: int) -> GitDiffResult:
    """The changed lines."""
    files = []
    size = min(size, 1) if _is_file(path) else size
    for _ in range(size):
        start, length = draw.number(1, 300), draw.number(1, 30)
        hunk = f"@@ -{start},{length} +{start},{length + 2} @@"
        files.append(
            DiffFile(
                file=_file_in(draw, path), additions=draw.number(0, 99), deletions=draw.number(0, 60), hunks=[hunk]
            )
        )
    return results.diff(files)


def log(draw: Draw, size: int) -> GitLogResult:
    """The latest commits."""
    commits = [
        GitCommit(
            hash="".join(draw.any(_HEX) for _ in range(7)),
            message=expand(draw, draw.any(COMMIT_SUBJECTS), _words(draw)),
            author=person(draw),
            date=f"20{draw.number(23, 26)}-{draw.number(1, 12):02}-{draw.number(1, 28):02}T{draw.number(0, 23):02}:"
            f"{draw.number(0, 59):02}:00+00:00",
        )
        for _ in range(size)
    ]
    return results.log(commits)

"""What a result says, in one or two plain sentences; and the lines that the standard answers print."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from punie.agent.typed_tools import (
    DocumentSymbolsResult,
    FindReferencesResult,
    GitDiffResult,
    GitLogResult,
    GitStatusResult,
    GotoDefinitionResult,
    HoverResult,
    Result,
    RuffResult,
    SymbolInfo,
    TestResult,
    TypeCheckResult,
    WorkspaceSymbolsResult,
)

_KIND_NAMES: Final = {5: "class", 6: "method", 12: "function", 13: "variable", 14: "constant"}


def plural(number: int, noun: str, many: str = "") -> str:
    """A number with its noun: 1 error, 2 errors."""
    return f"{number} {noun if number == 1 else many or noun + 's'}"


def listed(parts: Sequence[str]) -> str:
    """Parts as a sentence lists them."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def summarize(result: Result) -> str:
    """
    Restate a result: its numbers, and the names of its elements.

    Args:
        result: of one of the typed tools.

    Raises:
        KeyError: the result is of no such model.

    """
    error = getattr(result, "parse_error", None)
    return f"The tool could not run: {error}." if error else _SUMMARIES[type(result)](result)


def _type_check(result: TypeCheckResult) -> str:
    if not result.errors:
        return "The type check is clean: 0 errors and 0 warnings."
    counts = f"{plural(result.error_count, 'type error')} and {plural(result.warning_count, 'warning')}"
    return f"The type checker found {counts}. {_findings(result.errors)}"


def _ruff(result: RuffResult) -> str:
    if result.success:
        return "Ruff found no violations: 0 violations, the code is clean."
    counts = f"{plural(result.violation_count, 'violation')}, {result.fixable_count} fixable"
    return f"Ruff found {counts}. {_findings(result.violations)}"


def _findings(found: Sequence[Any]) -> str:
    spots = [f"{item.file} line {item.line}: {item.code}" for item in found]
    return (
        f"{found[0].file} line {found[0].line}: {found[0].code}, {found[0].message}."
        if len(spots) == 1
        else (f"{'; '.join(spots)}.")
    )


def _tests(result: TestResult) -> str:
    counts = [f"{result.passed} passed", f"{result.failed} failed"]
    counts += [plural(result.errors, "error")] if result.errors else []
    counts += [f"{result.skipped} skipped"] if result.skipped else []
    broken = [item for item in result.tests if item.outcome in {"failed", "error"}]
    if not broken:
        state = "All tests passed" if result.success else "The tests ran"
        return f"{state}: {listed(counts)} in {result.duration} seconds."
    named = [f"{item.name}: {item.message}" if len(broken) == 1 else item.name for item in broken]
    return f"The tests fail: {listed(counts)} in {result.duration} seconds. Failing: {'; '.join(named)}."


def _definition(result: GotoDefinitionResult) -> str:
    if not result.locations:
        return f"No definition of {result.symbol} was found."
    place = result.locations[0]
    return f"{result.symbol} is defined in {place.file} at line {place.line}, column {place.column}: {place.preview}"


def _references(result: FindReferencesResult) -> str:
    if not result.references:
        return f"No references to {result.symbol} were found: it has 0 references."
    spots = [f"{item.file} line {item.line}" for item in result.references]
    return f"{result.symbol} has {plural(result.reference_count, 'reference')}: {listed(spots)}."


def _hover(result: HoverResult) -> str:
    if not result.content:
        return f"There is no hover information for {result.symbol}."
    head, _, doc = result.content.partition("\n\n")
    return f"{result.symbol} has the signature {head}" + (f". Its documentation says: {doc}" if doc else ".")


def _outline(result: DocumentSymbolsResult) -> str:
    if not result.symbols:
        return f"{result.file_path} has no symbols."
    symbols = listed([_symbol(item) for item in result.symbols])
    return f"{result.file_path} has {plural(result.symbol_count, 'symbol')}: {symbols}."


def _symbol(symbol: SymbolInfo) -> str:
    inner = f" with {listed([child.name for child in symbol.children])}" if symbol.children else ""
    return f"{_KIND_NAMES.get(symbol.kind, 'symbol')} {symbol.name} (line {symbol.line}){inner}"


def _matches(result: WorkspaceSymbolsResult) -> str:
    if not result.symbols:
        return f"No symbol matches {result.query}: 0 symbols found."
    spots = [f"{_KIND_NAMES.get(s.kind, 'symbol')} {s.name} in {s.file} line {s.line}" for s in result.symbols]
    return f"Found {plural(result.symbol_count, 'symbol')} for {result.query}: {listed(spots)}."


def _status(result: GitStatusResult) -> str:
    if result.clean:
        return "The working tree is clean: no uncommitted changes."
    files = [f"{item.file} ({item.status}, {'staged' if item.staged else 'not staged'})" for item in result.files]
    return f"The working tree is not clean: {plural(result.file_count, 'file')} changed: {listed(files)}."


def _diff(result: GitDiffResult) -> str:
    if not result.files:
        return "The diff is empty: no files changed, 0 additions and 0 deletions."
    files = [f"{item.file} (+{item.additions} -{item.deletions})" for item in result.files]
    counts = f"{plural(result.additions, 'addition')} and {plural(result.deletions, 'deletion')}"
    return f"{plural(result.file_count, 'file')} changed with {counts}: {listed(files)}."


def _log(result: GitLogResult) -> str:
    if not result.commits:
        return "There are no commits: the log is empty."
    commits = [f"{c.hash} by {c.author} on {(c.date or '')[:10]}: {c.message}" for c in result.commits]
    return f"{plural(result.commit_count, 'commit')}: {'; '.join(commits)}."


_SUMMARIES: Final[dict[type[Result], Callable[[Any], str]]] = {
    TypeCheckResult: _type_check,
    RuffResult: _ruff,
    TestResult: _tests,
    GotoDefinitionResult: _definition,
    FindReferencesResult: _references,
    HoverResult: _hover,
    DocumentSymbolsResult: _outline,
    WorkspaceSymbolsResult: _matches,
    GitStatusResult: _status,
    GitDiffResult: _diff,
    GitLogResult: _log,
}


def shown(result: Result) -> str:
    """What the standard answer prints for this result; the same text as the code in `snippets`."""
    return "\n".join(_SHOWN[type(result)](result))


def _shown_types(result: TypeCheckResult) -> list[str]:
    found = [f"{item.file}:{item.line} {item.code}: {item.message}" for item in result.errors]
    return [f"ok={result.success}, {result.error_count} errors, {result.warning_count} warnings", *found]


def _shown_lint(result: RuffResult) -> list[str]:
    found = [f"{item.file}:{item.line} {item.code}: {item.message}" for item in result.violations]
    return [f"ok={result.success}, {result.violation_count} violations, {result.fixable_count} fixable", *found]


def _shown_tests(result: TestResult) -> list[str]:
    counts = f"{result.passed} passed, {result.failed} failed, {result.errors} errors, {result.skipped} skipped"
    broken = [f"{item.name}: {item.message}" for item in result.tests if item.outcome in {"failed", "error"}]
    return [f"ok={result.success}, {counts} in {result.duration}s", *broken]


def _shown_outline(result: DocumentSymbolsResult) -> list[str]:
    found = [f"{result.symbol_count} symbols"]
    for item in result.symbols:
        found.append(f"{item.name} (kind {item.kind}) line {item.line}")
        found += [f"  {child.name} line {child.line}" for child in item.children]
    return found


def _shown_status(result: GitStatusResult) -> list[str]:
    head = "clean" if result.clean else f"{result.file_count} changed files"
    return [head, *(f"{item.status} {item.file} staged={item.staged}" for item in result.files)]


_SHOWN: Final[dict[type[Result], Callable[[Any], list[str]]]] = {
    TypeCheckResult: _shown_types,
    RuffResult: _shown_lint,
    TestResult: _shown_tests,
    GotoDefinitionResult: lambda r: [f"{d.file}:{d.line}:{d.column} {d.preview}" for d in r.locations],
    FindReferencesResult: lambda r: [
        f"{r.reference_count} references",
        *(f"{x.file}:{x.line}:{x.column} {x.preview}" for x in r.references),
    ],
    HoverResult: lambda r: [r.content or "nothing found"],
    DocumentSymbolsResult: _shown_outline,
    WorkspaceSymbolsResult: lambda r: [
        f"{r.symbol_count} symbols",
        *(f"{s.name} (kind {s.kind}) {s.file}:{s.line}" for s in r.symbols),
    ],
    GitStatusResult: _shown_status,
    GitDiffResult: lambda r: [
        f"{r.file_count} files, +{r.additions} -{r.deletions}",
        *(f"{x.file} +{x.additions} -{x.deletions}" for x in r.files),
    ],
    GitLogResult: lambda r: [f"{c.hash} {c.date} {c.author}: {c.message}" for c in r.commits],
}

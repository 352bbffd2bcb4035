"""Code that answers: one canonical form per intent."""

from __future__ import annotations

import json
from typing import Final


def literal(text: str) -> str:
    """A Python string literal in double quotes."""
    return json.dumps(text, ensure_ascii=False)


def call(tool: str, *arguments: object, **named: object) -> str:
    """The source of one call."""
    shown = [_spell(argument) for argument in arguments]
    shown += [f"{name}={_spell(value)}" for name, value in named.items()]
    return f"{tool}({', '.join(shown)})"


def _spell(value: object) -> str:
    return literal(value) if isinstance(value, str) else repr(value)


def answer(call_source: str, body: str) -> str:
    """A call whose result the body reads as `result`."""
    return f"result = {call_source}\n{body}"


TYPE_COUNTS: Final = 'print(f"ok={result.success}, {result.error_count} errors, {result.warning_count} warnings")'
TYPE_ERRORS: Final = 'for e in result.errors[:10]:\n    print(f"{e.file}:{e.line} {e.code}: {e.message}")'
LINT_COUNTS: Final = (
    'print(f"ok={result.success}, {result.violation_count} violations, {result.fixable_count} fixable")'
)
LINT_VIOLATIONS: Final = 'for v in result.violations[:10]:\n    print(f"{v.file}:{v.line} {v.code}: {v.message}")'
TEST_COUNTS: Final = (
    'print(f"ok={result.success}, {result.passed} passed, {result.failed} failed, '
    '{result.errors} errors, {result.skipped} skipped in {result.duration}s")'
)
TEST_FAILURES: Final = (
    'for t in result.tests:\n    if t.outcome in ("failed", "error"):\n        print(f"{t.name}: {t.message}")'
)
LOCATIONS: Final = 'for d in result.locations:\n    print(f"{d.file}:{d.line}:{d.column} {d.preview}")'
REFERENCES: Final = (
    'print(f"{result.reference_count} references")\n'
    'for r in result.references[:20]:\n    print(f"{r.file}:{r.line}:{r.column} {r.preview}")'
)
HOVER: Final = 'print(result.content or "nothing found")'
OUTLINE: Final = (
    'print(f"{result.symbol_count} symbols")\n'
    'for s in result.symbols:\n    print(f"{s.name} (kind {s.kind}) line {s.line}")\n'
    '    for c in s.children:\n        print(f"  {c.name} line {c.line}")'
)
MATCHES: Final = (
    'print(f"{result.symbol_count} symbols")\n'
    'for s in result.symbols[:20]:\n    print(f"{s.name} (kind {s.kind}) {s.file}:{s.line}")'
)
STATUS: Final = (
    'print("clean" if result.clean else f"{result.file_count} changed files")\n'
    'for f in result.files:\n    print(f"{f.status} {f.file} staged={f.staged}")'
)
DIFF: Final = (
    'print(f"{result.file_count} files, +{result.additions} -{result.deletions}")\n'
    'for f in result.files:\n    print(f"{f.file} +{f.additions} -{f.deletions}")'
)
LOG: Final = 'for c in result.commits:\n    print(f"{c.hash} {c.date} {c.author}: {c.message}")'

SUMMARY: Final[dict[str, str]] = {
    "typecheck": f"{TYPE_COUNTS}\n{TYPE_ERRORS}",
    "ruff_check": f"{LINT_COUNTS}\n{LINT_VIOLATIONS}",
    "pytest_run": f"{TEST_COUNTS}\n{TEST_FAILURES}",
    "goto_definition": LOCATIONS,
    "find_references": REFERENCES,
    "hover": HOVER,
    "document_symbols": OUTLINE,
    "workspace_symbols": MATCHES,
    "git_status": STATUS,
    "git_diff": DIFF,
    "git_log": LOG,
}


def summary(tool: str, *arguments: object, **named: object) -> str:
    """The standard answer to a plain request for one of the typed tools."""
    return answer(call(tool, *arguments, **named), SUMMARY[tool])

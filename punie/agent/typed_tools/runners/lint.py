"""ruff_check: `ruff check`, read from its JSON report."""

from __future__ import annotations

import json
from typing import Final

from pydantic import BaseModel, TypeAdapter, ValidationError

from punie.agent.programs import Finished, decoded, program_path, run_program
from punie.agent.typed_tools.quality import RuffResult, RuffViolation
from punie.agent.typed_tools.runners.surroundings import FAILURES, CouldNotRunError, Surroundings

_ARGUMENTS: Final = ("check", "--output-format", "json", "--no-cache", "--no-fix", "--")
_SYNTAX: Final = "invalid-syntax"
_UNREADABLE: Final = "E902"
_RAN: Final = (0, 1)


class _Location(BaseModel):
    row: int
    column: int


class _Fix(BaseModel):
    applicability: str


class _Finding(BaseModel):
    filename: str
    location: _Location | None
    code: str | None
    message: str
    fix: _Fix | None = None


_REPORT: Final[TypeAdapter[list[_Finding]]] = TypeAdapter(list[_Finding])


def ruff_check(place: Surroundings, path: str) -> RuffResult:
    """Lint a file or folder."""
    try:
        found = _findings(place, path)
    except FAILURES as error:
        return RuffResult(success=False, violation_count=0, fixable_count=0, violations=[], parse_error=str(error))
    violations = [_element(place, finding) for finding in found if finding.code != _UNREADABLE]
    parse_error = _unread(place, found) or _unparsed(violations)
    return RuffResult(
        success=not violations and parse_error is None,
        violation_count=len(violations),
        fixable_count=sum(violation.fixable for violation in violations),
        violations=violations,
        parse_error=parse_error,
    )


def _findings(place: Surroundings, path: str) -> list[_Finding]:
    target = place.boundary.existing(path)
    argv = [program_path("ruff"), *_ARGUMENTS, place.boundary.shown(target)]
    finished = run_program(argv, place.boundary.root, place.limits.quality).relied_upon()
    if finished.status not in _RAN:
        message = f"ruff failed: {finished.complaint}"
        raise CouldNotRunError(message)
    found = _report(finished)
    if not found and "No Python files found" in decoded(finished.stderr):
        message = f"no Python files in {path!r}"
        raise CouldNotRunError(message)
    return found


def _report(finished: Finished) -> list[_Finding]:
    try:
        return _REPORT.validate_python(json.loads(finished.output))
    except (ValidationError, json.JSONDecodeError):
        message = f"ruff wrote no report: {finished.complaint}"
        raise CouldNotRunError(message) from None


def _element(place: Surroundings, finding: _Finding) -> RuffViolation:
    return RuffViolation(
        file=place.boundary.shown(finding.filename),
        line=finding.location.row if finding.location else 1,
        column=finding.location.column if finding.location else 1,
        code=finding.code or _SYNTAX,
        message=finding.message,
        fixable=finding.fix is not None and finding.fix.applicability == "safe",
    )


def _unread(place: Surroundings, found: list[_Finding]) -> str | None:
    """Which file could not be read; that is no violation."""
    return next(
        (f"{place.boundary.shown(f.filename)} could not be read: {f.message}" for f in found if f.code == _UNREADABLE),
        None,
    )


def _unparsed(violations: list[RuffViolation]) -> str | None:
    broken = next((violation for violation in violations if violation.code == _SYNTAX), None)
    if broken is None:
        return None
    return f"{broken.file}:{broken.line}:{broken.column} is not valid Python: {broken.message}"

"""ruff_check: `ruff check`, read from its JSON report."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel, TypeAdapter

from punie.agent.programs import decoded, program_path, run_program
from punie.agent.typed_tools import results
from punie.agent.typed_tools.quality import RuffResult, RuffViolation
from punie.agent.typed_tools.runners.findings import RAN, SYNTAX, read_findings, unparsed
from punie.agent.typed_tools.runners.surroundings import FAILURES, CouldNotRunError, Surroundings

_ARGUMENTS: Final = ("check", "--output-format", "json", "--no-cache", "--no-fix", "--")
_UNREADABLE: Final = "E902"


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
        return results.ruff([], str(error))
    violations = [_element(place, finding) for finding in found if finding.code != _UNREADABLE]
    return results.ruff(violations, _unread(place, found) or unparsed(violations))


def _findings(place: Surroundings, path: str) -> list[_Finding]:
    target = place.boundary.existing(path)
    argv = [program_path("ruff"), *_ARGUMENTS, place.boundary.shown(target)]
    finished = run_program(argv, place.boundary.root, place.limits.quality).relied_upon()
    if finished.status not in RAN:
        message = f"ruff failed: {finished.complaint}"
        raise CouldNotRunError(message)
    found = read_findings("ruff", finished, _REPORT)
    if not found and "No Python files found" in decoded(finished.stderr):
        message = f"no Python files in {path!r}"
        raise CouldNotRunError(message)
    return found


def _element(place: Surroundings, finding: _Finding) -> RuffViolation:
    return RuffViolation(
        file=place.boundary.shown(finding.filename),
        line=finding.location.row if finding.location else 1,
        column=finding.location.column if finding.location else 1,
        code=finding.code or SYNTAX,
        message=finding.message,
        fixable=finding.fix is not None and finding.fix.applicability == "safe",
    )


def _unread(place: Surroundings, found: list[_Finding]) -> str | None:
    """Which file could not be read; that is no violation."""
    return next(
        (f"{place.boundary.shown(f.filename)} could not be read: {f.message}" for f in found if f.code == _UNREADABLE),
        None,
    )

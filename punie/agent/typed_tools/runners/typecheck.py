"""typecheck: `ty check`, read from its GitLab report."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, TypeAdapter

from punie.agent.programs import decoded, program_path, run_program
from punie.agent.typed_tools import results
from punie.agent.typed_tools.quality import TypeCheckError, TypeCheckResult
from punie.agent.typed_tools.runners.findings import RAN, read_findings, unparsed
from punie.agent.typed_tools.runners.surroundings import FAILURES, CouldNotRunError, Surroundings

_ARGUMENTS: Final = ("check", "--output-format", "gitlab", "--color", "never", "--no-progress", "--")
_IO: Final = "io"


def _severity(value: object) -> str:
    return "warning" if value in {"minor", "info"} else "error"


class _Point(BaseModel):
    line: int
    column: int


class _Positions(BaseModel):
    begin: _Point


class _Location(BaseModel):
    path: str
    positions: _Positions


class _Diagnostic(BaseModel):
    check_name: str
    description: str
    severity: Annotated[Literal["error", "warning"], BeforeValidator(_severity)]
    location: _Location


_REPORT: Final[TypeAdapter[list[_Diagnostic]]] = TypeAdapter(list[_Diagnostic])


def typecheck(place: Surroundings, path: str) -> TypeCheckResult:
    """Check the types of a file or folder."""
    try:
        found = _diagnostics(place, path)
    except FAILURES as error:
        return results.type_check([], str(error))
    errors = sorted((_element(place, diagnostic) for diagnostic in found if diagnostic.check_name != _IO), key=_spot)
    return results.type_check(errors, _unread(found) or unparsed(errors))


def _diagnostics(place: Surroundings, path: str) -> list[_Diagnostic]:
    target = place.boundary.existing(path)
    argv = [program_path("ty"), *_ARGUMENTS, place.boundary.shown(target)]
    finished = run_program(argv, place.boundary.root, place.limits.quality).relied_upon()
    found = read_findings("ty", finished, _REPORT)
    # A diagnostic without a file is about the run itself.
    about_the_run = [diagnostic for diagnostic in found if not diagnostic.location.path]
    if about_the_run:
        raise CouldNotRunError(_message(about_the_run[0]))
    if finished.status not in RAN and not _unread(found):
        message = f"ty failed: {finished.complaint}"
        raise CouldNotRunError(message)
    if not found and "No python files found" in decoded(finished.stderr):
        message = f"no Python files in {path!r}"
        raise CouldNotRunError(message)
    return found


def _element(place: Surroundings, diagnostic: _Diagnostic) -> TypeCheckError:
    begin = diagnostic.location.positions.begin
    return TypeCheckError(
        file=place.boundary.shown(diagnostic.location.path),
        line=begin.line,
        column=begin.column,
        severity=diagnostic.severity,
        code=diagnostic.check_name,
        message=_message(diagnostic),
    )


def _spot(error: TypeCheckError) -> tuple[str, int, int]:
    return error.file, error.line, error.column


def _message(diagnostic: _Diagnostic) -> str:
    return diagnostic.description.removeprefix(f"{diagnostic.check_name}: ")


def _unread(found: list[_Diagnostic]) -> str | None:
    """Which file could not be read; that is no type error."""
    return next((f"{d.location.path} could not be read: {_message(d)}" for d in found if d.check_name == _IO), None)

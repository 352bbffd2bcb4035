"""typecheck: `ty check`, read from its GitLab report."""

from __future__ import annotations

import json
from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, TypeAdapter, ValidationError

from punie.agent.programs import Finished, decoded, program_path, run_program
from punie.agent.typed_tools.quality import TypeCheckError, TypeCheckResult
from punie.agent.typed_tools.runners.surroundings import FAILURES, CouldNotRunError, Surroundings

_ARGUMENTS: Final = ("check", "--output-format", "gitlab", "--color", "never", "--no-progress", "--")
_SYNTAX: Final = "invalid-syntax"
_IO: Final = "io"
_RAN: Final = (0, 1)


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
        return TypeCheckResult(success=False, error_count=0, warning_count=0, errors=[], parse_error=str(error))
    errors = sorted((_element(place, diagnostic) for diagnostic in found if diagnostic.check_name != _IO), key=_spot)
    parse_error = _unread(found) or _unparsed(errors)
    wrong = sum(error.severity == "error" for error in errors)
    return TypeCheckResult(
        success=wrong == 0 and parse_error is None,
        error_count=wrong,
        warning_count=len(errors) - wrong,
        errors=errors,
        parse_error=parse_error,
    )


def _diagnostics(place: Surroundings, path: str) -> list[_Diagnostic]:
    target = place.boundary.existing(path)
    argv = [program_path("ty"), *_ARGUMENTS, place.boundary.shown(target)]
    finished = run_program(argv, place.boundary.root, place.limits.quality).relied_upon()
    found = _report(finished)
    # A diagnostic without a file is about the run itself.
    about_the_run = [diagnostic for diagnostic in found if not diagnostic.location.path]
    if about_the_run:
        raise CouldNotRunError(_message(about_the_run[0]))
    if finished.status not in _RAN and not _unread(found):
        message = f"ty failed: {finished.complaint}"
        raise CouldNotRunError(message)
    if not found and "No python files found" in decoded(finished.stderr):
        message = f"no Python files in {path!r}"
        raise CouldNotRunError(message)
    return found


def _report(finished: Finished) -> list[_Diagnostic]:
    try:
        return _REPORT.validate_python(json.loads(finished.output))
    except (ValidationError, json.JSONDecodeError):
        message = f"ty wrote no report: {finished.complaint}"
        raise CouldNotRunError(message) from None


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


def _unparsed(errors: list[TypeCheckError]) -> str | None:
    broken = next((error for error in errors if error.code == _SYNTAX), None)
    if broken is None:
        return None
    return f"{broken.file}:{broken.line}:{broken.column} is not valid Python: {broken.message}"

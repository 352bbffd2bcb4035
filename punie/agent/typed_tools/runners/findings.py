"""What type checker and linter share: how their findings are read, and how a file that is not Python is told."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from punie.agent.programs import Finished
from punie.agent.typed_tools.quality import RuffViolation, TypeCheckError
from punie.agent.typed_tools.runners.surroundings import CouldNotRunError

# The code of a finding in a file that is not Python.
SYNTAX: Final = "invalid-syntax"
# Exit statuses after which a report is complete: nothing found, something found.
RAN: Final = (0, 1)
_Finding = TypeVar("_Finding")


def read_findings(program: str, finished: Finished, model: TypeAdapter[list[_Finding]]) -> list[_Finding]:
    """
    The findings in a JSON report on standard output.

    Args:
        program: its name, for the error.
        finished: the run.
        model: what the report holds.

    Raises:
        CouldNotRunError: there is no such report.

    """
    try:
        return model.validate_python(json.loads(finished.output))
    except (ValidationError, json.JSONDecodeError):
        message = f"{program} wrote no report: {finished.complaint}"
        raise CouldNotRunError(message) from None


def unparsed(found: Iterable[RuffViolation | TypeCheckError]) -> str | None:
    """Where the first file that is not Python is wrong; None when all are Python."""
    broken = next((finding for finding in found if finding.code == SYNTAX), None)
    if broken is None:
        return None
    return f"{broken.file}:{broken.line}:{broken.column} is not valid Python: {broken.message}"

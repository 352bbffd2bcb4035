"""What building a model has shown of it, as `stage_checks.json` beside its manifest tells the gate."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field, ValidationError

from punie.evaluation.records import Criterion, Record

FILE_NAME: Final = "stage_checks.json"
NAMES: Final = ("stage parity", "loss checks")
_DEFAULT: Final = "no part of grading: the items of pytest -m train measure it"


class BuiltChecks(Record):
    """
    What stands in the file.

    Attributes:
        version: of the file's format, its key is `schema`.
        key: digest of all that was measured; another one means that it has to be measured again.
        weights: digest of the model's weights, as `identity_of` gives it.
        criteria: lines of the gate, of `NAMES` only.
        details: what was measured.

    """

    version: Literal[1] = Field(default=1, alias="schema")
    key: str = ""
    weights: str
    criteria: tuple[Criterion, ...]
    details: Mapping[str, Any] = Field(default_factory=dict)


def read_built(folder: Path) -> BuiltChecks | None:
    """Return what stands in the file of a model's folder, None when there is none that can be read."""
    try:
        return BuiltChecks.model_validate_json((folder / FILE_NAME).read_bytes())
    except (OSError, ValidationError):
        return None


def built_criteria(folder: Path | None, weights: object) -> tuple[Criterion, ...]:
    """
    Return the gate's lines about how a model was built; what was not measured on these very weights says so.

    Args:
        folder: of the model; None for recorded replies.
        weights: digest of the weights that are graded.

    """
    if folder is None or not (folder / FILE_NAME).is_file():
        return tuple(map(not_measured, NAMES))
    checks = read_built(folder)
    if checks is None:
        return tuple(not_measured(name, f"{FILE_NAME} cannot be read: run pytest -m train again") for name in NAMES)
    if checks.weights != weights:
        return tuple(not_measured(name, f"{FILE_NAME} is about other weights: run pytest -m train") for name in NAMES)
    found = {criterion.name: criterion for criterion in checks.criteria}
    return tuple(found.get(name) or not_measured(name) for name in NAMES)


def not_measured(name: str, reason: str = _DEFAULT) -> Criterion:
    """Return a line that decides nothing."""
    return Criterion(name=name, observed="-", required="passed", met=None, reason=reason, decides=False)

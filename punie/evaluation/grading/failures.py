"""What ended a run of a reply's code, with its label."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final, get_args

from pydantic import BaseModel

from punie.agent.monty_runner import Execution
from punie.agent.typed_tools import CATALOGUE
from punie.evaluation.grading.evidence import Failure

_MISSING: Final = re.compile(r"'(\w+)' object has no attribute '(\w+)'")


def failure_of(run: Execution, *, when: str = "") -> Failure | None:
    """
    What ended a run early; None when it came to its end.

    Args:
        run: of a reply's code.
        when: what the results held, for the message.

    """
    error = run.error
    if error is None:
        return None
    where = "" if error.line is None else f" (line {error.line})"
    if run.calls and isinstance(run.calls[-1].error, TypeError) and str(run.calls[-1].error) == error.message:
        return Failure("wrong_arguments", error.type, f"{error.message}{where}{when}")
    invented = _invented_field(run) if error.type == "AttributeError" else None
    if invented is not None:
        return Failure("invented_field", error.type, f"{invented}{where}{when}")
    return Failure("failed_at_run_time", error.type, f"{error.message}{where}{when}".strip())


def _invented_field(run: Execution) -> str | None:
    """What is said of a field that no result has; None when the missing attribute is of something else."""
    message = run.error.message if run.error else ""
    found = _MISSING.fullmatch(message)
    if found is None:
        return None
    owner, name = found.groups()
    fields = records().get(owner)
    if fields is not None:
        return f"{owner} has no field {name!r} (it has {', '.join(fields)})"
    # A list, text or number that has no such attribute in Python either was taken for a record.
    kind = getattr(builtins, owner, type(None) if owner == "NoneType" else None)
    taken = isinstance(kind, type) and not hasattr(kind, name)
    return message if taken and any(call.error is None for call in run.calls) else None


@cache
def records() -> dict[str, tuple[str, ...]]:
    """The names of the fields of all results and their elements, by the name of the record."""
    return {model.__name__: tuple(model.model_fields) for tool in CATALOGUE for model in models_of(tool)}


@cache
def models_of(tool: str) -> tuple[type[BaseModel], ...]:
    """The record that a tool returns and those inside it; none for a tool that returns text."""
    result: Any = CATALOGUE[tool].result
    return tuple(_inside(result, set())) if issubclass(result, BaseModel) else ()


def _inside(model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[type[BaseModel]]:
    seen.add(model)
    yield model
    for info in model.model_fields.values():
        for inner in get_args(info.annotation):
            if isinstance(inner, type) and issubclass(inner, BaseModel) and inner not in seen:
                yield from _inside(inner, seen)

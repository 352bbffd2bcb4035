"""Whether the fields asked for are really read from results of the right tools."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

from punie.agent.typed_tools import CATALOGUE
from punie.evaluation.grading.evidence import Evidence
from punie.evaluation.grading.verdict import LayerVerdict, failed, passed
from punie.evaluation.suite import Expect


def fields(expect: Expect, evidence: Evidence) -> LayerVerdict:
    """Whether each field is read; one that an uncalled tool would give makes the chain incomplete."""
    for failure in evidence.failures:
        if failure.label == "invented_field":
            return failed("fields", "invented_field", str(failure))
    read = {read.field for read in evidence.reads if read.tool in expect.tools}
    for wanted in expect.fields:
        names = {name.strip() for name in wanted.split("|")}
        if not names & read:
            return _unread(wanted, names, expect, evidence, read)
    return passed("fields", f"reads {', '.join(sorted(read))}" if read else "no field is asked for")


def _unread(wanted: str, names: set[str], expect: Expect, evidence: Evidence, read: set[str]) -> LayerVerdict:
    for tool in expect.tools:
        if tool not in evidence.called and names & fields_of(tool):
            return failed("fields", "incomplete_chain", f"{wanted} is never read, {tool} is never called")
    seen = ", ".join(sorted(read)) or "none"
    return failed("fields", "invented_field", f"{wanted} is never read from the result (read: {seen})")


@cache
def fields_of(tool: str) -> frozenset[str]:
    """The names of all fields of a tool's result and of its elements."""
    result: Any = CATALOGUE[tool].result
    return frozenset(_names(result, set())) if issubclass(result, BaseModel) else frozenset()


def _names(model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[str]:
    seen.add(model)
    for name, info in model.model_fields.items():
        yield name
        for inner in get_args(info.annotation):
            if isinstance(inner, type) and issubclass(inner, BaseModel) and inner not in seen:
                yield from _names(inner, seen)

"""Whether the fields asked for are really read from results of the right tools."""

from __future__ import annotations

from punie.evaluation.grading.evidence import Evidence
from punie.evaluation.grading.failures import models_of
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


def fields_of(tool: str) -> frozenset[str]:
    """The names of all fields of a tool's result and of its elements."""
    return frozenset(name for model in models_of(tool) for name in model.model_fields)

"""Whether the right tools are really called."""

from __future__ import annotations

from punie.evaluation.grading.attempt import EXECUTE, Attempt
from punie.evaluation.grading.evidence import Evidence
from punie.evaluation.grading.verdict import LayerVerdict, failed, passed
from punie.evaluation.suite import Expect


def tools(expect: Expect, attempt: Attempt, evidence: Evidence) -> LayerVerdict:
    """Whether at least one expected tool is called, from code; what is missing is the completeness layer's."""
    if attempt.others:
        return failed("tools", "wrong_tool", f"calls {attempt.others[0]!r} directly, only {EXECUTE} can be called")
    called = attempted_tools(evidence)
    if called & set(expect.tools):
        return passed("tools", f"calls {', '.join(sorted(called & set(expect.tools)))}")
    wanted = ", ".join(expect.tools)
    if evidence.named & set(expect.tools):
        return failed("tools", "not_executed", f"the call of {wanted} stands in code that never runs")
    return failed("tools", "wrong_tool", f"calls {', '.join(sorted(called)) or 'no tool'}, expected {wanted}")


def attempted_tools(evidence: Evidence) -> set[str]:
    """The tools whose calls were reached, those that Python refuses included."""
    return {call.tool for call in evidence.calls}

"""Whether the right tools are really called."""

from __future__ import annotations

from punie.evaluation.grading.attempt import EXECUTE, Attempt
from punie.evaluation.grading.command_line import tool_of_command
from punie.evaluation.grading.evidence import Evidence
from punie.evaluation.grading.verdict import LayerVerdict, failed, passed
from punie.evaluation.suite import Expect


def tools(expect: Expect, attempt: Attempt, evidence: Evidence) -> LayerVerdict:
    """
    Whether at least one expected tool is called, from code, and none is replaced by its command line.

    What else is missing is the completeness layer's.
    """
    if attempt.others:
        return failed("tools", "wrong_tool", f"calls {attempt.others[0]!r} directly, only {EXECUTE} can be called")
    called, wanted = attempted_tools(evidence), set(expect.tools)
    replaced = {tool_of_command(call) for call in evidence.calls} & (wanted - called)
    if replaced:
        names = ", ".join(sorted(filter(None, replaced)))
        return failed("tools", "wrong_tool", f"uses the command line instead of {names}")
    if called & wanted:
        return passed("tools", f"calls {', '.join(sorted(called & wanted))}")
    missing = ", ".join(expect.tools)
    if evidence.named & wanted:
        return failed("tools", "not_executed", f"the call of {missing} stands in code that never runs")
    return failed("tools", "wrong_tool", f"calls {', '.join(sorted(called)) or 'no tool'}, expected {missing}")


def attempted_tools(evidence: Evidence) -> set[str]:
    """The tools whose calls were reached, those that Python refuses included."""
    return {call.tool for call in evidence.calls}

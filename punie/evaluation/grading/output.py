"""Whether the run says something, and something that comes from the results."""

from __future__ import annotations

from punie.evaluation.grading.evidence import Evidence
from punie.evaluation.grading.influence import ACTING
from punie.evaluation.grading.verdict import LayerVerdict, failed, passed
from punie.evaluation.suite import Expect


def output(expect: Expect, evidence: Evidence) -> LayerVerdict:
    """Whether anything is printed, and the result of every tool that informs has an influence on it."""
    if not evidence.printed:
        return failed("output", "no_output", "nothing is printed, so the run says nothing")
    informing = [tool for tool in expect.tools if tool in evidence.called and tool not in ACTING]
    for tool in informing:
        if tool not in evidence.shown:
            return failed("output", "no_output", f"what is printed does not depend on the result of {tool}")
    return passed("output", "prints what was found")

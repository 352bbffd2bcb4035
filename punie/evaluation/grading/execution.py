"""Whether the code runs to its end."""

from __future__ import annotations

from punie.evaluation.grading.evidence import Evidence
from punie.evaluation.grading.verdict import LayerVerdict, failed, passed


def execution(evidence: Evidence) -> LayerVerdict:
    """
    Whether nothing ends the run.

    Wrong calls of tools and fields that do not exist are left to the layers about them.
    """
    for failure in evidence.failures:
        if failure.label == "failed_at_run_time":
            return failed("execution", "failed_at_run_time", str(failure))
    return passed("execution", "nothing ends the run early")

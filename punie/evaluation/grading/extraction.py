"""Whether a call can be taken out of the reply, in the form that run time accepts."""

from __future__ import annotations

from punie.evaluation.grading.attempt import Attempt
from punie.evaluation.grading.verdict import LayerVerdict, failed, passed


def extraction(attempt: Attempt) -> LayerVerdict:
    """Whether the reply's calls are whole and tagged."""
    if not attempt.complete:
        return failed("extraction", "truncated", "ends inside a call")
    if attempt.fenced:
        return failed("extraction", "malformed", "the code stands in a fence, not in a call")
    if not attempt.tagged:
        return failed("extraction", "malformed", "the call cannot be parsed")
    if not attempt.codes and not attempt.others:
        return failed("extraction", "malformed", "the call has no code")
    return passed("extraction", "the call is whole")

"""Whether the code of the calls is Python, as the sandbox reads it."""

from __future__ import annotations

from typing import Final

from punie.evaluation.grading.attempt import Attempt
from punie.evaluation.grading.evidence import Evidence
from punie.evaluation.grading.verdict import LayerVerdict, failed, passed

MAX_CODE: Final = 200_000


def syntax(attempt: Attempt, evidence: Evidence) -> LayerVerdict:
    """Whether every call has code that the sandbox takes for Python."""
    problem = next(filter(None, map(unfit, attempt.codes)), None) or evidence.refused
    return failed("syntax", "malformed", problem) if problem else passed("syntax", "the code is Python")


def unfit(code: str) -> str | None:
    """Why code is not even given to the sandbox; None when it is."""
    if len(code) > MAX_CODE:
        return f"the code is longer than {MAX_CODE:,} characters"
    return None if code.strip() else "the code is blank"

"""Whether all expected tools are called, in order where the order matters."""

from __future__ import annotations

from collections import Counter

from punie.evaluation.grading.evidence import Evidence
from punie.evaluation.grading.verdict import LayerVerdict, failed, passed
from punie.evaluation.suite import Expect


def completeness(expect: Expect, evidence: Evidence) -> LayerVerdict:
    """Whether nothing of the chain is missing; further calls never fail."""
    missing = Counter(expect.tools) - Counter(evidence.called)
    if missing:
        return failed("completeness", "incomplete_chain", f"never calls {', '.join(missing)}")
    if expect.ordered and not _in_order(expect.tools, evidence.called):
        wanted, made = " then ".join(expect.tools), ", ".join(evidence.called)
        return failed("completeness", "incomplete_chain", f"expected {wanted}, called in the order {made}")
    return passed("completeness", "all expected tools are called")


def _in_order(wanted: tuple[str, ...], called: tuple[str, ...]) -> bool:
    rest = iter(called)
    return all(tool in rest for tool in wanted)

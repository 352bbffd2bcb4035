"""Whether the tools are called with accepted arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from punie.evaluation.grading.evidence import UNKNOWN, Call, Evidence
from punie.evaluation.grading.verdict import LayerVerdict, failed, passed
from punie.evaluation.suite import Expect


def arguments(expect: Expect, evidence: Evidence) -> LayerVerdict:
    """Whether each expected tool that is called has one call with accepted values; further calls never fail."""
    for failure in evidence.failures:
        if failure.label == "wrong_arguments":
            return failed("arguments", "wrong_arguments", str(failure))
    for tool in expect.tools:
        calls = [call for call in evidence.calls if call.tool == tool]
        problems = [mismatch(call, expect.arguments.get(tool, {})) for call in calls]
        if problems and None not in problems:
            return failed("arguments", "wrong_arguments", f"{tool}: {problems[0]}")
    return passed("arguments", "the arguments are accepted")


def mismatch(call: Call, accepted: Mapping[str, Sequence[object]]) -> str | None:
    """Why a call is not accepted; None when it is."""
    if call.problem is not None:
        return call.problem
    for parameter, values in accepted.items():
        given = call.arguments.get(parameter, UNKNOWN)
        if not any(equal(given, value) for value in values):
            wanted = " or ".join(map(repr, values))
            return f"{parameter} is {_short(given)}, expected {wanted}"
    return None


def equal(left: object, right: object) -> bool:
    """Equality that keeps truth values, numbers and texts apart, also inside lists and dicts."""
    match left, right:
        case bool(), bool():
            return left == right
        case (bool(), _) | (_, bool()):
            return False
        case (list() | tuple(), list() | tuple()):
            return len(left) == len(right) and all(map(equal, left, right))
        case dict(), dict():
            return left.keys() == right.keys() and all(equal(value, right[key]) for key, value in left.items())
        case _:
            return left == right


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 80 else f"{shown[:77]}..."  # noqa: PLR2004 - about a line

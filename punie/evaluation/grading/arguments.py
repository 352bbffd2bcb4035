"""Whether the tools are called with accepted arguments."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Mapping, Sequence

from punie.evaluation.grading.evidence import Call, Evidence
from punie.evaluation.grading.verdict import LayerVerdict, failed, passed
from punie.evaluation.suite import Expect


def arguments(expect: Expect, evidence: Evidence) -> LayerVerdict:
    """
    Whether each expected tool that is called has one call with accepted values, in any order; further calls never fail.

    A tool that is expected several times needs as many accepted calls; where as many values are accepted as calls are
    expected, each value needs a call of its own. What is never called is the completeness layer's.
    """
    for failure in evidence.failures:
        if failure.label == "wrong_arguments":
            return failed("arguments", "wrong_arguments", str(failure))
    for tool, times in Counter(expect.tools).items():
        calls = [call for call in evidence.calls if call.tool == tool]
        problem = _shortage(calls, expect.arguments.get(tool, {}), times)
        if problem is not None:
            return failed("arguments", "wrong_arguments", f"{tool}: {problem}")
    return passed("arguments", "the arguments are accepted")


def _shortage(calls: Sequence[Call], accepted: Mapping[str, Sequence[object]], times: int) -> str | None:
    """Why the calls made do not serve for the calls expected; None when they do, and when too few were made."""
    problems = [mismatch(call, accepted) for call in calls]
    # One description serves all calls of a tool, so the largest matching is that of every accepted call.
    good = [call for call, problem in zip(calls, problems, strict=True) if problem is None]
    if len(good) < min(times, len(calls)):
        return next(filter(None, problems))
    for parameter, values in accepted.items() if times > 1 else ():
        different = _spellings(values)
        uncovered = [same for same in different if not any(_is_given(call, parameter, same) for call in good)]
        if len(different) == times <= len(good) and uncovered:
            return f"{parameter} is never {' or '.join(map(repr, uncovered[0]))}"
    return None


def _spellings(values: Sequence[object]) -> list[list[object]]:
    """The values, those together that name the same path."""
    groups: list[list[object]] = []
    for value in values:
        same = next((group for group in groups if equal(_plain(group[0]), _plain(value))), None)
        if same is None:
            groups.append([value])
        else:
            same.append(value)
    return groups


def _plain(value: object) -> object:
    return posixpath.normpath(value) if isinstance(value, str) and value else value


def _is_given(call: Call, parameter: str, values: Sequence[object]) -> bool:
    return any(equal(call.arguments.get(parameter), value) for value in values)


def mismatch(call: Call, accepted: Mapping[str, Sequence[object]]) -> str | None:
    """Why a call is not accepted; None when it is."""
    if call.problem is not None:
        return call.problem
    for parameter, values in accepted.items():
        given = call.arguments.get(parameter)
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

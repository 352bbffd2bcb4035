"""What a named check says, and the table of several."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple


@dataclass(frozen=True)
class CheckResult:
    """
    The verdict of one check.

    Attributes:
        check_name: the function's name without `check_`.
        passed: whether training, or the next stage, may go on.
        message: the reason, in one line.
        warnings: what does not forbid it and should be known.
        details: counts and places behind the message.
    """

    check_name: str
    passed: bool
    message: str
    warnings: tuple[str, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


class CheckSummary(NamedTuple):
    """
    Several verdicts; true when all of them passed, printed as a table.

    Attributes:
        all_passed: False also when nothing was checked.
        table: a line for each check and each warning, and one with the count.
    """

    all_passed: bool
    table: str

    def __bool__(self) -> bool:
        return self.all_passed

    def __str__(self) -> str:
        return self.table


def summarize_checks(results: Iterable[CheckResult]) -> CheckSummary:
    """Return whether all `results` passed, with their table: `all_passed, table = ...`, or print it."""
    results = tuple(results)
    if not results:
        return CheckSummary(all_passed=False, table="no check was run")
    width = max(len(each.check_name) for each in results)
    lines = [line for each in results for line in _lines(each, width)]
    good = sum(each.passed for each in results)
    lines.append(f"{good} of {len(results)} checks passed")
    return CheckSummary(all_passed=good == len(results), table="\n".join(lines))


def failed(check_name: str, message: str, **details: object) -> CheckResult:
    """Return a failure."""
    return CheckResult(check_name, passed=False, message=message, details=details)


def verdict(
    check_name: str, faults: Sequence[str], good: str, warnings: Sequence[str] = (), **details: object
) -> CheckResult:
    """
    Return a failure that names the first fault and counts the others, or, without faults, a pass.

    Args:
        check_name: of the check.
        faults: one line each.
        good: the message of a pass.
        warnings: what should be known in both cases.
        details: further ones, beside `faults`.
    """
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return CheckResult(
        check_name,
        passed=not faults,
        message=f"{faults[0]}{more}" if faults else good,
        warnings=tuple(warnings),
        details={"faults": tuple(faults), **details},
    )


def _lines(result: CheckResult, width: int) -> Iterable[str]:
    mark = "passed" if result.passed else "FAILED"
    yield f"{mark}  {result.check_name:<{width}}  {result.message}"
    for warning in result.warnings:
        yield f"{'':6}  {'':<{width}}  warning: {warning}"

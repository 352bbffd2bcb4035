"""Type checks, lint and tests; `success` means that the tool ran and found nothing wrong."""

from __future__ import annotations

from typing import ClassVar, Final, Literal

from punie.agent.typed_tools._tool import Parameter, Result, Tool


class TypeCheckError(Result):
    """One diagnostic of the type checker; line and column count from 1."""

    file: str
    line: int
    column: int
    severity: Literal["error", "warning"]
    code: str
    message: str


class TypeCheckResult(Result):
    """What the type checker says of a path."""

    success: bool
    error_count: int
    warning_count: int
    errors: list[TypeCheckError]
    parse_error: str | None = None


class RuffViolation(Result):
    """One finding of the linter; line and column count from 1, `fixable` means by a safe fix."""

    file: str
    line: int
    column: int
    code: str
    message: str
    fixable: bool


class RuffResult(Result):
    """What the linter says of a path."""

    success: bool
    violation_count: int
    fixable_count: int
    violations: list[RuffViolation]
    parse_error: str | None = None


class TestCase(Result):
    """One test; `duration` in seconds, `message` says why it did not pass."""

    __test__: ClassVar[bool] = False  # not a test class, whatever its name says

    name: str
    outcome: Literal["passed", "failed", "error", "skipped"]
    duration: float
    message: str | None = None


class TestResult(Result):
    """What the test run says; `duration` in seconds."""

    __test__: ClassVar[bool] = False  # not a test class, whatever its name says

    success: bool
    passed: int
    failed: int
    errors: int
    skipped: int
    duration: float
    tests: list[TestCase]
    parse_error: str | None = None


TOOLS: Final = (
    Tool(
        name="typecheck",
        parameters=(Parameter("path"),),
        result=TypeCheckResult,
        summary="Check the types of a file or folder; success means no errors.",
        runner="punie.agent.typed_tools.runners.typecheck:typecheck",
    ),
    Tool(
        name="ruff_check",
        parameters=(Parameter("path"),),
        result=RuffResult,
        summary="Lint a file or folder; success means no violations.",
        runner="punie.agent.typed_tools.runners.lint:ruff_check",
    ),
    Tool(
        name="pytest_run",
        parameters=(Parameter("path"),),
        result=TestResult,
        summary="Run the tests of a file or folder; success means that all passed.",
        runner="punie.agent.typed_tools.runners.tests:pytest_run",
    ),
)

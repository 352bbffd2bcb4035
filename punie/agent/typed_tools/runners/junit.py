"""The test cases of a JUnit report that pytest wrote with `junit_family=xunit1`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, Literal
from xml.etree import ElementTree as ET

from punie.agent.typed_tools.quality import TestCase

_LARGEST: Final = 64 * 2**20
_MESSAGE: Final = 2000
_TEARDOWN: Final = "failed on teardown"
_COLLECTION: Final = "collection failure"
_MODULE_SKIPPED: Final = "collection skipped"
Outcome = Literal["passed", "failed", "error", "skipped"]


@dataclass(frozen=True, slots=True)
class Report:
    """
    What the report says.

    Attributes:
        tests: one per test, in order; a test that failed and whose teardown broke too is one `failed` test.
        counts: of outcomes; such a test, and a passed one whose teardown broke, counts as an error too.
        duration: of the whole run in seconds.

    """

    tests: tuple[TestCase, ...]
    counts: Counter[Outcome]
    duration: float


def read_report(file: Path) -> Report:
    """
    Read a report.

    Raises:
        ValueError: the file is missing, too large or no report.

    """
    try:
        if file.stat().st_size > _LARGEST:
            message = f"the report of pytest is larger than {_LARGEST} bytes: run fewer tests"
            raise ValueError(message)
        suite = ET.parse(file).getroot().find("testsuite")  # noqa: S314 - pytest wrote it; expat stops entity bombs
    except (OSError, ET.ParseError) as error:
        message = f"pytest left no readable report: {error}"
        raise ValueError(message) from None
    if suite is None:
        message = "the report of pytest holds no suite"
        raise ValueError(message)
    # An interrupted run leaves a case without a name.
    cases = [_case(element) for element in suite.iter("testcase") if element.get("name")]
    tests: dict[str, TestCase] = {}
    counts: Counter[Outcome] = Counter()
    for case in cases:
        counts[case.outcome] += 1
        if case.name not in tests and (case.message or "").startswith(_TEARDOWN):
            counts["passed"] += 1
        tests.setdefault(case.name, case)
    return Report(tuple(tests.values()), counts, float(suite.get("time", "0")))


def _case(element: ET.Element) -> TestCase:
    name, duration = _name(element), float(element.get("time", "0"))
    children: tuple[tuple[str, Outcome], ...] = (("error", "error"), ("failure", "failed"), ("skipped", "skipped"))
    for tag, outcome in children:
        child = element.find(tag)
        if child is not None:
            return TestCase(name=name, outcome=outcome, duration=duration, message=_message(child))
    return TestCase(name=name, outcome="passed", duration=duration)


def _name(element: ET.Element) -> str:
    """The node id: file, classes and function."""
    file, name = element.get("file", ""), element.get("name", "")
    classname = element.get("classname", "")
    if not file:
        return "::".join(part for part in (classname, name) if part)
    if not classname:
        return file
    module = ".".join(PurePosixPath(file).with_suffix("").parts)
    classes = classname.removeprefix(module).strip(".").split(".") if classname.startswith(module) else []
    return "::".join([file, *(part for part in classes if part), name])


def _message(child: ET.Element) -> str:
    """Why a test did not pass: pytest's summary, or for a whole module the end of what pytest says about it."""
    message = child.get("message", "")
    if message == _MODULE_SKIPPED:
        # The repr of a place and a reason.
        message = (child.text or "").rpartition("Skipped: ")[2].rstrip()[:-2] or message
    if message == _COLLECTION:
        lines = [line.removeprefix("E ").strip() for line in (child.text or "").splitlines() if line.startswith("E ")]
        message = lines[-1] if lines else message
    return message.strip()[:_MESSAGE]

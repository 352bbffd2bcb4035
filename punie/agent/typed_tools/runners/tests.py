"""pytest_run: pytest in a process of its own, read from its JUnit report."""

from __future__ import annotations

import re
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Final

from punie.agent.boundary import Boundary
from punie.agent.programs import Finished, decoded, run_program
from punie.agent.typed_tools.quality import TestResult
from punie.agent.typed_tools.runners.junit import Outcome, Report, read_report
from punie.agent.typed_tools.runners.surroundings import FAILURES, CouldNotRunError, Surroundings

_ALL_PASSED: Final = 0
_SOME_FAILED: Final = 1
_INTERRUPTED: Final = 2
_INTERNAL: Final = 3
_USAGE: Final = 4
_NOTHING: Final = 5
_REASON: Final = re.compile(r"^(?:ERROR: (?!usage: )|.*: error: )(.+)", re.MULTILINE)
_CONFTEST: Final = re.compile(r"^ImportError while loading conftest '(.+)'\.$", re.MULTILINE)
_EXCEPTION: Final = re.compile(r"^E +(.+)", re.MULTILINE)


def pytest_run(place: Surroundings, path: str) -> TestResult:
    """Run the tests of a file, a folder or a node id."""
    try:
        return _run(place, path)
    except FAILURES as error:
        return _result(None, str(error))


def _run(place: Surroundings, path: str) -> TestResult:
    target = _target(place.boundary, path)
    with tempfile.TemporaryDirectory(prefix="punie-tests-") as folder:
        scratch = Path(folder)
        argv = _command(place.boundary.root, scratch, target)
        finished = run_program(argv, place.boundary.root, place.limits.quality)
        return read_run(finished, scratch / "report.xml", path, place.boundary.root)


def read_run(finished: Finished, file: Path, path: str, root: Path) -> TestResult:
    """
    What a run of pytest says.

    Args:
        finished: the run.
        file: the report that it wrote.
        path: what it was asked to run, as the caller named it.
        root: the folder that it ran in.

    Raises:
        CouldNotRunError: it did not start its tests, or did not finish.
        OSError: there is no such program, or it was stopped.
        ValueError: there is no such report.

    """
    if finished.relied_upon().status not in range(_NOTHING + 1):
        message = f"pytest did not finish: {finished.complaint}"
        raise CouldNotRunError(message)
    if finished.status == _USAGE:
        raise CouldNotRunError(_refusal(finished, root))
    report = read_report(file)
    ran = finished.status in {_ALL_PASSED, _SOME_FAILED}
    return _result(report, None if ran else _complaint(finished, report, path))


def _command(root: Path, scratch: Path, target: str) -> list[str]:
    return [
        *(sys.executable, "-m", "pytest", "-p", "no:punie"),
        f"--rootdir={root}",
        f"--junit-xml={scratch / 'report.xml'}",
        *("-o", "junit_family=xunit1", "-o", f"cache_dir={scratch / 'cache'}"),
        *(f"--basetemp={scratch / 'files'}", "--color=no", "--", target),
    ]


def _target(boundary: Boundary, path: str) -> str:
    """The path inside the workspace with the rest of a node id."""
    file, separator, rest = path.partition("::")
    return boundary.shown(boundary.existing(file)) + separator + rest


def _complaint(finished: Finished, report: Report, path: str) -> str:
    if finished.status == _NOTHING:
        return f"no tests were collected in {path!r}"
    broken = next((test for test in report.tests if test.outcome == "error"), None)
    if finished.status == _INTERRUPTED and broken:
        return f"{broken.name} could not be collected: {broken.message}"
    what = "was interrupted" if finished.status == _INTERRUPTED else "failed inside"
    return f"pytest {what}: {finished.complaint}"


def _refusal(finished: Finished, root: Path) -> str:
    """Why pytest did not begin: it could not load a conftest, or did not like what it was asked."""
    said = decoded(finished.stderr).replace(f"{root}/", "")
    conftest, exceptions = _CONFTEST.search(said), _EXCEPTION.findall(said)
    if conftest and exceptions:
        return f"pytest could not load {conftest[1]}: {exceptions[-1]}"
    reason = _REASON.search(said)
    return f"pytest refused its arguments: {reason[1] if reason else finished.complaint}"


def _result(report: Report | None, parse_error: str | None) -> TestResult:
    counts = report.counts if report else Counter[Outcome]()
    failed, errors = counts["failed"], counts["error"]
    return TestResult(
        success=parse_error is None and failed == errors == 0,
        passed=counts["passed"],
        failed=failed,
        errors=errors,
        skipped=counts["skipped"],
        duration=report.duration if report else 0.0,
        tests=list(report.tests) if report else [],
        parse_error=parse_error,
    )

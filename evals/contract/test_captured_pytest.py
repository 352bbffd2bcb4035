from __future__ import annotations

from pathlib import Path

import pytest

from evals.contract.test_tool_pytest import HARD_OUTCOMES
from fixtures.captured.outputs import WORKSPACE, finished, output_file
from fixtures.captured.pytest_scenes import SCENES
from punie.agent.typed_tools import TestResult
from punie.agent.typed_tools.runners.surroundings import CouldNotRunError
from punie.agent.typed_tools.runners.tests import read_run

HARD = {f"part b/test_hard.py::{name}": outcome for name, outcome in HARD_OUTCOMES.items()}
IDS = {
    **{
        f"teile/test_ü b.py::test_one[{value}]": ("passed", None)
        for value in (
            *("two words", "", "[x]", r"a\nb", r"\u65e5\u672c", "a|b", "<&>", r"\x1b[31m", "None", "1.5"),
            "its name",
        )
    },
    **{f"teile/test_ü b.py::test_two[{value}]": ("passed", None) for value in ("1-True", "1-False", "2-True")},
    "teile/test_ü b.py::test_two[2-False]": ("failed", "assert (2 == 1 or False)"),
    "teile/test_ü b.py::test_none[NOTSET]": ("skipped", "got empty parameter set for (nothing)"),
}
CRASHED = "failed on setup with \"worker 'gw0' crashed while running 'tests/test_crash.py::test_crash'\""
MISSING = "No module named 'nothing_there'"
Outcomes = dict[str, tuple[str, str | None]]
RUNS = [
    pytest.param("outcomes", HARD, (4, 5, 3, 3), None, id="every way to end is told"),
    pytest.param("outcomes_on_two_workers", HARD, (4, 5, 3, 3), None, id="two workers tell the same"),
    pytest.param("odd_ids", IDS, (14, 1, 0, 1), None, id="names of files and parameters make node ids"),
    pytest.param(
        "crash_of_a_worker",
        {
            "tests/test_crash.py::test_crash": ("error", CRASHED),
            "tests/test_crash.py::test_fine": ("passed", None),
            "tests/test_passing.py::test_it": ("passed", None),
        },
        (2, 0, 1, 0),
        None,
        id="a crash is an error of the test that ran",
    ),
    pytest.param(
        "syntax_error",
        {"tests/test_b.py": ("error", "SyntaxError: invalid syntax")},
        (0, 0, 1, 0),
        "tests/test_b.py could not be collected: SyntaxError: invalid syntax",
        id="a module that does not parse is an error and told",
    ),
    pytest.param(
        "missing_import",
        {"tests/test_b.py": ("error", f"ModuleNotFoundError: {MISSING}")},
        (0, 0, 1, 0),
        f"tests/test_b.py could not be collected: ModuleNotFoundError: {MISSING}",
        id="a module that cannot be imported is an error and told",
    ),
    pytest.param(
        "module_skipped",
        {
            "tests/test_b.py": ("skipped", f"could not import 'nothing_there': {MISSING}"),
            "tests/test_passing.py::test_it": ("passed", None),
        },
        (1, 0, 0, 1),
        None,
        id="a skipped module says why",
    ),
    pytest.param(
        "interrupted",
        {},
        (0, 0, 0, 0),
        "pytest was interrupted: exit status 2",
        id="an interrupted run makes up no test",
    ),
    pytest.param(
        "nothing_collected", {}, (0, 0, 0, 0), "no tests were collected in 'src'", id="nothing collected is no success"
    ),
]
REFUSALS = [
    pytest.param(
        "broken_conftest",
        "pytest could not load tests/conftest.py: ZeroDivisionError: division by zero",
        id="a conftest that breaks",
    ),
    pytest.param(
        "missing_path",
        "pytest refused its arguments: file or directory not found: tests/test_b.py",
        id="a path that vanished",
    ),
    pytest.param(
        "unknown_node_id",
        "pytest refused its arguments: not found: tests/test_b.py::test_nothing",
        id="a node id that is not there",
    ),
    pytest.param(
        "unknown_option",
        "pytest refused its arguments: unrecognized arguments: --no-such-option",
        id="an option that pytest does not know",
    ),
]


def read(scene: str) -> TestResult:
    return read_run(finished("pytest", scene), output_file("pytest", scene), SCENES[scene].path, Path(WORKSPACE))


@pytest.mark.parametrize(("scene", "outcomes", "counts", "parse_error"), RUNS)
def test_a_run_is_read(
    scene: str, outcomes: Outcomes, counts: tuple[int, int, int, int], parse_error: str | None
) -> None:
    result = read(scene)

    assert {test.name: (test.outcome, test.message) for test in result.tests} == outcomes
    assert len(result.tests) == len(outcomes)
    assert (result.passed, result.failed, result.errors, result.skipped) == counts
    assert (result.success, result.parse_error) == (scene == "module_skipped", parse_error)


@pytest.mark.parametrize(("scene", "reason"), REFUSALS)
def test_a_run_that_did_not_begin_says_why(scene: str, reason: str) -> None:
    with pytest.raises(CouldNotRunError) as refused:
        read(scene)

    assert str(refused.value) == reason


def test_durations_are_those_of_the_report() -> None:
    result = read("outcomes_on_two_workers")

    assert f'time="{result.duration:.3f}"' in output_file("pytest", "outcomes_on_two_workers").read_text("utf-8")
    assert sum(test.duration for test in result.tests) < result.duration


def test_every_scene_is_read_by_a_test() -> None:
    assert {row.values[0] for row in [*RUNS, *REFUSALS]} == set(SCENES)

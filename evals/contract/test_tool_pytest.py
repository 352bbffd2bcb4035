from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from fixtures.captured.pytest_scenes import CRASH, EVERY_OUTCOME, ODD_IDS
from fixtures.workspace_repository import Repository
from punie.agent.boundary import Boundary
from punie.agent.programs import Limits
from punie.agent.typed_tools import TestCase, TestResult
from punie.agent.typed_tools.runners import tests as runner
from punie.agent.typed_tools.runners.surroundings import ToolLimits

HARD_OUTCOMES = {
    "test_bad": ("failed", "AssertionError: numbers | differ\nassert 1 == 2"),
    "test_xfail": ("skipped", "known"),
    "test_xfail_not_run": ("skipped", "[NOTRUN] hangs"),
    "test_xpass": ("passed", None),
    "test_xpass_strict": ("failed", "[XPASS(strict)] not yet"),
    "test_xfail_by_another_error": ("failed", "KeyError: 'k'"),
    "test_skip": ("skipped", "no | net"),
    "test_setup": ("error", 'failed on setup with "RuntimeError: no server"'),
    "test_teardown": ("error", 'failed on teardown with "RuntimeError: left open"'),
    "test_both": ("failed", "assert 0"),
    "TestOuter::TestInner::test_p[\\xe9]": ("failed", "AssertionError: assert 'é' != 'é'"),
    "TestOuter::TestInner::test_p[a/b.c]": ("passed", None),
    "TestOuter::TestInner::test_p[x::y]": ("passed", None),
}
WORKSPACE_OUTCOMES = {
    "tests/test_harvest.py::test_crop": "passed",
    "tests/test_harvest.py::test_total": "failed",
    "tests/test_market.py::test_price": "passed",
    "tests/test_market.py::test_ledger": "error",
    "tests/test_market.py::test_winter_prices": "skipped",
    "tests/test_market.py::test_discount": "skipped",
    "tests/test_trees.py::test_age[2020-8]": "passed",
    "tests/test_trees.py::test_age[2012-0]": "passed",
    "tests/test_trees.py::TestTallest::test_of_two": "passed",
}


# Plugins that happen to be installed here make pytest start slowly.
WITH_WORKERS = " ".join(f"-p no:{name}" for name in ("anyio", "benchmark", "hypothesispytest", "syrupy"))
WITHOUT_PLUGINS = f"{WITH_WORKERS} -p no:xdist"


@pytest.fixture
def bare(workspace: Repository) -> Repository:
    """The workspace, whose pytest starts fast."""
    return with_options(workspace, WITHOUT_PLUGINS)


def with_options(workspace: Repository, options: str) -> Repository:
    settings = (workspace.root / "pyproject.toml").read_text(encoding="utf-8")
    workspace.write("pyproject.toml", settings.replace('addopts = "-q"', f'addopts = "-q {options}"'))
    return workspace


@pytest.fixture(scope="module")
def tested(built_workspace: Repository, tmp_path_factory: pytest.TempPathFactory) -> tuple[Repository, TestResult]:
    """The whole project, and the result of its tests."""
    root = tmp_path_factory.mktemp("tested") / "orchard"
    shutil.copytree(built_workspace.root, root)
    copy = with_options(Repository(root), WITHOUT_PLUGINS)
    return copy, copy.call("pytest_run", "tests")


@pytest.fixture(scope="module")
def project(tested: tuple[Repository, TestResult]) -> TestResult:
    """The result for the whole project."""
    return tested[1]


@pytest.fixture(
    scope="module",
    params=[WITHOUT_PLUGINS, f"{WITH_WORKERS} -n 2"],
    ids=["one process", "two workers"],
)
def hard(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> TestResult:
    """The result for tests that end in every way there is."""
    if "-n" in request.param:
        pytest.importorskip("xdist")
    root = tmp_path_factory.mktemp("hard")
    (root / "pytest.ini").write_text(f"[pytest]\naddopts = -q -q --no-header {request.param}\n", encoding="utf-8")
    (root / "part b").mkdir()
    (root / "part b" / "test_hard.py").write_text(EVERY_OUTCOME, encoding="utf-8")
    result: TestResult = Repository(root).call("pytest_run", "part b")
    return result


def test_every_test_is_listed_by_its_node_id(project: TestResult) -> None:
    assert {test.name: test.outcome for test in project.tests} == WORKSPACE_OUTCOMES


def test_the_outcomes_are_counted(project: TestResult) -> None:
    assert (project.passed, project.failed, project.errors, project.skipped) == (5, 1, 1, 2)
    assert (project.success, project.parse_error) == (False, None)


def test_durations_are_seconds(project: TestResult) -> None:
    assert 0 < sum(test.duration for test in project.tests) <= project.duration < 60


def test_what_did_not_pass_says_why(project: TestResult) -> None:
    messages = {test.name.rpartition("::")[2]: test.message for test in project.tests if test.outcome != "passed"}

    assert messages["test_total"] is not None
    assert messages["test_total"].startswith("AssertionError: assert 100.0 == 90\n")
    assert messages["test_ledger"] is not None
    assert messages["test_ledger"].startswith('failed on setup with "FileNotFoundError: ')
    assert messages["test_winter_prices"] == "closed in winter"


def test_what_passed_says_nothing(project: TestResult) -> None:
    assert {test.message for test in project.tests if test.outcome == "passed"} == {None}


@pytest.mark.parametrize("name", HARD_OUTCOMES)
def test_every_way_to_end_is_told(hard: TestResult, name: str) -> None:
    found: dict[str, TestCase] = {test.name: test for test in hard.tests}
    case = found[f"part b/test_hard.py::{name}"]

    assert (case.outcome, case.message) == HARD_OUTCOMES[name]


def test_each_test_is_listed_once(hard: TestResult) -> None:
    assert len(hard.tests) == len(HARD_OUTCOMES)


def test_a_broken_teardown_counts_beside_the_outcome(hard: TestResult) -> None:
    assert (hard.passed, hard.failed, hard.errors, hard.skipped) == (4, 5, 3, 3)


def test_nothing_is_left_behind(tested: tuple[Repository, TestResult]) -> None:
    left = [path for path in tested[0].root.rglob("*") if path.name in {".pytest_cache", "__pycache__"}]

    assert left == []


def test_a_node_id_runs_one_test(bare: Repository) -> None:
    result = bare.call("pytest_run", "tests/test_trees.py::TestTallest::test_of_two")

    assert (result.success, result.passed, result.parse_error) == (True, 1, None)
    assert [test.name for test in result.tests] == ["tests/test_trees.py::TestTallest::test_of_two"]


def test_a_node_id_that_is_not_there_is_told(bare: Repository) -> None:
    result = bare.call("pytest_run", "tests/test_trees.py::test_nothing")

    assert (result.success, result.tests) == (False, [])
    assert result.parse_error == "pytest refused its arguments: not found: tests/test_trees.py::test_nothing"


def test_a_missing_path_is_told(bare: Repository) -> None:
    result = bare.call("pytest_run", "tests/nothing")

    assert (result.success, result.parse_error) == (False, "no such file or folder: 'tests/nothing'")


def test_nothing_collected_is_no_success(bare: Repository) -> None:
    result = bare.call("pytest_run", "src/orchard")

    assert (result.success, result.passed, result.tests) == (False, 0, [])
    assert result.parse_error == "no tests were collected in 'src/orchard'"


def test_a_module_that_does_not_parse_is_an_error_and_told(bare: Repository) -> None:
    bare.write("tests/test_broken.py", "def broken(:\n")

    result = bare.call("pytest_run", "tests")

    assert [(test.name, test.outcome) for test in result.tests] == [("tests/test_broken.py", "error")]
    assert (result.success, result.errors, result.passed) == (False, 1, 0)
    assert result.parse_error == "tests/test_broken.py could not be collected: SyntaxError: invalid syntax"


def test_a_conftest_that_breaks_is_told_with_its_error(bare: Repository) -> None:
    bare.write("tests/conftest.py", "1 / 0\n")

    result = bare.call("pytest_run", "tests")

    assert (result.success, result.tests) == (False, [])
    assert result.parse_error == "pytest could not load tests/conftest.py: ZeroDivisionError: division by zero"


def test_an_option_that_pytest_does_not_know_is_told(workspace: Repository) -> None:
    result = with_options(workspace, f"{WITHOUT_PLUGINS} --no-such-option").call("pytest_run", "tests")

    assert (result.success, result.tests) == (False, [])
    assert result.parse_error == "pytest refused its arguments: unrecognized arguments: --no-such-option"


def test_an_interrupted_run_is_told_and_no_test_is_made_up(bare: Repository) -> None:
    bare.write("tests/test_stop.py", "def test_stop():\n    raise KeyboardInterrupt\n")

    result = bare.call("pytest_run", "tests/test_stop.py")

    assert (result.success, result.passed, result.tests) == (False, 0, [])
    assert result.parse_error.startswith("pytest was interrupted: ")


def test_a_module_that_is_skipped_says_why(bare: Repository) -> None:
    bare.write("tests/test_optional.py", 'import pytest\n\npytest.importorskip("nothing_there")\n')

    result = bare.call("pytest_run", "tests")
    (case,) = (test for test in result.tests if test.name == "tests/test_optional.py")

    assert case.outcome == "skipped"
    assert case.message == "could not import 'nothing_there': No module named 'nothing_there'"


def test_odd_names_of_files_and_parameters_make_node_ids(bare: Repository) -> None:
    bare.write("teile/test_ü b.py", ODD_IDS)

    result = bare.call("pytest_run", "teile")

    assert {test.name.partition("::")[0] for test in result.tests} == {"teile/test_ü b.py"}
    assert [test.name.partition("::")[2] for test in result.tests] == [
        "test_one[two words]",
        "test_one[]",
        "test_one[[x]]",
        "test_one[a\\nb]",
        "test_one[\\u65e5\\u672c]",
        "test_one[a|b]",
        "test_one[<&>]",
        "test_one[\\x1b[31m]",
        "test_one[None]",
        "test_one[1.5]",
        "test_one[its name]",
        "test_two[1-True]",
        "test_two[1-False]",
        "test_two[2-True]",
        "test_two[2-False]",
        "test_none[NOTSET]",
    ]


def test_a_node_id_that_was_listed_can_be_run(bare: Repository) -> None:
    bare.write("teile/test_ü b.py", ODD_IDS)

    result = bare.call("pytest_run", "teile/test_ü b.py::test_one[\\u65e5\\u672c]")

    assert (result.success, result.passed) == (True, 1)


def test_a_crash_is_told(bare: Repository) -> None:
    bare.write("tests/test_crash.py", "import os, signal\n\ndef test_it():\n    os.kill(os.getpid(), signal.SIGKILL)\n")

    result = bare.call("pytest_run", "tests/test_crash.py")

    assert (result.success, result.tests) == (False, [])
    assert result.parse_error.startswith("pytest did not finish: ")


def test_an_early_exit_is_told(bare: Repository) -> None:
    bare.write("tests/test_exit.py", "import os\n\ndef test_it():\n    os._exit(0)\n")

    result = bare.call("pytest_run", "tests/test_exit.py")

    assert result.success is False
    assert result.parse_error.startswith("pytest left no readable report: ")


def test_a_time_out_is_told(bare: Repository) -> None:
    bare.write("tests/test_slow.py", "import time\n\ndef test_it():\n    time.sleep(60)\n")

    result = bare.call("pytest_run", "tests/test_slow.py", limits=ToolLimits(quality=Limits(seconds=1.5)))

    assert (result.success, result.tests) == (False, [])
    assert result.parse_error.endswith("was stopped after 1.5 seconds")


def test_settings_of_the_caller_do_not_reach_it(bare: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "--collect-only")

    assert bare.call("pytest_run", "tests/test_trees.py").passed == 3


def test_a_missing_program_is_told(bare: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")

    result = bare.call("pytest_run", "tests")

    assert result.success is False
    assert result.parse_error == "the program '/no/such/python' was not found: install it or check its name"


def test_a_path_that_begins_with_a_dash_is_a_path(tmp_path: Path) -> None:
    place = Repository(tmp_path)
    place.write("pytest.ini", f"[pytest]\naddopts = {WITHOUT_PLUGINS}\n")
    place.write("-x/test_a.py", "def test_a() -> None: pass\n")

    assert runner._target(Boundary.around(tmp_path), "-x/test_a.py::test_a") == "-x/test_a.py::test_a"
    assert place.call("pytest_run", "-x").passed == 1


def test_several_workers_give_the_same_result(workspace: Repository) -> None:
    pytest.importorskip("xdist")

    result = with_options(workspace, f"{WITH_WORKERS} -n 2").call("pytest_run", "tests")

    assert {test.name: test.outcome for test in result.tests} == WORKSPACE_OUTCOMES


def test_a_crash_of_a_worker_is_an_error_of_its_test(workspace: Repository) -> None:
    pytest.importorskip("xdist")
    workspace.write("tests/test_crash.py", CRASH)

    result = with_options(workspace, f"{WITH_WORKERS} -n 2").call("pytest_run", "tests/test_crash.py")

    assert {test.name: test.outcome for test in result.tests} == {
        "tests/test_crash.py::test_crash": "error",
        "tests/test_crash.py::test_fine": "passed",
    }
    assert (result.success, result.passed, result.errors, result.parse_error) == (False, 1, 1, None)

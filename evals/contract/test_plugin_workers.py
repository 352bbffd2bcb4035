from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fixtures.replies import RecordedRun

pytest.importorskip("xdist")

# What a clock or another process may change.
UNSTABLE = ("seconds", "model")


def graded(run: RecordedRun, pytester: pytest.Pytester, *args: str, wrong: tuple[str, ...] = ()) -> pytest.RunResult:
    """Grade recorded replies in a process of its own, as workers need it."""
    options = [f"--punie-suite={run.suite}", f"--punie-replay={run.replies(wrong=wrong)}"]
    fixed = ["-p", "no:cacheprovider", "-m", "eval", f"--punie-results={run.results}"]
    return pytester.runpytest_subprocess(*fixed, *options, *args)


def stable(run: RecordedRun) -> dict[str, Any]:
    return {name: value for name, value in run.acceptance.items() if name not in UNSTABLE}


@pytest.mark.slow
def test_two_workers_give_the_same_results_as_one_process(recorded_run: RecordedRun, pytester: pytest.Pytester) -> None:
    recorded_run.write(
        "evals/gate.toml", "schema = 1\nbands = {deploy = 80, augment = 70}\nsuites.facts.targets = {legs = 100}\n"
    )
    alone = graded(recorded_run, pytester, wrong=("dogs",))
    expected, model = stable(recorded_run), recorded_run.acceptance["model"]
    shared = graded(recorded_run, pytester, "-n", "2", wrong=("dogs",))

    assert stable(recorded_run) == expected
    assert recorded_run.acceptance["model"] == model
    assert shared.parseoutcomes() == alone.parseoutcomes() == {"passed": 5, "missed": 1, "failed": 2}
    assert (shared.ret, expected["decision"]) == (alone.ret, "AUGMENT") == (1, "AUGMENT")
    shared.stdout.fnmatch_lines(["*acceptance*", "*AUGMENT*", "results: *"])


@pytest.mark.slow
def test_workers_ask_once_and_leave_nothing_behind(
    recorded_run: RecordedRun, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = pytester.mkdir("scratch")
    monkeypatch.setenv("TMPDIR", str(scratch))
    log = recorded_run.write("asked.log", "")
    recorded_run.write(
        "conftest.py",
        "import os\nfrom punie.evaluation.run import EvalRun\nask = EvalRun.ask\n"
        "def counted(self, ids, on_turn=None):\n"
        f"    with open({str(log)!r}, 'a') as file: file.write(f'{{len(ids)}} ')\n"
        "    ask(self, ids, on_turn)\n"
        "EvalRun.ask = counted\n",
    )
    result = graded(recorded_run, pytester, "-n", "3")

    assert result.ret == 0
    assert log.read_text(encoding="utf-8") == "5 "
    assert list(scratch.glob("punie-*")) == []


@pytest.mark.slow
def test_other_failures_of_workers_stand_against_deployment(
    recorded_run: RecordedRun, pytester: pytest.Pytester
) -> None:
    recorded_run.write(
        "test_own.py",
        "import os, pytest\n@pytest.mark.eval\ndef test_own(): assert False\n"
        "@pytest.mark.eval\ndef test_crash(): os._exit(3)\n",
    )
    result = graded(recorded_run, pytester, "-n", "2")

    assert (recorded_run.acceptance["decision"], result.ret) == ("AUGMENT", 1)
    assert recorded_run.acceptance["failed_items"] == ["test_own.py::test_crash", "test_own.py::test_own"]


@pytest.mark.slow
def test_a_part_of_the_queries_is_no_pass_with_workers_either(
    recorded_run: RecordedRun, pytester: pytest.Pytester
) -> None:
    result = graded(recorded_run, pytester, "-n", "2", "facts::sky", "facts::category[legs]")

    assert (recorded_run.acceptance["decision"], result.ret) == ("INCOMPLETE", 1)
    assert set(recorded_run.acceptance["queries"]) == {"sky"}


@pytest.mark.slow
def test_wrong_input_is_told_before_workers_start(recorded_run: RecordedRun, pytester: pytest.Pytester) -> None:
    result = graded(recorded_run, pytester, "-n", "2", "facts::moon")

    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: no item 'facts::moon': list the items of suite 'facts' with *"])


@pytest.mark.slow
def test_a_model_that_cannot_be_asked_is_one_obstacle(
    recorded_run: RecordedRun, pytester: pytest.Pytester, tmp_path: Path
) -> None:
    recorded_run.write(
        "conftest.py",
        "from punie.evaluation.run import EvalRun\n"
        "def broken(self, ids, on_turn=None): raise OSError('the disk is gone')\n"
        "EvalRun.ask = broken\n",
    )
    graded(recorded_run, pytester, "-n", "2")

    assert recorded_run.acceptance["decision"] == "INCOMPLETE"
    assert recorded_run.acceptance["obstacles"] == ["asking failed: the disk is gone"]
    assert json.loads((recorded_run.results / "acceptance.json").read_text(encoding="utf-8"))["queries"] == {}
    assert list(tmp_path.iterdir()) == []

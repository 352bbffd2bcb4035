from __future__ import annotations

import pytest

from fixtures.replies import RecordedRun
from punie.markers import asked_for

MARKED = """
import pytest

@pytest.mark.eval
def test_grade(): pass

@pytest.mark.bench
def test_speed(): pass

@pytest.mark.train
@pytest.mark.parametrize("stage", ["fuse", "quantize"])
def test_build(stage): pass

@pytest.mark.data
def test_rows(): pass

def test_plain(): pass
"""


@pytest.mark.parametrize(
    ("expression", "markers"),
    [
        ("", set()),
        ("eval", {"eval"}),
        ("train or eval", {"train", "eval"}),
        ("eval and not slow", {"eval"}),
        ("not slow", set()),
        ("not (train or bench)", set()),
        ("not (slow or not data)", {"data"}),
        ("data(rows=1)", {"data"}),
        ("slow", set()),
        ("eval and", set()),
    ],
)
def test_a_marker_is_asked_for_when_the_expression_wants_it(expression: str, markers: set[str]) -> None:
    assert asked_for(expression) == markers


@pytest.mark.parametrize("args", [(), ("-m", "not slow"), ("test_marked.py",)], ids=" ".join)
def test_model_items_stay_out_of_runs_that_do_not_ask_for_them(
    recorded_run: RecordedRun, args: tuple[str, ...]
) -> None:
    recorded_run.write("test_marked.py", MARKED)
    result = recorded_run.run(*args)

    assert result.parseoutcomes() == {"passed": 1, "deselected": 5}
    assert result.ret == 0


def test_a_node_id_asks_for_its_item(recorded_run: RecordedRun) -> None:
    recorded_run.write("test_marked.py", MARKED)

    assert recorded_run.run("test_marked.py::test_build").parseoutcomes() == {"passed": 2}
    assert recorded_run.run("test_marked.py::test_build[fuse]").parseoutcomes() == {"passed": 1}


def test_data_come_before_train_and_train_before_eval(recorded_run: RecordedRun) -> None:
    recorded_run.write("pipeline/recipes/nano.toml", "")
    recorded_run.write("a_evals/test_marked.py", MARKED)
    result = recorded_run.grade("-v", marker="data or train or eval")

    order = ["test_rows", "test_build?fuse?", "test_build?quantize?", "test_grade", "facts::sky", "facts::gate"]
    result.stdout.fnmatch_lines([f"*{name} PASSED*" for name in order])


def test_the_order_holds_when_former_failures_come_first(recorded_run: RecordedRun, pytester: pytest.Pytester) -> None:
    recorded_run.write("pipeline/recipes/nano.toml", "")
    recorded_run.write("test_marked.py", MARKED.replace("def test_grade(): pass", "def test_grade(): assert 0"))
    args = [
        "-v",
        "-m",
        "train or eval",
        f"--punie-suite={recorded_run.suite}",
        f"--punie-replay={recorded_run.replies()}",
    ]
    pytester.runpytest_inprocess(*args)
    result = pytester.runpytest_inprocess("--ff", *args)

    result.stdout.fnmatch_lines(["*test_build?fuse? PASSED*", "*test_grade FAILED*"])


@pytest.mark.parametrize(
    ("args", "asked"),
    [
        (("-k", "grass"), {"grass"}),
        (("-k", "legs"), {"ants", "dogs"}),
        (("-k", "facts and not colours"), {"ants", "dogs"}),
        (("facts::grass", "facts::ants"), {"grass", "ants"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_only_selected_queries_are_asked(recorded_run: RecordedRun, args: tuple[str, ...], asked: set[str]) -> None:
    recorded_run.grade(*args)

    assert set(recorded_run.acceptance["queries"]) == asked


def test_a_node_id_of_a_suite_needs_no_marker(recorded_run: RecordedRun) -> None:
    result = recorded_run.grade("-v", "facts::sky", marker="")

    assert result.parseoutcomes() == {"passed": 1}


def test_a_category_can_be_judged_alone(recorded_run: RecordedRun) -> None:
    recorded_run.write(
        "evals/gate.toml", "schema = 1\nbands = {deploy = 80, augment = 70}\nsuites.facts.targets.legs = 60\n"
    )
    result = recorded_run.grade("-v", "facts::category[legs]", wrong=("dogs",))

    result.stdout.fnmatch_lines(["*category?legs? FAILED*", "legs: 50 % (1 of 2), 60 % wanted"])


def test_a_node_id_of_a_file_keeps_the_suites_out(recorded_run: RecordedRun) -> None:
    recorded_run.write("test_marked.py", MARKED)
    result = recorded_run.grade("test_marked.py::test_grade")

    assert result.parseoutcomes() == {"passed": 1}


def test_a_missing_node_id_of_a_suite_is_wrong_input(recorded_run: RecordedRun) -> None:
    result = recorded_run.grade("facts::moon")

    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: no item 'facts::moon': list the items of suite 'facts' with *"])


def test_the_run_works_without_any_test_file(recorded_run: RecordedRun) -> None:
    result = recorded_run.grade()

    result.stdout.fnmatch_lines(["collected 8 items"])


def test_the_shipped_suite_is_the_default(recorded_run: RecordedRun) -> None:
    result = recorded_run.run("-m", "eval", "--collect-only", "-q")

    result.stdout.fnmatch_lines(["57::direct-answers-01", "57::category?direct_answers?", "57::gate"])

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from evals.contract.acceptances import acceptance, bad, suite
from punie.evaluation import Acceptance, RunFacts, write_acceptance
from punie.evaluation.report.history import earlier_runs, past_run, trend_table
from punie.evaluation.report.markdown import markdown_report

NO_CALL = bad("gate", "no_call", "answers in words")


def record(folder: Path, number: int, run: Acceptance) -> None:
    """Write a run as if it had been written in that minute."""
    path = write_acceptance(run, folder / f"run-{number}")
    os.utime(path, (60 * number, 60 * number))


def names(folder: Path, besides: str = "") -> list[str]:
    return [run.name for run in earlier_runs(folder, acceptance(), besides=folder / besides if besides else None)]


def test_earlier_runs_come_in_their_order_without_this_one(tmp_path: Path) -> None:
    for number in (2, 1, 3):
        record(tmp_path, number, acceptance())

    assert names(tmp_path, besides="run-3") == ["run-1", "run-2"]


def test_only_runs_on_the_same_queries_are_shown(tmp_path: Path) -> None:
    other = acceptance().suites["own"].model_copy(update={"digest": "another"})
    record(tmp_path, 1, acceptance().model_copy(update={"suites": {"own": other}}))
    record(tmp_path, 2, acceptance(words_1=None))
    record(tmp_path, 3, acceptance())

    assert names(tmp_path) == ["run-3"]


def test_files_that_cannot_be_read_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "run-1").mkdir()
    (tmp_path / "run-1" / "acceptance.json").write_text("{", encoding="utf-8")
    (tmp_path / "run-2").mkdir()
    record(tmp_path, 3, acceptance())

    assert names(tmp_path) == ["run-3"]
    assert names(tmp_path / "missing") == []


def test_the_last_twenty_runs_are_shown(tmp_path: Path) -> None:
    for number in range(1, 25):
        record(tmp_path, number, acceptance())

    assert names(tmp_path) == [f"run-{number}" for number in range(5, 25)]


def test_a_run_without_a_rate_is_no_part_of_the_trend() -> None:
    nothing = {query.id.replace("-", "_"): None for query in suite().queries}

    assert past_run(acceptance(RunFacts(), **nothing), "now", datetime.now(UTC)) is None


def test_the_table_has_the_newest_run_on_top_and_tells_the_change(tmp_path: Path) -> None:
    record(tmp_path, 1, acceptance(calls_1=NO_CALL))
    record(tmp_path, 2, acceptance())
    runs = earlier_runs(tmp_path, acceptance())

    assert trend_table(runs).rows == (
        ("1970-01-01 00:02", "run-2", "nano", "DEPLOY", "100 %", "57-100", "+20"),
        ("1970-01-01 00:01", "run-1", "nano", "DEPLOY", "80 %", "38-96", ""),
    )


def test_the_summary_of_a_job_holds_the_trend(tmp_path: Path) -> None:
    record(tmp_path, 1, acceptance(calls_1=NO_CALL))
    record(tmp_path, 2, acceptance())

    report = markdown_report(acceptance(), earlier_runs(tmp_path, acceptance()))

    assert "## Runs on the same queries" in report
    assert "| 1970-01-01 00:02 | run-2 | nano | DEPLOY |" in report
    assert "Runs on the same queries" not in markdown_report(acceptance())

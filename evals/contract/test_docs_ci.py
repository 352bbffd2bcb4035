from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

import punie.data.session  # noqa: F401 - runs of pytest inside this process share what is imported before them
from evals.contract.documents import write_files
from evals.contract.house import ROOT
from punie.evaluation.report import markdown
from punie.training.reports import sarif

WORKFLOW = ROOT / "docs" / "ci" / "punie.yml"
PROGRAMS = {"pytest", "python", "cat", "./deploy.sh"}


def workflow() -> dict[Any, Any]:
    found: dict[Any, Any] = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    return found


def steps(job: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = workflow()["jobs"][job]["steps"]
    return found


def commands() -> list[list[str]]:
    return [shlex.split(step["run"]) for job in workflow()["jobs"] for step in steps(job) if "run" in step]


def using(action: str) -> dict[str, Any]:
    (step,) = (step for step in steps("accept") if str(step.get("uses", "")).partition("@")[0] == action)
    return step


def test_the_deployment_waits_for_the_acceptance() -> None:
    assert workflow()["jobs"]["deploy"]["needs"] == "accept"


def test_a_step_of_the_acceptance_that_fails_fails_the_job() -> None:
    assert not [step for step in steps("accept") if "continue-on-error" in step]
    assert [command for command in commands() if {"||", ";", "|"} & set(command)] == []


def test_every_command_is_a_program_that_the_page_is_about() -> None:
    assert {command[0] for command in commands()} == PROGRAMS


def test_every_run_of_pytest_is_understood(pytester: pytest.Pytester) -> None:
    write_files(ROOT / "docs" / "how-to.md", pytester.path)
    runs = [command[1:] for command in commands() if command[0] == "pytest"]
    ended = [
        int(pytester.runpytest_inprocess("-p", "no:cacheprovider", *run, "--collect-only", "-q").ret) for run in runs
    ]

    assert ended == [0, 0]


def test_the_data_check_leaves_annotations_at_the_files_of_the_repository(pytester: pytest.Pytester) -> None:
    write_files(ROOT / "docs" / "how-to.md", pytester.path)
    (check,) = (command[1:] for command in commands() if command[:3] == ["pytest", "-m", "data"])
    pytester.runpytest_inprocess("-p", "no:cacheprovider", *check)
    file = pytester.path / using("github/codeql-action/upload-sarif")["with"]["sarif_file"]
    results = json.loads(file.read_text(encoding="utf-8"))["runs"][0]["results"]
    places = {each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in results}

    assert places == {"data/mine/train.jsonl"}
    assert (pytester.path / "data" / "mine" / "train.jsonl").is_file()


def test_summary_and_annotations_are_written_after_a_red_run_too() -> None:
    late = [step for step in steps("accept") if "cancelled()" in step.get("if", "")]

    assert len(late) == 3
    assert all(step["if"].startswith("${{ !cancelled()") for step in late)


def test_the_files_that_are_shown_are_called_as_punie_calls_them() -> None:
    (show,) = (command for command in commands() if command[0] == "cat")

    assert Path(show[1]).name == markdown.FILE_NAME
    assert Path(using("github/codeql-action/upload-sarif")["with"]["sarif_file"]).name == sarif.SARIF


def test_what_was_built_is_cached() -> None:
    assert using("actions/cache")["with"]["path"] == "artifacts"


def test_no_address_stands_in_it() -> None:
    assert (
        re.findall(r"https?:|--index|--extra-index|pypi|\d+\.\d+\.\d+\.\d+", WORKFLOW.read_text(encoding="utf-8")) == []
    )

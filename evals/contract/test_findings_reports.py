from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from punie.training.checks.scan import Rules
from punie.training.finding import Finding
from punie.training.reports import (
    CheckReport,
    check_dataset,
    findings_table,
    sarif_log,
    write_findings,
    write_sarif,
)
from punie.training.rules import RULES

DIGESTS = {"train.jsonl": "ab" * 32}
LEVELS = {"none", "note", "warning", "error"}


def finding(rule: str = "preamble", line: int = 3, **changed: Any) -> Finding:  # noqa: ANN401 - fields of the record
    severity, hint = RULES[rule]
    given = {"file": "train.jsonl", "message": "words before the call", "severity": severity, "hint": hint, **changed}
    return Finding(rule=rule, line=line, **given)


def report(*findings: Finding) -> CheckReport:
    return CheckReport("own", findings, {"train": 9, "valid": 2}, DIGESTS, {"prompt_drift": "no tokenizer"})


def read(file: Path) -> Any:  # noqa: ANN401 - JSON
    return json.loads(file.read_text(encoding="utf-8"))


def results_of(found: CheckReport) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = sarif_log(found)["runs"][0]["results"]
    return results


def test_findings_json_says_what_was_found_where(tmp_path: Path) -> None:
    near = finding("near_duplicate_in_split", 7, related=("train.jsonl:2",))
    found = read(write_findings(report(finding(), near, finding(line=4)), tmp_path / "new"))

    assert found["schema"] == 1
    assert found["counts"] == {"preamble": 2, "near_duplicate_in_split": 1}
    assert (found["rows"], found["digests"]) == ({"train": 9, "valid": 2}, DIGESTS)
    assert (found["errors"], found["warnings"], found["unasked"]) == (2, 1, {"prompt_drift": "no tokenizer"})
    assert [set(each) for each in found["findings"]] == [
        {"rule", "severity", "file", "line", "message", "hint", "related"}
    ] * 3
    assert found["findings"][1]["related"] == ["train.jsonl:2"]


def test_without_findings_the_list_is_empty(tmp_path: Path) -> None:
    assert read(write_findings(report(), tmp_path))["findings"] == []


def test_files_replace_older_ones_and_leave_nothing_beside_them(tmp_path: Path) -> None:
    for found in (report(finding()), report()):
        write_findings(found, tmp_path)
        write_sarif(found, tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["findings.json", "findings.sarif"]
    assert read(tmp_path / "findings.json")["counts"] == {}


def test_the_record_counts_lines_and_digests_of_the_files(tmp_path: Path) -> None:
    (tmp_path / "train.jsonl").write_text("{\n\n", encoding="utf-8")
    (tmp_path / "test.jsonl").write_text("", encoding="utf-8")
    found = check_dataset(tmp_path, Rules())

    assert found.rows == {"train": 2, "test": 0}
    assert set(found.digests) == {"train.jsonl", "test.jsonl"}
    assert found.counts == {"bad_json": 2, "bad_structure": 1}


def test_sarif_is_what_code_hosts_demand(tmp_path: Path) -> None:
    log = read(write_sarif(report(*(finding(rule) for rule in RULES)), tmp_path))
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]

    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    assert run["tool"]["driver"]["name"] == "Punie"
    assert [rule["id"] for rule in rules] == list(RULES)
    for rule in rules:
        assert all(rule[part]["text"] for part in ("shortDescription", "fullDescription", "help"))
        assert rule["defaultConfiguration"]["level"] in LEVELS
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        assert result["level"] in LEVELS
        assert [place["physicalLocation"]["artifactLocation"]["uri"] for place in result["locations"]]


def test_only_a_line_is_a_region() -> None:
    at_line, whole_file, whole_set = results_of(report(finding(), finding(line=0), finding(line=0, file="")))

    assert at_line["locations"][0]["physicalLocation"]["region"] == {"startLine": 3}
    assert "region" not in whole_file["locations"][0]["physicalLocation"]
    assert whole_set["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "train.jsonl"


def test_names_of_files_are_written_as_uris() -> None:
    (result,) = results_of(report(finding(file="my rows#1.jsonl")))

    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "my%20rows%231.jsonl"


def test_places_are_seen_from_the_root_of_the_repository() -> None:
    found = report(finding(related=("valid.jsonl:12", "the suite")), finding(line=0, file=""))
    first, second = sarif_log(found, "data/mine")["runs"][0]["results"]
    places = [*first["locations"], *first["relatedLocations"], *second["locations"]]

    assert [place["physicalLocation"]["artifactLocation"]["uri"] for place in places] == [
        "data/mine/train.jsonl",
        "data/mine/valid.jsonl",
        "the%20suite",
        "data/mine/train.jsonl",
    ]


def test_related_places_are_locations() -> None:
    (result,) = results_of(report(finding(related=("valid.jsonl:12", "the suite"))))
    places = [place["physicalLocation"] for place in result["relatedLocations"]]

    assert [place.get("region") for place in places] == [{"startLine": 12}, None]
    assert [place["artifactLocation"]["uri"] for place in places] == ["valid.jsonl", "the%20suite"]


def test_beyond_what_hosts_take_warnings_go_first_and_a_note_says_so() -> None:
    warnings = [finding("near_duplicate_in_split")] * 25_000
    log = sarif_log(report(*warnings, finding()))
    (run,) = log["runs"]

    assert len(run["results"]) == 25_000
    assert run["results"][0]["ruleId"] == "preamble"
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].startswith("1 more finding")


MANY = report(*(finding(line=number) for number in range(1, 15)), finding("distribution", 0, message="all alike"))


@pytest.mark.parametrize("verbosity", [-1, 0, 1])
def test_the_table_has_a_line_for_each_rule_that_found_something(snapshot: SnapshotAssertion, verbosity: int) -> None:
    assert findings_table(MANY, width=90, verbosity=verbosity) == snapshot


def test_each_finding_and_each_advice_is_told_once() -> None:
    text = findings_table(MANY, width=140)

    assert [text.count(f"train.jsonl:{line}: ") for line in (1, 3, 4)] == [1, 1, 0]
    assert text.count(RULES["preamble"].hint) == 1


@pytest.mark.parametrize("width", [20, 80, 140])
def test_the_table_fits(width: int) -> None:
    text = findings_table(report(finding(), finding("delimiter_not_single_token")), width=width)

    assert max(map(len, text.splitlines())) <= max(width, 60)


def test_colours_are_for_terminals() -> None:
    assert "\x1b" not in findings_table(report(finding()))
    assert "\x1b" in findings_table(report(finding()), colour=True)

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.contract.acceptances import FACTS, GATE, good, suite
from punie.evaluation import Criterion, accept, judge, write_acceptance
from punie.evaluation.acceptance import RunFacts
from punie.evaluation.built import FILE_NAME, NAMES, BuiltChecks, built_criteria


def checked(*, met: bool) -> BuiltChecks:
    lines = (Criterion(name=name, observed="seen", required="wanted", met=met, reason="why") for name in NAMES)
    return BuiltChecks(weights="ab", criteria=tuple(lines))


def write(folder: Path, checks: BuiltChecks) -> None:
    (folder / FILE_NAME).write_text(checks.model_dump_json(by_alias=True), encoding="utf-8")


def graded(built: tuple[Criterion, ...]) -> RunFacts:
    return RunFacts(model=FACTS.model, seconds=1.0, built=built)


def test_a_model_that_was_checked_while_it_was_built_is_measured(tmp_path: Path) -> None:
    write(tmp_path, checked(met=True))
    found = built_criteria(tmp_path, "ab")
    record = accept([suite()], {query.id: good() for query in suite().queries}, GATE, graded(found))

    assert [line.met for line in record.criteria if line.name in NAMES] == [True, True]
    assert record.decision == "DEPLOY"


def test_a_model_that_failed_its_checks_is_not_deployed_now_nor_when_judged_again(tmp_path: Path) -> None:
    write(tmp_path, checked(met=False))
    facts = graded(built_criteria(tmp_path, "ab"))
    record = accept([suite()], {query.id: good() for query in suite().queries}, GATE, facts)
    write_acceptance(record, tmp_path)

    assert record.decision == "AUGMENT"
    assert "stage parity seen, wanted wanted: missed" in record.reasons
    assert judge(tmp_path, GATE).name == "AUGMENT"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "cannot be read"),
        ("[]", "cannot be read"),
        (json.dumps({"schema": 2, "weights": "ab", "criteria": []}), "cannot be read"),
        (checked(met=True).model_copy(update={"weights": "cd"}).model_dump_json(by_alias=True), "about other weights"),
    ],
)
def test_what_is_damaged_or_about_another_model_measures_nothing(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / FILE_NAME).write_text(text, encoding="utf-8")
    lines = built_criteria(tmp_path, "ab")

    assert [line.name for line in lines] == list(NAMES)
    assert all(line.met is None and not line.decides and reason in line.reason for line in lines)


def test_without_a_file_the_lines_say_not_measured(tmp_path: Path) -> None:
    assert built_criteria(tmp_path, "ab") == built_criteria(None, None)
    assert {line.met for line in built_criteria(None, None)} == {None}


def test_lines_of_other_names_do_not_reach_the_gate(tmp_path: Path) -> None:
    odd = Criterion(name="57: overall", observed="100 %", required="0 %", met=True, reason="forged")
    write(tmp_path, checked(met=True).model_copy(update={"criteria": (odd,)}))

    assert [line.name for line in built_criteria(tmp_path, "ab")] == list(NAMES)
    assert {line.met for line in built_criteria(tmp_path, "ab")} == {None}

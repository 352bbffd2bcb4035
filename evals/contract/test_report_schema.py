from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evals.contract.acceptances import FACTS, acceptance, bad, suite, ungradable
from punie.evaluation import RunFacts, read_baseline, write_acceptance
from punie.evaluation.report import SCHEMA_FILE, acceptance_schema

NO_CALL = bad("gate", "no_call", "answers in words")


def complaints(file: Path) -> list[str]:
    from jsonschema import Draft202012Validator  # the main job collects this file without the test packages

    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return [error.message for error in Draft202012Validator(schema).iter_errors(json.loads(file.read_bytes()))]


def test_the_published_schema_is_that_of_the_records() -> None:
    published = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))

    assert published == acceptance_schema(), "write it anew: python -m punie.evaluation.report.schema"


def test_the_schema_is_a_schema() -> None:
    from jsonschema import Draft202012Validator

    Draft202012Validator.check_schema(acceptance_schema())


@pytest.mark.parametrize(
    ("facts", "changed"),
    [
        (FACTS, {}),
        (RunFacts(), {"words_1": None}),
        (RunFacts(failed_items=("a",), obstacles=("building failed",)), {"words_1": ungradable()}),
        (FACTS, {"words_1": NO_CALL, "calls_1": NO_CALL}),
    ],
)
def test_written_files_fit_the_schema(tmp_path: Path, facts: RunFacts, changed: dict[str, Any]) -> None:
    assert complaints(write_acceptance(acceptance(facts, **changed), tmp_path)) == []


def test_a_comparison_fits_the_schema(tmp_path: Path) -> None:
    write_acceptance(acceptance(words_1=NO_CALL), tmp_path)
    facts = replace(FACTS, baseline=read_baseline(tmp_path, [suite()]))

    assert complaints(write_acceptance(acceptance(facts), tmp_path / "now")) == []


@pytest.mark.parametrize("change", [{"decision": "SHIP"}, {"schema": 2}, {"queries": {"a": {}}}, {"unknown": 1}])
def test_other_files_do_not(tmp_path: Path, change: dict[str, Any]) -> None:
    path = write_acceptance(acceptance(), tmp_path)
    path.write_text(json.dumps(json.loads(path.read_bytes()) | change), encoding="utf-8")

    assert complaints(path) != []

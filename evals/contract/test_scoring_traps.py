from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from punie.evaluation import Query, grade, load_suite

CASES = Path(__file__).parents[3] / "shared" / "cases"

if not (CASES / "scoring_traps.jsonl").is_file():
    pytest.skip("the shared cases are not here", allow_module_level=True)


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CASES / name).read_text(encoding="utf-8").splitlines()]


def traps(*, debatable: bool) -> list[Any]:
    found = rows("scoring_traps.jsonl")
    return [pytest.param(trap, id=trap["name"]) for trap in found if trap["debatable"] is debatable]


@pytest.mark.parametrize("trap", traps(debatable=False))
def test_a_trap_gets_the_verdict_it_deserves(trap: dict[str, Any]) -> None:
    found = grade(Query.model_validate(trap["query"]), trap["replies"])

    assert found.strict is trap["should_pass"], found.reason


@pytest.mark.parametrize("trap", traps(debatable=True))
def test_a_debatable_trap_is_graded_to_the_letter(trap: dict[str, Any]) -> None:
    found = grade(Query.model_validate(trap["query"]), trap["replies"])

    assert found.gradable
    assert found.strict is False, "call or answer, and the tools named, decide"


@pytest.mark.parametrize(("run", "strict", "soft"), [("phase26_5bit", 15, 21), ("phase26_6bit", 18, 21)])
def test_recorded_replies_of_a_large_model_keep_their_verdicts(run: str, strict: int, soft: int) -> None:
    suite = load_suite(CASES / "recorded_queries.jsonl")
    replies = {row["id"]: row["replies"] for row in rows(f"replay_{run}.jsonl")}

    grades = [grade(query, replies[query.id]) for query in suite.queries]

    assert sum(found.strict for found in grades) == strict
    assert sum(found.soft for found in grades) == soft

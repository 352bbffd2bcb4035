"""The shared table of parser cases, where a checkout has it beside the repository."""

from __future__ import annotations

import json
import math
from functools import cache
from typing import Any

import pytest

from evals.contract.house import ROOT
from punie.agent.tool_calls import parse_reply

TABLE = ROOT.parent / "shared" / "cases" / "parser_cases.jsonl"
TARGET = 0.97

pytestmark = pytest.mark.skipif(not TABLE.is_file(), reason=f"no table of cases at ../{TABLE.relative_to(ROOT.parent)}")


@cache
def cases() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(line) for line in TABLE.read_text(encoding="utf-8").splitlines())


def typed(value: object) -> object:
    """A value that tells 1 from True and 1.0; infinity has a marker in the table."""
    if isinstance(value, dict):
        return {key: typed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [typed(item) for item in value]
    if value == math.inf:
        return typed("<float inf>")
    return type(value).__name__, value


def found(case: dict[str, Any]) -> dict[str, Any]:
    reply = parse_reply(case["input"], case.get("tools"))
    calls = [{"name": call.name, "arguments": call.arguments} for call in reply.calls]
    return {"content": reply.content, "calls": calls, "reasoning": reply.reasoning}


def agrees(case: dict[str, Any], answer: str) -> bool:
    given = found(case)
    same = all(typed(given[key]) == typed(value) for key, value in case[answer].items())
    return same and parse_reply(case["input"]).complete == case["complete"]


def test_every_uncontested_case_is_right() -> None:
    wrong = [case["id"] for case in cases() if not case.get("contested") and not agrees(case, "expected")]

    assert wrong == []


def test_nearly_all_cases_have_the_preferred_answer() -> None:
    right = sum(agrees(case, "expected") for case in cases())

    assert right >= TARGET * len(cases())


def test_contested_cases_have_one_of_their_answers() -> None:
    wrong = [
        case["id"]
        for case in cases()
        if case.get("contested") and not agrees(case, "expected") and not agrees(case, "alt")
    ]

    assert wrong == []

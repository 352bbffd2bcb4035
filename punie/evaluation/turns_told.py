"""What each reply did, as records for files: verdict by layer, calls made and fields read."""

from __future__ import annotations

from typing import Final

from punie.evaluation.grade import Grade
from punie.evaluation.grading import TurnGrade
from punie.evaluation.grading.evidence import Call
from punie.evaluation.records import LayerResult, TurnResult

_MOST_CALLS: Final = 40
_LONGEST: Final = 300  # characters


def turn_results(grade: Grade) -> tuple[TurnResult, ...]:
    """One record for each turn that was judged."""
    return tuple(map(_turn, grade.turns))


def _turn(turn: TurnGrade) -> TurnResult:
    calls = turn.evidence.calls
    shown = [_told(call) for call in calls[:_MOST_CALLS]]
    if len(calls) > _MOST_CALLS:
        shown.append(f"… and {len(calls) - _MOST_CALLS} more")
    return TurnResult(
        layers=tuple(LayerResult(layer=said.layer, passed=said.passed, reason=said.reason) for said in turn.layers),
        calls=tuple(shown),
        reads=tuple(sorted(f"{read.tool}.{read.field}" for read in turn.evidence.reads)),
    )


def _told(call: Call) -> str:
    """The call as Python, and why Python refuses it."""
    arguments = ", ".join(f"{name}={value!r}" for name, value in call.arguments.items())
    text = f"{call.tool}({arguments})" + ("" if call.problem is None else f" → {call.problem}")
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"

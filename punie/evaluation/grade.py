"""One query's replies and their verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from punie.evaluation.grading import Label, LayerVerdict, TurnGrade, grade_turn
from punie.evaluation.suite import Query


@dataclass(frozen=True, slots=True)
class Grade:
    """
    The verdict on the replies to one query.

    Attributes:
        strict: whether every layer of every turn passed; implies soft.
        soft: whether every turn chose rightly between call and answer, and called the right tools.
        label: what went wrong, from a closed list; None when nothing did.
        failed_layer: the first layer that failed; None when none did.
        reason: one line: why it failed, or what was found.
        gradable: False when no verdict is possible; strict and soft are then False and count nowhere.
        layers: the verdict of every layer that was looked at, in order, turn after turn.
        turns: the same for each turn apart, with what its code did.

    """

    strict: bool
    soft: bool
    label: Label | None
    failed_layer: str | None
    reason: str
    gradable: bool = True
    layers: tuple[LayerVerdict, ...] = ()
    turns: tuple[TurnGrade, ...] = ()


def grade(query: Query, replies: Sequence[str], *, tools: Sequence[Mapping[str, Any]] | None = None) -> Grade:
    """
    Grade the replies to a query.

    Args:
        query: with what each turn expects.
        replies: the model's texts, one for each turn; missing ones are graded as empty.
        tools: schemas for the parser, in OpenAI form; by default values stay as they were written.

    """
    turns = len(query.expectations)
    if len(replies) > turns:
        return Grade(
            strict=False,
            soft=False,
            label=None,
            failed_layer=None,
            reason=f"{len(replies)} replies for {turns} {'turn' if turns == 1 else 'turns'}",
            gradable=False,
        )
    if len(replies) < turns:
        reason = f"turn {len(replies) + 1} of {turns} has no reply"
        return Grade(strict=False, soft=False, label="empty", failed_layer="gate", reason=reason)
    return _combined([grade_turn(query, turn, reply, tools=tools) for turn, reply in enumerate(replies)])


def _combined(turns: Sequence[TurnGrade]) -> Grade:
    """The verdict of the first layer that failed, in the order of turns and layers."""
    layers = tuple(verdict for turn in turns for verdict in turn.layers)
    for number, turn in enumerate(turns, 1):
        failed = next((verdict for verdict in turn.layers if not verdict.passed), None)
        if failed is not None:
            return Grade(
                strict=False,
                soft=all(turn.soft for turn in turns),
                label=failed.label,
                failed_layer=failed.layer,
                reason=failed.reason if len(turns) == 1 else f"turn {number}: {failed.reason}",
                layers=layers,
                turns=tuple(turns),
            )
    reason = "every layer passed"
    return Grade(
        strict=True, soft=True, label=None, failed_layer=None, reason=reason, layers=layers, turns=tuple(turns)
    )

"""All layers over one turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import add
from typing import Any

from punie.evaluation.grading.arguments import arguments
from punie.evaluation.grading.attempt import Attempt, read_reply
from punie.evaluation.grading.completeness import completeness
from punie.evaluation.grading.evidence import Evidence
from punie.evaluation.grading.execution import execution
from punie.evaluation.grading.extraction import extraction
from punie.evaluation.grading.fields import fields
from punie.evaluation.grading.gate import gate
from punie.evaluation.grading.mentions import mentions
from punie.evaluation.grading.output import output
from punie.evaluation.grading.running import run
from punie.evaluation.grading.sanity import sanity
from punie.evaluation.grading.syntax import syntax, unfit
from punie.evaluation.grading.tools import attempted_tools, tools
from punie.evaluation.grading.verdict import LayerVerdict
from punie.evaluation.suite import Expect, Query


@dataclass(frozen=True, slots=True)
class TurnGrade:
    """The verdicts of the layers on one turn, in order, whether the right tools were chosen, and what was run."""

    layers: tuple[LayerVerdict, ...]
    soft: bool
    evidence: Evidence = field(default_factory=Evidence)


def grade_turn(query: Query, turn: int, reply: str, *, tools: Sequence[Mapping[str, Any]] | None = None) -> TurnGrade:
    """
    Judge one reply.

    Args:
        query: the whole query.
        turn: which of its turns, counted from 0.
        reply: the model's text.
        tools: schemas for the parser, in OpenAI form.

    """
    expect = query.expectations[turn]
    shown = query.then[turn - 1].response_text if turn else None
    attempt = read_reply(reply, tools)
    first = gate(expect, attempt)
    if not first.passed:
        return TurnGrade((first,), soft=False)
    last = sanity(expect, attempt, prompt=query.prompt, shown=shown)
    if not expect.tools:
        return TurnGrade((first, mentions(expect, attempt, shown=shown), last), soft=True)
    called = _judge_call(expect, attempt, about=query.prompt if shown is None else f"{query.prompt}\n{shown}")
    return TurnGrade((first, *called.layers, last), soft=called.soft, evidence=called.evidence)


def _judge_call(expect: Expect, attempt: Attempt, *, about: str) -> TurnGrade:
    """The layers about a call; those about what it does need code that is Python."""
    codes = [code for code in attempt.codes if unfit(code) is None]
    evidence = reduce(add, (run(code, expect, about) for code in codes), Evidence())
    whole, compiles = extraction(attempt), syntax(attempt, evidence)
    soft = set(expect.tools) <= attempted_tools(evidence)
    if not compiles.passed or not (attempt.codes or attempt.others):
        return TurnGrade((whole, compiles), soft, evidence)
    layers = (
        whole,
        compiles,
        execution(evidence),
        tools(expect, attempt, evidence),
        arguments(expect, evidence),
        fields(expect, evidence),
        output(expect, evidence),
        completeness(expect, evidence),
    )
    return TurnGrade(layers, soft, evidence)

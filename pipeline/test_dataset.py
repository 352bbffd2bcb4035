"""Stage `dataset`: the training set is sound."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pytest

from pipeline.artifact import Artifact
from pipeline.checked import errors_of
from punie.agent.tool_calls import parse_reply
from punie.agent.typed_tools import CATALOGUE
from punie.training.checks.code_rules import CODE_RULES
from punie.training.dataset import TrainingDataset
from punie.training.reports import CheckReport
from punie.training.rules import RULES

pytestmark = pytest.mark.train

_STRUCTURE: Final = ("bad_json", "bad_structure")
_CALLS: Final = ("preamble", "format_B", "format_json_fence", "unparsable_call", *CODE_RULES)
_SYSTEM: Final = ("no_system", "several_system_prompts")
_OVERLAP: Final = ("eval_overlap_exact", "eval_overlap_near")
_OTHERS: Final = tuple(name for name in RULES if name not in {*_STRUCTURE, *_CALLS, *_SYSTEM, *_OVERLAP})


def _listed(findings: CheckReport, rules: Iterable[str]) -> str:
    return "\n".join(errors_of(findings, rules))


def test_every_row_is_a_conversation(findings: CheckReport) -> None:
    assert not _listed(findings, _STRUCTURE)


def test_every_call_parses_and_runs(findings: CheckReport) -> None:
    assert not _listed(findings, _CALLS)


def test_every_row_has_the_recipes_system_prompt(findings: CheckReport) -> None:
    assert not _listed(findings, _SYSTEM)


def test_no_prompt_of_a_suite_stands_in_the_training_set(findings: CheckReport) -> None:
    assert not _listed(findings, _OVERLAP)


def test_no_other_rule_forbids_training(findings: CheckReport) -> None:
    assert not _listed(findings, _OTHERS)


def test_every_tool_is_called_and_some_answers_are_words(rows: TrainingDataset) -> None:
    answers = [row.messages[-1].content for row in rows.train]
    code = [str(call.arguments.get("code", "")) for answer in answers for call in parse_reply(answer).calls]
    unused = [name for name in CATALOGUE if not any(f"{name}(" in text for text in code)]

    assert unused == []
    assert 0 < sum(not parse_reply(answer).calls for answer in answers) < len(answers)


def test_no_validation_row_is_a_training_row(rows: TrainingDataset, dataset: Artifact) -> None:
    assert rows.valid, f"{dataset.folder.name} has no validation rows: the validation curve needs them"
    assert not set(rows.valid) & set(rows.train)

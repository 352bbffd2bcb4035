"""Stage `dataset`: the training set is sound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from pipeline.artifact import Artifact
from punie.agent.tool_calls import parse_reply
from punie.agent.typed_tools import CATALOGUE
from punie.training.dataset import TrainingDataset
from punie.training.finding import Finding

pytestmark = pytest.mark.train

Findings = Mapping[str, Sequence[Finding]]


def _listed(findings: Sequence[Finding]) -> str:
    return "\n".join(str(finding) for finding in findings[:20])


def test_every_row_is_a_conversation(findings: Findings) -> None:
    assert not findings["structure"], _listed(findings["structure"])


def test_every_call_parses(findings: Findings) -> None:
    assert not findings["calls"], _listed(findings["calls"])


def test_every_row_has_the_recipes_system_prompt(findings: Findings) -> None:
    assert not findings["system"], _listed(findings["system"])


def test_no_prompt_of_a_suite_stands_in_the_training_set(findings: Findings) -> None:
    assert not findings["overlap"], _listed(findings["overlap"])


def test_every_tool_is_called_and_some_answers_are_words(rows: TrainingDataset) -> None:
    answers = [row.messages[-1].content for row in rows.train]
    code = [str(call.arguments.get("code", "")) for answer in answers for call in parse_reply(answer).calls]
    unused = [name for name in CATALOGUE if not any(f"{name}(" in text for text in code)]

    assert unused == []
    assert 0 < sum(not parse_reply(answer).calls for answer in answers) < len(answers)


def test_no_validation_row_is_a_training_row(rows: TrainingDataset, dataset: Artifact) -> None:
    assert rows.valid, f"{dataset.folder.name} has no validation rows: the validation curve needs them"
    assert not set(rows.valid) & set(rows.train)

from __future__ import annotations

from punie.training.checks.row import CheckedRow
from punie.training.checks.scan import Rules, scan
from punie.training.checks.system import SystemPrompts, no_system
from punie.training.dataset import ChatMessage, TrainingDataset, TrainingExample
from punie.training.finding import Finding

PROMPT = "You write Python for a sandbox."


def example(system: str | None) -> TrainingExample:
    said = [("system", system)] if system is not None else []
    said += [("user", "Which files changed?"), ("assistant", "None.")]
    return TrainingExample.model_validate({"messages": [{"role": role, "content": text} for role, text in said]})


def compared(*systems: str | None, expected: str | None = None) -> list[Finding]:
    """The findings of a set with these prompts, the last row in valid."""
    rows = tuple(map(example, systems))
    dataset = TrainingDataset(name="set", train=rows[:-1], valid=rows[-1:])
    return list(scan(dataset, Rules(sets=[SystemPrompts(expected)])))


def lacking(row: TrainingExample) -> list[str]:
    return [finding.rule for finding in no_system(CheckedRow("train", "train.jsonl", 1, row))]


def test_a_row_without_a_system_prompt_is_found() -> None:
    assert lacking(example(None)) == ["no_system"]


def test_a_blank_system_prompt_is_none() -> None:
    assert lacking(example(" \n")) == ["no_system"]


def test_a_prompt_behind_the_query_does_not_count() -> None:
    row = example(None)
    moved = (row.messages[0], ChatMessage(role="system", content=PROMPT), row.messages[1])

    assert lacking(TrainingExample(messages=moved)) == ["no_system"]


def test_a_row_with_a_system_prompt_is_fine() -> None:
    assert lacking(example(PROMPT)) == []


def test_several_prompts_are_one_finding_of_the_set_with_the_rows_of_each() -> None:
    (finding,) = compared(PROMPT, PROMPT, PROMPT + " ")

    assert (finding.rule, finding.file, finding.line) == ("several_system_prompts", "", 0)
    assert finding.related == ("train.jsonl:1", "valid.jsonl:1")
    assert f"2 rows have {PROMPT!r}; 1 rows have {PROMPT + ' '!r}" in finding.message


def test_one_prompt_is_fine_whatever_rows_lack_it() -> None:
    assert compared(PROMPT, None, PROMPT) == []


def test_rows_with_another_prompt_than_expected_are_named() -> None:
    found = compared(PROMPT, "You are a poet.", PROMPT, expected=PROMPT)

    assert [(finding.file, finding.line) for finding in found] == [("train.jsonl", 2), ("", 0)]


def test_a_set_with_one_wrong_prompt_has_findings_by_row_alone() -> None:
    found = compared("You are a poet.", "You are a poet.", expected=PROMPT)

    assert [(finding.file, finding.line) for finding in found] == [("train.jsonl", 1), ("valid.jsonl", 1)]


def test_the_expected_prompt_alone_is_fine() -> None:
    assert compared(PROMPT, PROMPT, expected=PROMPT) == []


def test_a_prompt_for_each_row_is_told_within_bounds() -> None:
    (finding,) = compared(*(f"Prompt {number}" for number in range(300)))

    assert finding.message.startswith("100 or more system prompts")
    assert len(finding.related) == 100

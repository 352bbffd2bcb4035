"""The checks that a dataset must pass before training."""

from __future__ import annotations

import pytest

from pipeline.data_checks import near_prompts, system_prompts, unparsable_calls
from punie.agent.tool_calls import emit_call
from punie.training.dataset import ChatMessage, TrainingDataset, TrainingExample

CALL = emit_call('print(git_status("src"))')


def _dataset(answer: str, *, query: str = "What changed in src?", system: str | None = "Be brief.") -> TrainingDataset:
    turns = [("system", system), ("user", query), ("assistant", answer)]
    messages = [ChatMessage.model_validate({"role": role, "content": text}) for role, text in turns if text is not None]
    return TrainingDataset(name="some", train=(TrainingExample(messages=tuple(messages)),))


@pytest.mark.parametrize("answer", [CALL, "Nothing changed.", "Compare a < b and b > a."])
def test_whole_calls_and_plain_words_pass(answer: str) -> None:
    assert unparsable_calls(_dataset(answer)) == []


@pytest.mark.parametrize(
    "answer",
    [
        CALL.removesuffix("</tool_call>").rstrip()[:-6],
        CALL[: len(CALL) // 2],
        CALL.replace("execute_code", "run_python"),
        "</tool_call> is how it ends.",
    ],
)
def test_broken_and_foreign_calls_are_found(answer: str) -> None:
    found = unparsable_calls(_dataset(answer))

    assert [(finding.rule, finding.file, finding.line) for finding in found] == [("unparsable_call", "train.jsonl", 1)]


@pytest.mark.parametrize(
    ("query", "rules"),
    [
        ("Which files of src/app changed since yesterday?", ["eval_overlap_exact"]),
        ("which files of src/app changed, since yesterday", ["eval_overlap_exact"]),
        ("Which files of lib/core changed since yesterday?", ["eval_overlap_near"]),
        ("Who wrote the first line of the readme?", []),
    ],
)
def test_a_suites_prompt_is_found_in_other_words_and_with_other_paths(query: str, rules: list[str]) -> None:
    prompts = ["Which files of src/app changed since yesterday?"]

    assert [finding.rule for finding in near_prompts(_dataset(CALL, query=query), prompts)] == rules


@pytest.mark.parametrize(
    ("system", "rules"), [("Be brief.", []), ("Be long.", ["several_system_prompts"]), (None, ["no_system"])]
)
def test_every_row_needs_the_one_system_prompt(system: str | None, rules: list[str]) -> None:
    assert [finding.rule for finding in system_prompts(_dataset(CALL, system=system), "Be brief.")] == rules

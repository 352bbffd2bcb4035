from __future__ import annotations

from pathlib import Path

import pytest

from punie.training.dataset import ChatMessage, TrainingDataset, TrainingExample
from punie.training.dataset_io import write_dataset
from punie.training.dataset_validation import validate_dataset

LETTERS = {"s": "system", "u": "user", "a": "assistant"}


def _example(roles: str, content: str = "words") -> TrainingExample:
    messages = (ChatMessage.model_validate({"role": LETTERS[letter], "content": content}) for letter in roles)
    return TrainingExample(messages=tuple(messages))


def _messages(example: TrainingExample) -> list[str]:
    return [finding.message for finding in validate_dataset(TrainingDataset(name="some", train=(example,)))]


@pytest.mark.parametrize("roles", ["ua", "sua", "uaua", "suauaua"])
def test_a_conversation_that_ends_with_the_assistant_passes(roles: str) -> None:
    assert _messages(_example(roles)) == []


@pytest.mark.parametrize(
    ("roles", "message"),
    [
        ("", "the last message is not the assistant's, so there is nothing to learn"),
        ("s", "the last message is not the assistant's, so there is nothing to learn"),
        ("su", "the last message is not the assistant's, so there is nothing to learn"),
        ("suau", "the last message is not the assistant's, so there is nothing to learn"),
        ("sa", "message 2 is from 'assistant', expected 'user'"),
        ("a", "message 1 is from 'assistant', expected 'user'"),
        ("uua", "message 2 is from 'user', expected 'assistant'"),
        ("usa", "message 2 is from 'system', expected 'assistant'"),
        ("suaa", "message 4 is from 'assistant', expected 'user'"),
        ("ssua", "message 2 is from 'system', expected 'user'"),
    ],
)
def test_a_wrong_order_of_turns_is_found(roles: str, message: str) -> None:
    assert _messages(_example(roles)) == [message]


@pytest.mark.parametrize("content", ["", " \n\t"])
def test_empty_messages_are_found(content: str) -> None:
    assert _messages(_example("ua", content)) == ["message 1 (user) is empty", "message 2 (assistant) is empty"]


def test_an_empty_train_split_is_found() -> None:
    findings = validate_dataset(TrainingDataset(name="some", train=(), valid=(_example("ua"),)))

    assert [str(finding) for finding in findings] == ["train.jsonl: bad_structure: the train split is empty"]


def test_one_bad_line_hides_no_other(tmp_path: Path) -> None:
    write_dataset(TrainingDataset(name="some", train=(_example("ua"),), valid=(_example("uu"),)), tmp_path)
    with (tmp_path / "train.jsonl").open("a", encoding="utf-8") as lines:
        lines.write('{"messages": \n{"rows": []}\n')
    findings = validate_dataset(tmp_path)

    assert [(finding.rule, finding.file, finding.line) for finding in findings] == [
        ("bad_json", "train.jsonl", 2),
        ("bad_structure", "train.jsonl", 3),
        ("bad_structure", "valid.jsonl", 1),
    ]


def test_a_folder_and_its_set_have_the_same_faults(tmp_path: Path) -> None:
    dataset = TrainingDataset(name="some", train=(_example("ua"), _example("uu"), _example("ua", " ")))

    assert validate_dataset(write_dataset(dataset, tmp_path)) == validate_dataset(dataset)


def test_a_folder_without_a_dataset_is_no_finding_but_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no dataset in"):
        validate_dataset(tmp_path)


def test_every_finding_says_what_to_do() -> None:
    findings = validate_dataset(TrainingDataset(name="some", train=(_example("uu"),)))

    assert all(finding.hint and finding.severity == "error" for finding in findings)

from __future__ import annotations

from pathlib import Path

import pytest

from punie.agent.config import system_prompt
from punie.agent.tool_calls import parse_reply
from punie.training.convert import convert_dataset, convert_messages_to_text, convert_text_to_messages, to_code_mode
from punie.training.dataset import TrainingDataset, TrainingExample
from punie.training.dataset_io import read_dataset
from punie.training.preambles import preamble_turns, promise_turns, remove_preambles
from punie.training.turns import split_dataset

SETS = Path(__file__).parents[3] / "shared" / "datasets"
NAMES = ("phase26_merged", "phase27_merged", "phase27_cleaned")
if not SETS.is_dir():
    pytest.skip("the shared data sets are not here", allow_module_level=True)


def executed(row: TrainingExample) -> list[str]:
    """The programs that the turns of a row call in tags."""
    replies = [parse_reply(message.content) for message in row.messages if message.role == "assistant"]
    return [call.arguments["code"] for reply in replies for call in reply.calls if "fence" not in call.dialect]


def trained(dataset: TrainingDataset) -> int:
    """Rows whose last message holds a call."""
    return sum(bool(executed(TrainingExample(messages=row.example.messages[-1:]))) for row in dataset.rows())


@pytest.fixture(scope="module", params=NAMES)
def real(request: pytest.FixtureRequest) -> TrainingDataset:
    return read_dataset(SETS / request.param)


def test_every_row_survives_the_text_format(real: TrainingDataset) -> None:
    assert all(convert_text_to_messages(convert_messages_to_text(row.example)) == row.example for row in real.rows())


@pytest.mark.parametrize(("name", "rows"), [("phase26_merged", 475), ("phase27_merged", 399), ("phase27_cleaned", 0)])
def test_words_before_calls_are_counted_as_known(name: str, rows: int) -> None:
    dataset = read_dataset(SETS / name)

    assert sum(bool(preamble_turns(row.example)) for row in dataset.rows()) == rows


@pytest.mark.parametrize(("name", "rows"), [("phase26_merged", 0), ("phase27_merged", 84), ("phase27_cleaned", 84)])
def test_promises_are_counted_as_known(name: str, rows: int) -> None:
    dataset = read_dataset(SETS / name)

    assert sum(bool(promise_turns(row.example)) for row in dataset.rows()) == rows


def test_removal_leaves_no_words_before_calls_and_all_programs(real: TrainingDataset) -> None:
    cleaned = convert_dataset(real, remove_preambles)

    assert not any(preamble_turns(row.example) for row in cleaned.rows())
    assert [executed(row.example) for row in cleaned.rows()] == [executed(row.example) for row in real.rows()]


def test_every_row_converts_with_its_programs_and_one_prompt(real: TrainingDataset) -> None:
    converted = convert_dataset(real, lambda row: to_code_mode(row, system_prompt("brief")))

    assert [executed(row.example) for row in converted.rows()] == [executed(row.example) for row in real.rows()]
    assert {row.example.system for row in converted.rows()} == {system_prompt("brief")}


# Fewer by 8 and 4 than the sets' own count, which has JSON fences in it: those are no calls in tags.
@pytest.mark.parametrize(
    ("name", "before"), [("phase26_merged", 475), ("phase27_merged", 343), ("phase27_cleaned", 403)]
)
def test_after_splitting_every_call_is_trained(name: str, before: int) -> None:
    dataset = read_dataset(SETS / name)
    split = split_dataset(dataset)
    turns = {row.example.messages[: end + 1] for row in dataset.rows() for end in range(len(row.example.messages))}
    asked = {turn for turn in turns if executed(TrainingExample(messages=turn[-1:]))}
    untrained = sum(bool(executed(row.example)) for row in dataset.rows()) - trained(dataset)

    assert untrained == before
    assert asked <= {row.example.messages for row in split.rows()}

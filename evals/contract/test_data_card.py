from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

from punie.agent.tool_calls import emit_call
from punie.training.card import DataCard, data_card
from punie.training.dataset import ChatMessage, TrainingDataset, TrainingExample
from punie.training.dataset_io import write_dataset
from punie.training.reports.data_card import CARD_JSON, CARD_MD, write_card

STATUS = emit_call("print(git_status().clean)")
CHAIN = emit_call("status = git_status()\nprint(status, typecheck('src').error_count)")
PLAIN = emit_call("print(git_log(5))")
OTHER = emit_call("print(1)")


def row(*turns: str, system: str | None = "Help.") -> TrainingExample:
    roles = ["user" if place % 2 == 0 else "assistant" for place in range(len(turns))]
    said = [ChatMessage.model_validate({"role": r, "content": text}) for r, text in zip(roles, turns, strict=True)]
    first = [] if system is None else [ChatMessage(role="system", content=system)]
    return TrainingExample(messages=(*first, *said))


DATASET = TrainingDataset(
    name="own",
    train=(
        row("Clean?", STATUS),
        row("Clean?", STATUS, "<tool_response>\nTrue\n</tool_response>", "Yes."),
        row("Clean, and how many errors?", CHAIN),
        row("The last commits?", PLAIN),
        row("One?", OTHER),
        row("What is a tuple?", "A sequence.", system=None),
    ),
    valid=(row("Why?", "Because."),),
)


def card(folder: Path) -> DataCard:
    write_dataset(DATASET, folder)
    return data_card(DATASET, folder, {"preset": "own", "seed": 42, "size": None})


def test_the_card_counts_by_split_tool_and_category(tmp_path: Path) -> None:
    train = card(tmp_path).splits["train"]

    assert {name: split.rows for name, split in card(tmp_path).splits.items()} == {"train": 6, "valid": 1, "test": 0}
    assert train.tools == {"git_log": 1, "git_status": 2, "typecheck": 1, "words": 3}
    assert train.categories == {"answer": 1, "call": 2, "chain": 1, "other call": 1, "summary": 1}


def test_shares_are_of_the_turn_that_is_trained(tmp_path: Path) -> None:
    shares = card(tmp_path).splits["train"].shares

    assert shares == {"call": round(4 / 6, 4), "several_turns": round(1 / 6, 4), "field_read_of_calls": 0.5}


def test_lengths_are_characters_of_whole_rows(tmp_path: Path) -> None:
    splits = card(tmp_path).splits
    lengths = splits["valid"].lengths
    size = len("Help.Why?Because.")

    assert lengths is not None
    assert (lengths.shortest, lengths.median, lengths.percentile_95, lengths.longest) == (size,) * 4
    assert splits["test"].lengths is None


def test_the_card_tells_prompts_and_files_by_digest(tmp_path: Path) -> None:
    found = card(tmp_path)

    assert found.system_prompts == {sha256(b"Help.").hexdigest(): 6, "none": 1}
    assert found.files["train.jsonl"] == sha256((tmp_path / "train.jsonl").read_bytes()).hexdigest()
    assert found.generator == {"preset": "own", "seed": 42, "size": None}


def test_code_that_does_not_parse_reads_no_field(tmp_path: Path) -> None:
    dataset = TrainingDataset(name="own", train=(row("Clean?", emit_call("print(git_status().clean")),))
    write_dataset(dataset, tmp_path)

    assert data_card(dataset, tmp_path, {}).splits["train"].shares["field_read_of_calls"] == 0


def test_the_card_is_written_for_programs_and_for_people(tmp_path: Path) -> None:
    found = card(tmp_path)
    write_card(found, tmp_path)
    text = (tmp_path / CARD_MD).read_text(encoding="utf-8")

    assert DataCard.model_validate_json((tmp_path / CARD_JSON).read_bytes()) == found
    assert json.loads((tmp_path / CARD_JSON).read_bytes())["schema"] == 1
    assert "| git_status | 2 | 0 | 0 |" in text
    assert "| all | 6 | 1 | 0 |" in text
    assert "| rows whose last turn calls | 66.7 % | 0.0 % | - |" in text


def test_a_name_of_a_field_counts_only_where_a_result_has_it(tmp_path: Path) -> None:
    codes = ["found = hover('a.py', 1, 1, 'f')\nprint(found.clean)", "print(git_status('.').clean)"]
    dataset = TrainingDataset(name="own", train=tuple(row("Clean?", emit_call(code)) for code in codes))
    write_dataset(dataset, tmp_path)

    assert data_card(dataset, tmp_path, {}).splits["train"].shares["field_read_of_calls"] == 0.5

from __future__ import annotations

import json
from pathlib import Path

import pytest

from punie.training.code_mode import ConversionError
from punie.training.convert import (
    TextRow,
    convert_messages_to_text,
    convert_text_to_messages,
    read_rows,
    row_of_either_format,
)
from punie.training.dataset import ChatMessage, TrainingExample
from punie.training.row_text import RowError, row_to_text

TEXT = (
    "<|im_start|>system\nBe short.<|im_end|>\n"
    "<|im_start|>user\nHi<|im_end|>\n"
    "<|im_start|>assistant\nHello\n<|im_end|>\n"
)
ROW = TrainingExample(
    messages=(
        ChatMessage(role="system", content="Be short."),
        ChatMessage(role="user", content="Hi"),
        ChatMessage(role="assistant", content="Hello\n"),
    )
)


def test_messages_become_chatml() -> None:
    assert convert_messages_to_text(ROW) == TextRow(text=TEXT)


def test_chatml_becomes_messages() -> None:
    assert convert_text_to_messages(TextRow(text=TEXT)) == ROW


def test_the_line_breaks_between_turns_may_be_missing() -> None:
    assert convert_text_to_messages(TextRow(text=TEXT.replace("<|im_end|>\n", "<|im_end|>"))) == ROW


@pytest.mark.parametrize("mark", ["<|im_start|>", "<|im_end|>"])
def test_a_message_with_a_delimiter_is_not_written_as_text(mark: str) -> None:
    row = TrainingExample(messages=(ChatMessage(role="user", content=f"What is {mark}?"),))

    with pytest.raises(ConversionError, match="message 1 holds"):
        convert_messages_to_text(row)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("words before" + TEXT, "no turn begins at offset 0"),
        (TEXT + "words behind", f"no turn begins at offset {len(TEXT)}"),
        (TEXT + "\n", f"no turn begins at offset {len(TEXT)}"),
        ("<|im_start|>user\nHi", "the turn at offset 0 has no '<|im_end|>'"),
        ("<|im_start|>user\nHi<|im_start|>assistant\nHello<|im_end|>", "the turn at offset 0 has no"),
        ("<|im_start|>robot\nHi<|im_end|>", "the turn of 'robot' at offset 0"),
        ("<|im_start|>user Hi<|im_end|>", "no turn begins at offset 0"),
    ],
    ids=["before", "behind", "blank", "open", "open_before_another", "role", "no_line_break"],
)
def test_text_that_is_not_turns_alone_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ConversionError) as caught:
        convert_text_to_messages(TextRow(text=text))

    assert reason in str(caught.value)


def test_a_line_may_hold_either_format() -> None:
    assert row_of_either_format(json.dumps({"text": TEXT}).encode()) == ROW
    assert row_of_either_format(row_to_text(ROW).encode()) == ROW


@pytest.mark.parametrize(
    ("line", "rule", "reason"),
    [
        (b'{"text": "a", "text": "b"}', "bad_json", "stands twice"),
        (b'{"text": ', "bad_json", "not JSON"),
        (b'{"text": 7}', "bad_structure", "text: "),
        (b'{"text": "", "messages": []}', "bad_structure", "messages: "),
        (b'{"text": "a"}', "bad_structure", "no turn begins at offset 0"),
        (b'{"other": "a"}', "bad_structure", "messages: "),
        (b'["text"]', "bad_structure", "the row: "),
        (b'"text"', "bad_structure", "the row: "),
    ],
    ids=["twice", "cut", "number", "both", "no_turns", "neither", "list", "string"],
)
def test_a_line_of_neither_format_is_reported(line: bytes, rule: str, reason: str) -> None:
    with pytest.raises(RowError) as caught:
        row_of_either_format(line)

    assert caught.value.rule == rule
    assert reason in caught.value.reason


def test_an_old_file_of_707_rows_loads(tmp_path: Path) -> None:
    file = tmp_path / "old.jsonl"
    file.write_text(f"{json.dumps({'text': TEXT})}\n" * 707, encoding="utf-8")

    assert list(read_rows(file)) == [ROW] * 707


def test_a_bad_line_of_an_old_file_names_its_place(tmp_path: Path) -> None:
    file = tmp_path / "old.jsonl"
    file.write_text(f'{json.dumps({"text": TEXT})}\n{{"text": 7}}\n', encoding="utf-8")

    with pytest.raises(ValueError, match=r"old\.jsonl:2:1: text: "):
        list(read_rows(file))


def test_a_file_that_is_not_there_is_no_empty_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"absent\.jsonl"):
        next(read_rows(tmp_path / "absent.jsonl"))

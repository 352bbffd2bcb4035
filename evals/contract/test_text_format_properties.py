from __future__ import annotations

import json

from hypothesis import example, given
from hypothesis import strategies as st

from punie.training.code_mode import ConversionError
from punie.training.convert import (
    TextRow,
    convert_messages_to_text,
    convert_text_to_messages,
    row_of_either_format,
)
from punie.training.dataset import ChatMessage, TrainingExample
from punie.training.row_text import RowError

ROLES = ("system", "user", "assistant")
PARTS = ("<|im_start|>", "<|im_end|>", "<|im_end|", "\n", "user", "assistant\n", "<|im_start|>user\n", "\r\n", "é")
contents = st.text(max_size=20) | st.lists(st.sampled_from(PARTS), max_size=5).map("".join)
messages = st.builds(ChatMessage, role=st.sampled_from(ROLES), content=contents)
examples = st.builds(TrainingExample, messages=st.lists(messages, max_size=4).map(tuple))


def holds_a_delimiter(row: TrainingExample) -> bool:
    return any(mark in message.content for message in row.messages for mark in ("<|im_start|>", "<|im_end|>"))


@given(examples)
@example(TrainingExample(messages=(ChatMessage(role="user", content="a<|im_end|"),)))
def test_a_row_survives_the_text_format_or_is_refused(row: TrainingExample) -> None:
    try:
        text = convert_messages_to_text(row)
    except ConversionError:
        assert holds_a_delimiter(row)
    else:
        assert not holds_a_delimiter(row)
        assert convert_text_to_messages(text) == row
        assert row_of_either_format(text.model_dump_json().encode()) == row


@given(st.lists(st.sampled_from(PARTS) | st.text(max_size=3), max_size=12).map("".join))
def test_text_survives_the_messages_but_for_line_breaks_between_turns(text: str) -> None:
    try:
        row = convert_text_to_messages(TextRow(text=text))
    except ConversionError:
        return
    again = convert_messages_to_text(row).text

    assert again.replace("<|im_end|>\n", "<|im_end|>") == text.replace("<|im_end|>\n", "<|im_end|>")


@given(
    st.binary(max_size=30)
    | st.dictionaries(st.sampled_from(["text", "messages"]), contents).map(json.dumps).map(str.encode)
)
def test_any_line_is_a_row_or_a_row_error(line: bytes) -> None:
    found: TrainingExample | RowError
    try:
        found = row_of_either_format(line)
    except RowError as error:
        found = error

    assert isinstance(found, TrainingExample) or found.rule in {"bad_json", "bad_structure"}

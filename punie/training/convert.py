"""
Rows between the old text format and messages, and calls in older forms to format A and Code Mode.

The text format is `{"text": ...}` with a conversation in ChatML. Both directions lose nothing: what the other form
cannot hold is refused. Only messages are written to files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from punie.training.code_mode import ConversionError, calls_to_code_mode, calls_to_format_a
from punie.training.dataset import SPLITS, ChatMessage, TrainingDataset, TrainingExample
from punie.training.dataset_io import FILE_NAMES, numbered_lines
from punie.training.row_text import RowError, row_from_text

_BEGIN: Final = "<|im_start|>"
_END: Final = "<|im_end|>"
_TURN: Final = re.compile(rf"{re.escape(_BEGIN)}(?P<role>[^\n<]*)\n")
_ROLES: Final = ("system", "user", "assistant")


class TextRow(BaseModel):
    """A row of the old format: a conversation in ChatML."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    text: str


def convert_messages_to_text(example: TrainingExample) -> TextRow:
    """
    The row as one ChatML text, each turn followed by a line break.

    Raises:
        ConversionError: a message holds a delimiter of ChatML, so that the text would be read as other turns.

    """
    for number, message in enumerate(example.messages, 1):
        found = next((mark for mark in (_BEGIN, _END) if mark in message.content), None)
        if found is not None:
            reason = f"message {number} holds {found!r}, which ends or begins a turn in text: write it differently"
            raise ConversionError(reason)
    return TextRow(text="".join(f"{_BEGIN}{each.role}\n{each.content}{_END}\n" for each in example.messages))


def convert_text_to_messages(row: TextRow) -> TrainingExample:
    """
    The row of a ChatML text; the line break after a turn may be missing.

    Raises:
        ConversionError: the text is not turns and line breaks alone; the message gives the offset, from 0.

    """
    return TrainingExample(messages=tuple(_turns(row.text)))


def row_of_either_format(line: bytes) -> TrainingExample:
    """
    Read one line that holds a row as messages or as text.

    Args:
        line: the line's bytes, without the newline.

    Raises:
        RowError: the line is not UTF-8, not JSON, or a row in neither format.

    """
    try:
        return row_from_text(line)
    except RowError as error:
        # Bad structure says that the line is JSON, so that it can be looked into.
        value = json.loads(line.decode("utf-8")) if error.rule == "bad_structure" else None
        if not isinstance(value, dict) or "text" not in value:
            raise
    try:
        return convert_text_to_messages(TextRow.model_validate(value))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        reason = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise _bad_structure(reason) from None
    except ConversionError as error:
        raise _bad_structure(str(error)) from None


def read_rows(file: Path | str) -> Iterator[TrainingExample]:
    """
    Read the rows of a JSON Lines file one by one, each as messages or as text.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: a line is no row; the message begins with `file:line:column`.

    """
    file = Path(file)
    if not file.is_file():
        message = f"no file {str(file)!r}: give a file with one JSON object a line"
        raise FileNotFoundError(message)
    for number, line in numbered_lines(file):
        try:
            yield row_of_either_format(line)
        except RowError as error:
            message = f"{file}:{number}:{error.column}: {error.reason}"
            raise ValueError(message) from None


def to_format_a(example: TrainingExample, system: str) -> TrainingExample:
    """
    The row with its calls of `execute_code` in format A, under a system prompt.

    Args:
        example: a row in any form; calls of other tools stay as they are.
        system: the recipe's prompt; it takes the place of another one.

    Raises:
        ConversionError: a call cannot be carried over; the message gives the number of the message, from 1.

    """
    return _with_system(_with_turns(example, calls_to_format_a), system)


def to_code_mode(example: TrainingExample, system: str) -> TrainingExample:
    """
    The row with every call, of a single tool too, as a call of `execute_code`, under a system prompt.

    Args:
        example: a row in any form.
        system: the recipe's prompt; it takes the place of another one.

    Raises:
        ConversionError: a call cannot be carried over; the message gives the number of the message, from 1.

    """
    return _with_system(_with_turns(example, calls_to_code_mode), system)


def convert_dataset(dataset: TrainingDataset, change: Callable[[TrainingExample], TrainingExample]) -> TrainingDataset:
    """
    Change each row of a set; no row comes or goes.

    Args:
        dataset: the set; it stays as it is.
        change: what makes a new row of a row.

    Raises:
        ConversionError: a row cannot be changed; the message begins with its file and line.

    """
    found: dict[str, list[TrainingExample]] = {split: [] for split in SPLITS}
    for row in dataset.rows():
        try:
            found[row.split].append(change(row.example))
        except ValueError as error:
            message = f"{FILE_NAMES[row.split]}:{row.line}: {error}"
            raise ConversionError(message) from None
    return dataset.model_copy(update={split: tuple(rows) for split, rows in found.items()})


def _turns(text: str) -> Iterator[ChatMessage]:
    position = 0
    while position < len(text):
        opener = _TURN.match(text, position)
        if opener is None:
            message = f"no turn begins at offset {position}: expected {_BEGIN!r}, found {text[position:][:40]!r}"
            raise ConversionError(message)
        end = _end_of_turn(text, opener)
        yield _message(opener, text[opener.end() : end])
        position = end + len(_END)
        position += text.startswith("\n", position)


def _end_of_turn(text: str, opener: re.Match[str]) -> int:
    end = text.find(_END, opener.end())
    if end < 0 or _BEGIN in text[opener.end() : end]:
        message = f"the turn at offset {opener.start()} has no {_END!r}: close it"
        raise ConversionError(message)
    return end


def _message(opener: re.Match[str], content: str) -> ChatMessage:
    try:
        return ChatMessage.model_validate({"role": opener["role"], "content": content})
    except ValidationError as error:
        reason = error.errors(include_url=False)[0]["msg"]
        where = f"the turn of {opener['role']!r} at offset {opener.start()}"
        message = f"{where} cannot be read: {reason} (roles: {', '.join(_ROLES)})"
        raise ConversionError(message) from None


def _bad_structure(reason: str) -> RowError:
    rule, column = "bad_structure", 1
    return RowError(rule, column, reason)


def _with_turns(example: TrainingExample, change: Callable[[str], str]) -> TrainingExample:
    messages = []
    for number, message in enumerate(example.messages, 1):
        try:
            content = change(message.content) if message.role == "assistant" else message.content
            messages.append(ChatMessage(role=message.role, content=content))
        except ValidationError:
            reason = f"message {number}: a value holds half of a surrogate pair, which no file can hold"
            raise ConversionError(reason) from None
        except ConversionError as error:
            reason = f"message {number}: {error}"
            raise ConversionError(reason) from None
    return TrainingExample(messages=tuple(messages))


def _with_system(example: TrainingExample, system: str) -> TrainingExample:
    rest = example.messages if example.system is None else example.messages[1:]
    return TrainingExample(messages=(ChatMessage(role="system", content=system), *rest))

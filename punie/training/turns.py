"""
One row for each turn of the assistant.

mlx-lm's prompt masking trains the last message of a row only, so every earlier turn needs a row that ends with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from punie.training.dataset import SPLITS, TrainingDataset, TrainingExample
from punie.training.dataset_io import FILE_NAMES


def prefixes(example: TrainingExample) -> tuple[TrainingExample, ...]:
    """
    The beginnings of a row that end with a turn of the assistant, shortest first; the last one is the row itself.

    Raises:
        ValueError: the row does not end with the assistant, so that its last messages would be in no trained row.

    """
    messages = example.messages
    if not messages or messages[-1].role != "assistant":
        message = f"the row ends with {messages[-1].role if messages else 'nothing'!r}: end it with the assistant"
        raise ValueError(message)
    ends = [place for place, each in enumerate(messages, 1) if each.role == "assistant"]
    return (*(TrainingExample(messages=messages[:end]) for end in ends[:-1]), example)


def split_turns(rows: Sequence[TrainingExample]) -> tuple[TrainingExample, ...]:
    """
    Rows among which every turn of the assistant is the last message of one.

    Each given row is kept, as often as it stands there. A beginning of it is added before it unless the rows have it
    already, so that splitting twice changes nothing and adds no duplicates.

    Args:
        rows: the rows of one split.

    Raises:
        ValueError: a row does not end with the assistant; the message begins with its number, from 1.

    """
    return tuple(_split(rows))


def split_dataset(dataset: TrainingDataset) -> TrainingDataset:
    """
    Split the rows of each split by itself.

    Raises:
        ValueError: a row does not end with the assistant; the message begins with its file and line.

    """
    found: dict[str, tuple[TrainingExample, ...]] = {}
    for split in SPLITS:
        try:
            found[split] = split_turns(dataset.split(split))
        except ValueError as error:
            message = f"{FILE_NAMES[split]}:{error}"
            raise ValueError(message) from None
    return dataset.model_copy(update=found)


def _split(rows: Sequence[TrainingExample]) -> Iterator[TrainingExample]:
    known = set(rows)
    for number, row in enumerate(rows, 1):
        try:
            *beginnings, _ = prefixes(row)
        except ValueError as error:
            message = f"{number}: {error}"
            raise ValueError(message) from None
        for beginning in beginnings:
            if beginning not in known:
                known.add(beginning)
                yield beginning
        yield row

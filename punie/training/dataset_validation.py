"""
The structure of a training set: every row can be read and is a conversation that ends with the assistant.

What the rows say is judged by the data checks, not here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from punie.training.dataset import SPLITS, SplitName, TrainingDataset, TrainingExample
from punie.training.dataset_io import FILE_NAMES, dataset_folder, numbered_lines
from punie.training.finding import Finding
from punie.training.row_text import RowError, row_from_text
from punie.training.rules import RULES


def validate_dataset(source: TrainingDataset | Path | str) -> list[Finding]:
    """
    Return every structural fault of `source`, in the order of the files.

    Args:
        source: a set, or the folder of one; a folder is read line by line, so that one bad line hides no other.

    Raises:
        FileNotFoundError: the folder holds no dataset.
    """
    if isinstance(source, TrainingDataset):
        rows = source.rows()
        findings = [finding for row in rows for finding in structural_faults(row.example, row.split, row.line)]
        sizes = {split: len(source.split(split)) for split in SPLITS}
    else:
        folder = dataset_folder(source)
        findings = [finding for split in SPLITS for finding in _file_faults(folder, split)]
        sizes = {split: sum(1 for _ in numbered_lines(folder / FILE_NAMES[split])) for split in SPLITS}
    return findings + ([] if sizes["train"] else [_finding("bad_structure", "train", 0, "the train split is empty")])


def _file_faults(folder: Path, split: SplitName) -> Iterator[Finding]:
    for line, text in numbered_lines(folder / FILE_NAMES[split]):
        try:
            example = row_from_text(text)
        except RowError as error:
            yield _finding(error.rule, split, line, f"column {error.column}: {error.reason}")
        else:
            yield from structural_faults(example, split, line)


def structural_faults(example: TrainingExample, split: SplitName, line: int) -> Iterator[Finding]:
    """Yield what is wrong with the order and the content of the turns of one row."""
    for message in (*_order_faults(example), *_content_faults(example)):
        yield _finding("bad_structure", split, line, message)


def _order_faults(example: TrainingExample) -> Iterator[str]:
    """Yield at most one message: after a wrong turn the order of the rest says nothing."""
    roles = [message.role for message in example.messages]
    turns = roles[1:] if roles[:1] == ["system"] else roles
    for position, role in enumerate(turns):
        expected = "user" if position % 2 == 0 else "assistant"
        if role != expected:
            number = position + 1 + len(roles) - len(turns)
            yield f"message {number} is from {role!r}, expected {expected!r}"
            return
    if not turns or turns[-1] != "assistant":
        yield "the last message is not the assistant's, so there is nothing to learn"


def _content_faults(example: TrainingExample) -> Iterator[str]:
    for number, message in enumerate(example.messages, 1):
        if not message.content.strip():
            yield f"message {number} ({message.role}) is empty"


def _finding(rule: str, split: SplitName, line: int, message: str) -> Finding:
    return Finding(rule=rule, file=FILE_NAMES[split], line=line, message=message, hint=RULES[rule].hint)

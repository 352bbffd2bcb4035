"""
Training sets on disk: a folder with train.jsonl, valid.jsonl and test.jsonl, the layout that mlx_lm.lora reads.

Each line is an object with the one key `messages`.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from punie.training.dataset import SPLITS, SplitName, TrainingDataset, TrainingExample
from punie.training.row_text import RowError, row_from_text, row_to_text

FILE_NAMES: Final[dict[SplitName, str]] = {split: f"{split}.jsonl" for split in SPLITS}


def read_dataset(folder: Path | str) -> TrainingDataset:
    """
    Read the set in `folder`; the set is called like the folder.

    Raises:
        FileNotFoundError: there is no such folder, or it has no train.jsonl.
        ValueError: a line is no row; the message begins with `file:line:column`.
    """
    folder = dataset_folder(folder)
    splits = {split: _read_split(folder / name) for split, name in FILE_NAMES.items()}
    return TrainingDataset(name=folder.resolve().name, **splits)


def write_dataset(dataset: TrainingDataset, folder: Path | str) -> Path:
    """
    Write `dataset` into `folder`, which is made if absent, and return it.

    Each file appears whole or not at all: all of them are written beside their places first, then moved there.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".writing-", dir=folder) as scratch:
        for split, name in FILE_NAMES.items():
            _write_lines(Path(scratch, name), dataset.split(split))
        for name in FILE_NAMES.values():
            Path(scratch, name).replace(folder / name)
    return folder


def dataset_folder(folder: Path | str) -> Path:
    """
    Return `folder` as a path.

    Raises:
        FileNotFoundError: it is no folder, or has no train.jsonl.
    """
    folder = Path(folder)
    if not (folder / FILE_NAMES["train"]).is_file():
        message = f"no dataset in {str(folder)!r}: give a folder that holds {', '.join(FILE_NAMES.values())}"
        raise FileNotFoundError(message)
    return folder


def numbered_lines(file: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of `file` with their 1-based numbers, without line ends; none when the file does not exist."""
    if not file.is_file():
        return
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            yield number, line.rstrip(b"\r\n")


def _read_split(file: Path) -> tuple[TrainingExample, ...]:
    rows: list[TrainingExample] = []
    for number, line in numbered_lines(file):
        try:
            rows.append(row_from_text(line))
        except RowError as error:
            message = f"{file}:{number}:{error.column}: {error.reason}"
            raise ValueError(message) from None
    return tuple(rows)


def _write_lines(file: Path, rows: tuple[TrainingExample, ...]) -> None:
    with file.open("w", encoding="utf-8", newline="\n") as lines:
        lines.writelines(f"{row_to_text(row)}\n" for row in rows)
        lines.flush()
        os.fsync(lines.fileno())

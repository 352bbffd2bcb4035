"""One pass over a set: every line is read once and shown to every rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from punie.training.checks.row import CheckedRow, RowRule, SetRule, found
from punie.training.dataset import SplitName, TrainingDataset
from punie.training.dataset_io import FILE_NAMES, dataset_folder, numbered_lines
from punie.training.dataset_validation import structural_faults
from punie.training.finding import Finding
from punie.training.row_text import RowError, row_from_text


class Rules(NamedTuple):
    """What a pass asks: rules that judge a row by itself, and those that compare rows. Set rules serve one pass."""

    rows: Sequence[RowRule] = ()
    sets: Sequence[SetRule] = ()


def scan(source: TrainingDataset | Path | str, rules: Rules) -> Iterator[Finding]:
    """
    Yield every finding, in the order of the rows; what concerns the whole set comes last.

    A line that is no row is a finding and is shown to no rule; it hides no other line.

    Args:
        source: a set, the folder of one, or one file, whose rows count as train; files are read line by line.
        rules: what to ask.

    Raises:
        FileNotFoundError: the folder holds no dataset.
    """
    train = 0
    for item in _items(source):
        if isinstance(item, Finding):
            yield item
            continue
        train += item.split == "train"
        yield from (
            fault.model_copy(update={"file": item.file})
            for fault in structural_faults(item.example, item.split, item.line)
        )
        for rule in rules.rows:
            yield from rule(item)
        for beside in rules.sets:
            yield from beside.see(item)
    for beside in rules.sets:
        yield from beside.end()
    if not train:
        yield found("bad_structure", None, "the train split has no row", file=FILE_NAMES["train"])


def _items(source: TrainingDataset | Path | str) -> Iterator[CheckedRow | Finding]:
    if isinstance(source, TrainingDataset):
        yield from (CheckedRow(row.split, FILE_NAMES[row.split], row.line, row.example) for row in source.rows())
        return
    if Path(source).is_file():
        yield from _rows(Path(source), "train")
        return
    folder = dataset_folder(source)
    for split, name in FILE_NAMES.items():
        yield from _rows(folder / name, split)


def _rows(file: Path, split: SplitName) -> Iterator[CheckedRow | Finding]:
    for line, text in numbered_lines(file):
        try:
            yield CheckedRow(split, file.name, line, row_from_text(text))
        except RowError as error:
            place = f"column {error.column}: {error.reason}"
            yield found(error.rule, None, place, file=file.name).model_copy(update={"line": line})

"""The rows of a set for the named checks, which judge the old text format too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from punie.training.checks.result import CheckResult, failed
from punie.training.checks.row import CheckedRow
from punie.training.convert import row_of_either_format
from punie.training.dataset_io import FILE_NAMES, numbered_lines
from punie.training.row_text import RowError


class Line(NamedTuple):
    """
    A line of a set.

    Attributes:
        place: as `file:line`.
        key: the one key of the object, such as `messages` or `text`; several joined by `+`; empty when it is no object.
        row: the row, None when the line is none.
        fault: why it is none.
    """

    place: str
    key: str
    row: CheckedRow | None
    fault: str = ""


def lines_of(folder: Path) -> Iterator[Line]:
    """Yield the lines of the three files in `folder`, those that are no row too."""
    for split, name in FILE_NAMES.items():
        for number, text in numbered_lines(folder / name):
            place, key = f"{name}:{number}", _key(text)
            try:
                yield Line(place, key, CheckedRow(split, name, number, row_of_either_format(text)))
            except RowError as error:
                yield Line(place, key, None, f"column {error.column}: {error.reason}")


def missing_set(check_name: str, folder: Path) -> CheckResult | None:
    """Return a failure of the check when `folder` holds no row at all, None when it does."""
    if not (folder / FILE_NAMES["train"]).is_file():
        return failed(check_name, f"no dataset in {str(folder)!r}: it has no {FILE_NAMES['train']}")
    if not any(True for _ in numbered_lines(folder / FILE_NAMES["train"])):
        return failed(check_name, f"no row in {str(folder / FILE_NAMES['train'])!r}: nothing can be checked")
    return None


def _key(text: bytes) -> str:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    return "+".join(sorted(value)) if isinstance(value, dict) else ""

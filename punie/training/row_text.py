"""One line of JSON Lines text to one row, and back: the only place that knows how a row is spelled."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from pydantic import ValidationError

from punie.training.dataset import TrainingExample


class RowError(ValueError):
    """
    A line that is no row.

    Attributes:
        rule: `bad_json` or `bad_structure`.
        column: where it goes wrong, 1-based; 1 when the whole line is meant.
        reason: what is wrong, without the place.
    """

    def __init__(self, rule: str, column: int, reason: str) -> None:
        super().__init__(reason)
        self.rule = rule
        self.column = column
        self.reason = reason


def row_to_text(example: TrainingExample) -> str:
    """Return the line of `example`, without the newline; everything outside ASCII stays readable."""
    return json.dumps(example.model_dump(mode="json"), ensure_ascii=False)


def row_from_text(line: bytes) -> TrainingExample:
    """
    Read one line.

    Args:
        line: the line's bytes, without the newline.

    Raises:
        RowError: the line is not UTF-8, not JSON, or not a row.
    """
    value = _load(_decode(line))
    try:
        return TrainingExample.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the row"
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        rule, column = "bad_structure", 1
        raise RowError(rule, column, f"{where}: {first['msg']}{more}") from None


def _decode(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        column = len(line[: error.start].decode("utf-8")) + 1
        rule = "bad_json"
        raise RowError(rule, column, f"not UTF-8: byte {line[error.start]:#04x}") from None


def _load(text: str) -> Any:  # noqa: ANN401 - JSON is any value until it is validated
    rule = "bad_json"
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise RowError(rule, error.pos + 1, f"not JSON: {error.msg}") from None
    except RecursionError:
        raise RowError(rule, 1, "not JSON that can be read: nested too deeply") from None
    except ValueError as error:
        raise RowError(rule, 1, f"not JSON that can be read: {error}") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        message = f"the key {twice!r} stands twice in one object"
        raise ValueError(message)
    return found


def _no_constant(name: str) -> NoReturn:
    message = f"{name} is not JSON"
    raise ValueError(message)

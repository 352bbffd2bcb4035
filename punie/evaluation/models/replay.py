"""Recorded replies, graded in place of a model's: JSON Lines of `{"id": ..., "replies": [first turn, second, ...]}`."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from punie.evaluation.models.protocol import Answer, Fact


class ReplayError(ValueError):
    """A replay file that cannot be used; the message names file and line."""


class ReplayRow(BaseModel):
    """
    One sample of a query's replies.

    Args:
        id: the query's id.
        replies: one text per turn.
        prompt: what was asked, for the reader.
        seconds: how long the replies took together.
        at: when they were recorded.
        recorded_pass: whether they passed in the eyes of who recorded them.

    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: str
    replies: Annotated[tuple[str, ...], Field(strict=False)]
    prompt: str | None = None
    seconds: Annotated[float, Field(strict=False, ge=0, allow_inf_nan=False)] | None = None
    at: str | float | None = None
    recorded_pass: bool | None = None


class Replay:
    """The samples of a replay file by query id; `name`, `identity` and `facts` as a `Model` has them."""

    facts: Mapping[str, Fact] = {}

    def __init__(self, name: str, digest: str, rows: Mapping[str, Sequence[ReplayRow]]) -> None:
        self.name = name
        self.identity = {"replay": digest}
        self._rows = rows

    def samples(self, query_id: str) -> tuple[tuple[Answer, ...], ...]:
        """Each sample's answers in the order of the turns; nothing for a query that was not recorded."""
        return tuple(_answers(row) for row in self._rows.get(query_id, ()))

    def recorded(self, query_id: str) -> bool | None:
        """Whether all samples passed in the eyes of who recorded them; None where a row does not tell."""
        told = [row.recorded_pass for row in self._rows.get(query_id, ())]
        return all(told) if told and None not in told else None


def read_replay(path: Path, known: Collection[str]) -> Replay:
    """
    Read a replay file.

    Args:
        path: the file.
        known: ids of the queries in the suites of this run.

    Raises:
        ReplayError: the file cannot be read, a line is not a row, or names a query that no suite has.

    """
    data = _bytes_of(path)
    rows: dict[str, list[ReplayRow]] = {}
    for row in _rows(path, _decoded(path, data), known):
        rows.setdefault(row.id, []).append(row)
    if not rows:
        message = f"the replay file {str(path)!r} holds no rows: record one line per query"
        raise ReplayError(message)
    return Replay(path.name, hashlib.sha256(data).hexdigest(), rows)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"cannot read the replay file {str(path)!r}: {error.strerror or error}"
        raise ReplayError(message) from None


def _decoded(path: Path, data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"{path}:{line}: bad replay row: it is not UTF-8 (byte {data[error.start]:#04x})"
        raise ReplayError(message) from None


def _rows(path: Path, text: str, known: Collection[str]) -> Iterator[ReplayRow]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = ReplayRow.model_validate_json(line)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            key = ".".join(map(str, first["loc"]))
            message = f"{path}:{number}: bad replay row: {f'{key}: ' if key else ''}{first['msg']}"
            raise ReplayError(message) from None
        if row.id not in known:
            message = f"{path}:{number}: unknown query id {row.id!r}: name its suite with --suite"
            raise ReplayError(message)
        yield row


def _answers(row: ReplayRow) -> tuple[Answer, ...]:
    each = (row.seconds or 0.0) / max(len(row.replies), 1)
    return tuple(Answer(text, each) for text in row.replies)

"""The log of a production system: JSON Lines of `{"id", "replies", "prompt", "seconds", "at"}`, read with suspicion."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, BinaryIO, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

_LONGEST: Final = 4_000_000  # bytes of one line


class LogError(ValueError):
    """A log that cannot be used; the message is one line and names file and line."""


def _instant(text: str) -> str:
    """A time after ISO 8601, as it was written."""
    try:
        moment(text)
    except (ValueError, OverflowError):
        message = f"a time after ISO 8601 is wanted, such as 2026-01-31T12:00:00Z, not {text[:40]!r}"
        raise ValueError(message) from None
    return text


class LogRow(BaseModel):
    """
    What a production system was asked and what it replied.

    Attributes:
        id: of the request; one of a suite's query makes its expectation hold for the replies.
        replies: one text per turn.
        prompt: what was asked.
        seconds: how long the replies took together.
        at: when they were given, after ISO 8601; without a zone it is UTC.
        recorded_pass: allowed, and not looked at.

    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: str
    replies: Annotated[tuple[str, ...], Field(strict=False)]
    prompt: str | None = None
    seconds: Annotated[float, Field(strict=False, ge=0, allow_inf_nan=False)] | None = None
    at: Annotated[str, AfterValidator(_instant)] | None = None
    recorded_pass: bool | None = None


@dataclass(frozen=True)
class Log:
    """The rows of a log in the file's order, with the file's name and SHA-256."""

    name: str
    digest: str
    rows: tuple[LogRow, ...]


def moment(text: str) -> datetime:
    """The instant that a text after ISO 8601 names; ValueError or OverflowError when it names none."""
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def read_log(path: Path) -> Log:
    """
    Read a log.

    Raises:
        LogError: the file cannot be read, holds no row, or a line is not one.

    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            rows = tuple(_row(path, number, line) for number, line in _lines(path, file, digest) if line.strip())
    except OSError as error:
        message = f"cannot read the log {str(path)!r}: {error.strerror or error}"
        raise LogError(message) from None
    if not rows:
        message = f"the log {str(path)!r} holds no rows: record one line per request"
        raise LogError(message)
    return Log(path.name, digest.hexdigest(), rows)


def _lines(path: Path, file: BinaryIO, digest: hashlib._Hash) -> Iterator[tuple[int, bytes]]:
    number = 0
    while line := file.readline(_LONGEST + 1):
        number += 1
        if len(line) > _LONGEST:
            message = f"{path}:{number}: bad row: it is longer than {_LONGEST:,} bytes"
            raise LogError(message)
        digest.update(line)
        yield number, line


def _row(path: Path, number: int, line: bytes) -> LogRow:
    try:
        return LogRow.model_validate_json(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        problem = f"it is not UTF-8 (byte {line[error.start]:#04x})"
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(map(str, first["loc"]))
        problem = f"{f'{key[:40]!r}: ' if key else ''}{first['msg'].removeprefix('Value error, ')}"
    message = f"{path}:{number}: bad row: {problem}"
    raise LogError(message)

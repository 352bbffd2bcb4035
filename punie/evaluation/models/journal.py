"""
Replies on disk, one JSON line each, written as they come: what an interrupted run leaves, and what a later one reads.

A line holds a row and a check sum of it. The first row tells what decides the replies; a file about anything else is
not read. A line that was not written to its end, or that was changed since, is left out.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from punie.evaluation.models.protocol import Answer, Fact
from punie.whole_files import write_whole

_Seconds = Annotated[float, Field(strict=False, ge=0, allow_inf_nan=False)]


class KeptReply(BaseModel):
    """
    One reply.

    Args:
        key: of the prompt and the draw, as `key_of` makes it.
        text: the reply.
        finished: False when the token budget cut it off.
        seconds: of the reply, see `Answer`.
        took: seconds by which it lengthened the run.
        prompt_tokens: see `Answer`.
        tokens: see `Answer`.
        first_token: see `Answer`.
        memory: peak of the run up to then, in bytes; None where it was not measured.
        at: when it was complete, as ISO 8601.

    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    key: str
    text: str
    finished: bool
    seconds: _Seconds
    took: _Seconds
    prompt_tokens: int = 0
    tokens: int = 0
    first_token: _Seconds | None = None
    memory: int | None = None
    at: str = ""

    @property
    def answer(self) -> Answer:
        """The reply as an answer that was taken over."""
        return Answer(
            self.text,
            self.seconds,
            finished=self.finished,
            prompt_tokens=self.prompt_tokens,
            tokens=self.tokens,
            first_token=self.first_token,
            cached=True,
        )


@dataclass(frozen=True)
class Found:
    """What stands in a file: replies by their key, and how many lines were left out because they are damaged."""

    replies: Mapping[str, KeptReply]
    damaged: int = 0


class Journal:
    """
    A file of replies that several processes may read and append to.

    Args:
        file: its folder is made when something is written.
        about: everything besides prompt and draw that decides the replies.

    """

    def __init__(self, file: Path, about: Mapping[str, Fact]) -> None:
        self._file = file
        self._about = {"about": dict(about)}
        self._lock = FileLock(file.with_suffix(".lock"))

    def read(self) -> Found:
        """
        The replies of earlier runs; damaged lines, and a file about something else, are taken out of the way.

        Raises:
            OSError: the file cannot be read or put right.

        """
        if not self._file.is_file():
            return Found({})
        with self._lock:
            return self._mended()

    def clear(self) -> None:
        """Forget all replies; OSError when the file cannot be written."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._lock:
            write_whole(self._file, self._lines([]))

    def append(self, reply: KeptReply) -> None:
        """Put a reply safely on disk; OSError when the disk does not take it."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._lock:
            if not _ends_in_a_line(self._file):
                self._mended()
            with self._file.open("ab") as stream:
                stream.write(_line(reply.model_dump()).encode())
                stream.flush()
                os.fsync(stream.fileno())

    def _mended(self) -> Found:
        """What stands in the file, which is whole afterwards and begins with what it is about."""
        data = self._file.read_bytes() if self._file.is_file() else b""
        rows, damaged = _rows(data)
        own = rows[:1] == [self._about]
        replies = [_reply(row) for row in rows[1:]] if own else [None] * len(rows)
        sound = {reply.key: reply for reply in replies if reply is not None}
        damaged += replies.count(None)
        if damaged or not own or not data.endswith(b"\n"):
            write_whole(self._file, self._lines(sound.values()))
        return Found(sound, damaged)

    def _lines(self, replies: Iterable[KeptReply]) -> Iterator[str]:
        yield _line(self._about)
        yield from (_line(reply.model_dump()) for reply in replies)


def key_of(prompt: str, draw: int) -> str:
    """SHA-256 of a prompt and the number of its draw."""
    return hashlib.sha256(f"{draw}\0{prompt}".encode("utf-8", "surrogatepass")).hexdigest()


def digest_of(about: Mapping[str, Fact]) -> str:
    """SHA-256 of what decides replies, whatever the order."""
    return hashlib.sha256(_canonical(dict(about)).encode()).hexdigest()


def _rows(data: bytes) -> tuple[list[dict[str, Any]], int]:
    """The sound rows, and how many lines are damaged; a last line that was not written to its end is nothing yet."""
    *lines, _unfinished = data.split(b"\n")
    rows = [_row(line) for line in lines if line]
    sound = [row for row in rows if row is not None]
    return sound, len(rows) - len(sound)


def _row(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
        row = found["row"]
        return row if isinstance(row, dict) and found["check"] == _check(row) else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _reply(row: Mapping[str, Any]) -> KeptReply | None:
    try:
        return KeptReply.model_validate(row)
    except ValidationError:
        return None


def _ends_in_a_line(file: Path) -> bool:
    if not file.is_file() or not file.stat().st_size:
        return False
    with file.open("rb") as stream:
        stream.seek(-1, os.SEEK_END)
        return stream.read() == b"\n"


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps({"check": _check(row), "row": row}, ensure_ascii=True) + "\n"


def _check(row: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(row).encode()).hexdigest()[:16]


def _canonical(row: Mapping[str, Any]) -> str:
    return json.dumps(row, sort_keys=True, ensure_ascii=True, separators=(",", ":"))

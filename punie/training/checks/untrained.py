"""Calls that no row trains: the trainer's prompt masking leaves only the last message of a row to learn."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import groupby
from typing import Final

import numpy as np

from punie.training.checks.row import CheckedRow, found
from punie.training.checks.shape import has_call, turns_with_queries
from punie.training.dataset import ChatMessage
from punie.training.finding import Finding

_BYTES: Final = 8


class CallNotTrained:
    """
    `call_not_trained`: a call outside the last turn of its row, where no row of the split ends with that very turn.

    A conversation that is split into one row for each turn trains each of them, so its longer rows are sound.
    """

    def __init__(self) -> None:
        self._files: list[str] = []
        self._ended = array("Q")
        self._file, self._line, self._message = array("H"), array("L"), array("H")
        self._called = array("Q")

    def see(self, row: CheckedRow) -> Iterable[Finding]:
        """Note which turn the row ends with, and its calls before that turn."""
        messages = row.example.messages
        self._ended.append(_digest(row.file, messages))
        for each in turns_with_queries(row):
            place = each.turn.place
            if place + 1 < len(messages) and has_call(each.turn, each.query):
                self._note(row, place + 1, _digest(row.file, messages[: place + 1]))
        return ()

    def end(self) -> Iterator[Finding]:
        """Yield a finding for each row with calls that no row ends with."""
        if not self._called:
            return
        trained = np.isin(np.frombuffer(self._called, np.uint64), np.frombuffer(self._ended, np.uint64))
        left = (~trained).nonzero()[0]
        for (file, line), places in groupby(left, lambda place: (self._file[place], self._line[place])):
            numbers = ", ".join(str(self._message[place]) for place in places)
            message = f"a call stands in message {numbers}: only the last message of a row is trained"
            yield found("call_not_trained", None, message, file=self._files[file]).model_copy(update={"line": line})

    def _note(self, row: CheckedRow, number: int, digest: int) -> None:
        if row.file not in self._files:
            self._files.append(row.file)
        self._file.append(self._files.index(row.file))
        self._line.append(row.line)
        self._message.append(number)
        self._called.append(digest)


def _digest(file: str, messages: Iterable[ChatMessage]) -> int:
    """Of the conversation in the order of its turns; the same words in another file are another conversation."""
    digest = blake2b(file.encode("utf-8", "surrogatepass"), digest_size=_BYTES)
    for message in messages:
        text = message.content.encode()
        digest.update(f"\0{message.role} {len(text)} ".encode())
        digest.update(text)
    return int.from_bytes(digest.digest(), "big")

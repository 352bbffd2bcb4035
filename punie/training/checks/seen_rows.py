"""Rows that a rule has seen, kept as a few packed numbers each: a million of them fit into little memory."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from reprlib import Repr
from typing import Final

import numpy as np
from numpy.typing import NDArray

from punie.training.checks.row import CheckedRow, found
from punie.training.finding import Finding
from punie.training.spooled_texts import SpooledTexts

Digests = NDArray[np.uint64]

_SHOWN: Final = Repr()
_SHOWN.maxstring = 100
_BYTES: Final = 8


class SeenRows:
    """Where rows stand, some digests of each, and one text of each on disk."""

    def __init__(self, digests: Sequence[str]) -> None:
        self.texts = SpooledTexts()
        self._files: list[str] = []
        self._file = array("H")
        self._line = array("L")
        self._digests = {name: array("Q") for name in digests}

    def __len__(self) -> int:
        return len(self._line)

    def add(self, row: CheckedRow, text: str, digests: Sequence[int]) -> None:
        """
        Note a row.

        Args:
            row: whose place is kept.
            text: kept on disk.
            digests: one for each name, in their order.
        """
        if row.file not in self._files:
            self._files.append(row.file)
        self._file.append(self._files.index(row.file))
        self._line.append(row.line)
        self.texts.append(text)
        for kept, number in zip(self._digests.values(), digests, strict=True):
            kept.append(number)

    def digests(self, name: str) -> Digests:
        """Return the digests called `name`, in the order of the rows; no row can be added while they are used."""
        return np.frombuffer(self._digests[name], np.uint64) if len(self) else np.empty(0, np.uint64)

    def place(self, number: int) -> str:
        """Where a row stands, as `file:line`."""
        return f"{self._files[self._file[number]]}:{self._line[number]}"

    def found(self, rule: str, number: int, message: str, related: str) -> Finding:
        """Return a finding of `rule` in row `number`, which concerns the place `related` too."""
        finding = found(rule, None, message, file=self._files[self._file[number]], related=[related])
        return finding.model_copy(update={"line": self._line[number]})


def digest(parts: Iterable[str]) -> int:
    """Return eight bytes that stand for a list of texts: a million lists share one by a chance of 1 to 30 million."""
    kept = blake2b(digest_size=_BYTES)
    for part in parts:
        content = part.encode("utf-8", "surrogatepass")
        kept.update(struct.pack("<Q", len(content)))
        kept.update(content)
    return int.from_bytes(kept.digest(), "little")


def row_digest(row: CheckedRow) -> int:
    """Return the digest of all that a row says: rows with the same are equal."""
    return digest(part for message in row.example.messages for part in (message.role, message.content))


def first_places(numbers: Digests) -> NDArray[np.int64]:
    """Return, for each place, the first place with the same number."""
    _, firsts, groups = np.unique(numbers, return_index=True, return_inverse=True)
    return np.asarray(firsts[groups], np.int64)


def shown(text: str) -> str:
    """A text as a message names it: quoted, and shortened when long."""
    return _SHOWN.repr(text)

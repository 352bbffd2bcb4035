"""Texts that wait in a temporary file until somebody reads them again: each costs eight bytes of memory."""

from __future__ import annotations

import tempfile
import weakref
from array import array
from collections.abc import Iterable
from typing import Final

_ENCODING: Final = "utf-8"
_ANY: Final = "surrogatepass"  # a text in memory may hold what no file of ours does


class SpooledTexts:
    """
    A list of texts that only grows and keeps its texts on disk.

    The file has no name and goes with the list.
    """

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the list
        weakref.finalize(self, self._file.close)
        self._ends = array("Q", [0])
        for text in texts:
            self.append(text)

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, place: int) -> str:
        start, end = self._ends[place], self._ends[place + 1]
        self._file.seek(start)
        return self._file.read(end - start).decode(_ENCODING, _ANY)

    def append(self, text: str) -> None:
        """Add `text` at the end."""
        content = text.encode(_ENCODING, _ANY)
        self._file.seek(self._ends[-1])
        self._file.write(content)
        self._ends.append(self._ends[-1] + len(content))

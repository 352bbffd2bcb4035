"""Reasoning: what stands between `<think>` and `</think>`, or before a `</think>` whose opener the prompt held."""

from __future__ import annotations

from typing import Final

from punie.agent.tool_calls.conversion import CODE
from punie.agent.tool_calls.dialect import Reading
from punie.agent.tool_calls.python_scanner import is_hidden
from punie.agent.tool_calls.source import OPEN, Source

BEGIN: Final = "<think>"
FINISH: Final = "</think>"


class Reasoning:
    """
    The reasoning of a reply while it is read.

    Attributes:
        start: where its text begins, behind an opener if there is one.
        stop: where its text ends; None while that is open.
        answer: where the rest of the reply begins.
        opened: whether the reply itself begins with `<think>`.

    """

    def __init__(self, source: Source) -> None:
        self._source = source
        blanks = source.skip_blanks(0)
        self.opened = source.at(BEGIN, blanks)
        self.start = blanks + len(BEGIN) if self.opened else 0
        self.answer = self.start
        self.stop: int | None = None
        self._settled = False
        self._next = -1
        self._second = source.find(BEGIN, self.start)

    @property
    def is_open(self) -> bool:
        """Whether what is read now may turn out to be reasoning."""
        return self.stop is None and not self._settled

    def settle(self) -> None:
        """A call came before any closer: without an opener there is no reasoning then."""
        self._settled = not self.opened

    def finish(self, place: int) -> int:
        """End the reasoning at the `</think>` at `place`; give the offset where the answer begins."""
        self.stop = place
        self.answer = place + len(FINISH)
        return self.answer

    def end_at(self, place: int) -> None:
        """End a reasoning that has no closer, at a call or at the end of the text."""
        self.stop = self.answer = place

    def closer_from(self, start: int) -> int:
        """The next `</think>` that may end the reasoning, or -1."""
        if not self.is_open:
            return -1
        if self._next < start:
            self._next = self._source.find(FINISH, start)
        lone = self.opened or not 0 <= self._second < self._next
        return self._next if lone else -1

    def closer_inside(self, reading: Reading, start: int) -> int:
        """The `</think>` that makes the block at `start` a part of the reasoning, or -1 when the block is real."""
        place = self.closer_from(start)
        if not 0 <= place < reading.end:
            return -1
        return -1 if self._is_value(reading, place) else place

    def _is_value(self, reading: Reading, place: int) -> bool:
        for name, start, end in reading.values:
            if start <= place < end:
                hidden = name != CODE or is_hidden(self._source, start, place)
                return hidden and self._source.find(OPEN, place, end) < 0
        return False

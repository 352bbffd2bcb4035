"""Reasoning: what stands between `<think>` and `</think>`, or before a `</think>` whose opener the prompt held."""

from __future__ import annotations

from typing import Final

from punie.agent.tool_calls.conversion import CODE
from punie.agent.tool_calls.dialect import Reading
from punie.agent.tool_calls.extent import END
from punie.agent.tool_calls.python_scanner import is_hidden
from punie.agent.tool_calls.source import CLOSE, OPEN, Source

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
        # Up to where no second opener was found, or where one was.
        self._searched = self.start
        self._second: int | None = None

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

    def ends_at(self, place: int) -> bool:
        """Whether the `</think>` at `place` ends the reasoning; it has to be the only tag unless that was opened."""
        return self.is_open and (self.opened or not self._has_opener_before(place))

    def closer_from(self, start: int) -> int:
        """The next `</think>` that ends the reasoning, or -1."""
        place = self._source.find(FINISH, start) if self.is_open else -1
        return place if place >= 0 and self.ends_at(place) else -1

    def closer_inside(self, reading: Reading, start: int) -> int:
        """The `</think>` that makes the block at `start` a part of the reasoning, or -1 when the block is real."""
        place = self._source.find_within(FINISH, start, reading.end) if self.is_open else -1
        return place if place >= 0 and not self._is_value(reading, place) and self.ends_at(place) else -1

    def _has_opener_before(self, place: int) -> bool:
        if self._second is None and place > self._searched:
            found = self._source.find_within(BEGIN, self._searched, place)
            self._second = found if found >= 0 else None
            self._searched = place
        return self._second is not None and self._second < place

    def _is_value(self, reading: Reading, place: int) -> bool:
        """Whether `place` is inside a value, and the value no reasoning that mentions a tag before the real call."""
        for name, start, end in reading.values:
            if start <= place < end:
                closed = self._source.at(END, end) or self._source.at(CLOSE, end)
                if name == CODE:
                    return (closed or end == self._source.end) and is_hidden(self._source, start, place)
                opened = self._source.count(OPEN, place, end)
                return not opened or (closed and opened == self._source.count(CLOSE, place, end))
        return False

"""The parser for a reply that arrives in pieces."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from punie.agent.tool_calls.conversion import Schemas
from punie.agent.tool_calls.parser import Scan, read_source
from punie.agent.tool_calls.reply import Reply, ToolCall
from punie.agent.tool_calls.source import CLOSE, Source

_CLOSERS: Final = (CLOSE, "</function>")
_LONGEST: Final = max(map(len, _CLOSERS))
# How often each character may be read again while the reply is still arriving, so that the whole stays linear.
_LOOKS: Final = 4
# A call that needed more steps than this multiple of its end may come out otherwise in the whole reply.
_CALM: Final = 3


class StreamParser:
    """
    Reads a reply while it arrives. The size of the pieces makes no difference to the reply.

    Args:
        tools: as for `parse_reply`.

    """

    def __init__(self, tools: Iterable[Any] | None = None) -> None:
        self._schemas = Schemas(tools)
        self._pieces: list[str] = []
        # What arrived behind the last certain call, and one character before it: does a line begin there?
        self._open: list[str] = []
        self._length = 0
        self._offset = 0
        self._tail = ""
        self._answering = False
        self._credit = 0

    def feed(self, chunk: str) -> tuple[ToolCall, ...]:
        """
        Take the next piece.

        Args:
            chunk: text of any size, from one character up.

        Returns:
            The calls that became certain: whatever follows, they are the next calls of the reply. Whether the reply
            is complete, so that they may run, is known only when it is closed.

        """
        self._pieces.append(chunk)
        self._open.append(chunk)
        self._length += len(chunk)
        self._credit += _LOOKS * len(chunk)
        recent = self._tail + chunk
        self._tail = recent[-_LONGEST + 1 :]
        if self._credit < self._length or not any(closer in recent for closer in _CLOSERS):
            return ()
        self._credit -= self._length
        return self._certain("".join(self._open))

    def close(self) -> Reply:
        """The reply that all pieces make up together."""
        return read_source(Source("".join(self._pieces)), self._schemas)

    def _certain(self, text: str) -> tuple[ToolCall, ...]:
        """The calls of an unfinished text that were read without a look at its end."""
        source = Source(text)
        scan = Scan(source, self._schemas)
        if self._answering:
            scan.reasoning.end_at(0)
        calls: tuple[ToolCall, ...] = ()
        end = 0
        for position in scan.blocks_from(1) if self._answering else scan.blocks():
            if source.touched or source.steps > _CALM * position:
                break
            if not (scan.reasoning.is_open and scan.reasoning.opened):
                calls = tuple(call for reading in scan.readings for call in reading.calls)
                end = position
        return self._settled(text, calls, end)

    def _settled(self, text: str, calls: tuple[ToolCall, ...], end: int) -> tuple[ToolCall, ...]:
        """Go on behind certain calls, which get their place in the whole reply."""
        offset = self._offset
        if calls:
            self._offset += end - 1
            self._open = [text[end - 1 :]]
            self._length = len(text) - end + 1
            self._answering = True
        return tuple(replace(call, span=(call.span[0] + offset, call.span[1] + offset)) for call in calls)

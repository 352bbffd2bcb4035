"""The reading of a whole reply: one forward scan that hands each block to the dialects."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from punie.agent.tool_calls import bare, fences, format_a, format_b, hermes
from punie.agent.tool_calls.conversion import Schemas
from punie.agent.tool_calls.dialect import Dialect, Reading
from punie.agent.tool_calls.fences import Fence
from punie.agent.tool_calls.reasoning import FINISH, Reasoning
from punie.agent.tool_calls.reply import Problem, Reply, Span, ToolCall
from punie.agent.tool_calls.source import NAME, OPEN, Source

# In the order in which a block is offered to them.
_DIALECTS: Final[tuple[Dialect, ...]] = (hermes.read, format_a.read, format_b.read)
_EVENT: Final = re.compile(rf"<tool_call>|<function={NAME}>|{FINISH}|\n {{0,3}}(?:```|~~~)")


def parse_reply(text: str, tools: Iterable[Any] | None = None) -> Reply:
    """
    Read a reply.

    Args:
        text: what the model wrote. Any text will do, nothing raises.
        tools: schemas in OpenAI's form, by which values of format A get their types; without them they stay text.

    """
    return read_source(Source(text), Schemas(tools))


def read_source(source: Source, schemas: Schemas) -> Reply:
    """Read a reply whose steps the caller wants to count."""
    scan = Scan(source, schemas)
    for _ in scan.blocks():
        pass
    return scan.reply()


class Scan:
    """
    The forward scan of one reply.

    Attributes:
        reasoning: the reasoning as far as it is known.
        readings: what the blocks that were met outside the reasoning hold.

    """

    def __init__(self, source: Source, schemas: Schemas) -> None:
        self.reasoning = Reasoning(source)
        self.readings: list[Reading] = []
        self._source = source
        self._schemas = schemas
        self._fences: list[Fence] = []
        self._complete = True

    def blocks(self) -> Iterator[int]:
        """Read on to the end, and give the offset that was reached after each block, fence or end of reasoning."""
        begin = self.reasoning.start
        yield from self.blocks_from(max(self._at_fence(begin), begin))
        if self.reasoning.is_open and self.reasoning.opened:
            answer = self._closed_reasoning()
            if answer is not None:
                yield from self.blocks_from(answer)

    def blocks_from(self, position: int) -> Iterator[int]:
        """Read on from an offset outside of blocks."""
        while (event := self._source.search(_EVENT, position)) is not None:
            position = self._after(event)
            yield position

    def reply(self) -> Reply:
        """What the scan found."""
        calls = tuple(call for reading in self.readings for call in reading.calls)
        if not calls and self._complete:
            calls = tuple(call for fence in self._fences for call in fences.calls_of(fence))
        problems = tuple(problem for reading in self.readings for problem in reading.problems)
        return self._assembled(calls, problems)

    def _after(self, event: re.Match[str]) -> int:
        """Where reading goes on after what begins at an event."""
        token = event[0]
        if token[0] == "\n":
            return max(self._at_fence(event.start() + 1), event.end())
        if token == FINISH:
            return self._restart(event.start()) if self.reasoning.ends_at(event.start()) else event.end()
        return self._at_block(event)

    def _restart(self, closer: int) -> int:
        """What was read so far was reasoning."""
        self.readings.clear()
        self._fences.clear()
        self._complete = True
        answer = self.reasoning.finish(closer)
        return max(self._at_fence(answer), answer)

    def _at_fence(self, start: int) -> int:
        fence = fences.read(self._source, start)
        if fence is None:
            return start
        if not fence.closed:
            closer = self.reasoning.closer_from(start)
            if closer >= 0:
                return self._restart(closer)
            self._complete = False
            message = "the text ends inside a fence"
            self.readings.append(Reading(fence.end, problems=(Problem((start, fence.end), message),)))
        self._fences.append(fence)
        return fence.end

    def _at_block(self, event: re.Match[str]) -> int:
        start = event.start()
        reading = self._read(start) if event[0] == OPEN else bare.read(self._source, start, self._schemas)
        if reading is None:
            return event.end()
        closer = self.reasoning.closer_inside(reading, start)
        if closer >= 0:
            return self._restart(closer)
        self.readings.append(reading)
        self._complete = self._complete and reading.complete
        if reading.calls:
            self.reasoning.settle()
        return reading.end

    def _read(self, start: int) -> Reading:
        for dialect in _DIALECTS:
            reading = dialect(self._source, start, self._schemas)
            if reading is not None:
                return reading
        end = start + len(OPEN)
        return Reading(end, problems=(Problem((start, end), "no call follows this <tool_call>; kept as text"),))

    def _closed_reasoning(self) -> int | None:
        """End a reasoning without a closer: at one in a fence, where reading goes on, or else at the first call."""
        closer = self._source.find(FINISH, self.reasoning.start)
        if closer >= 0 and any(fence.start < closer < fence.end for fence in self._fences):
            return self._restart(closer)
        starts = [reading.start for reading in self.readings if reading.start is not None]
        self._fences.clear()
        self.reasoning.end_at(min(starts, default=self._source.end))
        return None

    def _assembled(self, calls: tuple[ToolCall, ...], problems: tuple[Problem, ...]) -> Reply:
        reasoning, source = self.reasoning, self._source
        span = None if reasoning.stop is None else (0, reasoning.answer)
        thought = "" if reasoning.stop is None else source.text[reasoning.start : reasoning.stop].strip()
        taken = {call.span for call in calls} | {problem.span for problem in problems if problem.lost}
        content = "".join(_outside(source, taken if span is None else taken | {span})).strip()
        return Reply(content or None, thought or None, calls, self._complete, problems, span)


def _outside(source: Source, spans: set[Span]) -> Iterator[str]:
    position = 0
    for start, end in sorted(spans):
        yield source.text[position:start]
        position = end
    yield source.text[position:]

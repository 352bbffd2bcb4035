"""The interface of a dialect: a function that reads one block and says what it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from punie.agent.tool_calls.conversion import Schemas
from punie.agent.tool_calls.reply import Problem, ToolCall
from punie.agent.tool_calls.source import Source


class Value(NamedTuple):
    """Where the text of a parameter stands."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """
    What a dialect made of a block.

    Attributes:
        end: where reading goes on.
        calls: the calls of the block; without any, its text stays content unless a problem says that it is lost.
        complete: False when the text ends inside the block.
        problems: what is wrong with it.
        values: the values of its parameters.

    """

    end: int
    calls: tuple[ToolCall, ...] = ()
    complete: bool = True
    problems: tuple[Problem, ...] = ()
    values: tuple[Value, ...] = ()

    @property
    def start(self) -> int | None:
        """Where its first call or lost text begins; None when all of it is content."""
        spans = [call.span for call in self.calls] + [problem.span for problem in self.problems if problem.lost]
        return min(spans)[0] if spans else None


# Reads the block whose opener stands at an offset; None when the block is not in this dialect.
Dialect = Callable[[Source, int, Schemas], Reading | None]

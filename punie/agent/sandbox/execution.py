"""What a run leaves behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ToolCall:
    """
    A call of a tool.

    Attributes:
        tool: its name.
        arguments: by parameter, defaults filled in; empty when the call could not be bound.
        result: what the tool returned; None when it raised.
        error: what the tool, or binding its arguments, raised inside the code; None for a good call.

    """

    tool: str
    arguments: Mapping[str, Any]
    result: Any = None
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """
    A field that the code read from the result of a call.

    Attributes:
        call: which of the run's calls, counted from 0.
        tool: the tool that was called.
        path: from the result to the field, `[]` for the elements of a list: `errors[].file`.
        exists: whether the record has this field.

    """

    call: int
    tool: str
    path: str
    exists: bool = True

    @property
    def field(self) -> str:
        """The last part of the path."""
        return self.path.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Failure:
    """
    What ended a run early.

    Attributes:
        type: name of the exception's class; `ToolCallLimitError` and `WorkerCrashedError` are the sandbox's own,
            which no code can catch.
        message: in one text.
        line: of the code, counted from 1; None when no line is to blame.

    """

    type: str
    message: str
    line: int | None = None

    def __str__(self) -> str:
        where = "" if self.line is None else f" (line {self.line})"
        return f"{self.type}: {self.message}{where}"


@dataclass(frozen=True, slots=True)
class Execution:
    """
    What one run did.

    Attributes:
        calls: of tools, in order.
        reads: fields read from their results, each once, in order of the first read.
        output: what was printed, kept when the code failed; the last milliseconds may lack when the worker was killed.
        output_cut: whether more was printed than the limit allows.
        error: what ended the run early; None when it came to its end.
        seconds: that the run took, tools included.
        reads_complete: whether the replay that observes reads took the same way as the run.

    """

    calls: tuple[ToolCall, ...] = ()
    reads: tuple[Read, ...] = ()
    output: str = ""
    output_cut: bool = False
    error: Failure | None = None
    seconds: float = 0.0
    reads_complete: bool = True

    def reads_of(self, call: int) -> tuple[str, ...]:
        """The paths read from the result of a call, without those that do not exist."""
        return tuple(read.path for read in self.reads if read.call == call and read.exists)

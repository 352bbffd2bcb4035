"""How much one run may use."""

from __future__ import annotations

from dataclasses import dataclass, fields

from pydantic_monty import ResourceLimits

# Round trips of one run that are no tool calls: names and attributes that do not exist, fields when observed.
_LOOKUPS = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """
    What one run may use. Passing a limit ends the run, except those of output and of one tool.

    Attributes:
        seconds: of the code itself, without the tools.
        memory_bytes: of the code's objects.
        output_bytes: kept of what is printed, in UTF-8; the rest is dropped.
        call_depth: of functions that call each other.
        tool_calls: in all.
        tool_seconds: of one tool's call; passing it raises TimeoutError inside the code. With infinity a tool runs in
            the caller's thread, which spares time where tools answer at once.

    Raises:
        ValueError: a limit is not positive.

    """

    seconds: float = 5.0
    memory_bytes: int = 128 * 1024 * 1024
    output_bytes: int = 100_000
    call_depth: int = 200
    tool_calls: int = 100
    tool_seconds: float = 30.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not value > 0:
                message = f"limit {field.name} is {value!r}: give a number above 0"
                raise ValueError(message)

    def of_the_worker(self) -> ResourceLimits:
        """The part that the interpreter itself enforces."""
        return {
            "max_feed_duration_secs": self.seconds,
            "max_memory": self.memory_bytes,
            "max_recursion_depth": self.call_depth,
            "max_suspensions": _LOOKUPS + self.tool_calls,
        }

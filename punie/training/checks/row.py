"""One row as the rules see it: its turns parsed once, for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

from punie.agent.tool_calls import parse_reply
from punie.agent.tool_calls.reply import Reply, ToolCall
from punie.training.dataset import SplitName, TrainingExample
from punie.training.finding import Finding
from punie.training.rules import RULES


class AssistantTurn(NamedTuple):
    """
    One turn of the assistant.

    Attributes:
        place: of the message in the row, from 0.
        text: as written.
        reply: the text parsed.
    """

    place: int
    text: str
    reply: Reply

    @property
    def codes(self) -> tuple[str, ...]:
        """The code of each of its whole calls of execute_code."""
        return tuple(code for call in self.reply.calls if (code := code_of(call)) is not None)


@dataclass(frozen=True)
class CheckedRow:
    """
    A row of a set and where it stands.

    Attributes:
        split: that holds it.
        file: that it stands in, relative to the set's folder.
        line: 1-based.
        example: the row.
    """

    split: SplitName
    file: str
    line: int
    example: TrainingExample

    @property
    def place(self) -> str:
        """Where it stands, as `file:line`."""
        return f"{self.file}:{self.line}"

    @cached_property
    def turns(self) -> tuple[AssistantTurn, ...]:
        """The turns of the assistant, in their order."""
        return tuple(
            AssistantTurn(place, message.content, parse_reply(message.content))
            for place, message in enumerate(self.example.messages)
            if message.role == "assistant"
        )


class RowRule(Protocol):
    """Judges a row by itself."""

    def __call__(self, row: CheckedRow) -> Iterable[Finding]:
        """Return what is wrong with `row`."""
        ...


class SetRule(Protocol):
    """
    Judges rows beside one another.

    It sees every row once, train before valid before test, and keeps little of each: a set may have a million rows.
    """

    def see(self, row: CheckedRow) -> Iterable[Finding]:
        """Take note of `row`, and return what is wrong with it beside those seen before."""
        ...

    def end(self) -> Iterable[Finding]:
        """Return what can only be said when all rows are seen."""
        ...


def code_of(call: ToolCall) -> str | None:
    """Return the code of a whole call of execute_code, None for every other call."""
    code = call.arguments.get("code")
    return code if call.name == "execute_code" and call.whole and isinstance(code, str) else None


def found(rule: str, row: CheckedRow | None, message: str, *, file: str = "", related: Sequence[str] = ()) -> Finding:
    """
    Return a finding of `rule`.

    Args:
        rule: a name of `RULES`.
        row: where; None means the whole set, or the whole of `file`.
        message: what is wrong, with the value.
        file: for findings without a row.
        related: other places that it concerns, as `file:line`.

    Raises:
        KeyError: there is no such rule.
    """
    severity, hint = RULES[rule]
    return Finding(
        rule=rule,
        severity=severity,
        file=file if row is None else row.file,
        line=0 if row is None else row.line,
        message=message,
        hint=hint,
        related=tuple(related),
    )

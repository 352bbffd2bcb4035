"""The form of a parser case, and replies that cases are made of."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from punie.agent.tool_calls import parse_reply

Call = tuple[str, dict[str, Any]]


class Held(NamedTuple):
    """What a reply holds."""

    calls: list[Call]
    words: str | None
    complete: bool
    reasoning: str | None


class Case(NamedTuple):
    """A reply: its text, the calls and words in it, and whether it is complete."""

    name: str
    text: str
    calls: list[Call]
    words: str | None = None
    complete: bool = True
    reasoning: str | None = None

    @property
    def held(self) -> Held:
        return Held(self.calls, self.words, self.complete, self.reasoning)


def held(text: str) -> Held:
    """What the parser finds in a text."""
    reply = parse_reply(text)
    return Held([(c.name, c.arguments) for c in reply.calls], reply.content, reply.complete, reply.reasoning)


def parameters(**tables: tuple[Case, ...]) -> list[pytest.ParameterSet]:
    """The cases of some tables, each under the name of its table and its own."""
    return [pytest.param(case, id=f"{table}: {case.name}") for table, cases in tables.items() for case in cases]


def code(text: str) -> Call:
    return "execute_code", {"code": text}


def run(body: str, *, closer: str = "</parameter>") -> str:
    return f"<tool_call>\n<function=execute_code>\n<parameter=code>\n{body}\n{closer}\n</function>\n</tool_call>"


def note(value: str) -> str:
    return f"<tool_call>\n<function=note>\n<parameter=text>\n{value}\n</parameter>\n</function>\n</tool_call>"


LITERAL_CALL = "<tool_call>\n<function=g>\n<parameter=b>\n2\n</parameter>\n</function>\n</tool_call>"
CLOSING_TAGS = "</parameter>\n</function>\n</tool_call>"

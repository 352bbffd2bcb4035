"""One generated conversation, before it becomes rows of a dataset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from punie.agent.tool_calls import emit_call

if TYPE_CHECKING:
    from collections.abc import Callable

    from punie.training.examples.grammar import Draw


@dataclass(frozen=True)
class Turn:
    """
    One turn of a conversation.

    Args:
        role: user, assistant or tool (what the call before it printed).
        content: the text; a tool turn has no tags.
        train: whether this assistant turn becomes a row of its own.

    """

    role: str
    content: str
    train: bool = True


@dataclass(frozen=True)
class Draft:
    """
    A conversation and where it comes from.

    Args:
        family: file that made it.
        intent: what the developer wants.
        turns: user first, assistant last.

    """

    family: str
    intent: str
    turns: tuple[Turn, ...]


@dataclass(frozen=True)
class Intent:
    """
    One thing a developer may ask for.

    Args:
        family: file that knows it.
        name: unique name within the family.
        make: draws one conversation.
        weight: share of the family's drafts, relative to the others.

    """

    family: str
    name: str
    make: Callable[[Draw], tuple[Turn, ...]]
    weight: float = 1.0


def asked(prompt: str) -> Turn:
    """A user turn."""
    return Turn("user", prompt)


def called(code: str, *, train: bool = True) -> Turn:
    """An assistant turn that is one call."""
    return Turn("assistant", emit_call(code), train)


def answered(text: str, *, train: bool = True) -> Turn:
    """An assistant turn in words."""
    return Turn("assistant", text, train)


def printed(text: str) -> Turn:
    """What a call printed."""
    return Turn("tool", text)

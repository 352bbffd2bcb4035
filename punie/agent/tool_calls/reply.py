"""What a reply holds, as records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Span = tuple[int, int]
Dialect = Literal["format_a", "bare", "format_b", "hermes", "json_fence", "python_fence"]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """
    A call that a reply holds.

    Attributes:
        name: the function, as written.
        arguments: values by parameter name.
        span: first and last offset (exclusive) of the text that makes up the call; the calls of one JSON list share it.
        dialect: how the call is written.
        whole: False when the reply ends inside the call, so that its last value may be a part. Never run such a call.

    """

    name: str
    arguments: dict[str, Any]
    span: Span
    dialect: Dialect = "format_a"
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Problem:
    """
    A place where the reply is not what a call looks like.

    Attributes:
        span: first and last offset (exclusive) of the text.
        message: what is wrong there.
        lost: whether the text is in no call and not in the content either.

    """

    span: Span
    message: str
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """
    A parsed reply. The spans of calls, lost problems and reasoning are disjoint; the text outside them is the content.

    Attributes:
        content: what it says in words, stripped, or None.
        reasoning: what it thought, stripped, or None.
        calls: its calls in the order of the text.
        complete: False when the text ends inside a call or fence. Nothing of an incomplete reply may run.
        problems: what did not parse, in the order of the text.
        reasoning_span: the text of the reasoning with its tags.

    """

    content: str | None
    reasoning: str | None
    calls: tuple[ToolCall, ...]
    complete: bool
    problems: tuple[Problem, ...] = ()
    reasoning_span: Span | None = None

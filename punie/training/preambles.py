"""
Words before a call, and turns that only promise one.

Both teach a model to stop before it calls. Words before the call are removed without touching anything else. A promise
is only reported: its turn would be empty without it, and what should stand there is not for a converter to decide.
"""

from __future__ import annotations

import re
from typing import Final

from punie.agent.tool_calls import parse_reply
from punie.agent.tool_calls.reply import Span
from punie.training.dataset import ChatMessage, TrainingExample

LONGEST_PROMISE: Final = 200
_FENCES: Final = frozenset({"json_fence", "python_fence"})
_APOSTROPHE: Final = "['\N{RIGHT SINGLE QUOTATION MARK}]"
_PROMISE: Final = re.compile(
    rf"""
    (?:(?:sure|ok|okay|certainly|of\ course|alright|great|right|yes|first|now|then|next)\b[,.!:]?\s+)*
    (?:i(?:{_APOSTROPHE}ll|\ will|(?:{_APOSTROPHE}m|\ am)\ going\ to)|let\ me|let{_APOSTROPHE}s)\ +
    (?!(?:not|never|explain|describe|summari[sz]e|clarify|give|tell|answer|assume|know|be)\b)
    [^.!?\n]*(?:[.!?](?=\S)[^.!?\n]*)*
    [.!:\N{{HORIZONTAL ELLIPSIS}}]*
    """,
    re.VERBOSE | re.IGNORECASE,
)


def preamble(turn: str) -> str | None:
    """
    The words between the beginning of a turn, or the end of its reasoning, and its first call.

    Args:
        turn: what an assistant said. Fences are no calls here.

    """
    span = _span(turn)
    return None if span is None else turn[slice(*span)].strip()


def without_preamble(turn: str) -> str:
    """The turn without the words before its first call; a turn without any is returned as it is."""
    span = _span(turn)
    return turn if span is None else turn[: span[0]] + turn[span[1] :]


def preamble_turns(example: TrainingExample) -> tuple[int, ...]:
    """Which messages of a row, from 0, are turns of the assistant with words before the call."""
    return tuple(place for place, message in _assistant_turns(example) if _span(message.content) is not None)


def remove_preambles(example: TrainingExample) -> TrainingExample:
    """The row without words before its calls; a row without any is returned as it is."""
    places = preamble_turns(example)
    if not places:
        return example
    messages = (
        message.model_copy(update={"content": without_preamble(message.content)}) if place in places else message
        for place, message in enumerate(example.messages)
    )
    return TrainingExample(messages=tuple(messages))


def is_promise(turn: str) -> bool:
    """
    Whether a turn of an assistant only says what it is going to do: one short sentence, no call, nothing done.

    Args:
        turn: what an assistant said. An announced explanation is no promise: nothing has to be called for it.

    """
    text = turn.strip()
    return len(text) <= LONGEST_PROMISE and _PROMISE.fullmatch(text) is not None and not parse_reply(turn).calls


def promise_turns(example: TrainingExample) -> tuple[int, ...]:
    """Which messages of a row, from 0, are turns of the assistant that only promise."""
    return tuple(place for place, message in _assistant_turns(example) if is_promise(message.content))


def _assistant_turns(example: TrainingExample) -> tuple[tuple[int, ChatMessage], ...]:
    return tuple((place, each) for place, each in enumerate(example.messages) if each.role == "assistant")


def _span(turn: str) -> Span | None:
    reply = parse_reply(turn)
    starts = [call.span[0] for call in reply.calls if call.dialect not in _FENCES]
    if not starts:
        return None
    begin = 0 if reply.reasoning_span is None else reply.reasoning_span[1]
    return (begin, min(starts)) if turn[begin : min(starts)].strip() else None

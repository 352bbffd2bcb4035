"""One reply as the layers see it: what it calls, how, and what it says in words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from punie.agent.tool_calls import Reply, parse_reply

EXECUTE: Final = "execute_code"
# A tag at the beginning of a line is meant as a call; in the middle of a sentence it is only mentioned.
_MEANT_AS_CALL: Final = re.compile(r"^[ \t]*<(?:tool_call|function=)", re.MULTILINE)
_FENCES: Final = frozenset({"json_fence", "python_fence"})


@dataclass(frozen=True, slots=True)
class Attempt:
    """
    A parsed reply.

    Attributes:
        text: as the model wrote it.
        words: what it says outside calls and fenced calls.
        codes: the code of each call of execute_code.
        others: names of functions called directly, which run time does not offer.
        fenced: whether the calls stand in fences instead of tags.
        complete: False when the reply ends inside a call or fence.
        attempted: whether tags stand where a call would begin, parsed or not.

    """

    text: str
    words: str
    codes: tuple[str, ...]
    others: tuple[str, ...]
    fenced: bool
    complete: bool
    attempted: bool

    @property
    def tagged(self) -> bool:
        """Whether it holds a call in tags, whatever it calls."""
        return bool(self.codes or self.others) and not self.fenced


def read_reply(text: str, tools: Sequence[Mapping[str, Any]] | None = None) -> Attempt:
    """Parse a reply with the one parser that run time uses."""
    reply = parse_reply(text, None if tools is None else [dict(tool) for tool in tools])
    # A call of an incomplete reply carries a partial value and never runs.
    calls = reply.calls if reply.complete else ()
    codes = tuple(
        code for call in calls if call.name == EXECUTE and isinstance(code := call.arguments.get("code"), str)
    )
    return Attempt(
        text=text,
        words=reply.content or "",
        codes=codes,
        others=tuple(call.name for call in calls if call.name != EXECUTE),
        fenced=bool(calls) and all(call.dialect in _FENCES for call in calls),
        complete=reply.complete,
        attempted=_is_attempt(reply),
    )


def _is_attempt(reply: Reply) -> bool:
    begun = any(problem.lost for problem in reply.problems)
    return begun or bool(reply.calls) or _MEANT_AS_CALL.search(reply.content or "") is not None

"""What an OpenAI-compatible server sends: read strictly, and turned into the text that the model wrote."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from punie.agent.tool_calls import emit_call, parse_reply
from punie.evaluation.models.endpoint_wire import AskError

_EXECUTE: Final = "execute_code"
_CUT: Final = frozenset({"length", "max_tokens"})
_NO_REPLY: Final = {
    "content_filter": "a filter of the server withheld the reply",
    "error": "the server broke off while it answered",
}


class _Sent(BaseModel):
    """Servers add fields of their own, which are of no concern here."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class _Function(_Sent):
    name: str
    arguments: str | dict[str, Any] | None = None


class _Call(_Sent):
    function: _Function


class _Message(_Sent):
    content: str | None = None
    refusal: str | None = None
    reasoning: str | None = None
    reasoning_content: str | None = None
    tool_calls: list[_Call] | None = None


class _Choice(_Sent):
    message: _Message
    finish_reason: str | None = None


class _Served(_Sent):
    id: str


class Usage(_Sent):
    """Tokens of the prompt and of the reply, 0 where the server does not count them."""

    prompt_tokens: int = 0
    completion_tokens: int = 0


class ModelList(_Sent):
    """The reply to `GET models`."""

    data: list[_Served]

    @property
    def names(self) -> list[str]:
        """What the server serves, sorted."""
        return sorted({each.id for each in self.data})


class ChatReply(_Sent):
    """
    The reply to `POST chat/completions`.

    Attributes:
        model: the model that wrote it, as the server says.
        choices: the first is what counts.
        system_fingerprint: what the server tells about itself.
        usage: what it cost.

    """

    model: str
    choices: list[_Choice]
    system_fingerprint: str | None = None
    usage: Usage | None = None

    @property
    def finished(self) -> bool:
        """Whether the model ended by itself, and not at the token budget."""
        return self._choice.finish_reason not in _CUT

    @property
    def text(self) -> str:
        """
        The reply as the model wrote it, with the reasoning and the calls that the server took out of it.

        Raises:
            AskError: there is none.

        """
        message, reason = self._choice.message, self._choice.finish_reason
        if reason in _NO_REPLY:
            raise AskError(_NO_REPLY[reason])
        thought, words = message.reasoning or message.reasoning_content, message.content or message.refusal
        calls = [call_text(call.function.name, call.function.arguments) for call in message.tool_calls or ()]
        if reason == "tool_calls" and not calls:
            # the parsers of servers drop a call that they cannot read: the model wrote something, nobody knows what
            problem = "the server says that the model called a tool, and sent no call: it lost the reply"
            raise AskError(problem)
        if not {"content", "refusal", "tool_calls"} & message.model_fields_set:
            problem = "the message has neither content nor tool_calls"
            raise AskError(problem)
        closed = words or calls or self.finished
        reasoning = "" if not thought else f"<think>\n{thought}\n</think>\n" if closed else f"<think>\n{thought}"
        return "\n".join(_filled([reasoning, words, *calls]))

    @property
    def _choice(self) -> _Choice:
        if not self.choices:
            problem = "the reply has no choices"
            raise AskError(problem)
        return self.choices[0]


Kind = TypeVar("Kind", ChatReply, ModelList)


def read(kind: type[Kind], body: bytes) -> Kind:
    """
    A body of JSON as a record.

    Raises:
        AskError: it is no JSON, or of another shape.

    """
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        place = ".".join(map(str, fault["loc"]))
    if not body.strip():
        message = "the server sent nothing"
    else:
        message = f"the server sent something else than {'a list of models' if kind is ModelList else 'a reply'}: "
        message += f"{f'{place}: ' if place else ''}{fault['msg']}"
    raise AskError(message)


def call_text(name: str, arguments: str | dict[str, Any] | None) -> str:
    """
    A call that a server has parsed, in the form in which a model writes it, so that the one parser reads it back.

    Args:
        name: of the function.
        arguments: the object, or its JSON; JSON that is broken is kept as it is, for the model wrote it.

    """
    given = _object(arguments)
    if given is None:
        return _tagged(f'{{"name": {json.dumps(name)}, "arguments": {arguments}}}')
    code = given.get("code")
    if name == _EXECUTE and isinstance(code, str):
        text = emit_call(code)
        if [(call.name, call.arguments) for call in parse_reply(text).calls] == [(name, given)]:
            return text
    # without "<" nothing in the values can be taken for a tag
    return _tagged(json.dumps({"name": name, "arguments": given}).replace("<", "\\u003c"))


def _object(arguments: str | dict[str, Any] | None) -> dict[str, Any] | None:
    if not isinstance(arguments, str):
        return arguments or {}
    try:
        found = json.loads(arguments or "{}")
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _tagged(text: str) -> str:
    return f"<tool_call>\n{text}\n</tool_call>"


def _filled(parts: Iterable[str | None]) -> list[str]:
    return [part for part in parts if part]

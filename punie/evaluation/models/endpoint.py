"""
A model behind an OpenAI-compatible server.

Its prompts are conversations, as JSON: the server puts them through its own chat template, once. A query without a
reply costs that query alone; whoever lies about its model, or is dead, is not asked any further.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx2

from punie.evaluation.models.endpoint_address import ApiKey, EndpointError
from punie.evaluation.models.endpoint_pace import Pace, Persistence
from punie.evaluation.models.endpoint_reply import ChatReply, ModelList, Usage, read
from punie.evaluation.models.endpoint_wire import AskError, client_of, fetch
from punie.evaluation.models.mlx import MAX_TOKENS
from punie.evaluation.models.protocol import Answer, Fact, OnReply

_LISTED: Final = 8  # names of models in a message


@dataclass(frozen=True)
class Endpoint:
    """
    Which model is asked, and where.

    Args:
        base: the address below which `models` and `chat/completions` are.
        name: the model's, as the server lists it.
        key: for this server.

    """

    base: httpx2.URL
    name: str
    key: ApiKey


@dataclass(frozen=True)
class Decoding:
    """
    How replies are decoded.

    Args:
        max_tokens: token budget of a reply.
        temperature: 0 answers greedily.
        stop: texts at which a reply ends.
        seed: of the first draw of each prompt. `mlx_lm.server` does not batch requests that carry one.

    """

    max_tokens: int = MAX_TOKENS
    temperature: float = 0.0
    stop: tuple[str, ...] = ()
    seed: int | None = None

    def request(self, draw: int) -> dict[str, Any]:
        """The part of a request about decoding."""
        given: dict[str, Any] = {"max_tokens": self.max_tokens, "temperature": self.temperature, "stream": False}
        if self.stop:
            given["stop"] = list(self.stop)
        if self.seed is not None:
            given["seed"] = self.seed + draw
        return given


def as_prompt(messages: Sequence[Mapping[str, str]]) -> str:
    """A conversation as a prompt for `EndpointModel`."""
    return json.dumps(list(messages), ensure_ascii=False)


class EndpointModel:
    """
    A served model; its prompts are those of `as_prompt`.

    Args:
        endpoint: model and server.
        decoding: how replies are decoded.
        pace: patience with the server.

    """

    def __init__(self, endpoint: Endpoint, decoding: Decoding | None = None, pace: Pace | None = None) -> None:
        self.name = endpoint.name
        self.identity: Mapping[str, str] = {"endpoint": str(endpoint.base), "served_model": endpoint.name}
        self._endpoint = endpoint
        self._decoding = decoding or Decoding()
        self._pace = pace or Pace()
        self._persistence = Persistence(self._pace)
        self._fingerprints: set[str] = set()
        self._unanswered = 0

    @property
    def settings(self) -> Mapping[str, Fact]:
        """What decides a reply besides the served model and the prompt."""
        decoding = self._decoding
        return {
            "max_tokens": decoding.max_tokens,
            "temperature": decoding.temperature,
            "seed": decoding.seed,
            "stop": json.dumps(decoding.stop) if decoding.stop else None,
        }

    @property
    def facts(self) -> Mapping[str, Fact]:
        """Settings, what the server tells about itself, requests that were sent again, queries without reply."""
        return {
            "system_fingerprint": ", ".join(sorted(self._fingerprints)) or None,
            **self.settings,
            "concurrency": self._pace.concurrency,
            "retries": self._persistence.retries,
            "unanswered": self._unanswered,
        }

    def answer(
        self, prompts: Sequence[str], *, draws: Sequence[int] | None = None, on_reply: OnReply | None = None
    ) -> list[Answer]:
        """One answer for each prompt, in their order; one that the server did not give tells its `failure`."""
        return asyncio.run(self._answers(prompts, draws or [0] * len(prompts), on_reply))

    async def _answers(self, prompts: Sequence[str], draws: Sequence[int], on_reply: OnReply | None) -> list[Answer]:
        free = asyncio.Semaphore(self._pace.concurrency)

        async def one(index: int) -> Answer:
            async with free:
                answer = await self._answer(client, prompts[index], draws[index])
            if on_reply is not None:
                on_reply(index, answer)
            return answer

        endpoint = self._endpoint
        async with client_of(endpoint.base, endpoint.key, connections=self._pace.concurrency) as client:
            return await asyncio.gather(*(one(index) for index in range(len(prompts))))

    async def _answer(self, client: httpx2.AsyncClient, prompt: str, draw: int) -> Answer:
        body = {"model": self.name, "messages": json.loads(prompt), **self._decoding.request(draw)}
        try:
            return await self._persistence.get(lambda: self._ask(client, body))
        except AskError as error:
            self._unanswered += 1
            return Answer("", failure=self._endpoint.key.hide(str(error)))

    async def _ask(self, client: httpx2.AsyncClient, body: Mapping[str, Any]) -> Answer:
        start = time.perf_counter()
        reply = read(ChatReply, await fetch(client, "chat/completions", body, seconds=self._pace.seconds))
        seconds = time.perf_counter() - start
        if reply.model != self.name:
            message = f"the server was asked for model {self.name!r}, and its reply is from {reply.model!r}"
            raise AskError(message, final=True)
        text = self._endpoint.key.hide(reply.text)
        if reply.system_fingerprint:
            self._fingerprints.add(self._endpoint.key.hide(reply.system_fingerprint))
        used = reply.usage or Usage()
        return Answer(text, seconds, reply.finished, prompt_tokens=used.prompt_tokens, tokens=used.completion_tokens)


def check_served(endpoint: Endpoint, pace: Pace) -> None:
    """
    Ask the server whether it serves the model.

    Args:
        endpoint: model and server; without a name, what the server serves is told.
        pace: patience with the server.

    Raises:
        EndpointError: it does not, or gives no answer.

    """
    try:
        names = asyncio.run(_served(endpoint, pace))
    except AskError as error:
        message = endpoint.key.hide(f"{endpoint.base}/models: {error}")
        raise EndpointError(message) from None
    if endpoint.name in names:
        return
    wrong = f"{endpoint.base} does not serve {endpoint.name!r}" if endpoint.name else "--endpoint needs a --model-name"
    shown = ", ".join(map(repr, names[:_LISTED])) or "no model at all"
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    message = endpoint.key.hide(f"{wrong}: the server has {shown}{more}")
    raise EndpointError(message)


async def _served(endpoint: Endpoint, pace: Pace) -> list[str]:
    async with client_of(endpoint.base, endpoint.key, connections=1) as client:

        async def once() -> list[str]:
            return read(ModelList, await fetch(client, "models", seconds=pace.seconds)).names

        return await Persistence(pace).get(once)

"""A model that answers from a script, for tests of what surrounds a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from punie.evaluation.models.protocol import Answer, Fact, OnReply

Script = Mapping[str, str] | Callable[[str], str]


class ScriptedModel:
    """
    Answers prompts from a script, and keeps the prompts that it was given.

    Args:
        replies: a function from prompt to reply; or replies by text that occurs in the prompt, where the text
            that occurs last decides, of several that end at the same place the longest.
        name: how reports call it.

    Attributes:
        batches: the prompts of each call of `answer`.

    """

    def __init__(self, replies: Script, *, name: str = "scripted") -> None:
        self.name = name
        self.identity: Mapping[str, str] = {"script": name}
        self.facts: Mapping[str, Fact] = {}
        self.batches: list[tuple[str, ...]] = []
        self._replies = replies

    def answer(
        self, prompts: Sequence[str], *, draws: Sequence[int] | None = None, on_reply: OnReply | None = None
    ) -> list[Answer]:
        """
        The scripted reply to each prompt, whatever the draw.

        Raises:
            LookupError: the script has no reply to a prompt.

        """
        del draws
        self.batches.append(tuple(prompts))
        answers = [Answer(self._reply(prompt)) for prompt in prompts]
        if on_reply is not None:
            for index, answer in enumerate(answers):
                on_reply(index, answer)
        return answers

    def _reply(self, prompt: str) -> str:
        if callable(self._replies):
            return self._replies(prompt)
        found = [(prompt.rindex(text) + len(text), len(text), text) for text in self._replies if text in prompt]
        if not found:
            message = f"no scripted reply to the prompt {prompt!r}"
            raise LookupError(message)
        return self._replies[max(found)[2]]

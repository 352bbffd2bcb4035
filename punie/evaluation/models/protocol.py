"""What a model has to offer to be graded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

Fact = str | int | float | None
UNASKED: Final = "not asked: "  # how the failure of a prompt begins that was never sent


@dataclass(frozen=True)
class Answer:
    """
    One reply.

    Args:
        text: the reply without the prompt and without the stop token.
        seconds: from the moment its prompt was taken up to its last token, other replies of the batch included.
        finished: False when the token budget cut the reply off.
        shown: the tool response that it follows, where that is not the one recorded in the suite.
        prompt_tokens: of its prompt; 0 where they were not counted.
        tokens: that were generated, the stop token among them; 0 where they were not counted.
        first_token: seconds up to the first of them; None where they were not taken.
        cached: whether it was taken over from an earlier run; `seconds` are then those of that run.
        failure: why there is no reply, such as a dead server; such an answer is no verdict on the model, and never kept
            for a later run.

    """

    text: str
    seconds: float = 0.0
    finished: bool = True
    shown: str | None = None
    prompt_tokens: int = 0
    tokens: int = 0
    first_token: float | None = None
    cached: bool = False
    failure: str = ""


OnReply = Callable[[int, Answer], None]


class Model(Protocol):
    """Answers prompts; a test's stand-in is `punie.testing.ScriptedModel`."""

    @property
    def name(self) -> str:
        """How reports call the model."""

    @property
    def identity(self) -> Mapping[str, str]:
        """Digests that tell this model from any other: weights, tokenizer, template, configuration."""

    @property
    def facts(self) -> Mapping[str, Fact]:
        """What is known about size, memory and the way of computing, as it stands after the last answer."""

    def answer(
        self, prompts: Sequence[str], *, draws: Sequence[int] | None = None, on_reply: OnReply | None = None
    ) -> list[Answer]:
        """
        One answer for each prompt, in their order.

        Args:
            prompts: complete texts, as `punie.agent.prompt_utils` renders them.
            draws: for each prompt, how often it was answered before; above temperature 0 another draw is another
                reply. None lets the model count.
            on_reply: called with a prompt's index and its answer as soon as that is complete.

        """

"""A model whose replies are kept on disk as they come, so that a later run need not ask for them again."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol, runtime_checkable

from punie.evaluation.models.journal import Journal, KeptReply, key_of
from punie.evaluation.models.protocol import Answer, Fact, Model, OnReply


@runtime_checkable
class KeepableModel(Model, Protocol):
    """A model that tells what decides its replies."""

    @property
    def settings(self) -> Mapping[str, Fact]:
        """Everything besides `identity`, the prompt and the draw that decides a reply: decoding, engine, machine."""


class KeptModel:
    """
    A model with a journal: what stands in it is taken over, the rest is asked and written into it.

    Args:
        model: what is asked.
        journal: about this model's identity and settings.
        anew: forget what stands in the journal.

    Attributes:
        trouble: why replies cannot be kept or read; empty when they can.

    """

    def __init__(self, model: Model, journal: Journal, *, anew: bool = False) -> None:
        self.name = model.name
        self.identity = model.identity
        self.trouble = ""
        self._model = model
        self._journal: Journal | None = journal
        self._asked: Counter[str] = Counter()
        self._replies: Mapping[str, KeptReply] = {}
        self._damaged = 0
        self._taken: list[KeptReply] = []
        self._open(journal, anew=anew)

    @property
    def facts(self) -> Mapping[str, Fact]:
        """What the model knows, and what was taken over; the peak of memory is that of all runs that asked."""
        facts = dict(self._model.facts)
        peaks = [reply.memory for reply in self._taken if reply.memory is not None]
        now = facts.get("peak_memory_bytes")
        if peaks and isinstance(now, int):
            facts["peak_memory_bytes"] = max(now, *peaks)
        cached: dict[str, Fact] = {
            "cached_replies": len(self._taken),
            "cached_seconds": round(sum(reply.took for reply in self._taken), 3),
            "damaged_replies": self._damaged,
        }
        return {**facts, **cached, **({"not_kept": self.trouble} if self.trouble else {})}

    def answer(
        self, prompts: Sequence[str], *, draws: Sequence[int] | None = None, on_reply: OnReply | None = None
    ) -> list[Answer]:
        """One answer for each prompt, in their order; see `Model.answer`."""
        tell = on_reply or (lambda _index, _answer: None)
        numbers = [self._count(prompt) for prompt in prompts] if draws is None else list(draws)
        keys = [key_of(prompt, draw) for prompt, draw in zip(prompts, numbers, strict=True)]
        answers = {index: self._take(self._replies[key]) for index, key in enumerate(keys) if key in self._replies}
        for index, answer in answers.items():
            tell(index, answer)
        missing = [index for index in range(len(prompts)) if index not in answers]
        last = time.perf_counter()

        def on_missing(number: int, answer: Answer) -> None:
            nonlocal last
            now = time.perf_counter()
            self._keep(keys[missing[number]], answer, now - last)
            last = now
            tell(missing[number], answer)

        if missing:
            texts, rest = [prompts[index] for index in missing], [numbers[index] for index in missing]
            asked = self._model.answer(texts, draws=rest, on_reply=on_missing)
            answers |= dict(zip(missing, asked, strict=True))
        return [answers[index] for index in range(len(prompts))]

    def _keep(self, key: str, answer: Answer, took: float) -> None:
        """Write an answer down; a disk that does not take it is told once, and the run goes on."""
        if self._journal is None or answer.failure or not _is_text(answer.text):
            return
        memory = self._model.facts.get("peak_memory_bytes")
        reply = KeptReply(
            key=key,
            text=answer.text,
            finished=answer.finished,
            seconds=answer.seconds,
            took=took,
            prompt_tokens=answer.prompt_tokens,
            tokens=answer.tokens,
            first_token=answer.first_token,
            memory=memory if isinstance(memory, int) else None,
            at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        try:
            self._journal.append(reply)
        except OSError as error:
            self._give_up(error)

    def _open(self, journal: Journal, *, anew: bool) -> None:
        try:
            if anew:
                journal.clear()
            found = journal.read()
        except OSError as error:
            self._give_up(error)
        else:
            self._replies, self._damaged = found.replies, found.damaged

    def _give_up(self, error: OSError) -> None:
        self._journal = None
        self.trouble = f"{error.strerror or error}"

    def _count(self, prompt: str) -> int:
        self._asked[prompt] += 1
        return self._asked[prompt] - 1

    def _take(self, reply: KeptReply) -> Answer:
        self._taken.append(reply)
        return reply.answer


def _is_text(text: str) -> bool:
    """Whether a text has no lone surrogates, which no file of ours can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True

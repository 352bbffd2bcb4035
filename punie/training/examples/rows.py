"""Rows of drawn conversations: near a suite none, no context twice, each short enough to train on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from punie.agent.prompt_utils import conversation
from punie.training.contamination import too_near
from punie.training.dataset import ChatMessage, TrainingExample
from punie.training.examples import catalog
from punie.training.examples.draft import Intent, Turn
from punie.training.examples.grammar import seeded
from punie.training.examples.phrasing import fits
from punie.training.examples.targets import serves

_TARGET_ATTEMPTS: Final = 400  # a rare tool is called by few intents
# Characters beyond the system prompt: about 220 tokens for a single call, 380 for a conversation.
_MAX_SINGLE: Final = 800
_MAX_CONVERSATION: Final = 1080


class RowMaker:
    """
    Makes rows and remembers what it has made.

    Args:
        system: system prompt of every row.
        avoid: prompts that no row's prompt may come near.

    """

    def __init__(self, system: str, avoid: Sequence[str] = ()) -> None:
        self._system = system
        self._avoid = tuple(avoid)
        self._seen: set[str] = set()

    def rows(self, turns: Sequence[Turn]) -> Iterator[TrainingExample]:
        """Yield a row for each turn to train whose context is new; none when a prompt is refused."""
        if any(turn.role == "user" and self._refused(turn.content) for turn in turns):
            return
        for end, turn in enumerate(turns, 1):
            if turn.role == "assistant" and turn.train and self._is_new(turns[: end - 1]) and _short(turns[:end]):
                yield self._row(turns[:end])

    def _refused(self, prompt: str) -> bool:
        return not fits(prompt) or (bool(self._avoid) and too_near(prompt, self._avoid) is not None)

    def _is_new(self, context: Sequence[Turn]) -> bool:
        key = "\n".join("".join(letter for letter in turn.content.lower() if letter not in " .?!,") for turn in context)
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    def _row(self, turns: Sequence[Turn]) -> TrainingExample:
        messages = conversation([{"role": turn.role, "content": turn.content} for turn in turns], self._system)
        return TrainingExample(messages=tuple(ChatMessage.model_validate(message) for message in messages))


def wanted_rows(maker: RowMaker, seed: int, targets: Mapping[str, int]) -> tuple[TrainingExample, ...]:
    """
    Draw so many training rows of each tool, or of answers in words, from all families.

    Args:
        maker: makes them.
        seed: of the choices.
        targets: rows by tool or "words", as `read_targets` gives them.

    Raises:
        ValueError: the families gave too few different ones.

    """
    draw = seeded(f"{seed}:targets")
    found: list[TrainingExample] = []
    for name, count in targets.items():
        goal = len(found) + count
        for _ in range(_TARGET_ATTEMPTS * count):
            if len(found) >= goal:
                break
            intent: Intent = draw.rng.choice(catalog.GROUPS[draw.any(tuple(catalog.GROUPS))])
            rows = maker.rows(intent.make(draw))
            found += [row for row in rows if serves(row.messages[-1].content, name)][: goal - len(found)]
        if len(found) < goal:
            message = f"the generators gave too few different rows of {name!r}: {count} are wanted"
            raise ValueError(message)
    return tuple(found)


def _short(turns: Sequence[Turn]) -> bool:
    limit = _MAX_SINGLE if sum(turn.role == "assistant" for turn in turns) == 1 else _MAX_CONVERSATION
    return sum(len(turn.content) for turn in turns) <= limit

"""Named mixtures of examples, and the one function that draws a data set from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from punie.agent.prompt_utils import conversation
from punie.training.contamination import too_near
from punie.training.dataset import ChatMessage, TrainingDataset, TrainingExample
from punie.training.examples import catalog
from punie.training.examples.draft import Intent, Turn
from punie.training.examples.grammar import seeded
from punie.training.examples.phrasing import fits
from punie.training.examples.targets import serves

_ATTEMPTS: Final = 40
_TARGET_ATTEMPTS: Final = 400  # a rare tool is called by few intents
# Characters beyond the system prompt: about 220 tokens for a single call, 380 for a conversation.
_MAX_SINGLE: Final = 800
_MAX_CONVERSATION: Final = 1080


@dataclass(frozen=True)
class Preset:
    """
    A mixture of families.

    Args:
        size: training rows.
        valid: validation rows, from templates and words that training never sees.
        shares: part of the rows that each group of families gets.

    """

    size: int
    valid: int
    shares: Mapping[str, float]


PRESETS: Final[Mapping[str, Preset]] = MappingProxyType(
    {
        "nano": Preset(
            size=9000,
            valid=240,
            shares=MappingProxyType(
                {
                    "single": 0.18,
                    "identity": 0.07,
                    "fields": 0.2,
                    "workflows": 0.15,
                    "conversations": 0.22,
                    "words": 0.18,
                }
            ),
        )
    }
)


def generate(
    preset: str,
    seed: int,
    system: str,
    *,
    size: int | None = None,
    avoid: Sequence[str] = (),
    targets: Mapping[str, int] = MappingProxyType({}),
) -> TrainingDataset:
    """
    Draw a data set; the same arguments give the same rows.

    Args:
        preset: name of the mixture.
        seed: of all choices.
        system: system prompt of every row.
        size: number of training rows, by default the preset's.
        avoid: prompts that no row's prompt may come near.
        targets: rows to add to the training split, by tool or "words", as `read_targets` gives them.

    Raises:
        ValueError: there is no such preset, or a group of families cannot give that many different rows.

    """
    if preset not in PRESETS:
        message = f"unknown preset {preset!r}: choose one of {', '.join(sorted(PRESETS))}"
        raise ValueError(message)
    chosen = PRESETS[preset]
    sampler = _Sampler(seed, system, tuple(avoid))
    train = sampler.rows(chosen, chosen.size if size is None else size, held=False)
    valid = sampler.rows(chosen, chosen.valid if size is None else min(chosen.valid, max(8, size // 20)), held=True)
    return TrainingDataset(name=preset, train=train + sampler.wanted(targets), valid=valid)


class _Sampler:
    """Draws rows and remembers what it has drawn, so that no context comes twice."""

    def __init__(self, seed: int, system: str, avoid: tuple[str, ...]) -> None:
        self._seed = seed
        self._system = system
        self._avoid = avoid
        self._seen: set[str] = set()

    def rows(self, preset: Preset, size: int, *, held: bool) -> tuple[TrainingExample, ...]:
        """The rows of one split, in an order that mixes the families."""
        found: list[TrainingExample] = []
        left = size
        for place, (group, share) in enumerate(preset.shares.items(), 1):
            wanted = left if place == len(preset.shares) else round(size * share)
            left -= wanted
            found += self._group(group, wanted, held=held)
        seeded(f"{self._seed}:order:{held}").rng.shuffle(found)
        return tuple(found)

    def wanted(self, targets: Mapping[str, int]) -> tuple[TrainingExample, ...]:
        """More training rows, so many of each tool."""
        draw = seeded(f"{self._seed}:targets")
        found: list[TrainingExample] = []
        for name, count in targets.items():
            goal = len(found) + count
            for _ in range(_TARGET_ATTEMPTS * count):
                if len(found) >= goal:
                    break
                intent: Intent = draw.rng.choice(catalog.GROUPS[draw.any(tuple(catalog.GROUPS))])
                rows = self._accepted(intent.make(draw))
                found += [row for row in rows if serves(row.messages[-1].content, name)][: goal - len(found)]
            if len(found) < goal:
                message = f"the generators gave too few different rows of {name!r}: {count} are wanted"
                raise ValueError(message)
        return tuple(found)

    def _group(self, group: str, wanted: int, *, held: bool) -> list[TrainingExample]:
        intents = catalog.GROUPS[group]
        weights = [intent.weight for intent in intents]
        draw = seeded(f"{self._seed}:{group}:{held}", held=held)
        found: list[TrainingExample] = []
        for _ in range(_ATTEMPTS * wanted):
            if len(found) >= wanted:
                return found[:wanted]
            intent: Intent = draw.rng.choices(intents, weights)[0]
            found += self._accepted(intent.make(draw))
        if len(found) >= wanted:
            return found[:wanted]
        message = f"the group {group!r} gave {len(found)} different rows of {wanted}: ask for fewer rows"
        raise ValueError(message)

    def _accepted(self, turns: Sequence[Turn]) -> Iterator[TrainingExample]:
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


def _short(turns: Sequence[Turn]) -> bool:
    limit = _MAX_SINGLE if sum(turn.role == "assistant" for turn in turns) == 1 else _MAX_CONVERSATION
    return sum(len(turn.content) for turn in turns) <= limit

"""Named mixtures of examples, and the one function that draws a data set from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from punie.training.dataset import TrainingDataset, TrainingExample
from punie.training.examples import catalog
from punie.training.examples.draft import Intent
from punie.training.examples.grammar import seeded
from punie.training.examples.rows import RowMaker, wanted_rows

_ATTEMPTS: Final = 40


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
                    "single": 0.17,
                    "identity": 0.07,
                    "fields": 0.19,
                    "workflows": 0.15,
                    "conversations": 0.21,
                    "words": 0.21,
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
    maker = RowMaker(system, avoid)
    sampler = _Sampler(seed, maker)
    train = sampler.rows(chosen, chosen.size if size is None else size, held=False)
    valid = sampler.rows(chosen, chosen.valid if size is None else min(chosen.valid, max(8, size // 20)), held=True)
    return TrainingDataset(name=preset, train=train + wanted_rows(maker, seed, targets), valid=valid)


class _Sampler:
    """Draws rows of the groups of families."""

    def __init__(self, seed: int, maker: RowMaker) -> None:
        self._seed = seed
        self._maker = maker

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

    def _group(self, group: str, wanted: int, *, held: bool) -> list[TrainingExample]:
        intents = catalog.GROUPS[group]
        weights = [intent.weight for intent in intents]
        draw = seeded(f"{self._seed}:{group}:{held}", held=held)
        found: list[TrainingExample] = []
        for _ in range(_ATTEMPTS * wanted):
            if len(found) >= wanted:
                return found[:wanted]
            intent: Intent = draw.rng.choices(intents, weights)[0]
            found += self._maker.rows(intent.make(draw))
        if len(found) >= wanted:
            return found[:wanted]
        message = f"the group {group!r} gave {len(found)} different rows of {wanted}: ask for fewer rows"
        raise ValueError(message)

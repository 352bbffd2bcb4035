"""The levels of a sweep: which bits and group sizes, and the stage that makes a model of each."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, NamedTuple, get_args

from pipeline.artifact import Artifact, Stage
from pipeline.errors import InputError
from pipeline.house.records import VARIANT
from pipeline.recipe import GroupSize, QuantizePart, Recipe
from pipeline.sizes import architecture_of
from pipeline.stages.quantized import quantized_stage

_SCALE_BITS: Final = 32  # of scale and bias of each group


class Level(NamedTuple):
    """Bits of a weight and weights of a group; None: float16, the model that all others are made of."""

    bits: int | None = None
    group_size: int | None = None

    @property
    def name(self) -> str:
        """How reports call it."""
        return "float16" if self.bits is None else f"{self.bits} bits, group {self.group_size}"

    @property
    def id(self) -> str:
        """The same, as a part of an item's id."""
        return self.name.replace(", ", "-").replace(" ", "-")

    @property
    def stored(self) -> float:
        """Bits of a weight with its share of the group's scale."""
        return 16.0 if self.bits is None or self.group_size is None else self.bits + _SCALE_BITS / self.group_size


def levels_of(recipe: Recipe) -> tuple[Level, ...]:
    """
    Return float16 and the levels that the recipe sweeps, the largest first.

    Raises:
        InputError: a group size that the recipe names does not divide the model's sizes, or none does.
    """
    sizes = _group_sizes(recipe)
    found = {Level(bits, size) for bits in recipe.sweep.bits for size in sizes}
    return (Level(), *sorted(found, key=lambda level: (-level.stored, level)))


def variant_stage(recipe: Recipe, fused: Artifact, level: Level) -> Stage:
    """Return the stage that makes the model of a level; it is made as the recipe's own quantized model is."""
    return replace(quantized_stage(at_level(recipe, level), fused), name=VARIANT)


def at_level(recipe: Recipe, level: Level) -> Recipe:
    """Return `recipe` with a level, not float16, in place of its own."""
    part = QuantizePart.model_validate({"bits": level.bits, "group_size": level.group_size})
    return recipe.model_copy(update={"quantize": part})


def _group_sizes(recipe: Recipe) -> list[int]:
    known = architecture_of(recipe)
    widths = set() if known is None else {known.hidden_size, *(linear.inputs for linear in known.linears.values())}
    fitting = [size for size in get_args(GroupSize) if all(width % size == 0 for width in widths)]
    odd = [size for size in recipe.sweep.group_sizes or () if size not in fitting]
    if odd or not fitting:
        wanted = f"sweep.group_sizes: {odd[0]} does" if odd else "no group size does"
        choice = f"choose from {', '.join(map(str, fitting))}" if fitting else "the model cannot be quantized in groups"
        message = f"recipe {recipe.name!r}: {wanted} not divide the sizes {sorted(widths)} of its layers: {choice}"
        raise InputError(message)
    return list(recipe.sweep.group_sizes or fitting)

"""
Recipes: everything that decides what a model becomes, in one TOML file each.

`load_recipe("nano")` reads `recipes/nano.toml`. A recipe is immutable; its parts name the artifact folders through
their digests, so that a change rebuilds exactly the stages it concerns.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveFloat, PositiveInt, ValidationError, model_validator

from pipeline.errors import InputError
from pipeline.fingerprint import value_digest
from pipeline.places import RECIPES, ROOT

__all__ = ["RECIPES", "ROOT", "Recipe", "known_recipes", "load_recipe"]

Share = Annotated[float, Field(ge=0, lt=1)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DataPart(_Part):
    """
    Which examples.

    Attributes:
        preset: name of a mixture, a source or a merge of the generators.
        size: training rows, of a mixture only; None: what the preset gives.
        targets: a `targets.json` of an eval run, whose examples by tool are added; relative to the project.
    """

    preset: str
    size: PositiveInt | None = None
    targets: str | None = None


class LoraPart(_Part):
    """The adapter: rank, scale and dropout of mlx-lm's `lora_parameters`, the number of layers (-1: all), the keys."""

    rank: PositiveInt
    scale: PositiveFloat
    dropout: Share = 0.0
    layers: int = Field(default=-1, ge=-1)
    keys: tuple[str, ...] = Field(min_length=1)


class TrainPart(_Part):
    """
    The training run.

    Attributes:
        iterations: number of optimizer steps.
        batch_size: rows a step.
        learning_rate: the highest one; it rises over `warmup` steps and falls by half a cosine.
        warmup: number of steps.
        final_learning_rate: what the cosine ends at.
        max_tokens: rows are cut at this length.
        report_every: steps between two points of the training curve.
        evaluate_every: steps between two points of the validation curve.
    """

    iterations: PositiveInt
    batch_size: PositiveInt
    learning_rate: PositiveFloat
    warmup: int = Field(default=0, ge=0)
    final_learning_rate: float = Field(default=0.0, ge=0)
    max_tokens: PositiveInt = 2048
    report_every: PositiveInt = 10
    evaluate_every: PositiveInt = 200

    @model_validator(mode="after")
    def _warmup_ends(self) -> TrainPart:
        if self.warmup >= self.iterations:
            message = f"warmup must be smaller than iterations ({self.iterations}), got {self.warmup}"
            raise ValueError(message)
        return self


class QuantizePart(_Part):
    """Bits and group size of the stored weights, as mlx's affine quantization offers them."""

    bits: Literal[2, 3, 4, 5, 6, 8]
    group_size: Literal[32, 64, 128] = 64


class Recipe(_Part):
    """
    How one model is made.

    Attributes:
        name: the file's name without `.toml`.
        base: folder of the base model, relative to the repository.
        seed: of the data, the adapter's first weights and the order of batches.
        system: name of the system prompt that data, run time and grading share.
    """

    name: str
    base: str
    seed: int = Field(ge=0)
    system: str
    data: DataPart
    lora: LoraPart
    train: TrainPart
    quantize: QuantizePart

    @property
    def digest(self) -> str:
        """Digest of everything but the name."""
        return value_digest(self.model_dump(mode="json", exclude={"name"}))

    @property
    def base_folder(self) -> Path:
        """Where the base model lies."""
        return ROOT / self.base


def known_recipes(folder: Path = RECIPES) -> tuple[str, ...]:
    """Return the names of the recipes in `folder`."""
    return tuple(sorted(file.stem for file in folder.glob("*.toml")))


def load_recipe(name: str, folder: Path = RECIPES) -> Recipe:
    """
    Read the recipe called `name`.

    Raises:
        InputError: there is none, or its file is not what a recipe has to be.
    """
    known = known_recipes(folder)
    if name not in known:
        message = f"unknown recipe {name!r}: choose one of {', '.join(known) or '(there is none)'}"
        raise InputError(message)
    file = folder / f"{name}.toml"
    try:
        return Recipe.model_validate({**tomllib.loads(file.read_text(encoding="utf-8")), "name": name})
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors(include_url=False))
        message = f"recipe {name!r} ({file.name}): {'; '.join(faults)}"
        raise InputError(message) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"recipe {name!r} ({file.name}) is not TOML: {error}"
        raise InputError(message) from None

"""
Recipes: everything that decides what a model becomes, in one TOML file each.

`load_recipe("nano")` reads `recipes/nano.toml`; a recipe that `extends` another states only what differs. A recipe is
immutable; its parts name the artifact folders through their digests, so that a change rebuilds exactly the stages it
concerns.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveFloat, PositiveInt, ValidationError, model_validator

from pipeline.architecture import Architecture
from pipeline.distributed import DistributedPart
from pipeline.errors import InputError
from pipeline.fingerprint import value_digest
from pipeline.hub import downloaded, is_hub_name
from pipeline.places import RECIPES, ROOT

__all__ = ["RECIPES", "ROOT", "Recipe", "known_recipes", "load_recipe"]

RANDOM: Final = "random:"
Share = Annotated[float, Field(ge=0, lt=1)]
Bits = Literal[2, 3, 4, 5, 6, 8]
GroupSize = Literal[32, 64, 128]


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
        schedule: `cosine`, or `constant`: the same rate in every step.
        max_tokens: rows may not be longer.
        report_every: steps between two points of the training curve.
        evaluate_every: steps between two points of the validation curve.
        save_every: steps between two checkpoints; None: as often as they cost less than a hundredth of the time.
        resume_adapter: folder of an adapter to go on from, relative to the project or to `artifacts`; None: a new one.
        method: `fast`: on CPUs, losses and batches of our own; `mlx_lm`: those of mlx-lm everywhere.
        grad_checkpoint: compute a block's values again on the way back in place of keeping them: less memory.
    """

    iterations: PositiveInt
    batch_size: PositiveInt
    learning_rate: PositiveFloat
    warmup: int = Field(default=0, ge=0)
    final_learning_rate: float = Field(default=0.0, ge=0)
    max_tokens: PositiveInt = 2048
    report_every: PositiveInt = 10
    evaluate_every: PositiveInt = 200
    save_every: PositiveInt | None = None
    resume_adapter: str | None = None
    # left out of dumps at their defaults: digests of what was made before these keys existed stay valid
    schedule: Literal["cosine", "constant"] = Field(default="cosine", exclude_if=lambda value: value == "cosine")
    method: Literal["fast", "mlx_lm"] = Field(default="fast", exclude_if=lambda value: value == "fast")
    grad_checkpoint: bool = Field(default=False, exclude_if=lambda value: not value)

    @model_validator(mode="after")
    def _warmup_ends(self) -> TrainPart:
        if self.warmup >= self.iterations:
            message = f"warmup must be smaller than iterations ({self.iterations}), got {self.warmup}"
            raise ValueError(message)
        if self.schedule == "constant" and (self.warmup or self.final_learning_rate):
            message = "schedule 'constant' has neither warmup nor final_learning_rate: leave them out"
            raise ValueError(message)
        return self


class FusePart(_Part):
    """
    How the adapter enters the base's weights.

    Attributes:
        dequantize: always true: a quantized base is unpacked first. Fusing into packed weights rounds the sum to
            the base's few bits (16 levels at 4 bits), which erases what training added.
    """

    dequantize: bool = True

    @model_validator(mode="after")
    def _keeps_the_adapter(self) -> FusePart:
        if not self.dequantize:
            message = "dequantize = false quantizes again while fusing (4 bits erase the adapter): leave it out"
            raise ValueError(message)
        return self


class ChoosePart(_Part):
    """
    Which weights of the run become the adapter: those that answer a development suite best.

    Attributes:
        suite: name of the suite; never one that the model is accepted by.
        last: so many candidates, the final weights and those of validation points in the second half.
    """

    suite: Literal["dev"] = "dev"
    last: PositiveInt = 3


class QuantizePart(_Part):
    """Bits and group size of the stored weights, as mlx's affine quantization offers them."""

    bits: Bits = 5
    group_size: GroupSize = 64


class SweepPart(_Part):
    """
    Which levels `pytest -m sweep` compares; nothing of it decides what the model becomes.

    Attributes:
        bits: of a weight.
        group_sizes: weights that share a scale; None: those of 32, 64 and 128 that divide the sizes of all layers.
        suite: name of the suite that grades, where none is named with `--suite`.
        margin: loss of the strict rate, 0 to 1, that a recommended level must be shown to stay below.
    """

    bits: tuple[Bits, ...] = Field(default=(4, 5, 6, 8), min_length=1)
    group_sizes: tuple[GroupSize, ...] | None = Field(default=None, min_length=1)
    suite: str = "57"
    margin: Share = 0.05


class Recipe(_Part):
    """
    How one model is made.

    Attributes:
        name: the file's name without `.toml`.
        base: folder of the base model, relative to the repository; or its hub name, when it was downloaded; or
            `random:` and a family: the pipeline makes one from the seed.
        base_model: sizes of a random base; of any other, they let a plan be made before it is on the disk.
        seed: of the data, the adapter's first weights and the order of batches.
        system: name of the system prompt that data, run time and grading share.
        distributed: processes that train together. No part of any digest: with the same batches in the same order
            the result is the same but for rounding (with dropout it is not; the stage then counts the ranks).
    """

    name: str
    base: str
    seed: int = Field(ge=0)
    system: str
    data: DataPart
    lora: LoraPart
    train: TrainPart
    quantize: QuantizePart = QuantizePart()
    choose: ChoosePart | None = None
    fuse: FusePart = Field(default=FusePart(), exclude=True)
    sweep: SweepPart = Field(default=SweepPart(), exclude=True)
    distributed: DistributedPart | None = Field(default=None, exclude=True)
    base_model: Architecture | None = Field(default=None, exclude_if=lambda value: value is None)

    @model_validator(mode="after")
    def _random_base_has_sizes(self) -> Recipe:
        if not self.has_random_base:
            return self
        family = self.base.removeprefix(RANDOM)
        if self.base_model is None or self.base_model.tokenizer is None or self.base_model.model_type != family:
            message = f"base {self.base!r} needs a table [base_model] with model_type = {family!r} and a tokenizer"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _every_rank_has_rows(self) -> Recipe:
        if self.distributed is not None and self.distributed.ranks > self.train.batch_size:
            ranks, rows = self.distributed.ranks, self.train.batch_size
            message = f"distributed.ranks ({ranks}) is more than train.batch_size ({rows}): each rank needs a row"
            raise ValueError(message)
        return self

    @property
    def has_random_base(self) -> bool:
        """Whether the pipeline makes the base itself."""
        return self.base.startswith(RANDOM)

    @property
    def digest(self) -> str:
        """Digest of everything but the name."""
        return value_digest(self.model_dump(mode="json", exclude={"name"}))

    @property
    def base_folder(self) -> Path:
        """Where the base model lies, or would lie."""
        folder = ROOT / self.base
        return folder if folder.is_dir() or not is_hub_name(self.base) else downloaded(self.base) or folder


def known_recipes(folder: Path = RECIPES) -> tuple[str, ...]:
    """Return the names of the recipes in `folder`."""
    return tuple(sorted(file.stem for file in folder.glob("*.toml")))


def load_recipe(name: str, folder: Path = RECIPES) -> Recipe:
    """
    Read the recipe called `name`.

    Raises:
        InputError: there is none, or its file is not what a recipe has to be.
    """
    values = _read(name, folder)
    parent = values.pop("extends", None)
    if parent is not None:
        first = _read(str(parent), folder)
        if "extends" in first:
            message = f"recipe {name!r} extends {parent!r}, which extends another: name that one"
            raise InputError(message)
        values = _merged(first, values)
    try:
        return Recipe.model_validate({**values, "name": name})
    except ValidationError as error:
        faults = (": ".join(filter(None, (_key(fault["loc"]), fault["msg"]))) for fault in error.errors())
        message = f"recipe {name!r} ({name}.toml): {'; '.join(faults)}"
        raise InputError(message) from None


def _read(name: str, folder: Path) -> dict[str, Any]:
    known = known_recipes(folder)
    if name not in known:
        message = f"unknown recipe {name!r}: choose one of {', '.join(known) or '(there is none)'}"
        raise InputError(message)
    file = folder / f"{name}.toml"
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"recipe {name!r} ({file.name}) is not TOML: {error}"
        raise InputError(message) from None


def _key(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location))


def _merged(first: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return `first` with `changes`; tables are merged key by key."""
    tables = {
        key: {**first[key], **value}
        for key, value in changes.items()
        if isinstance(value, dict) and isinstance(first.get(key), dict)
    }
    return {**first, **changes, **tables}

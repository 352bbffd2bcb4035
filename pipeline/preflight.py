"""What has to be right before anything long begins; mlx is not loaded for it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from pipeline.artifact import require_space
from pipeline.distributed import check_distributed
from pipeline.errors import InputError
from pipeline.hub import is_hub_name
from pipeline.memory import gigabytes
from pipeline.places import shown
from pipeline.random_base import tokenizer_folder
from pipeline.recipe import Recipe
from pipeline.sizes import DATASET_BYTES, adapter_bytes, base_bytes, float16_bytes, quantized_bytes
from punie.agent.config import PROMPT_NAMES
from punie.evaluation.models.loading import ModelDirError, check_model_dir
from punie.training.examples import dataset_names


def check_inputs(recipe: Recipe, artifacts: Path) -> None:
    """
    Check what `recipe` names, and that the folder `artifacts` can be written and has room for stages never made yet.

    Raises:
        InputError: one line on the first thing that is wrong.
    """
    check_names(recipe)
    check_base(recipe)
    _check_writable(artifacts / recipe.name)
    made = {file.parent.name.rpartition("-")[0] for file in (artifacts / recipe.name).glob("*/manifest.json")}
    require_space(artifacts, sum(size for stage, size in stage_sizes(recipe).items() if stage not in made))


def stage_sizes(recipe: Recipe) -> dict[str, int]:
    """Return the bytes that each stage of `recipe` wants on the disk, in the order of the stages."""
    base = {"base": base_bytes(recipe)} if recipe.has_random_base else {}
    return base | {
        "dataset": DATASET_BYTES,
        "adapter": adapter_bytes(recipe),
        "fused": float16_bytes(recipe),
        "quantized": quantized_bytes(recipe),
    }


def check_names(recipe: Recipe) -> None:
    """
    Check that the preset and the system prompt exist, and the hosts of a distributed run.

    Raises:
        InputError: one does not, or the ranks cannot be started.
    """
    _one_of("data.preset", recipe.data.preset, dataset_names(), recipe)
    _one_of("system", recipe.system, PROMPT_NAMES, recipe)
    if recipe.distributed is not None:
        check_distributed(recipe.distributed)


def check_base(recipe: Recipe) -> None:
    """
    Check that the base model is on the disk and whole, or that it can be made.

    Raises:
        InputError: it is not; the message says how to get it.
    """
    if recipe.has_random_base:
        if recipe.base_model is not None:
            tokenizer_folder(recipe, recipe.base_model)
        return
    if not recipe.base_folder.is_dir():
        message = f"recipe {recipe.name!r}: {_missing(recipe)}"
        raise InputError(message)
    try:
        check_model_dir(recipe.base_folder)
    except ModelDirError as error:
        message = f"recipe {recipe.name!r}: base: {error}"
        raise InputError(message) from error


def _check_writable(folder: Path) -> None:
    """InputError when `folder`, which may not exist yet, cannot be written."""
    place = folder
    while not (place.exists() or place.is_symlink()):
        place = place.parent
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        message = f"artifacts cannot be written to {shown(folder)!r}: make {shown(place)!r} a folder that you may write"
        raise InputError(message)


def _missing(recipe: Recipe) -> str:
    if is_hub_name(recipe.base):
        size = f" ({gigabytes(base_bytes(recipe))})" if base_bytes(recipe) else ""
        how = f"get it with `hf download {recipe.base}`{size}, or let `base` name its folder"
        return f"the base model {recipe.base!r} is not on this machine: {how}"
    where = shown(recipe.base_folder)
    how = "build the embedded one with `pytest -m pretrain`, or let `base` name another folder"
    return f"there is no base model in {where!r}: {how}"


def _one_of(key: str, value: str, known: Iterable[str], recipe: Recipe) -> None:
    names = sorted(known)
    if value not in names:
        message = f"recipe {recipe.name!r}: {key} is {value!r}: choose one of {', '.join(names)}"
        raise InputError(message)

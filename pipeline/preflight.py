"""What has to be right before anything long begins; mlx is not loaded for it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pipeline.artifact import require_space
from pipeline.errors import InputError
from pipeline.places import shown
from pipeline.recipe import Recipe
from punie.agent.config import PROMPT_NAMES
from punie.evaluation.models.loading import ModelDirError, check_model_dir, size_of
from punie.training.examples import dataset_names

_SHARE_OF_BASE = 8  # artifacts together, as a multiple of the base model's size


def check_inputs(recipe: Recipe, artifacts: Path) -> None:
    """
    Check what `recipe` names, and that there is room in the folder `artifacts`.

    Raises:
        InputError: one line on the first thing that is wrong.
    """
    _one_of("data.preset", recipe.data.preset, dataset_names(), recipe)
    _one_of("system", recipe.system, PROMPT_NAMES, recipe)
    if not recipe.base_folder.is_dir():
        message = (
            f"recipe {recipe.name!r}: there is no base model in {shown(recipe.base_folder)!r}: "
            "build the embedded one with `pytest -m pretrain`, or let `base` name another folder"
        )
        raise InputError(message)
    try:
        check_model_dir(recipe.base_folder)
    except ModelDirError as error:
        message = f"recipe {recipe.name!r}: base: {error}"
        raise InputError(message) from error
    require_space(artifacts, _SHARE_OF_BASE * size_of(recipe.base_folder))


def _one_of(key: str, value: str, known: Iterable[str], recipe: Recipe) -> None:
    names = sorted(known)
    if value not in names:
        message = f"recipe {recipe.name!r}: {key} is {value!r}: choose one of {', '.join(names)}"
        raise InputError(message)

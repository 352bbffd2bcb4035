"""An adapter that training goes on from (`train.resume_adapter`): found, named by its digest, and read into a model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final, NoReturn

from pipeline.commands import adapter_config
from pipeline.errors import InputError, StageError
from pipeline.fingerprint import files_digest
from pipeline.manifest import read_manifest
from pipeline.models import load_arrays
from pipeline.places import ROOT, shown
from pipeline.recipe import Recipe
from punie.evaluation.models.loading import identity_of

_FILES: Final = ("adapters.safetensors", "adapter_config.json")


def earlier_adapter(recipe: Recipe) -> Path | None:
    """
    Return the folder of the adapter that `recipe` goes on from, or None when it begins afresh.

    Raises:
        InputError: there is none, or it was trained on another base model or with other LoRA parameters.
    """
    name = recipe.train.resume_adapter
    if name is None:
        return None
    places = (ROOT / name, ROOT / "artifacts" / name)
    folder = next((place for place in places if all((place / file).is_file() for file in _FILES)), None)
    if folder is None:
        _refuse(recipe, f"{name!r} is no adapter ({' and '.join(_FILES)}): give the folder of one")
    manifest = read_manifest(folder)
    if manifest is not None and manifest.inputs.get("base") != identity_of(recipe.base_folder):
        _refuse(recipe, f"{shown(folder)!r} was trained on another base model than {recipe.base!r}: choose one of it")
    given, wanted = _shape(_config(recipe, folder)), _shape(adapter_config(recipe))
    if given != wanted:
        _refuse(recipe, f"{shown(folder)!r} has {given}, the recipe {wanted}: make them equal")
    return folder


def adapter_digest(folder: Path) -> str:
    """Return the digest of what an adapter is."""
    return files_digest(folder, _FILES)


def read_adapter(folder: Path, model: Any) -> None:  # noqa: ANN401 - mlx has no types
    """
    Give the LoRA layers of `model` the weights of the adapter in `folder`.

    Raises:
        StageError: the file cannot be read, or names other weights or shapes.
    """
    from mlx.utils import tree_flatten

    try:
        arrays = load_arrays(folder / _FILES[0])
    except (OSError, RuntimeError) as error:
        message = f"the adapter in {shown(folder)!r} cannot be read: {' '.join(str(error).split())}"
        raise StageError(message) from error
    own = {name: value.shape for name, value in tree_flatten(model.trainable_parameters())}
    if own != {name: value.shape for name, value in arrays.items()}:
        message = f"the adapter in {shown(folder)!r} holds other weights than the recipe's LoRA layers: train a new one"
        raise StageError(message)
    model.load_weights(list(arrays.items()), strict=False)


def _config(recipe: Recipe, folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / _FILES[1]).read_text(encoding="utf-8"))
    except ValueError as error:
        _refuse(recipe, f"{shown(folder)!r}: {_FILES[1]} is no JSON ({error}): give the folder of another")
    return found if isinstance(found, dict) else {}


def _shape(config: dict[str, Any]) -> dict[str, Any]:
    """What has to agree for the weights to mean the same; dropout need not."""
    lora = config.get("lora_parameters")
    lora = lora if isinstance(lora, dict) else {}
    return {"layers": config.get("num_layers"), **{key: lora.get(key) for key in ("rank", "scale", "keys")}}


def _refuse(recipe: Recipe, reason: str) -> NoReturn:
    message = f"recipe {recipe.name!r}: train.resume_adapter: {reason}"
    raise InputError(message)

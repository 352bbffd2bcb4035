"""Stage `base`: a random model of a recipe's own sizes, quantized; it takes the code paths of a large one."""

from __future__ import annotations

import json
import shutil
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from pipeline.architecture import Architecture
from pipeline.artifact import Artifact, Made, Stage
from pipeline.base.tokenizer import END_OF_TEXT, TURN_END
from pipeline.errors import InputError, StageError
from pipeline.fingerprint import files_digest
from pipeline.models import mlx_output
from pipeline.places import ROOT, shown
from pipeline.recipe import Recipe
from pipeline.sizes import base_bytes
from punie.blas import ensure_fast_blas

_SOURCES: Final = ("random_base.py",)
_TOKENIZER: Final = ("tokenizer.json", "tokenizer_config.json")
_CONTEXT: Final = 8192  # tokens
_EMBEDDING_SCALE: Final = 0.02


def base_stage(recipe: Recipe) -> Stage:
    """
    Return the stage that makes the random base of `recipe`.

    Raises:
        InputError: the recipe's base is not a random one, or its tokenizer is missing.
    """
    sizes = recipe.base_model
    if sizes is None or sizes.tokenizer is None or not recipe.has_random_base:
        message = f"recipe {recipe.name!r}: base {recipe.base!r} is not made here"
        raise InputError(message)
    source = tokenizer_folder(recipe, sizes)
    inputs = {
        "base_model": sizes.model_dump(mode="json"),
        "seed": recipe.seed,
        "tokenizer": files_digest(source, _TOKENIZER),
        "sources": files_digest(ROOT / "pipeline", _SOURCES),
    }
    needed = 4 * base_bytes(recipe)
    return Stage("base", inputs, (), lambda folder: _make(sizes, source, recipe.seed, folder), needed)


def with_base(recipe: Recipe, base: Artifact) -> Recipe:
    """Return `recipe` with the folder of `base` as its base."""
    return recipe.model_copy(update={"base": shown(base.folder)})


def tokenizer_folder(recipe: Recipe, sizes: Architecture) -> Path:
    """
    Return the folder that holds the random base's tokenizer.

    Raises:
        InputError: a file of it is missing.
    """
    folder = ROOT / str(sizes.tokenizer)
    missing = [name for name in _TOKENIZER if not (folder / name).is_file()]
    if missing:
        what = f"no {missing[0]} in {shown(folder)!r}"
        message = f"recipe {recipe.name!r}: base_model.tokenizer: {what}: name the folder of a model with a tokenizer"
        raise InputError(message)
    return folder


def _make(sizes: Architecture, source: Path, seed: int, folder: Path) -> Made:
    ensure_fast_blas()
    import mlx.core as mx
    from mlx.utils import tree_flatten

    for name in _TOKENIZER:
        shutil.copy2(source / name, folder / name)
    config = _config(sizes, source)
    with warnings.catch_warnings(), mlx_output():
        warnings.simplefilter("ignore")
        model, config = _quantized(_fresh(config, seed), config, sizes)
    weights = dict(tree_flatten(model.parameters()))
    mx.save_safetensors(str(folder / "model.safetensors"), weights, {"format": "mlx"})
    ends = {name: config[name] for name in ("eos_token_id", "pad_token_id")}
    for name, values in (("config.json", config), ("generation_config.json", ends)):
        (folder / name).write_text(f"{json.dumps(values, indent=2)}\n", encoding="utf-8")
    return Made(facts={"parameters": sizes.parameters})


def _fresh(config: dict[str, Any], seed: int) -> Any:  # noqa: ANN401 - mlx has no types
    """A model with random weights in float16."""
    import mlx.core as mx

    family = import_module(f"mlx_lm.models.{config['model_type']}")
    mx.random.seed(seed)
    model = family.Model(family.ModelArgs.from_dict(config))
    table = model.model.embed_tokens
    table.weight = mx.random.normal(table.weight.shape) * _EMBEDDING_SCALE
    mx.eval(model.parameters())
    model.set_dtype(mx.float16)
    return model


def _quantized(model: Any, config: dict[str, Any], sizes: Architecture) -> tuple[Any, dict[str, Any]]:  # noqa: ANN401 - likewise
    from mlx_lm.utils import quantize_model

    if sizes.bits is None:
        return model, config
    packed, values = quantize_model(model, config, sizes.group_size, sizes.bits)
    return packed, dict(values)


def _config(sizes: Architecture, source: Path) -> dict[str, Any]:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
    if tokenizer.get_vocab_size() > sizes.vocab_size:
        message = f"base_model.vocab_size is {sizes.vocab_size}, the tokenizer has {tokenizer.get_vocab_size()} tokens"
        raise StageError(message)
    end, pad = tokenizer.token_to_id(TURN_END), tokenizer.token_to_id(END_OF_TEXT)
    experts = {"decoder_sparse_step": 1, "mlp_only_layers": [], "norm_topk_prob": True} if sizes.has_experts else {}
    return {
        **sizes.model_dump(mode="json", exclude={"bits", "group_size", "tokenizer"}),
        "rms_norm_eps": 1e-6,
        "rope_theta": 10_000.0,
        "max_position_embeddings": _CONTEXT,
        **experts,
        "eos_token_id": [end, pad],
        "pad_token_id": pad,
        "torch_dtype": "float16",
    }

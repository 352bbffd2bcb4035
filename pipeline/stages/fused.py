"""Stage `fused`: the adapter's product added to the base model's weights, in float16."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pipeline.artifact import OUT, Artifact, Made, Stage
from pipeline.commands import fuse_command
from pipeline.errors import StageError
from pipeline.fingerprint import files_digest
from pipeline.models import Loaded, load_model, save_model
from pipeline.places import ROOT, shown
from pipeline.recipe import Recipe
from pipeline.sizes import float16_bytes
from punie.evaluation.models.loading import identity_of

_SOURCES: Final = ("stages/fused.py", "models.py")


def fused_stage(recipe: Recipe, adapter: Artifact) -> Stage:
    """Return the stage for `recipe` and its adapter."""
    inputs = {"base": identity_of(recipe.base_folder), "sources": files_digest(ROOT / "pipeline", _SOURCES)}
    needed = float16_bytes(recipe)
    return Stage("fused", inputs, (adapter,), lambda folder: _make(recipe, adapter, folder), needed)


def _make(recipe: Recipe, adapter: Artifact, folder: Path) -> Made:
    model, tokenizer, config = load_model(recipe.base_folder, adapter.folder, lazy=True)
    import mlx.core as mx
    from mlx.utils import tree_unflatten
    from mlx_lm.utils import dequantize_model

    mx.reset_peak_memory()
    model.set_dtype(mx.float32)  # the sum is rounded once, when it is stored
    fused = [(name, layer.fuse(dequantize=True)) for name, layer in model.named_modules() if hasattr(layer, "fuse")]
    if not fused:
        message = f"the adapter in {str(adapter.folder)!r} changes no layer: check lora.keys of recipe {recipe.name!r}"
        raise StageError(message)
    model.update_modules(tree_unflatten(fused))
    dequantize_model(model)
    model.set_dtype(mx.float16)
    plain = {key: value for key, value in config.items() if key not in {"quantization", "quantization_config"}}
    save_model(Loaded(model, tokenizer, plain | {"torch_dtype": "float16"}), recipe.base_folder, folder)
    command = fuse_command(recipe, shown(adapter.folder), OUT)
    return Made(command, adapter.manifest.losses, int(mx.get_peak_memory()), {"fused_layers": len(fused)})

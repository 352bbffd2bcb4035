"""Stage `quantized`: the fused model with its weights in few bits; this is the model to deploy."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pipeline.artifact import OUT, Artifact, Made, Stage
from pipeline.commands import convert_command
from pipeline.fingerprint import files_digest
from pipeline.models import Loaded, load_model, mlx_output, save_model
from pipeline.places import ROOT, shown
from pipeline.recipe import Recipe

_SOURCES: Final = ("stages/quantized.py", "models.py")


def quantized_stage(recipe: Recipe, fused: Artifact) -> Stage:
    """Return the stage for `recipe` and its fused model."""
    inputs = {
        "quantize": recipe.quantize.model_dump(mode="json"),
        "sources": files_digest(ROOT / "pipeline", _SOURCES),
    }
    needed = fused.manifest.size_bytes
    return Stage("quantized", inputs, (fused,), lambda folder: _make(recipe, fused, folder), needed)


def _make(recipe: Recipe, fused: Artifact, folder: Path) -> Made:
    model, tokenizer, config = load_model(fused.folder, lazy=True)
    import mlx.core as mx
    from mlx_lm.utils import compute_bits_per_weight, quantize_model

    mx.reset_peak_memory()
    with mlx_output():
        model, config = quantize_model(model, config, recipe.quantize.group_size, recipe.quantize.bits)
    facts = {"bits_per_weight": round(compute_bits_per_weight(model), 3)}
    save_model(Loaded(model, tokenizer, config), fused.folder, folder)
    command = convert_command(recipe, shown(fused.folder), OUT)
    return Made(command, fused.manifest.losses, int(mx.get_peak_memory()), facts)

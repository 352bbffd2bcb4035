"""Stage `fused`: the adapter is in the weights, and nothing else changed; weights are read one at a time."""

from __future__ import annotations

import pytest

from pipeline.artifact import Artifact
from pipeline.models import load_arrays
from pipeline.recipe import Recipe
from pipeline.stages.adapter import WEIGHTS
from pipeline.turn_ends import turn_ends
from pipeline.weights import Weights, product, trained_weights
from punie.training.checks import check_fused_model_config

pytestmark = pytest.mark.train


def test_each_layer_of_the_recipe_changed_and_no_other(fused: Artifact, recipe: Recipe) -> None:
    before, after = Weights(recipe.base_folder), Weights(fused.folder)
    import mlx.core as mx

    names = before.names
    assert names == after.names

    same = {name: mx.array_equal(before.take(name).astype(mx.float16), after.take(name)).item() for name in names}
    assert {name for name in names if not same[name]} == trained_weights(names, recipe.lora)


def test_the_change_is_the_adapters_product(fused: Artifact, adapter: Artifact, recipe: Recipe) -> None:
    parts = load_arrays(adapter.folder / WEIGHTS)
    before, after = Weights(recipe.base_folder), Weights(fused.folder)
    import mlx.core as mx

    layers = [key.removesuffix(".lora_a") for key in parts if key.endswith(".lora_a")]
    assert {f"{name}.weight" for name in layers} == trained_weights(before.names, recipe.lora)

    for name in layers:
        weight = before.take(f"{name}.weight")
        a, b = (parts[f"{name}.{part}"].astype(mx.float32) for part in ("lora_a", "lora_b"))
        wanted = weight + product(name, a, b, recipe.lora.scale)
        assert mx.allclose(after.take(f"{name}.weight"), wanted, rtol=2e-3, atol=2e-3).item(), name


def test_the_fused_model_is_stored_in_float16_and_not_packed(fused: Artifact) -> None:
    weights = Weights(fused.folder)
    import mlx.core as mx

    assert "quantization" not in weights.config
    assert not weights.packing
    assert weights.types == {mx.float16}


def test_the_fused_configuration_is_the_bases_without_packing(fused: Artifact, recipe: Recipe) -> None:
    result = check_fused_model_config(fused.folder, turn_ends(recipe.base_folder))

    assert result.passed, result.message
    assert (fused.folder / "generation_config.json").is_file() == (
        recipe.base_folder / "generation_config.json"
    ).is_file()

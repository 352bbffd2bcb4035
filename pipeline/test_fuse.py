"""Stage `fused`: the adapter is in the weights, and nothing else changed."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.artifact import Artifact
from pipeline.models import Loaded, load_arrays, load_model
from pipeline.recipe import Recipe
from pipeline.stages.adapter import WEIGHTS
from pipeline.turn_ends import turn_ends
from punie.training.checks import check_fused_model_config

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def base_model(recipe: Recipe) -> Loaded:
    """The base model."""
    return load_model(recipe.base_folder)


@pytest.fixture(scope="module")
def fused_model(fused: Artifact) -> Loaded:
    """The fused model."""
    return load_model(fused.folder)


def _weights(loaded: Loaded) -> dict[str, Any]:
    from mlx.utils import tree_flatten

    return dict(tree_flatten(loaded.model.parameters()))


def test_each_layer_of_the_recipe_changed_and_no_other(base_model: Loaded, fused_model: Loaded, recipe: Recipe) -> None:
    import mlx.core as mx

    before, after = _weights(base_model), _weights(fused_model)
    changed = {name for name, weight in before.items() if not mx.array_equal(weight, after[name])}
    wanted = {name for name in before if any(f"{key}.weight" in name for key in recipe.lora.keys)}

    assert set(before) == set(after)
    assert changed == wanted


def test_the_change_is_the_adapters_product(
    base_model: Loaded, fused_model: Loaded, adapter: Artifact, recipe: Recipe
) -> None:
    import mlx.core as mx

    parts = load_arrays(adapter.folder / WEIGHTS)
    before, after = _weights(base_model), _weights(fused_model)
    for name in [key.removesuffix(".lora_a") for key in parts if key.endswith(".lora_a")]:
        weight = before[f"{name}.weight"].astype(mx.float32)
        product = recipe.lora.scale * (parts[f"{name}.lora_a"] @ parts[f"{name}.lora_b"])
        # mlx-lm's factors of a linear layer give the transposed weight, those of an embedding the weight
        wanted = weight + (product if name.endswith("embed_tokens") else product.T)

        assert mx.allclose(after[f"{name}.weight"].astype(mx.float32), wanted, rtol=2e-3, atol=2e-3).item(), name


def test_the_fused_model_is_stored_in_float16_and_not_packed(fused_model: Loaded) -> None:
    import mlx.core as mx

    assert "quantization" not in fused_model.config
    assert {weight.dtype for weight in _weights(fused_model).values()} == {mx.float16}


def test_the_fused_configuration_is_the_bases_without_packing(fused: Artifact, recipe: Recipe) -> None:
    result = check_fused_model_config(fused.folder, turn_ends(recipe.base_folder))

    assert result.passed, result.message
    assert (fused.folder / "generation_config.json").is_file() == (
        recipe.base_folder / "generation_config.json"
    ).is_file()

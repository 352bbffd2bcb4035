"""Stage `quantized`: the model to deploy is small, whole, and still the trained one."""

from __future__ import annotations

import json

import pytest

from pipeline.artifact import Artifact, Store
from pipeline.models import Loaded, load_arrays, load_model
from pipeline.recipe import Recipe
from pipeline.stage_checks import starts_random
from pipeline.turn_ends import turn_ends
from punie.agent.prompt_utils import format_prompt
from punie.evaluation.models import MlxModel
from punie.evaluation.models.loading import weight_files
from punie.training.checks import check_quantized_model_config, check_quantized_model_smoke_test
from punie.training.checks.smoke import QUERIES

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def model(quantized: Artifact) -> Loaded:
    """The quantized model."""
    return load_model(quantized.folder)


def test_the_recipes_bits_are_stored(model: Loaded, fused: Artifact, recipe: Recipe) -> None:
    stored = load_arrays(fused.folder / "model.safetensors")
    packed = {name: layer for name, layer in model.model.named_modules() if hasattr(layer, "bits")}
    bits = {layer.weight.shape[-1] * 32 / stored[f"{name}.weight"].shape[-1] for name, layer in packed.items()}

    assert bits == {recipe.quantize.bits}
    assert model.config["quantization"]["bits"] == recipe.quantize.bits
    assert model.config["quantization"]["group_size"] == recipe.quantize.group_size


def test_rounding_is_smaller_than_what_training_changed(quantized: Artifact, fused: Artifact, recipe: Recipe) -> None:
    import mlx.core as mx
    from mlx.utils import tree_flatten
    from mlx_lm.utils import dequantize_model

    small, full, base = (load_model(folder).model for folder in (quantized.folder, fused.folder, recipe.base_folder))
    dequantize_model(small)
    rounding = change = 0.0
    before, stored = dict(tree_flatten(base.parameters())), dict(tree_flatten(small.parameters()))
    for name, weight in tree_flatten(full.parameters()):
        if any(f"{key}.weight" in name for key in recipe.lora.keys):
            exact = weight.astype(mx.float32)
            rounding += float(mx.square(stored[name] - exact).sum())
            change += float(mx.square(before[name] - exact).sum())

    assert rounding < change


def test_the_turn_still_ends_at_the_same_tokens(model: Loaded, quantized: Artifact, recipe: Recipe) -> None:
    ends = turn_ends(recipe.base_folder)

    assert turn_ends(quantized.folder) == ends
    assert ends <= set(model.tokenizer.eos_token_ids)


def test_configuration_and_weights_agree_on_the_bits(quantized: Artifact, recipe: Recipe) -> None:
    ends = turn_ends(recipe.base_folder)
    result = check_quantized_model_config(quantized.folder, recipe.quantize.bits, ends)

    assert result.passed, result.message


def test_the_model_is_as_small_as_its_bits(quantized: Artifact, fused: Artifact, recipe: Recipe) -> None:
    small, full = (sum(file.stat().st_size for file in weight_files(each.folder)) for each in (quantized, fused))
    # each group has a scale and a bias of 16 bits; norms stay as they are, and headers cost a little
    wanted = (recipe.quantize.bits + 32 / recipe.quantize.group_size) / 16

    assert small < (wanted + 0.05) * full


def test_the_manifest_names_prompt_parent_and_command(quantized: Artifact, fused: Artifact, recipe: Recipe) -> None:
    manifest = json.loads((quantized.folder / "manifest.json").read_text(encoding="utf-8"))

    assert manifest["schema"] == 1
    assert manifest["system_prompt"]["name"] == recipe.system
    assert manifest["parents"] == {"fused": fused.manifest.content}
    assert f"--q-bits {recipe.quantize.bits}" in manifest["command"]


def test_it_is_the_recipes_newest_model(quantized: Artifact, store: Store) -> None:
    latest = json.loads((store.folder / "latest.json").read_text(encoding="utf-8"))

    assert latest["model"] == quantized.folder.name


def test_requests_are_answered_by_calls_that_run(quantized: Artifact, recipe: Recipe) -> None:
    if starts_random(recipe):
        pytest.skip("a random base learns no replies in a short run")
    prompts = [format_prompt(query, quantized.folder) for query in QUERIES]
    answers = MlxModel(quantized.folder, max_tokens=200).answer(prompts)
    result = check_quantized_model_smoke_test([answer.text for answer in answers], ("typecheck", "ruff_check"))

    assert all(answer.finished for answer in answers)
    assert result.passed, result.message

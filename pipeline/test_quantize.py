"""Stage `quantized`: the model to deploy is small, whole, and still the trained one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipeline.artifact import Artifact, Store
from pipeline.models import Loaded, load_arrays, load_model
from pipeline.recipe import Recipe
from punie.agent.prompt_utils import format_prompt
from punie.agent.tool_calls import parse_reply
from punie.evaluation.models import MlxModel

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def model(quantized: Artifact) -> Loaded:
    """The quantized model."""
    return load_model(quantized.folder)


def _ends(config: dict[str, Any]) -> set[int]:
    ends = config["eos_token_id"]
    return set(ends) if isinstance(ends, list) else {ends}


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


def test_the_turn_still_ends_at_the_same_tokens(model: Loaded, recipe: Recipe) -> None:
    base = json.loads((recipe.base_folder / "config.json").read_text(encoding="utf-8"))

    assert _ends(model.config) == _ends(base)
    assert _ends(model.config) <= set(model.tokenizer.eos_token_ids)


def test_the_manifest_names_prompt_parent_and_command(quantized: Artifact, fused: Artifact, recipe: Recipe) -> None:
    manifest = json.loads((quantized.folder / "manifest.json").read_text(encoding="utf-8"))

    assert manifest["schema"] == 1
    assert manifest["system_prompt"]["name"] == recipe.system
    assert manifest["parents"] == {"fused": fused.manifest.content}
    assert f"--q-bits {recipe.quantize.bits}" in manifest["command"]


def test_it_is_the_recipes_newest_model(quantized: Artifact, store: Store) -> None:
    latest = json.loads((store.folder / "latest.json").read_text(encoding="utf-8"))

    assert latest["model"] == quantized.folder.name


def test_a_request_is_answered_by_a_whole_call(quantized: Artifact) -> None:
    prompt = format_prompt("Run the type checker over app/models and show how many errors it finds.", quantized.folder)
    answer = MlxModel(quantized.folder, max_tokens=200).answer([prompt])[0]
    reply = parse_reply(answer.text)

    assert answer.finished
    assert [call.name for call in reply.calls] == ["execute_code"], answer.text
    assert not reply.problems

"""Sizes of models: parameters, bytes and adapters, as they are and as the records have them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from pipeline.architecture import Architecture, read_architecture
from pipeline.models import load_arrays
from pipeline.recipe import load_recipe

SMALL = {
    "model_type": "qwen3",
    "hidden_size": 64,
    "num_hidden_layers": 2,
    "intermediate_size": 128,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "head_dim": 32,
    "vocab_size": 100,
}


def test_the_parameters_of_a_folder_are_those_of_its_weights(tiny_base: Path) -> None:
    sizes = read_architecture(tiny_base)
    weights = load_arrays(tiny_base / "model.safetensors")
    assert sizes is not None

    assert sizes.parameters == sum(weight.size for weight in weights.values())
    assert sizes.stored(None) == 2 * sizes.parameters


def test_the_large_model_has_the_shares_on_record() -> None:
    recipe = load_recipe("qwen3-coder-30b")
    sizes, lora = recipe.base_model, recipe.lora
    assert sizes is not None
    trainable = sizes.trainable(lora.rank, lora.layers, lora.keys)

    assert sizes.parameters / 1e9 == pytest.approx(30.5, abs=0.05)
    assert trainable / 1e6 == pytest.approx(70.5, abs=0.05)
    assert trainable / sizes.parameters == pytest.approx(0.00231, abs=5e-6)


def test_the_dense_model_has_the_parameters_of_its_name() -> None:
    sizes = load_recipe("qwen2.5-coder-7b").base_model
    assert sizes is not None

    assert sizes.parameters / 1e9 == pytest.approx(7.62, abs=0.01)


def test_five_bits_in_groups_of_64_take_five_and_a_half() -> None:
    sizes = Architecture.model_validate(SMALL | {"vocab_size": 100_000})

    assert sizes.stored(5) / sizes.stored(None) == pytest.approx(5.5 / 16, rel=1e-3)


def test_all_layers_hold_twice_the_adapter_of_one_of_two() -> None:
    sizes = Architecture.model_validate(SMALL)

    assert sizes.trainable(4, -1, ("mlp.up_proj",)) == 2 * sizes.trainable(4, 1, ("mlp.up_proj",)) == 2 * 4 * (64 + 128)


@pytest.mark.parametrize(
    "changes",
    [{"num_experts": 4}, {"model_type": "qwen3_moe"}, {"model_type": "llama"}, {"colour": "red"}, {"hidden_size": 0}],
)
def test_sizes_that_make_no_model_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Architecture.model_validate(SMALL | changes)


@pytest.mark.parametrize("text", ["{", "[]", "{}", json.dumps(SMALL | {"model_type": "llama"}), '{"hidden_size": "x"}'])
def test_a_configuration_that_is_not_known_has_no_sizes(text: str, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(text, encoding="utf-8")

    assert read_architecture(tmp_path) is None


def test_a_quantized_folder_tells_its_bits(tmp_path: Path) -> None:
    config = SMALL | {"quantization": {"bits": 4, "group_size": 32}, "rope_theta": 1.0}
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    sizes = read_architecture(tmp_path)

    assert sizes is not None
    assert (sizes.bits, sizes.group_size) == (4, 32)

"""Which levels a recipe sweeps, and what they are made of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from pipeline.artifact import Artifact, Made, Stage, Store
from pipeline.contract.tiny import recipe_values
from pipeline.errors import InputError
from pipeline.recipe import Recipe, load_recipe
from pipeline.stages.quantized import quantized_stage
from pipeline.sweep.levels import Level, levels_of, variant_stage
from pipeline.sweep.weight_bits import bits_per_weight

SIZES = {
    "model_type": "qwen3",
    "hidden_size": 192,
    "num_hidden_layers": 1,
    "intermediate_size": 512,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 64,
    "vocab_size": 100,
}


def _recipe(**sweep: Any) -> Recipe:  # noqa: ANN401 - values of any type
    return Recipe.model_validate(recipe_values(base_model=SIZES, sweep=sweep))


@pytest.fixture
def fused(tmp_path: Path) -> Artifact:
    def make(folder: Path) -> Made:
        (folder / "weights").write_bytes(b"w")
        return Made()

    return Store(tmp_path, "tiny", {}).build(Stage("fused", {}, (), make))


def test_float16_comes_first_then_the_largest() -> None:
    names = [level.name for level in levels_of(_recipe(bits=[4, 8, 4], group_sizes=[64, 32]))]

    assert names == ["float16", "8 bits, group 32", "8 bits, group 64", "4 bits, group 32", "4 bits, group 64"]


def test_by_default_all_four_bits_and_the_group_sizes_that_divide_the_layers_are_swept() -> None:
    levels = levels_of(_recipe())[1:]

    assert {level.bits for level in levels} == {4, 5, 6, 8}
    assert {level.group_size for level in levels} == {32, 64}
    assert {level.group_size for level in levels_of(load_recipe("qwen3-coder-30b"))} == {None, 32, 64, 128}


def test_a_group_size_that_does_not_fit_is_refused_by_name() -> None:
    wanted = (
        r"^recipe 'tiny': sweep.group_sizes: 128 does not divide the sizes \[192, 256, 512\] .* choose from 32, 64$"
    )
    with pytest.raises(InputError, match=wanted):
        levels_of(_recipe(group_sizes=[64, 128]))


@pytest.mark.parametrize(
    ("sweep", "key"),
    [({"bits": [7]}, "bits"), ({"bits": []}, "bits"), ({"group_sizes": []}, "group_sizes"), ({"colour": 1}, "colour")],
)
def test_a_wrong_part_is_refused(sweep: dict[str, Any], key: str) -> None:
    with pytest.raises(ValidationError, match=key):
        _recipe(**sweep)


def test_what_is_swept_decides_nothing_of_the_model() -> None:
    assert _recipe().digest == _recipe(bits=[4], suite="40").digest


def test_ids_can_be_typed() -> None:
    assert [Level().id, Level(4, 64).id] == ["float16", "4-bits-group-64"]


def test_a_variant_is_the_recipes_own_model_of_that_level_under_another_name(fused: Artifact) -> None:
    stage = variant_stage(_recipe(), fused, Level(4, 32))
    changed = Recipe.model_validate(recipe_values(quantize={"bits": 4, "group_size": 32}))
    own = quantized_stage(changed, fused)

    assert (stage.name, stage.inputs, stage.parents) == ("variant", own.inputs, own.parents)
    assert len({variant_stage(_recipe(), fused, Level(*each)).digest for each in ((4, 32), (4, 64), (5, 32))}) == 3


def test_stored_bits_are_counted_in_the_files(tiny_base: Path, tmp_path: Path) -> None:
    assert bits_per_weight(tiny_base, tiny_base) == 16
    with pytest.raises(ValueError, match="no model"):
        bits_per_weight(tmp_path, tiny_base)

"""Recipes: what is read, what is refused, and what the digest follows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from pipeline.contract.tiny import recipe_values
from pipeline.errors import InputError
from pipeline.recipe import RECIPES, Recipe, known_recipes, load_recipe

CHANGES: dict[str, Any] = {
    "base": "elsewhere",
    "seed": 4,
    "system": "full",
    "data": {"preset": "nano", "size": 25},
    "lora": {"rank": 8, "scale": 2.0, "keys": ["self_attn.q_proj"]},
    "quantize": {"bits": 6},
}


def _written(folder: Path, text: str) -> Path:
    (folder / "odd.toml").write_text(text, encoding="utf-8")
    return folder


def test_every_recipe_of_the_repository_can_be_read() -> None:
    assert "nano" in known_recipes()
    assert [load_recipe(name).name for name in known_recipes()] == list(known_recipes())


@pytest.mark.parametrize("name", ["nono", "", "../nano", "nano.toml"])
def test_an_unknown_name_lists_the_known_ones(name: str, tmp_path: Path) -> None:
    _written(tmp_path, "")
    with pytest.raises(InputError) as caught:
        load_recipe(name, tmp_path)

    assert str(caught.value) == f"unknown recipe {name!r}: choose one of odd"


def test_a_folder_without_recipes_is_named_as_such(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^unknown recipe 'x': choose one of \(there is none\)$"):
        load_recipe("x", tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("seed = 1\nsystem brief", r"recipe 'odd' \(odd.toml\) is not TOML: .* \(at line 2, column 8\)"),
        ("base = 'b'", r"recipe 'odd' \(odd.toml\): seed: Field required; system: Field required; .*"),
        ("colour = 'red'", r"recipe 'odd' \(odd.toml\): .*; colour: Extra inputs are not permitted"),
        ("quantize = {bits = 7}", r"recipe 'odd' \(odd.toml\): .*; quantize.bits: Input should be 2, 3, 4, 5, 6 or 8"),
    ],
)
def test_a_broken_file_is_one_line_with_the_place(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"^{message}$"):
        load_recipe("odd", _written(tmp_path, text))


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"colour": "red"}, "colour"),
        ({"seed": -1}, "seed"),
        ({"quantize": {"bits": 7}}, "bits"),
        ({"lora": {"rank": 0, "scale": 1.0, "keys": ["a"]}}, "rank"),
        ({"lora": {"rank": 1, "scale": 1.0, "keys": []}}, "keys"),
        ({"train": {"iterations": 2, "batch_size": 1, "learning_rate": 1e-3, "warmup": 2}}, "warmup"),
        ({"train": {"iterations": 2, "batch_size": 1, "learning_rate": 1e-3, "steps": 2}}, "steps"),
        (
            {"train": {"iterations": 9, "batch_size": 1, "learning_rate": 1e-3, "schedule": "constant", "warmup": 2}},
            "w",
        ),
        ({"fuse": {"dequantize": False}}, "4 bits erase the adapter"),
        ({"fuse": {"bits": 4}}, "bits"),
        ({"base": "random:qwen3_moe"}, "base_model"),
        ({"base_model": {"model_type": "llama"}}, "model_type"),
    ],
)
def test_a_value_out_of_range_or_unknown_is_refused(changes: dict[str, Any], key: str) -> None:
    with pytest.raises(ValidationError, match=key):
        Recipe.model_validate(recipe_values(**changes))


def test_a_recipe_cannot_be_changed() -> None:
    recipe = Recipe.model_validate(recipe_values())

    with pytest.raises(ValidationError):
        recipe.seed = 4  # type: ignore[misc]


@pytest.mark.parametrize("key", CHANGES)
def test_the_digest_follows_every_part(key: str) -> None:
    before, after = (Recipe.model_validate(recipe_values(**changes)) for changes in ({}, {key: CHANGES[key]}))

    assert before.digest != after.digest


def test_the_digest_does_not_follow_the_name() -> None:
    named = [Recipe.model_validate(recipe_values(name=name)) for name in ("one", "two")]

    assert named[0].digest == named[1].digest


def test_five_bits_are_the_default() -> None:
    values = recipe_values()
    del values["quantize"]

    assert Recipe.model_validate(values).quantize.bits == 5


def test_a_recipe_that_extends_another_states_only_what_differs() -> None:
    whole, phase = load_recipe("qwen3-coder-30b"), load_recipe("qwen3-coder-30b-phase26")
    changed = {"name": phase.name, "data": phase.data, "train": phase.train}

    assert (whole.data.preset, whole.train.iterations) == ("phase27-cleaned", 800)
    assert (phase.data.preset, phase.train.iterations) == ("phase26", 500)
    assert phase.train.learning_rate == whole.train.learning_rate == 1e-4
    assert whole.model_copy(update=changed) == phase


def test_an_unknown_recipe_cannot_be_extended(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^unknown recipe 'nono': choose one of odd$"):
        load_recipe("odd", _written(tmp_path, "extends = 'nono'"))


def test_only_a_recipe_that_stands_for_itself_can_be_extended(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^recipe 'odd' extends 'odd', which extends another: name that one$"):
        load_recipe("odd", _written(tmp_path, "extends = 'odd'"))


def test_fusing_into_packed_weights_is_refused_in_one_line(tmp_path: Path) -> None:
    text = "extends = 'whole'\n[fuse]\ndequantize = false"
    (tmp_path / "whole.toml").write_text((RECIPES / "nano.toml").read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(
        InputError, match=r"^recipe 'odd' \(odd.toml\): fuse: .*\(4 bits erase the adapter\): leave it out$"
    ):
        load_recipe("odd", _written(tmp_path, text))


def test_keys_at_their_defaults_leave_the_digests_of_older_adapters_as_they_are() -> None:
    dumped = load_recipe("nano").train.model_dump(mode="json")

    assert {"schedule", "method", "grad_checkpoint"} & set(dumped) == set()


@pytest.mark.parametrize("name", [name for name in known_recipes() if "coder" in name])
def test_the_large_recipes_are_those_on_record(name: str) -> None:
    recipe = load_recipe(name)

    assert (recipe.system, recipe.train.batch_size, recipe.train.learning_rate) == ("full", 1, 1e-4)
    assert (recipe.train.evaluate_every, recipe.train.report_every, recipe.quantize.bits) == (50, 10, 5)

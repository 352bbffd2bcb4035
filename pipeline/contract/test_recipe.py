"""Recipes: what is read, what is refused, and what the digest follows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from pipeline.contract.tiny import recipe_values
from pipeline.errors import InputError
from pipeline.recipe import Recipe, known_recipes, load_recipe

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

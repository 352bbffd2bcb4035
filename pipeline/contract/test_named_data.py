"""Recipes that name a source or a merge as their data."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.artifact import Artifact, Store
from pipeline.contract.tiny import recipe_values
from pipeline.errors import InputError
from pipeline.recipe import Recipe
from pipeline.stages.dataset import dataset_stage, suite_prompts
from punie.training.contamination import too_near
from punie.training.dataset_io import read_dataset


def _built(folder: Path, prompts: tuple[str, ...] = (), **data: object) -> Artifact:
    recipe = Recipe.model_validate(recipe_values(data=data))
    return Store(folder, recipe.name, {}).build(dataset_stage(recipe, prompts))


def test_a_recipe_can_name_a_source(tmp_path: Path) -> None:
    made = read_dataset(_built(tmp_path, preset="git").folder)

    assert (len(made.train), len(made.valid), len(made.test)) == (76, 8, 0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "sizes"), [("phase26", (762, 95, 96)), ("phase27", (993, 111, 0)), ("phase27-cleaned", (1053, 111, 0))]
)
def test_a_recipe_can_name_a_merge(name: str, sizes: tuple[int, int, int], tmp_path: Path) -> None:
    prompts = suite_prompts()
    made = read_dataset(_built(tmp_path, prompts, preset=name).folder)

    assert (len(made.train), len(made.valid), len(made.test)) == sizes
    assert [row.query for row in made.train if too_near(row.query, prompts)] == []


def test_a_size_for_a_merge_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'phase27' has its own number of rows, got size=9: leave size out"):
        _built(tmp_path, preset="phase27", size=9)

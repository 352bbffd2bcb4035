"""A tiny base model and a recipe on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.contract.tiny import make_base, recipe_values
from pipeline.recipe import Recipe


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a random model; not to be changed."""
    return make_base(tmp_path_factory.mktemp("base") / "tiny-base")


@pytest.fixture(scope="session")
def tiny_recipe(tiny_base: Path) -> Recipe:
    """A recipe on `tiny_base`."""
    return Recipe.model_validate(recipe_values(base=str(tiny_base)))

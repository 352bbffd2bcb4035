"""Which artifacts belong to a recipe."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pipeline.artifact import Store
from pipeline.recipe import Recipe
from punie.agent.config import system_prompt_digest

ARTIFACTS: Final = "artifacts"


def store_of(recipe: Recipe, root: Path) -> Store:
    """Return the artifacts of `recipe` in the repository `root`; the system prompt has to be a known one."""
    prompt = {"name": recipe.system, "digest": system_prompt_digest(recipe.system)}
    return Store(root / ARTIFACTS / recipe.name, recipe.name, prompt)

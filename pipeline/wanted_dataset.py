"""`pytest -m data` without `--data`: the recipe's dataset is made first, or reused when it is up to date."""

from __future__ import annotations

import pytest

from pipeline.chain import chosen_recipe
from pipeline.errors import InputError
from pipeline.preflight import check_names
from pipeline.stages.dataset import dataset_stage, suite_prompts
from pipeline.stores import store_of
from pipeline.terminal import terminal
from punie.markers import asked_for


def name_wanted_dataset(config: pytest.Config) -> None:
    """
    Let `--data` name the recipe's dataset where a check is asked for and nothing else is named.

    Raises:
        pytest.UsageError: the recipe is wrong, or its dataset cannot be made.
    """
    asked = asked_for(config.getoption("markexpr"))
    if "data" not in asked or "train" in asked or config.getoption("punie_data") or config.getoption("collectonly"):
        return
    try:
        recipe = chosen_recipe(config)
        check_names(recipe)
        stage = dataset_stage(recipe, suite_prompts())
        with terminal(config) as screen:
            screen.begins(stage.name)
            artifact = store_of(recipe, config.rootpath).build(stage, screen.waits)
            screen.ended(artifact)
    except InputError as error:
        raise pytest.UsageError(str(error)) from error
    config.option.punie_data = str(artifact.folder)

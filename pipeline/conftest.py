"""The fixtures of `pipeline.chain` for the stage items, and a look at the recipe before anything long begins."""

from __future__ import annotations

import pytest

from pipeline.chain import (
    adapter,
    build,
    chosen_recipe,
    dataset,
    findings,
    fused,
    prompts,
    quantized,
    recipe,
    rows,
    store,
)
from pipeline.errors import InputError
from pipeline.preflight import check_inputs

__all__ = ["adapter", "build", "dataset", "findings", "fused", "prompts", "quantized", "recipe", "rows", "store"]


def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Let `--plan` show the plan in place of a run."""
    if not config.getoption("punie_plan", default=False):
        return None
    from pipeline.plan_command import show_plan

    return show_plan(config)


def pytest_configure(config: pytest.Config) -> None:
    """Make the dataset that `-m data` checks, where none is named."""
    from pipeline.wanted_dataset import name_wanted_dataset

    name_wanted_dataset(config)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Refuse wrong input when items of this run build a model."""
    if session.config.getoption("collectonly") or not any(item.get_closest_marker("train") for item in session.items):
        return
    try:
        check_inputs(chosen_recipe(session.config), session.config.rootpath / "artifacts")
    except InputError as error:
        raise pytest.UsageError(str(error)) from error

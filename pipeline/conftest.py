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
from pipeline.sweep.command import check_sweep, summarize

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
    config = session.config
    asked = {name for name in ("train", "sweep") if any(item.get_closest_marker(name) for item in session.items)}
    if config.getoption("collectonly") or not asked:
        return
    try:
        recipe = chosen_recipe(config)
        check_inputs(recipe, config.rootpath / "artifacts")
        if "sweep" in asked:
            check_sweep(config, recipe)
    except InputError as error:
        raise pytest.UsageError(str(error)) from error


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print what a sweep found."""
    summarize(terminalreporter, config)

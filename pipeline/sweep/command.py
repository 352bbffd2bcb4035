"""What the command line asks of a sweep: levels, suites, the results folder, and what does not go with it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import pytest

from pipeline.artifact import require_space
from pipeline.chain import chosen_recipe
from pipeline.errors import InputError
from pipeline.house.records import VARIANT
from pipeline.manifest import MANIFEST
from pipeline.recipe import Recipe
from pipeline.sizes import quantized_bytes
from pipeline.stores import ARTIFACTS
from pipeline.sweep.levels import Level, at_level, levels_of
from punie.command_line import OPTIONS, STATE, State
from punie.evaluation.inputs import new_folder
from punie.evaluation.suite import Suite, SuiteError, load_suites
from punie.evaluation.sweep import Sweep

FOUND: Final = pytest.StashKey[tuple[Sweep, Path]]()
# these are about one model and its replies
_FOREIGN: Final = ("model", "replay", "baseline", "samples", "temperature", "live")


def listed_levels(config: pytest.Config) -> tuple[Level, ...]:
    """Return the levels that items stand for; of a recipe that `check_sweep` will refuse, float16 alone."""
    try:
        return levels_of(chosen_recipe(config))
    except InputError:
        return (Level(),)


def suites_of(config: pytest.Config, recipe: Recipe) -> tuple[Suite, ...]:
    """
    Return the suites of `--suite`, else the recipe's.

    Raises:
        InputError: there is no such suite, or it is broken.
    """
    try:
        return load_suites(tuple(dict.fromkeys(config.getoption("punie_suite") or (recipe.sweep.suite,))))
    except SuiteError as error:
        raise InputError(str(error)) from error


def check_sweep(config: pytest.Config, recipe: Recipe) -> None:
    """
    Check what a sweep of `recipe` needs, and that there is room for its models.

    Raises:
        InputError: one line on the first thing that is wrong.
    """
    _refuse_foreign(config)
    suites_of(config, recipe)
    store = config.rootpath / ARTIFACTS / recipe.name
    sizes = [quantized_bytes(at_level(recipe, level)) for level in levels_of(recipe)[1:]]
    made = len(list(store.glob(f"{VARIANT}-*/{MANIFEST}")))
    require_space(store, sum(sizes) if made < len(sizes) else 0)


def results_folder(config: pytest.Config, recipe: Recipe) -> Path:
    """Return the folder of `--results`, else that of the grading in the same run, else a new one."""
    if config.getoption("punie_results"):
        return config.invocation_params.dir / str(config.getoption("punie_results"))
    evaluation = config.stash.get(STATE, State()).evaluation
    return new_folder(config.rootpath, recipe.name) if evaluation is None else evaluation.inputs.results


def summarize(reporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the tables of the sweep that this run made, and where the results are."""
    if FOUND not in config.stash:
        return
    from punie.evaluation.report.sweep import sweep_report
    from punie.evaluation.report.terminal import terminal_width, wants_colour

    sweep, folder = config.stash[FOUND]
    reporter.section("quantization sweep")
    reporter.write(sweep_report(sweep, width=terminal_width(), colour=wants_colour(sys.stdout)))
    reporter.write_line(f"results: {folder}")


def _refuse_foreign(config: pytest.Config) -> None:
    graded = config.stash.get(STATE, State()).evaluation is not None
    given = [name for name in _FOREIGN if config.getoption(f"punie_{name}") != _default(name)]
    if given and not graded:
        message = f"--{given[0]} does not go with -m sweep: it makes the recipe's own variants; leave it out"
        raise InputError(message)


def _default(name: str) -> object:
    return next(option.default for option in OPTIONS if option.name == name)

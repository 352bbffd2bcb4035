"""`--plan`: the plan of the recipe in place of a run."""

from __future__ import annotations

import sys
from typing import Final

import pytest
from rich.console import Console

from pipeline.chain import chosen_recipe
from pipeline.errors import InputError
from pipeline.plan import Plan, make_plan, this_machine
from pipeline.plan_table import print_plan
from pipeline.preflight import check_names
from pipeline.stages.dataset import suite_prompts
from pipeline.stores import store_of
from punie.markers import asked_for

_WIDTH: Final = 120  # columns where there is no terminal


def show_plan(config: pytest.Config) -> int:
    """
    Print what `-m train` would do, and return the exit status: 0 when it can be run, 1 when something forbids it.

    Raises:
        pytest.UsageError: the recipe, or the markers asked for.
    """
    asked = asked_for(config.getoption("markexpr"))
    if asked and "train" not in asked:
        message = f"--plan shows what -m train would do: it does not go with -m {min(asked)}"
        raise pytest.UsageError(message)
    try:
        plan = _plan(config)
    except InputError as error:
        raise pytest.UsageError(str(error)) from error
    print_plan(plan, Console(file=sys.stdout, width=None if sys.stdout.isatty() else _WIDTH))
    return 1 if plan.refusals else 0


def _plan(config: pytest.Config) -> Plan:
    recipe = chosen_recipe(config)
    check_names(recipe)
    store = store_of(recipe, config.rootpath)
    return make_plan(recipe, store, suite_prompts(), this_machine(store.folder))

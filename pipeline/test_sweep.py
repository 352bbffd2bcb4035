"""The quantization sweep: each level is made, loaded and measured; the record says what follows."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.artifact import Artifact
from pipeline.chain import Build
from pipeline.recipe import Recipe
from pipeline.sweep.command import FOUND, listed_levels, results_folder, suites_of
from pipeline.sweep.levels import Level
from pipeline.sweep.session import SweepRun, VariantError
from pipeline.turn_ends import turn_ends
from punie.evaluation.progress import progress_bar
from punie.evaluation.report.sweep import write_markdown
from punie.evaluation.sweep import Variant, read_sweep, write_sweep
from punie.training.checks import check_quantized_model_config

pytestmark = pytest.mark.sweep


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """An item for each level of the recipe."""
    if "level" in metafunc.fixturenames:
        levels = listed_levels(metafunc.config)
        metafunc.parametrize("level", levels, ids=[level.id for level in levels], scope="module")


@pytest.fixture(scope="module")
def sweep_run(recipe: Recipe, fused: Artifact, build: Build, pytestconfig: pytest.Config) -> SweepRun:
    """The sweep of the recipe; nothing of it is made yet."""
    return SweepRun(recipe, suites_of(pytestconfig, recipe), fused, lambda stage: build(lambda _: stage))


def _measured(sweep_run: SweepRun, level: Level, config: pytest.Config) -> Variant:
    with progress_bar(config, f"{level.name}: asking", sweep_run.turns) as advance:
        return sweep_run.measured(level, advance)


def test_a_variant_is_made_loaded_and_measured(
    level: Level, sweep_run: SweepRun, recipe: Recipe, pytestconfig: pytest.Config
) -> None:
    try:
        variant = _measured(sweep_run, level, pytestconfig)
    except VariantError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None

    assert variant.rates.asked - variant.rates.ungradable == len(sweep_run.ids)
    if level.bits is not None:
        folder = sweep_run.fused.folder.with_name(variant.folder)
        stored = check_quantized_model_config(folder, level.bits, turn_ends(recipe.base_folder))
        assert stored.passed, stored.message


def test_the_sweep_is_on_record(sweep_run: SweepRun, recipe: Recipe, pytestconfig: pytest.Config) -> None:
    try:
        sweep = sweep_run.record()
    except VariantError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None
    folder = results_folder(pytestconfig, recipe)
    file: Path = write_sweep(sweep, folder)
    write_markdown(sweep, folder)
    pytestconfig.stash[FOUND] = (sweep, folder)

    assert read_sweep(file) == sweep

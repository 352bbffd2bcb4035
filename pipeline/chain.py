"""The stages as fixtures, each taking the one before: recipe -> dataset -> adapter -> fused -> quantized."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from pipeline.artifact import Artifact, Stage, Store
from pipeline.checked import kept_check, refuse_faulty
from pipeline.curves import Watch
from pipeline.random_base import base_stage, with_base
from pipeline.recipe import Recipe, load_recipe
from pipeline.stages.adapter import adapter_stage
from pipeline.stages.dataset import dataset_stage, suite_prompts
from pipeline.stages.fused import fused_stage
from pipeline.stages.quantized import quantized_stage
from pipeline.stores import store_of
from pipeline.terminal import terminal
from punie.training.dataset import TrainingDataset
from punie.training.dataset_io import read_dataset
from punie.training.reports import CheckReport

Build = Callable[[Callable[[Watch], Stage]], Artifact]


def chosen_recipe(config: pytest.Config) -> Recipe:
    """
    Return the recipe that the command line names.

    Raises:
        InputError: there is none of that name, or its file is broken.
    """
    return load_recipe(config.getoption("punie_recipe", None) or "nano")


@pytest.fixture(scope="session")
def recipe(pytestconfig: pytest.Config, build: Build) -> Recipe:
    """The recipe of `--recipe`; a random base is made first."""
    chosen = chosen_recipe(pytestconfig)
    return with_base(chosen, build(lambda _: base_stage(chosen))) if chosen.has_random_base else chosen


@pytest.fixture(scope="session")
def store(pytestconfig: pytest.Config) -> Store:
    """The recipe's artifacts."""
    return store_of(chosen_recipe(pytestconfig), pytestconfig.rootpath)


@pytest.fixture(scope="session")
def build(store: Store, pytestconfig: pytest.Config) -> Build:
    """Build a stage and say so; the stage is made by a function that takes who is told about progress."""

    def build(make: Callable[[Watch], Stage]) -> Artifact:
        with terminal(pytestconfig) as screen:
            stage = make(screen)
            if store.find(stage) is None:
                screen.begins(stage.name, store.fault(stage))
            artifact = store.build(stage, screen.waits)
            screen.ended(artifact)
        return artifact

    return build


@pytest.fixture(scope="session")
def prompts() -> Sequence[str]:
    """The prompts of all suites."""
    return suite_prompts()


@pytest.fixture(scope="session")
def dataset(recipe: Recipe, build: Build, prompts: Sequence[str]) -> Artifact:
    """The training set."""
    return build(lambda _: dataset_stage(recipe, prompts))


@pytest.fixture(scope="session")
def rows(dataset: Artifact) -> TrainingDataset:
    """The training set's rows."""
    return read_dataset(dataset.folder)


@pytest.fixture(scope="session")
def findings(recipe: Recipe, dataset: Artifact, prompts: Sequence[str], pytestconfig: pytest.Config) -> CheckReport:
    """What the rules of training data found in the training set."""
    with terminal(pytestconfig) as screen:
        return kept_check(dataset.folder, recipe, prompts, screen.says)


@pytest.fixture(scope="session")
def adapter(recipe: Recipe, dataset: Artifact, findings: CheckReport, build: Build) -> Artifact:
    """The LoRA adapter; nothing is trained on a set with a fault."""
    refuse_faulty(findings)
    return build(lambda watch: adapter_stage(recipe, dataset, watch))


@pytest.fixture(scope="session")
def fused(recipe: Recipe, adapter: Artifact, build: Build) -> Artifact:
    """The base model with the adapter in its weights."""
    return build(lambda _: fused_stage(recipe, adapter))


@pytest.fixture(scope="session")
def quantized(recipe: Recipe, fused: Artifact, build: Build, store: Store) -> Artifact:
    """The model to deploy; from now on it is the newest of the recipe."""
    artifact = build(lambda _: quantized_stage(recipe, fused))
    store.publish(artifact)
    return artifact

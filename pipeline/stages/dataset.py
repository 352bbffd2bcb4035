"""Stage `dataset`: the examples that the recipe's preset and seed give, under its system prompt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from pipeline.artifact import Made, Stage
from pipeline.errors import InputError
from pipeline.fingerprint import files_digest, value_digest
from pipeline.places import ROOT, SUITES
from pipeline.recipe import Recipe
from punie.agent.config import system_prompt
from punie.evaluation import load_suite
from punie.training.card import data_card
from punie.training.dataset_io import write_dataset
from punie.training.examples import make_dataset
from punie.training.examples.targets import read_targets
from punie.training.reports.data_card import write_card

# The generators, and what they render calls and results with.
_SOURCES: Final = (
    *(f"punie/training/**/*.{suffix}" for suffix in ("py", "toml", "yaml", "txt")),
    "punie/agent/**/*.py",
)
_NEEDS_BYTES: Final = 50_000_000


def suite_prompts(folder: Path = SUITES) -> tuple[str, ...]:
    """Return the prompts of every suite in `folder`: no row may come near one of them."""
    suites = [load_suite(file) for file in sorted(folder.glob("*.yaml"))]
    return tuple(dict.fromkeys(query.prompt for suite in suites for query in suite.queries))


def dataset_stage(recipe: Recipe, prompts: Sequence[str]) -> Stage:
    """Return the stage for `recipe`; its rows keep away from `prompts`."""
    targets = _targets(recipe)
    inputs = {
        "data": recipe.data.model_dump(mode="json"),
        "seed": recipe.seed,
        "system": system_prompt(recipe.system),
        "avoid": value_digest(sorted(prompts)),
        "targets": targets,
        "sources": files_digest(ROOT, _SOURCES),
    }
    return Stage("dataset", inputs, (), lambda folder: _make(recipe, prompts, targets, folder), _NEEDS_BYTES)


def _targets(recipe: Recipe) -> dict[str, int]:
    """The examples by tool that the recipe asks for beyond its preset."""
    if recipe.data.targets is None:
        return {}
    try:
        return read_targets(ROOT / recipe.data.targets)
    except ValueError as error:
        message = f"recipe {recipe.name!r}: {error}"
        raise InputError(message) from error


def _make(recipe: Recipe, prompts: Sequence[str], targets: Mapping[str, int], folder: Path) -> Made:
    part = recipe.data
    try:
        system = system_prompt(recipe.system)
        dataset = make_dataset(part.preset, recipe.seed, system, size=part.size, avoid=prompts, targets=targets)
    except ValueError as error:
        message = f"recipe {recipe.name!r}: {error}"
        raise InputError(message) from error
    write_dataset(dataset, folder)
    write_card(data_card(dataset, folder, {**part.model_dump(mode="json"), "seed": recipe.seed}), folder)
    return Made(facts={"train": len(dataset.train), "valid": len(dataset.valid), "test": len(dataset.test)})

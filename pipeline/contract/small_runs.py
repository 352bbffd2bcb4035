"""Training runs of a few steps on the tiny base model, without a dataset: rows are random tokens behind one prefix."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.checkpoints import Checkpoints
from pipeline.contract.tiny import recipe_values
from pipeline.curves import Curves, Unwatched
from pipeline.loop import Learner, Plan, Training
from pipeline.models import load_model
from pipeline.recipe import Recipe
from pipeline.stages.adapter import _attach
from pipeline.tokens import Batches, TokenRow, shared_prefix

PREFIX = [5, 6, 7, 8]


def small_recipe(base: Path, **train: Any) -> Recipe:  # noqa: ANN401 - values of a recipe of any type
    """Return the tiny recipe on `base`, with changes in its part `train`."""
    values = recipe_values(base=str(base))
    return Recipe.model_validate(values | {"train": values["train"] | train})


@contextlib.contextmanager
def cpu_ways() -> Iterator[None]:
    """Compute as the stage does on CPUs."""
    from pipeline.blas_threads import single_blas_thread
    from pipeline.cpu_kernels import fast_kernels
    from pipeline.merged_lora import merged_lora

    with fast_kernels(), merged_lora(), single_blas_thread():
        yield


def rows(count: int, seed: int = 0) -> list[TokenRow]:
    """Return rows of 10 to 30 tokens; the answer is the last third."""
    random = np.random.default_rng(seed)
    lengths = random.integers(10, 30, count)
    return [
        TokenRow([*PREFIX, *map(int, random.integers(10, 300, int(length)))], 4 + int(length) * 2 // 3)
        for length in lengths
    ]


TRAIN, VALID = rows(18), rows(7, 1)


def learner(recipe: Recipe, loss: Any = None) -> Learner:  # noqa: ANN401 - mlx has no types
    """Return the base model with fresh LoRA layers, its optimizer, and the loss of the CPU or another one."""
    loaded = load_model(recipe.base_folder)
    import mlx.optimizers as optim
    from mlx_lm.tuner.utils import build_schedule

    from pipeline.commands import lr_schedule
    from pipeline.shared_prefix import SharedPrefixLoss

    _attach(recipe, loaded)
    own = SharedPrefixLoss(shared_prefix([*TRAIN, *VALID])) if loss is None else loss
    return Learner(loaded.model, optim.Adam(learning_rate=build_schedule(lr_schedule(recipe))), own)


def run_of(
    recipe: Recipe,
    folder: Path,
    loss: Any = None,  # noqa: ANN401 - mlx has no types
    candidates: frozenset[int] = frozenset(),
) -> Training:
    """Return a run of `recipe` that has not begun; its checkpoints lie in `folder`."""
    plan = Plan(recipe.train, TRAIN, VALID, Batches(recipe.seed), recipe.seed, candidates)
    curves = Curves(Unwatched(), recipe.train.batch_size)
    return Training(learner(recipe, loss), plan, curves, Checkpoints(folder, "run"))


def weights(training: Training) -> dict[str, bytes]:
    """Return the trained weights, byte by byte."""
    from mlx.utils import tree_flatten

    found = tree_flatten(training._learner.model.trainable_parameters())
    return {name: np.array(value).tobytes() for name, value in found}


def points(training: Training) -> list[tuple[float, float]]:
    """Return the points of both curves without their times."""
    curves = training._curves
    return [(point["iteration"], point["loss"]) for point in (*curves.train, *curves.valid)]

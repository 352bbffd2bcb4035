"""The training loop of the base model: it learns, and goes on where it stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.base.batches import Batch, Tokens
from pipeline.base.build import BaseRecipe, Shape, read_recipe
from pipeline.contract.tiny import Ends

STEPS = 6
RECIPE = BaseRecipe(
    seed=1,
    rows=8,
    vocabulary=64,
    tokenizer_rows=8,
    length=32,
    batch_tokens=64,
    steps=STEPS,
    peak_rate=1e-2,
    model=Shape(
        hidden_size=64,
        num_hidden_layers=1,
        intermediate_size=64,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=32,
    ),
)


class Stopped(Exception):  # noqa: N818 - a signal, not an error
    """What a stopped run raises here."""


def run(checkpoint: Path, stop_after: int | None = None, *, different: bool = True) -> tuple[Any, Any]:
    from pipeline.base.model import config, fresh_model
    from pipeline.base.pretrain import Keeping, Schedule, pretrain

    generator = np.random.default_rng(5)
    rows = [Tokens(generator.integers(2, 60, 20).astype(np.int32), np.ones(20, np.float32)) for _ in range(2 * STEPS)]
    model = fresh_model(config(RECIPE, Ends()), seed=1)

    def report(progress: Any) -> None:  # noqa: ANN401 - mlx is imported late
        if stop_after is not None and progress.step >= stop_after:
            raise Stopped

    order = [Batch([2 * i, 2 * i + 1] if different else [0, 1], system=i % 2 == 1) for i in range(STEPS)]
    prefix = np.arange(2, 9, dtype=np.int32)
    schedule = Schedule(peak=1e-2, steps=STEPS, warmup=2)
    keeping = Keeping(checkpoint, report, report_every=1, save_every=2)
    progress = pretrain(model, (rows, prefix), order, schedule, keeping)
    return model, progress


def test_a_stopped_run_that_goes_on_ends_where_an_unbroken_one_does(tmp_path: Path) -> None:
    from mlx.utils import tree_flatten

    with pytest.raises(Stopped):
        run(tmp_path / "broken.safetensors", stop_after=5)
    resumed, progress = run(tmp_path / "broken.safetensors")
    whole, _ = run(tmp_path / "whole.safetensors")
    pairs = zip(tree_flatten(resumed.parameters()), tree_flatten(whole.parameters()), strict=True)

    assert progress.step == STEPS
    assert all(np.array_equal(np.array(a), np.array(b)) for (_, a), (_, b) in pairs)


def test_the_loss_falls_over_the_same_rows(tmp_path: Path) -> None:
    _, progress = run(tmp_path / "checkpoint.safetensors", different=False)

    assert progress.losses[-1][1] < progress.losses[0][1]


def test_the_rate_rises_stays_and_falls_to_nothing() -> None:
    from pipeline.base.pretrain import Schedule

    schedule = Schedule(peak=1.0, steps=1000, warmup=100, decay=0.4)

    assert [round(schedule.rate(step), 2) for step in (0, 49, 99, 500, 800, 999)] == [0.01, 0.5, 1.0, 1.0, 0.5, 0.0]


def test_the_recipe_keeps_the_limits_of_the_embedded_model() -> None:
    recipe = read_recipe()

    assert recipe.model.hidden_size % 64 == recipe.model.intermediate_size % 64 == 0
    assert recipe.vocabulary % 64 == 0

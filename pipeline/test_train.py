"""Stage `adapter`: training did what it is for."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from pipeline.artifact import Artifact
from pipeline.curves import LOSSES
from pipeline.loss_limits import loss_summary, read_losses
from pipeline.models import load_model
from pipeline.recipe import Recipe
from pipeline.stage_checks import limits_of, starts_random
from pipeline.stages.adapter import LOG
from punie.training.checks import check_adapter_files, check_training_loss
from punie.training.hyperparam import parse_training_log

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def curves(adapter: Artifact) -> dict[str, list[dict[str, Any]]]:
    """Both loss curves."""
    found: dict[str, list[dict[str, Any]]] = json.loads((adapter.folder / LOSSES).read_text(encoding="utf-8"))
    return found


def _losses(curve: list[dict[str, Any]]) -> list[float]:
    return [point["loss"] for point in curve]


@pytest.mark.parametrize("name", ["train", "valid"])
def test_the_loss_fell_and_stayed_a_number(curves: dict[str, list[dict[str, Any]]], recipe: Recipe, name: str) -> None:
    losses = _losses(curves[name])
    # most of a random base stays random: it gives way a little, and no more can be asked of it
    most = 1 - limits_of(recipe).reduction if starts_random(recipe) else 0.8

    assert all(math.isfinite(loss) for loss in losses)
    assert losses[-1] < most * losses[0]


def test_training_ran_to_its_end(curves: dict[str, list[dict[str, Any]]], recipe: Recipe) -> None:
    assert curves["train"][-1]["iteration"] == recipe.train.iterations


def test_the_validation_loss_did_not_run_away(curves: dict[str, list[dict[str, Any]]]) -> None:
    losses = _losses(curves["valid"])

    assert losses[-1] <= 1.2 * min(losses)


def test_mlx_lm_reads_the_adapter_and_every_layer_learned(adapter: Artifact, recipe: Recipe) -> None:
    loaded = load_model(recipe.base_folder, adapter.folder, lazy=True)
    layers = {name: layer for name, layer in loaded.model.named_modules() if hasattr(layer, "lora_b")}
    idle = [name for name, layer in layers.items() if not layer.lora_b.any()]

    assert layers
    assert idle == []


def test_the_log_tells_of_falling_losses(adapter: Artifact, recipe: Recipe) -> None:
    # a random base learns little in a short run: its losses have to fall, and need not end low
    highest = math.inf if starts_random(recipe) else 2.0
    result = check_training_loss(adapter.folder / LOG, highest)

    assert result.passed, result.message
    assert not result.warnings


def test_the_adapters_files_are_those_of_mlx_lm(adapter: Artifact) -> None:
    result = check_adapter_files(adapter.folder)

    assert result.passed, result.message


def test_the_manifest_holds_losses_share_and_memory(adapter: Artifact) -> None:
    log = parse_training_log((adapter.folder / LOG).read_text(encoding="utf-8"))
    manifest = adapter.manifest

    assert loss_summary(read_losses(adapter.folder / LOSSES)).items() <= manifest.losses.items()
    assert manifest.peak_memory
    assert log.trainable_share == pytest.approx(manifest.facts["trainable_share"], abs=1e-3)
    assert log.trainable_parameters == pytest.approx(manifest.facts["trainable_parameters"], abs=1000)

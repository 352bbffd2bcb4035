"""Stage `adapter`: training did what it is for."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from pipeline.artifact import Artifact
from pipeline.curves import LOSSES
from pipeline.models import load_model
from pipeline.recipe import Recipe

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def curves(adapter: Artifact) -> dict[str, list[dict[str, Any]]]:
    """Both loss curves."""
    found: dict[str, list[dict[str, Any]]] = json.loads((adapter.folder / LOSSES).read_text(encoding="utf-8"))
    return found


def _losses(curve: list[dict[str, Any]]) -> list[float]:
    return [point["loss"] for point in curve]


@pytest.mark.parametrize("name", ["train", "valid"])
def test_the_loss_fell_and_stayed_a_number(curves: dict[str, list[dict[str, Any]]], name: str) -> None:
    losses = _losses(curves[name])

    assert all(math.isfinite(loss) for loss in losses)
    assert losses[-1] < 0.8 * losses[0]


def test_training_ran_to_its_end(curves: dict[str, list[dict[str, Any]]], recipe: Recipe) -> None:
    assert curves["train"][-1]["iteration"] == recipe.train.iterations


def test_the_validation_loss_did_not_run_away(curves: dict[str, list[dict[str, Any]]]) -> None:
    losses = _losses(curves["valid"])

    assert losses[-1] <= 1.2 * min(losses)


def test_mlx_lm_reads_the_adapter_and_every_layer_learned(adapter: Artifact, recipe: Recipe) -> None:
    loaded = load_model(recipe.base_folder, adapter.folder)
    layers = {name: layer for name, layer in loaded.model.named_modules() if hasattr(layer, "lora_b")}
    idle = [name for name, layer in layers.items() if not layer.lora_b.any()]

    assert layers
    assert idle == []

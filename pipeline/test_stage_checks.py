"""After stage `quantized`: the model is still what training made of the base."""

from __future__ import annotations

import pytest

from pipeline.artifact import Artifact
from pipeline.recipe import Recipe
from pipeline.stage_checks import NOT_MEASURED, Stages, check_stages, limits_of
from punie.evaluation.built import BuiltChecks

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def checks(recipe: Recipe, dataset: Artifact, adapter: Artifact, fused: Artifact, quantized: Artifact) -> BuiltChecks:
    """What was measured on the models of all stages; it lies beside the quantized model's manifest."""
    return check_stages(recipe, Stages(dataset, adapter, fused, quantized), limits_of(recipe))


@pytest.mark.parametrize("name", ["stage parity", "loss checks"])
def test_building_lost_nothing(checks: BuiltChecks, name: str) -> None:
    [criterion] = [line for line in checks.criteria if line.name == name]

    assert criterion.met, f"{criterion.observed}: {criterion.reason}"


def test_the_float16_model_was_measured_too(checks: BuiltChecks) -> None:
    if reason := checks.details[NOT_MEASURED].get("fused"):
        pytest.skip(f"not checked: {reason}; the adapter and the quantized model were compared")

    assert "fused" in checks.details["stages"]

"""Stage `quantized`: the model to deploy is small, whole, and still the trained one."""

from __future__ import annotations

import json
from typing import Final

import pytest

from pipeline.artifact import Artifact, Store
from pipeline.models import Loaded, load_model
from pipeline.recipe import Recipe
from pipeline.stage_checks import starts_random
from pipeline.turn_ends import turn_ends
from pipeline.weights import Weights, kept_bits, trained_weights
from punie.agent.prompt_utils import format_prompt
from punie.evaluation.models import Answer, MlxModel
from punie.evaluation.models.loading import weight_files
from punie.training.checks import check_quantized_model_config, check_quantized_model_smoke_test
from punie.training.checks.smoke import QUERIES

pytestmark = pytest.mark.train

BUDGET: Final = 200  # tokens of a reply


@pytest.fixture(scope="module")
def model(quantized: Artifact) -> Loaded:
    """The quantized model; its weights are read when they are needed."""
    return load_model(quantized.folder, lazy=True)


def test_the_recipes_bits_are_stored(model: Loaded, quantized: Artifact, fused: Artifact, recipe: Recipe) -> None:
    packed, full = Weights(quantized.folder), Weights(fused.folder)
    stored = {
        name: packed.shape(f"{name}.weight")[-1] * 32 / full.shape(f"{name}.weight")[-1] for name in packed.packing
    }
    part = recipe.quantize

    assert stored == {name: kept_bits(model, name) or part.bits for name in packed.packing}
    assert part.bits in stored.values()
    assert model.config["quantization"]["bits"] == part.bits
    assert model.config["quantization"]["group_size"] == part.group_size


def test_rounding_kept_what_training_changed(quantized: Artifact, fused: Artifact, recipe: Recipe) -> None:
    small, full, base = (Weights(folder) for folder in (quantized.folder, fused.folder, recipe.base_folder))
    import mlx.core as mx

    kept = change = 0.0
    for name in trained_weights(base.names, recipe.lora):
        before = base.take(name)
        wanted, found = full.take(name) - before, small.take(name) - before
        kept += float((wanted * found).sum())
        change += float(mx.square(wanted).sum())

    # rounding errors have no direction: along training's own, nothing may be missing or added
    assert change > 0
    assert kept / change == pytest.approx(1, abs=0.1)


def test_the_turn_still_ends_at_the_same_tokens(model: Loaded, quantized: Artifact, recipe: Recipe) -> None:
    ends = turn_ends(recipe.base_folder)

    assert turn_ends(quantized.folder) == ends
    assert ends <= set(model.tokenizer.eos_token_ids)


def test_configuration_and_weights_agree_on_the_bits(quantized: Artifact, recipe: Recipe) -> None:
    ends = turn_ends(recipe.base_folder)
    result = check_quantized_model_config(quantized.folder, recipe.quantize.bits, ends)

    assert result.passed, result.message


def test_the_model_is_as_small_as_its_bits(quantized: Artifact, fused: Artifact, recipe: Recipe) -> None:
    small, full = (sum(file.stat().st_size for file in weight_files(each.folder)) for each in (quantized, fused))
    # each group has a scale and a bias of 16 bits; norms stay as they are, and headers cost a little
    wanted = (recipe.quantize.bits + 32 / recipe.quantize.group_size) / 16

    assert small < (wanted + 0.05) * full


def test_the_manifest_names_prompt_parent_and_command(quantized: Artifact, fused: Artifact, recipe: Recipe) -> None:
    manifest = json.loads((quantized.folder / "manifest.json").read_text(encoding="utf-8"))

    assert manifest["schema"] == 1
    assert manifest["system_prompt"]["name"] == recipe.system
    assert manifest["parents"] == {"fused": fused.manifest.content}
    assert f"--q-bits {recipe.quantize.bits}" in manifest["command"]


def test_it_is_the_recipes_newest_model(quantized: Artifact, store: Store) -> None:
    latest = json.loads((store.folder / "latest.json").read_text(encoding="utf-8"))

    assert latest["model"] == quantized.folder.name


@pytest.fixture(scope="module")
def answers(quantized: Artifact) -> list[Answer]:
    """Replies to a few requests that need a tool."""
    prompts = [format_prompt(query, quantized.folder) for query in QUERIES]
    return MlxModel(quantized.folder, max_tokens=BUDGET).answer(prompts)


def test_each_request_is_answered_with_text(answers: list[Answer]) -> None:
    assert len(answers) == len(QUERIES)
    assert all(answer.text for answer in answers)


def test_requests_are_answered_by_calls_that_run(answers: list[Answer], recipe: Recipe) -> None:
    if starts_random(recipe):
        pytest.skip(
            "not checked: the base is random, so it learns neither calls nor ends; only that it gives text is checked"
        )
    result = check_quantized_model_smoke_test([answer.text for answer in answers], ("typecheck", "ruff_check"))

    assert all(answer.finished for answer in answers)
    assert result.passed, result.message

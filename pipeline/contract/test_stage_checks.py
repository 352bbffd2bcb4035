"""The checks after the last stage, on models of a few thousand parameters."""

from __future__ import annotations

import dataclasses
import math
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.artifact import Artifact, Store
from pipeline.curves import Unwatched
from pipeline.errors import StageError
from pipeline.loss_limits import LossLimits
from pipeline.parity import kept
from pipeline.parity_measure import StageMeasure
from pipeline.recipe import Recipe, load_recipe
from pipeline.stage_checks import NOT_MEASURED, Stages, check_stages, limits_of, starts_random
from pipeline.stages.adapter import adapter_stage
from pipeline.stages.dataset import dataset_stage
from pipeline.stages.fused import fused_stage
from pipeline.stages.quantized import quantized_stage
from pipeline.turn_ends import turn_ends
from punie.evaluation.built import FILE_NAME, BuiltChecks, built_criteria, read_built
from punie.evaluation.models.loading import identity_of

EASY = LossLimits(final_valid=math.inf, reduction=0.0, final_train=math.inf)
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def stages(tiny_recipe: Recipe, tmp_path_factory: pytest.TempPathFactory) -> Stages:
    store = Store(tmp_path_factory.mktemp("artifacts"), "tiny", {"name": "brief", "digest": "0"})
    dataset = store.build(dataset_stage(tiny_recipe, ["Who called the plumber?"]))
    adapter = store.build(adapter_stage(tiny_recipe, dataset, Unwatched()))
    fused = store.build(fused_stage(tiny_recipe, adapter))
    return Stages(dataset, adapter, fused, store.build(quantized_stage(tiny_recipe, fused)))


@pytest.fixture(scope="module")
def checks(tiny_recipe: Recipe, stages: Stages, monkeymodule: pytest.MonkeyPatch) -> BuiltChecks:
    monkeymodule.setattr("pipeline.stage_checks.ROWS", 8)
    monkeymodule.setattr("pipeline.stage_checks.MAX_TOKENS", 4)
    return check_stages(tiny_recipe, stages, EASY)


@pytest.fixture(scope="module")
def monkeymodule() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def _measures(checks: BuiltChecks) -> dict[str, StageMeasure]:
    return {name: StageMeasure.model_validate(found) for name, found in checks.details["stages"].items()}


def _copied(artifact: Artifact, source: Path, folder: Path) -> Artifact:
    """The artifact with the model of another folder in its place."""
    manifest = artifact.manifest.model_copy(update={"files": {}})
    return Artifact(Path(shutil.copytree(source, folder)), manifest)


def test_a_sound_chain_passes_and_the_gate_reads_it(stages: Stages, checks: BuiltChecks) -> None:
    found = built_criteria(stages.quantized.folder, identity_of(stages.quantized.folder)["weights"])

    assert [line.met for line in found] == [True, True], found
    assert kept("fused", _measures(checks)) == pytest.approx(1, abs=0.005)


def test_the_usual_limits_are_red_where_little_was_learned(
    checks: BuiltChecks, stages: Stages, tiny_recipe: Recipe
) -> None:
    found = check_stages(tiny_recipe, stages, LossLimits())

    assert [line.met for line in found.criteria] == [True, False]
    assert found.key != checks.key


def test_what_was_measured_is_not_measured_again(
    stages: Stages, tiny_recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = check_stages(tiny_recipe, stages, EASY)
    monkeypatch.setattr("pipeline.stage_checks.measure_stage", None)

    assert check_stages(tiny_recipe, stages, EASY) == first == read_built(stages.quantized.folder)


def test_a_fused_model_that_is_the_base_is_red(stages: Stages, tiny_recipe: Recipe, tmp_path: Path) -> None:
    lost = _copied(stages.fused, tiny_recipe.base_folder, tmp_path / "fused")
    target = _copied(stages.quantized, stages.quantized.folder, tmp_path / "quantized")
    found = check_stages(tiny_recipe, dataclasses.replace(stages, fused=lost, quantized=target), EASY)

    assert found.criteria[0].met is False
    assert "the adapter vanished: fused" in found.criteria[0].reason


def test_a_float16_model_larger_than_the_memory_is_left_out_and_told(
    stages: Stages, tiny_recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = _copied(stages.quantized, stages.quantized.folder, tmp_path / "quantized")
    (target.folder / FILE_NAME).unlink(missing_ok=True)
    monkeypatch.setattr("pipeline.stage_checks.device_limit", lambda: 100_000)
    found = check_stages(tiny_recipe, dataclasses.replace(stages, quantized=target), EASY)

    assert set(_measures(found)) == {"base", "adapter", "quantized"}
    assert re.search(r"; fused is not measured: it takes \d+ kB, the device offers 100 kB$", found.criteria[0].observed)
    assert found.details[NOT_MEASURED].keys() == {"fused"}


@pytest.mark.parametrize("name", ["losses.json", "adapters.safetensors"])
def test_a_missing_file_is_one_line_and_writes_nothing(
    stages: Stages, tiny_recipe: Recipe, tmp_path: Path, name: str
) -> None:
    adapter = _copied(stages.adapter, stages.adapter.folder, tmp_path / "adapter")
    target = _copied(stages.quantized, stages.quantized.folder, tmp_path / "quantized")
    (target.folder / FILE_NAME).unlink(missing_ok=True)
    (adapter.folder / name).unlink()

    with pytest.raises(StageError, match="adapter"):
        check_stages(tiny_recipe, dataclasses.replace(stages, adapter=adapter, quantized=target), EASY)
    assert not (target.folder / FILE_NAME).exists()


def test_a_made_random_base_still_counts_as_random(tiny_recipe: Recipe) -> None:
    made = load_recipe("nano-moe").model_copy(update={"base": "artifacts/nano-moe/base-0"})

    assert starts_random(made)
    assert limits_of(made).text == "validation 2% less than at first"
    assert limits_of(tiny_recipe) == limits_of(load_recipe("qwen3-coder-30b")) == LossLimits()


def test_the_ends_of_a_turn_are_a_set(tmp_path: Path, tiny_base: Path) -> None:
    assert len(turn_ends(tiny_base)) == 2
    with pytest.raises(StageError, match=r"names no eos_token_id \(FileNotFoundError\)$"):
        turn_ends(tmp_path)

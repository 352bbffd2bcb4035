"""A real sweep of a tiny model: made, loaded, graded, timed, compared and reported."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipeline.artifact import Artifact, Made, Stage, Store
from pipeline.contract.tiny import recipe_values
from pipeline.recipe import Recipe
from pipeline.stores import store_of
from pipeline.sweep.levels import Level, levels_of, variant_stage
from pipeline.sweep.session import SweepRun, VariantError
from punie.evaluation.report.sweep import sweep_report
from punie.evaluation.suite import Query, Suite
from punie.evaluation.sweep import read_sweep, write_sweep

pytestmark = pytest.mark.slow
LEVELS = (Level(), Level(8, 64), Level(4, 64))


def _suite() -> Suite:
    rows = {"sky": "Why is the sky blue?", "files": "Which files changed?"}
    queries = [
        Query.model_validate({"id": name, "category": "words", "prompt": prompt, "expect": {"tools": []}})
        for name, prompt in rows.items()
    ]
    return Suite("two", tuple(queries), "d" * 64)


def _copied(source: Path, folder: Path) -> Made:
    shutil.copytree(source, folder, dirs_exist_ok=True)
    return Made()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, tiny_recipe: Recipe) -> Store:
    return store_of(tiny_recipe, tmp_path_factory.mktemp("root"))


@pytest.fixture(scope="module")
def run(tiny_base: Path, store: Store) -> SweepRun:
    values = recipe_values(base=str(tiny_base), sweep={"bits": [4, 8], "group_sizes": [64]})
    recipe = Recipe.model_validate(values)
    fused = store.build(Stage("fused", {}, (), lambda folder: _copied(tiny_base, folder)))
    return SweepRun(recipe, (_suite(),), fused, store.build, requests=3)


def test_every_level_is_made_loaded_and_measured(run: SweepRun) -> None:
    found = [run.measured(level) for level in levels_of(run.recipe)]

    assert tuple((each.bits, each.group_size) for each in found) == LEVELS
    assert [int(each.bits_per_weight) for each in found] == [16, 8, 4]
    assert [each.bits_per_weight % 1 for each in found[1:]] == pytest.approx([0.5, 0.5], abs=0.1)
    assert [each.rates.asked for each in found] == [2, 2, 2]
    assert found[0].size_bytes > found[1].size_bytes > found[2].size_bytes
    assert all(each.peak_memory_bytes > each.size_bytes for each in found)
    assert len({each.weights for each in found}) == 3
    assert all(each.load_seconds > 0 and 0 < each.median_seconds <= each.p95_seconds for each in found)


def test_what_was_made_is_used_again(run: SweepRun, store: Store) -> None:
    made = [run.artifact(level) for level in LEVELS[1:]]
    again = [store.build(variant_stage(run.recipe, run.fused, level)) for level in LEVELS[1:]]

    assert [each.reused for each in again] == [True, True]
    assert [each.folder for each in again] == [each.folder for each in made]
    assert {each.manifest.stage for each in again} == {"variant"}


def test_the_record_can_be_read_back_and_printed(run: SweepRun, tmp_path: Path) -> None:
    sweep = run.record()
    file = write_sweep(sweep, tmp_path)
    text = sweep_report(sweep)

    assert read_sweep(file) == sweep
    assert json.loads(file.read_text(encoding="utf-8"))["schema"] == 1
    assert [variant.name for variant in sweep.variants] == ["float16", "8 bits, group 64", "4 bits, group 64"]
    assert sweep.variants[2].against_larger is not None
    assert sweep.variants[2].against_larger.other == "8 bits, group 64"
    assert "4 bits, group 64" in text
    # a random model that passes nothing can lose nothing
    assert (sweep.advice.verdict, sweep.advice.variant) == ("undecided", None)


def test_a_model_that_cannot_be_loaded_is_told_and_the_others_are_measured(
    run: SweepRun, store: Store, tmp_path: Path
) -> None:
    def broken(stage: Stage) -> Artifact:
        made = store.build(stage)
        if made.manifest.inputs["quantize"]["bits"] == 8:
            return made
        folder = Path(shutil.copytree(made.folder, tmp_path / made.folder.name, dirs_exist_ok=True))
        config = json.loads((folder / "config.json").read_text(encoding="utf-8")) | {"hidden_size": 128}
        (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
        return Artifact(folder, made.manifest)

    damaged = SweepRun(run.recipe, run.suites, run.fused, broken, requests=1)
    with pytest.raises(VariantError, match=r"^4 bits, group 64: .*mlx-lm cannot load it .*build or copy it again$"):
        damaged.measured(LEVELS[2])
    sweep = damaged.record()

    assert [variant.name for variant in sweep.variants] == ["float16", "8 bits, group 64"]
    assert list(sweep.failed) == ["4 bits, group 64"]
    assert "not measured: 4 bits, group 64" in " ".join(sweep_report(sweep).split())

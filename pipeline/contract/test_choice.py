"""Choosing among the weights of a run by what they answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.artifact import Artifact, Store
from pipeline.checkpoints import write_arrays
from pipeline.choice import Candidate, candidate_steps, choose, passed_strictly
from pipeline.commands import adapter_config
from pipeline.contract.small_runs import small_recipe
from pipeline.contract.tiny import recipe_values
from pipeline.curves import Unwatched
from pipeline.errors import StageError
from pipeline.fingerprint import file_digest
from pipeline.manifest import write_json
from pipeline.models import load_arrays
from pipeline.recipe import ChoosePart, Recipe
from pipeline.stages.adapter import WEIGHTS, adapter_stage
from pipeline.stages.dataset import dataset_stage
from punie.evaluation import Suite, load_suite


def _recipe(iterations: int, every: int, last: int | None) -> Recipe:
    values = recipe_values(choose=None if last is None else {"last": last})
    values["train"] |= {"iterations": iterations, "evaluate_every": every}
    return Recipe.model_validate(values)


@pytest.mark.parametrize(
    ("iterations", "every", "last", "steps"),
    [
        (700, 200, 3, {399, 599, 700}),
        (700, 200, 2, {599, 700}),
        (700, 200, 9, {399, 599, 700}),
        (600, 200, 3, {399, 600}),
        (10, 20, 3, {10}),
        (700, 200, 1, {700}),
        (700, 200, None, set()),
    ],
)
def test_candidates_lie_in_the_second_half(iterations: int, every: int, last: int | None, steps: set[int]) -> None:
    assert candidate_steps(_recipe(iterations, every, last)) == steps


def _candidates(**losses: float) -> list[Candidate]:
    return [Candidate(int(name[1:]), Path(name), loss) for name, loss in losses.items()]


@pytest.mark.parametrize(
    ("counts", "step"),
    [((5, 9, 7), 599), ((5, 9, 9), 700), ((9, 9, 9), 700), ((9, 0, 0), 399)],
)
def test_the_most_passed_queries_win_and_the_later_of_equals(counts: tuple[int, ...], step: int) -> None:
    passed = dict(zip(("a399", "b599", "c700"), counts, strict=True))
    candidates = _candidates(a399=0.1, b599=0.2, c700=0.3)

    for order in (candidates, candidates[::-1]):
        choice = choose(_recipe(700, 200, 3), order, lambda _recipe, _suite, folder: passed[folder.name])
        assert choice.chosen.step == step


def test_the_manifest_is_told_all_scores_and_losses() -> None:
    choice = choose(_recipe(700, 200, 2), _candidates(a599=0.51239, b700=0.5), lambda *_: 4)

    assert choice.facts == {
        "suite": "dev",
        "queries": len(load_suite("dev").queries),
        "step": 700,
        "of": [{"step": 599, "passed": 4, "valid_loss": 0.5124}, {"step": 700, "passed": 4, "valid_loss": 0.5}],
    }


def test_a_recipe_without_the_part_chooses_nothing() -> None:
    with pytest.raises(
        StageError, match=r"^recipe 'tiny' has no candidates to choose from: give it a part \[choose\]$"
    ):
        choose(_recipe(6, 3, None), _candidates(a6=1.0), lambda *_: 0)


@pytest.mark.parametrize("suite", ["57", "25", "40", "paraphrases"])
def test_no_acceptance_suite_can_choose(suite: str) -> None:
    with pytest.raises(ValueError, match=r"Input should be 'dev'"):
        ChoosePart.model_validate({"suite": suite})


@pytest.mark.slow
def test_the_best_candidate_becomes_the_artifact(
    tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = small_recipe(tiny_base, iterations=7).model_copy(update={"choose": ChoosePart(last=2)})
    seen: dict[str, bytes] = {}

    def early_is_better(recipe: Recipe, suite: Suite, adapter: Path) -> int:
        assert (recipe.name, suite.name) == ("tiny", "dev")
        assert (adapter / "adapter_config.json").is_file()
        seen[adapter.name] = (adapter / WEIGHTS).read_bytes()
        return -int(adapter.name[-7:])

    monkeypatch.setattr("pipeline.choice.passed_strictly", early_is_better)
    store = Store(tmp_path / "tiny", "tiny", {})
    dataset = store.build(dataset_stage(recipe, ["Who called the plumber?"]))
    artifact: Artifact = store.build(adapter_stage(recipe, dataset, Unwatched()))
    found = artifact.manifest.facts["choice"]

    assert [row["step"] for row in found["of"]] == [5, 7]
    assert found["step"] == 5
    assert (artifact.folder / WEIGHTS).read_bytes() == seen["candidate-0000005"]
    assert seen["candidate-0000005"] != seen["candidate-0000007"]


@pytest.mark.slow
def test_a_real_model_is_asked_and_graded(tiny_base: Path, tmp_path: Path) -> None:
    import mlx.core as mx

    recipe = small_recipe(tiny_base)
    whole = load_suite("dev")
    suite = Suite("few", whole.queries[:2], "0")
    rank = recipe.lora.rank
    shapes = {"lora_a": (64, rank), "lora_b": (rank, 64)}
    arrays = {f"model.layers.{n}.self_attn.q_proj.{key}": mx.zeros(shapes[key]) for n in (0, 1) for key in shapes}
    arrays |= {
        f"model.layers.{n}.mlp.down_proj.{key}": mx.zeros((128, rank) if key == "lora_a" else (rank, 64))
        for n in (0, 1)
        for key in shapes
    }
    digest = write_arrays(tmp_path / WEIGHTS, arrays)
    write_json(tmp_path / "adapter_config.json", adapter_config(recipe))

    assert passed_strictly(recipe, suite, tmp_path) == 0
    assert digest == file_digest(tmp_path / WEIGHTS)
    assert set(load_arrays(tmp_path / WEIGHTS)) == set(arrays)

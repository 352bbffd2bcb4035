"""Going on from an adapter that an earlier run made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.artifact import Artifact
from pipeline.commands import adapter_config
from pipeline.contract.small_runs import learner, run_of, small_recipe
from pipeline.curves import Unwatched
from pipeline.earlier_adapter import adapter_digest, earlier_adapter, read_adapter
from pipeline.errors import InputError, StageError
from pipeline.loop import save_adapter
from pipeline.manifest import MANIFEST, Manifest, write_json
from pipeline.models import load_arrays
from pipeline.recipe import Recipe
from pipeline.stages.adapter import WEIGHTS, adapter_stage


@pytest.fixture
def recipe(tiny_base: Path) -> Recipe:
    return small_recipe(tiny_base)


@pytest.fixture
def adapter(recipe: Recipe, tmp_path: Path) -> Path:
    """An adapter whose `lora_b` are no longer zero."""
    training = run_of(recipe, tmp_path / "work")
    model = training._learner.model
    model.load_weights([(name, value + 0.5) for name, value in _trainable(model).items()], strict=False)
    folder = tmp_path / "adapter-1"
    save_adapter(model, folder / WEIGHTS)
    write_json(folder / "adapter_config.json", adapter_config(recipe))
    return folder


def _trainable(model: Any) -> dict[str, Any]:  # noqa: ANN401 - mlx has no types
    from mlx.utils import tree_flatten

    return dict(tree_flatten(model.trainable_parameters()))


def _from(recipe: Recipe, adapter: Path | str) -> Recipe:
    train = recipe.train.model_copy(update={"resume_adapter": str(adapter)})
    return recipe.model_copy(update={"train": train})


def _message(recipe: Recipe) -> str:
    with pytest.raises(InputError) as caught:
        earlier_adapter(recipe)
    return str(caught.value)


def test_training_begins_with_its_weights(recipe: Recipe, adapter: Path) -> None:
    import mlx.core as mx

    own = _trainable(learner(_from(recipe, adapter)).model)
    given = load_arrays(adapter / WEIGHTS)

    assert set(own) == set(given)
    assert all(mx.array_equal(own[name], given[name]).item() for name in own)


def test_without_the_key_training_begins_afresh(recipe: Recipe) -> None:
    assert earlier_adapter(recipe) is None


def test_a_folder_below_artifacts_is_found(recipe: Recipe, adapter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.earlier_adapter.ROOT", adapter.parent.parent)
    (adapter.parent.parent / "artifacts").mkdir(exist_ok=True)
    moved = adapter.rename(adapter.parent.parent / "artifacts" / "tiny-adapter-1")

    assert earlier_adapter(_from(recipe, "tiny-adapter-1")) == moved


@pytest.mark.parametrize("lost", [WEIGHTS, "adapter_config.json"])
def test_a_folder_that_is_no_adapter_is_refused(lost: str, recipe: Recipe, adapter: Path) -> None:
    (adapter / lost).unlink()

    assert _message(_from(recipe, adapter)) == (
        f"recipe 'tiny': train.resume_adapter: {str(adapter)!r} is no adapter "
        "(adapters.safetensors and adapter_config.json): give the folder of one"
    )


def test_other_lora_parameters_are_refused(recipe: Recipe, adapter: Path) -> None:
    lora = recipe.lora.model_copy(update={"rank": 8})

    assert "'rank': 4" in _message(_from(recipe.model_copy(update={"lora": lora}), adapter))


@pytest.mark.parametrize("text", ["{", "[]"])
def test_a_damaged_configuration_is_refused(text: str, recipe: Recipe, adapter: Path) -> None:
    (adapter / "adapter_config.json").write_text(text, encoding="utf-8")

    assert _message(_from(recipe, adapter)).startswith("recipe 'tiny': train.resume_adapter: ")


def test_another_base_model_is_refused(recipe: Recipe, adapter: Path) -> None:
    facts: dict[str, Any] = {"stage": "adapter", "recipe": "tiny", "digest": "0", "parents": {}, "versions": {}}
    facts |= {"inputs": {"base": {"weights": "other"}}, "system_prompt": {}, "seconds": 1, "files": {}, "size_bytes": 0}
    write_json(adapter / MANIFEST, Manifest.model_validate(facts).model_dump(mode="json", by_alias=True))

    assert "was trained on another base model" in _message(_from(recipe, adapter))


def test_damaged_weights_are_refused(recipe: Recipe, adapter: Path) -> None:
    (adapter / WEIGHTS).write_bytes(b"no weights")

    with pytest.raises(StageError, match=r"^the adapter in '.*' cannot be read: "):
        learner(_from(recipe, adapter))


def test_weights_of_other_layers_are_refused(recipe: Recipe, adapter: Path) -> None:
    own = learner(recipe)
    arrays = load_arrays(adapter / WEIGHTS)
    import mlx.core as mx

    arrays.popitem()
    mx.save_safetensors(str(adapter / WEIGHTS), arrays)
    with pytest.raises(StageError, match=r"^the adapter in '.*' holds other weights than the recipe's LoRA layers"):
        read_adapter(adapter, own.model)


def test_its_content_and_not_its_name_decides_the_artifact(recipe: Recipe, adapter: Path, tmp_path: Path) -> None:
    dataset = Artifact(tmp_path, _manifest())
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in adapter.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    digests = [adapter_stage(own, dataset, Unwatched()).digest for own in (recipe, _from(recipe, adapter))]

    assert adapter_stage(_from(recipe, copy), dataset, Unwatched()).digest == digests[1]
    assert digests[0] != digests[1]
    assert adapter_digest(copy) == adapter_digest(adapter)


def _manifest() -> Manifest:
    facts: dict[str, Any] = {"stage": "dataset", "recipe": "tiny", "digest": "0", "parents": {}, "versions": {}}
    facts |= {"inputs": {}, "system_prompt": {}, "seconds": 1, "files": {}, "size_bytes": 0}
    return Manifest.model_validate(facts)


def test_how_often_a_run_is_saved_does_not_decide_the_artifact(tiny_base: Path, tmp_path: Path) -> None:
    dataset = Artifact(tmp_path, _manifest())
    recipes = [small_recipe(tiny_base, save_every=every) for every in (None, 1, 50)]

    assert len({adapter_stage(own, dataset, Unwatched()).digest for own in recipes}) == 1

"""The stages on a tiny base, from examples to a quantized model."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.artifact import Artifact, Store
from pipeline.curves import Unwatched, Watch
from pipeline.errors import InputError, StageError
from pipeline.models import load_arrays, load_model
from pipeline.recipe import Recipe
from pipeline.stages.adapter import WEIGHTS, adapter_stage
from pipeline.stages.dataset import dataset_stage, suite_prompts
from pipeline.stages.fused import fused_stage
from pipeline.stages.quantized import quantized_stage
from punie.training.dataset_validation import validate_dataset


@dataclass(frozen=True)
class Chain:
    """The artifacts of one run, by stage."""

    dataset: Artifact
    adapter: Artifact
    fused: Artifact
    quantized: Artifact

    def reused(self) -> list[bool]:
        return [artifact.reused for artifact in (self.dataset, self.adapter, self.fused, self.quantized)]


def _run(recipe: Recipe, folder: Path) -> Chain:
    store = Store(folder, recipe.name, {"name": recipe.system, "digest": "0"})
    watch: Watch = Unwatched()
    dataset = store.build(dataset_stage(recipe, ["Who called the plumber?"]))
    adapter = store.build(adapter_stage(recipe, dataset, watch))
    fused = store.build(fused_stage(recipe, adapter))
    return Chain(dataset, adapter, fused, store.build(quantized_stage(recipe, fused)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("artifacts")


@pytest.fixture(scope="module")
def chain(tiny_recipe: Recipe, folder: Path) -> Chain:
    return _run(tiny_recipe, folder)


def test_the_dataset_is_whole(chain: Chain) -> None:
    assert validate_dataset(chain.dataset.folder) == []
    assert chain.dataset.manifest.facts["train"] == 24


def test_the_curves_have_the_recipes_points(chain: Chain) -> None:
    curves = json.loads((chain.adapter.folder / "losses.json").read_text(encoding="utf-8"))

    assert [point["iteration"] for point in curves["train"]] == [2, 4, 6]
    assert [point["iteration"] for point in curves["valid"]] == [0, 2, 5]
    assert chain.quantized.manifest.losses["train_last"] == round(curves["train"][-1]["loss"], 4)


def test_the_adapter_holds_the_recipes_layers(chain: Chain, tiny_recipe: Recipe) -> None:
    names = {
        name.partition(".layers.")[2][2:].rpartition(".")[0] for name in load_arrays(chain.adapter.folder / WEIGHTS)
    }

    assert names == set(tiny_recipe.lora.keys)


def test_what_mlx_lm_printed_is_kept(chain: Chain) -> None:
    log = (chain.adapter.folder / "train.log").read_text(encoding="utf-8")

    assert "train_loss" in log
    assert "\x1b" not in log


def test_the_fused_model_is_base_plus_adapter(chain: Chain, tiny_recipe: Recipe) -> None:
    import mlx.core as mx

    parts = load_arrays(chain.adapter.folder / WEIGHTS)
    name = "model.layers.1.mlp.down_proj"
    base, fused = (
        load_arrays(folder / "model.safetensors")[f"{name}.weight"].astype(mx.float32)
        for folder in (tiny_recipe.base_folder, chain.fused.folder)
    )
    product = tiny_recipe.lora.scale * (parts[f"{name}.lora_a"] @ parts[f"{name}.lora_b"]).T

    assert float(mx.abs(product).max()) > 1e-3
    assert mx.allclose(fused, base + product, atol=1e-3).item()


def test_five_bits_are_stored(chain: Chain) -> None:
    config = load_model(chain.quantized.folder).config
    packed = load_arrays(chain.quantized.folder / "model.safetensors")["model.layers.0.mlp.down_proj.weight"]

    assert config["quantization"] == {"bits": 5, "group_size": 64, "mode": "affine"}
    assert packed.shape[-1] * 32 == 128 * 5


def test_the_template_survives_to_the_last_stage(chain: Chain, tiny_recipe: Recipe) -> None:
    templates = {
        load_model(folder).tokenizer.chat_template for folder in (tiny_recipe.base_folder, chain.quantized.folder)
    }

    assert len(templates) == 1


def test_every_manifest_names_its_command_and_parent(chain: Chain) -> None:
    manifests = [chain.adapter.manifest, chain.fused.manifest, chain.quantized.manifest]

    assert [manifest.command.partition(" ")[0] for manifest in manifests] == [
        "mlx_lm.lora",
        "mlx_lm.fuse",
        "mlx_lm.convert",
    ]
    assert [list(manifest.parents) for manifest in manifests] == [["dataset"], ["adapter"], ["fused"]]
    assert all(manifest.peak_memory for manifest in manifests)
    assert 0 < manifests[0].facts["trainable_share"] < 1


def test_a_rerun_reuses_everything(chain: Chain, tiny_recipe: Recipe, folder: Path) -> None:
    again = _run(tiny_recipe, folder)

    assert again.reused() == [True] * 4
    assert again.quantized.folder == chain.quantized.folder


def test_other_bits_rebuild_the_last_stage_only(chain: Chain, tiny_recipe: Recipe, folder: Path) -> None:
    quantize = tiny_recipe.quantize.model_copy(update={"bits": 8})
    other = _run(tiny_recipe.model_copy(update={"quantize": quantize}), folder)

    assert other.reused() == [True, True, True, False]
    assert other.quantized.folder != chain.quantized.folder
    assert (chain.quantized.folder / "manifest.json").is_file()


def test_the_same_recipe_gives_the_same_adapter(chain: Chain, tiny_recipe: Recipe, tmp_path: Path) -> None:
    import mlx.core as mx

    again = Store(tmp_path, "tiny", {}).build(adapter_stage(tiny_recipe, chain.dataset, Unwatched()))
    first, second = (load_arrays(adapter.folder / WEIGHTS) for adapter in (chain.adapter, again))

    assert set(first) == set(second)
    assert all(mx.allclose(first[name], second[name], atol=1e-4).item() for name in first)


def test_an_adapter_without_layers_is_refused(tiny_recipe: Recipe, chain: Chain, tmp_path: Path) -> None:
    lora = tiny_recipe.lora.model_copy(update={"keys": ("self_attn.z_proj",)})
    recipe = tiny_recipe.model_copy(update={"lora": lora})
    store = Store(tmp_path, recipe.name, {})

    with pytest.raises(
        StageError, match=r"^lora.keys of recipe 'tiny' name no layer of the base model: self_attn.z_proj"
    ):
        store.build(adapter_stage(recipe, chain.dataset, Unwatched()))
    assert list(tmp_path.iterdir()) == []


def test_more_rows_than_the_generators_have_is_wrong_input(
    tiny_recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        message = "ask for fewer rows"
        raise ValueError(message)

    monkeypatch.setattr("pipeline.stages.dataset.make_dataset", refuse)

    with pytest.raises(InputError, match=r"^recipe 'tiny': ask for fewer rows$"):
        Store(tmp_path, "tiny", {}).build(dataset_stage(tiny_recipe, []))


def test_the_suites_prompts_are_read_from_every_file() -> None:
    assert len(suite_prompts()) >= 57


@pytest.mark.parametrize("make", [fused_stage, quantized_stage])
def test_a_stage_that_cannot_read_its_parent_fails_in_one_line(
    make: Callable[[Recipe, Artifact], object], chain: Chain, tiny_recipe: Recipe, tmp_path: Path
) -> None:
    broken = Artifact(tmp_path, chain.adapter.manifest)
    stage = make(tiny_recipe, broken)

    with pytest.raises(StageError, match=r"^mlx-lm cannot load '"):
        Store(tmp_path / "out", "tiny", {}).build(stage)  # type: ignore[arg-type]

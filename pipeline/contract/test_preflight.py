"""Wrong input is named before anything long begins."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.contract.tiny import recipe_values
from pipeline.errors import InputError
from pipeline.preflight import check_inputs
from pipeline.recipe import Recipe


def _recipe(**changes: Any) -> Recipe:  # noqa: ANN401 - parts of a recipe of any type
    return Recipe.model_validate(recipe_values(**changes))


@pytest.fixture
def base(tiny_base: Path, tmp_path: Path) -> Path:
    """A copy of the tiny base that a test may damage."""
    return Path(shutil.copytree(tiny_base, tmp_path / "base"))


def test_a_whole_recipe_passes(tiny_recipe: Recipe, tmp_path: Path) -> None:
    check_inputs(tiny_recipe, tmp_path / "artifacts")


def _no_folder(place: Path) -> None:
    place.write_text("a file", encoding="utf-8")


def _nowhere(place: Path) -> None:
    place.symlink_to(place.with_name("gone"))


@pytest.mark.parametrize("spoil", [_no_folder, _nowhere])
def test_artifacts_that_cannot_be_written_are_refused(
    tiny_recipe: Recipe, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(tmp_path / "artifacts")

    with pytest.raises(InputError, match=r"^artifacts cannot be written to '.*/artifacts/tiny': make '.*/artifacts' a"):
        check_inputs(tiny_recipe, tmp_path / "artifacts")


def test_a_folder_without_permission_is_refused(
    tiny_recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.preflight.os.access", lambda *_: False)

    with pytest.raises(InputError, match=r"^artifacts cannot be written to "):
        check_inputs(tiny_recipe, tmp_path / "artifacts")


def test_artifacts_behind_a_link_are_as_good_as_any(tiny_recipe: Recipe, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "artifacts").symlink_to(tmp_path / "elsewhere")

    check_inputs(tiny_recipe, tmp_path / "artifacts")


def test_a_missing_base_says_how_to_build_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^recipe 'tiny': there is no base model in 'nowhere': .*pytest -m pretrain"):
        check_inputs(_recipe(), tmp_path)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_base_without_one_of_its_files_is_refused(base: Path, name: str, tmp_path: Path) -> None:
    (base / name).unlink()

    with pytest.raises(InputError, match=r"^recipe 'tiny': base: "):
        check_inputs(_recipe(base=str(base)), tmp_path)


def test_a_base_without_chat_template_is_refused(base: Path, tmp_path: Path) -> None:
    file = base / "tokenizer_config.json"
    config = json.loads(file.read_text(encoding="utf-8"))
    del config["chat_template"]
    file.write_text(json.dumps(config), encoding="utf-8")

    with pytest.raises(InputError, match="no chat template"):
        check_inputs(_recipe(base=str(base)), tmp_path)


def test_an_unknown_preset_lists_the_known_ones(tiny_base: Path, tmp_path: Path) -> None:
    recipe = _recipe(base=str(tiny_base), data={"preset": "micro"})

    with pytest.raises(InputError, match=r"^recipe 'tiny': data.preset is 'micro': choose one of .*nano"):
        check_inputs(recipe, tmp_path)


def test_an_unknown_system_prompt_lists_the_known_ones(tiny_base: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^recipe 'tiny': system is 'long': choose one of brief, full$"):
        check_inputs(_recipe(base=str(tiny_base), system="long"), tmp_path)


def test_a_full_disk_is_noticed(tiny_recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.artifact.shutil.disk_usage", lambda _: type("Usage", (), {"free": 0}))

    with pytest.raises(InputError, match=r"^too little disk space in "):
        check_inputs(tiny_recipe, tmp_path / "artifacts")

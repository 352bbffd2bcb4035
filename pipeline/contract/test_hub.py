"""Hub names are looked up on the disk, as the hub's own tools keep them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.contract.tiny import recipe_values
from pipeline.errors import InputError
from pipeline.hub import downloaded, hub_cache, is_hub_name
from pipeline.preflight import check_inputs
from pipeline.recipe import Recipe

NAME = "some-community/Tiny-4bit"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of downloaded models."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def _store(cache: Path, base: Path, revision: str = "abc123") -> Path:
    folder = cache / "models--some-community--Tiny-4bit"
    (folder / "refs").mkdir(parents=True)
    (folder / "refs" / "main").write_text(revision, encoding="utf-8")
    return Path(shutil.copytree(base, folder / "snapshots" / "abc123"))


def _recipe() -> Recipe:
    return Recipe.model_validate(recipe_values(base=NAME))


def test_a_downloaded_base_is_found_and_used(cache: Path, tiny_base: Path, tmp_path: Path) -> None:
    snapshot = _store(cache, tiny_base)
    check_inputs(_recipe(), tmp_path / "artifacts")

    assert downloaded(NAME) == _recipe().base_folder == snapshot


@pytest.mark.parametrize("revision", ["gone", "../../..", ""])
def test_a_revision_that_is_no_folder_of_the_cache_counts_as_none(cache: Path, tiny_base: Path, revision: str) -> None:
    _store(cache, tiny_base, revision)

    assert downloaded(NAME) is None


def test_a_base_that_was_not_downloaded_is_one_line_that_says_how(tmp_path: Path) -> None:
    message = (
        f"recipe 'tiny': the base model '{NAME}' is not on this machine: "
        f"get it with `hf download {NAME}`, or let `base` name its folder"
    )
    with pytest.raises(InputError) as caught:
        check_inputs(_recipe(), tmp_path)

    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("base", "is_name"),
    [(NAME, True), ("nowhere", False), ("fixtures/models/nano-base", False), ("/a/b", False), ("../b", False)],
)
def test_a_hub_name_is_an_organisation_and_a_name(base: str, is_name: bool) -> None:  # noqa: FBT001 - a case's value
    assert is_hub_name(base) is is_name


def test_the_cache_follows_the_hubs_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_HUB_CACHE")
    monkeypatch.setenv("HF_HOME", "/models")
    first = hub_cache()
    monkeypatch.delenv("HF_HOME")
    monkeypatch.setenv("XDG_CACHE_HOME", "/cache")

    assert (first, hub_cache()) == (Path("/models/hub"), Path("/cache/huggingface/hub"))

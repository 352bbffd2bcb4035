from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from punie.evaluation.models import ModelDirError, check_model_dir
from punie.evaluation.models.loading import check_listed_files, identity_of, size_of, stamp_of


def weights(tensor: bytes = b"\0" * 8) -> bytes:
    header = json.dumps({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, len(tensor)]}}).encode()
    return struct.pack("<Q", len(header)) + header + tensor


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "model"
    path.mkdir()
    (path / "config.json").write_text('{"model_type": "qwen3"}', encoding="utf-8")
    (path / "model.safetensors").write_bytes(weights())
    (path / "tokenizer.json").write_text("{}", encoding="utf-8")
    (path / "tokenizer_config.json").write_text('{"chat_template": "{{ messages }}"}', encoding="utf-8")
    return path


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "no config": (
        lambda path: (path / "config.json").unlink(),
        r"no config\.json; give the folder of a complete model",
    ),
    "config is no JSON": (lambda path: (path / "config.json").write_text("{"), r"config\.json is not valid JSON"),
    "config is a list": (lambda path: (path / "config.json").write_text("[]"), "holds no JSON object"),
    "no model type": (lambda path: (path / "config.json").write_text("{}"), r"config\.json names no model_type"),
    "no weights": (lambda path: (path / "model.safetensors").unlink(), r"no weights \(model\*\.safetensors\); give"),
    "weights cut off": (
        lambda path: (path / "model.safetensors").write_bytes(weights()[:-1]),
        r"model\.safetensors is damaged or cut off; copy or build the model again",
    ),
    "weights empty": (lambda path: (path / "model.safetensors").write_bytes(b""), "damaged or cut off"),
    "weights are a text": (lambda path: (path / "model.safetensors").write_bytes(b"version https://x"), "damaged"),
    "a shard is missing": (
        lambda path: (path / "model.safetensors.index.json").write_text('{"weight_map": {"w": "model-2.safetensors"}}'),
        r"weights are incomplete: model-2\.safetensors is missing",
    ),
    "the index is no map": (
        lambda path: (path / "model.safetensors.index.json").write_text('{"weight_map": 3}'),
        r"model\.safetensors\.index\.json has no weight_map",
    ),
    "no tokenizer": (lambda path: (path / "tokenizer.json").unlink(), "no tokenizer"),
    "no chat template": (
        lambda path: (path / "tokenizer_config.json").write_text("{}"),
        r"the tokenizer has no chat template; use an instruction-tuned model",
    ),
}


def test_a_complete_folder_is_accepted(folder: Path) -> None:
    check_model_dir(folder)


def _listed(folder: Path) -> None:
    files = {file.name: {"sha256": hashlib.sha256(file.read_bytes()).hexdigest()} for file in folder.iterdir()}
    (folder / "manifest.json").write_text(json.dumps({"files": files}), encoding="utf-8")


@pytest.mark.parametrize("manifest", [None, "{", "[]", '{"files": 3}', '{"files": {"config.json": 3}}'])
def test_a_folder_that_lists_no_files_is_taken_as_it_is(folder: Path, manifest: str | None) -> None:
    if manifest is not None:
        (folder / "manifest.json").write_text(manifest, encoding="utf-8")

    check_listed_files(folder)


def test_files_are_those_of_the_manifest_byte_for_byte(folder: Path) -> None:
    _listed(folder)
    check_listed_files(folder)
    (folder / "model.safetensors").write_bytes(weights(b"\1" + b"\0" * 7))

    check_model_dir(folder)
    with pytest.raises(
        ModelDirError, match=r"model\.safetensors is not what its manifest lists; build the model again$"
    ):
        check_listed_files(folder)


def test_a_listed_file_that_is_gone_is_told(folder: Path) -> None:
    _listed(folder)
    (folder / "tokenizer.json").unlink()

    with pytest.raises(ModelDirError, match=r"tokenizer\.json is missing; build the model again$"):
        check_listed_files(folder)


def test_a_chat_template_may_be_a_file_of_its_own(folder: Path) -> None:
    (folder / "tokenizer_config.json").unlink()
    (folder / "chat_template.jinja").write_text("{{ messages }}", encoding="utf-8")

    check_model_dir(folder)


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_folder_is_refused_in_one_line(folder: Path, name: str) -> None:
    damage, message = DAMAGE[name]
    damage(folder)

    with pytest.raises(ModelDirError, match=rf"^'.*model' is no usable model: .*{message}.*$"):
        check_model_dir(folder)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelDirError, match=r"nowhere' is no usable model: the model folder does not exist; give"):
        check_model_dir(tmp_path / "nowhere")


def test_a_file_is_no_folder(folder: Path) -> None:
    with pytest.raises(ModelDirError, match="is a file, not a folder"):
        check_model_dir(folder / "config.json")


def test_the_identity_tells_changed_weights_from_a_changed_template(folder: Path) -> None:
    before = identity_of(folder)
    (folder / "model.safetensors").write_bytes(weights(b"\1" * 8))
    after = identity_of(folder)

    assert {name for name in before if before[name] != after[name]} == {"weights"}


def test_the_size_is_that_of_all_files(folder: Path) -> None:
    assert size_of(folder) == sum(file.stat().st_size for file in folder.iterdir())


def test_a_file_that_was_written_again_changes_the_stamp(folder: Path) -> None:
    before = stamp_of(folder)
    same = stamp_of(folder)
    written = folder / "other"
    written.write_bytes((folder / "model.safetensors").read_bytes())
    written.replace(folder / "model.safetensors")

    assert same == before
    assert stamp_of(folder) != before

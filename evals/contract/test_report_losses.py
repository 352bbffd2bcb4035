from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from punie.evaluation.report.losses import Losses, losses_of

TRAIN = [{"iteration": 10, "loss": 4.2}, {"iteration": 20, "loss": 2.5}]
ROWS = {"train": TRAIN, "valid": [{"iteration": 0, "loss": 5}]}
CURVE = Losses(train=((10, 4.2), (20, 2.5)), valid=((0, 5),))
FILES = {"weights": {"sha256": "ab"}}
CONTENT = hashlib.sha256(json.dumps({"weights": "ab"}, separators=(",", ":")).encode()).hexdigest()


def stage(folder: Path, name: str, digest: str, **parents: str) -> Path:
    """The folder of an artifact with its manifest."""
    made = folder / f"{name}-{digest}"
    made.mkdir()
    manifest = {"stage": name, "digest": digest, "parents": parents, "files": FILES if name == "fused" else {}}
    (made / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return made


def write(folder: Path, data: Any) -> None:  # noqa: ANN401 - JSON
    (folder / "losses.json").write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")


def test_the_curve_is_found_through_the_stages(tmp_path: Path) -> None:
    write(stage(tmp_path, "adapter", "a1"), ROWS)
    write(stage(tmp_path, "adapter", "a2"), {"train": []})
    stage(tmp_path, "fused", "f1", adapter="a1")

    assert losses_of(stage(tmp_path, "quantized", "q1", fused="f1")) == CURVE


def test_a_parent_is_found_by_the_digest_of_its_files(tmp_path: Path) -> None:
    write(stage(tmp_path, "fused", "f1"), ROWS)

    assert losses_of(stage(tmp_path, "quantized", "q1", fused=CONTENT)) == CURVE


def test_the_curve_may_lie_in_the_folder_itself(tmp_path: Path) -> None:
    write(tmp_path, ROWS)

    assert losses_of(tmp_path) == CURVE


@pytest.mark.parametrize(
    "data",
    [
        "",
        "[",
        "[" * 100_000,
        [],
        {},
        {"train": 3},
        {"train": [3, {}, {"iteration": "1", "loss": None}]},
        '{"train": [{"iteration": 1, "loss": NaN}]}',
        '{"train": [{"iteration": 1, "loss": 1e999}]}',
    ],
)
def test_what_is_no_curve_is_none(tmp_path: Path, data: Any) -> None:  # noqa: ANN401 - JSON
    write(tmp_path, data)

    assert losses_of(tmp_path) is None


def test_a_model_without_ancestors_has_none(tmp_path: Path) -> None:
    assert losses_of(stage(tmp_path, "quantized", "q1", fused="gone")) is None
    assert losses_of(tmp_path / "missing") is None


def test_manifests_that_name_each_other_end(tmp_path: Path) -> None:
    stage(tmp_path, "fused", "f1", fused="f2")

    assert losses_of(stage(tmp_path, "fused", "f2", fused="f1")) is None

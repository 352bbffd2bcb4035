"""Real runs on two ranks of this machine: the losses of one process, and what a rank that dies leaves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from pipeline.artifact import Artifact, Store
from pipeline.contract.killed_run import READY
from pipeline.contract.tiny import recipe_values
from pipeline.curves import Unwatched
from pipeline.distributed import DistributedPart
from pipeline.errors import StageError
from pipeline.models import load_arrays
from pipeline.places import ROOT
from pipeline.recipe import Recipe
from pipeline.stages.adapter import WEIGHTS, adapter_stage
from pipeline.stages.dataset import dataset_stage
from punie.training.dataset import ChatMessage, TrainingDataset, TrainingExample
from punie.training.dataset_io import write_dataset

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="ranks are found by their number in /proc"),
]

_TOLERANCE: Final = 1e-4
_PATIENCE: Final = 120.0  # seconds; what no run takes


class Killing(Unwatched):
    """A watch that ends rank 1 when it hears of the first losses of training."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.points: list[int] = []

    def train_loss(self, iteration: int, loss: float, rows_per_second: float) -> None:  # noqa: ARG002 - a watch's
        if not self.points:
            (rank,) = [process for process in _ranks(self.folder) if _environment(process).get("MLX_RANK") == "1"]
            os.kill(rank, signal.SIGKILL)
        self.points.append(iteration)


def _ranks(folder: Path) -> list[int]:
    """Numbers of the processes that are ranks of a run with its artifacts in `folder`."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = file.read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if words[1:3] == ["-m", "pipeline.rank"] and words[3].startswith(str(folder)):
            found.append(int(file.parent.name))
    return found


def _environment(process: int) -> dict[str, str]:
    pairs = Path(f"/proc/{process}/environ").read_bytes().decode(errors="replace").split("\0")
    return dict(pair.split("=", 1) for pair in pairs if "=" in pair)


def _until(reached: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + _PATIENCE
    while not reached() and time.monotonic() < deadline:
        time.sleep(0.1)
    return reached()


def _recipe(base: Path, **train: Any) -> Recipe:  # noqa: ANN401 - values of a recipe of any type
    values = recipe_values(base=str(base))
    return Recipe.model_validate(values | {"train": values["train"] | train})


def _on_two(recipe: Recipe) -> Recipe:
    return recipe.model_copy(update={"distributed": DistributedPart(ranks=2)})


def _losses(adapter: Artifact) -> list[tuple[float, float]]:
    curves = json.loads((adapter.folder / "losses.json").read_text(encoding="utf-8"))
    return [(point["iteration"], point["loss"]) for name in ("train", "valid") for point in curves[name]]


def _store(folder: Path) -> Store:
    return Store(folder / "tiny", "tiny", {})


def _assert_equal(one: Artifact, other: Artifact) -> None:
    import mlx.core as mx

    first, second = (load_arrays(adapter.folder / WEIGHTS) for adapter in (one, other))

    assert [loss for pair in _losses(one) for loss in pair] == pytest.approx(
        [loss for pair in _losses(other) for loss in pair], abs=_TOLERANCE
    )
    assert set(first) == set(second)
    assert all(mx.allclose(first[name], second[name], atol=_TOLERANCE).item() for name in first)


@pytest.fixture(scope="module")
def dataset(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    """Rows of the generators: answers of many lengths."""
    store = _store(tmp_path_factory.mktemp("data"))
    return store.build(dataset_stage(_recipe(tiny_base), ["Who called the plumber?"]))


@pytest.fixture
def balanced(dataset: Artifact, tmp_path: Path) -> Artifact:
    """Rows of one length, with answers of one length."""
    places = ("abcd", "efgh", "ijkl", "mnop", "qrst", "uvwx", "acbd", "egfh")
    examples = tuple(
        TrainingExample(
            messages=(ChatMessage(role="user", content=word), ChatMessage(role="assistant", content=word[::-1]))
        )
        for word in places
    )
    write_dataset(TrainingDataset(name="balanced", train=examples, valid=examples[:4]), tmp_path / "balanced")
    return Artifact(tmp_path / "balanced", dataset.manifest)


def test_equal_rows_give_the_losses_of_one_process(balanced: Artifact, tiny_base: Path, tmp_path: Path) -> None:
    recipe = _recipe(tiny_base)
    one = _store(tmp_path / "one").build(adapter_stage(recipe, balanced, Unwatched()))
    two = _store(tmp_path / "two").build(adapter_stage(_on_two(recipe), balanced, Unwatched()))

    assert two.manifest.facts["ranks"] == 2
    assert two.manifest.digest == one.manifest.digest
    _assert_equal(one, two)


def test_a_run_whose_rank_is_killed_fails_in_one_line_and_goes_on_to_the_losses_of_one_process(
    dataset: Artifact, tiny_base: Path, tmp_path: Path
) -> None:
    recipe = _recipe(tiny_base, save_every=1)
    one = _store(tmp_path / "one").build(adapter_stage(recipe, dataset, Unwatched()))
    store, watch = _store(tmp_path / "two"), Killing(tmp_path / "two")
    with pytest.raises(
        StageError, match=r"^rank 1 of 2 was ended by SIGKILL: run again to go on from the last checkpoint$"
    ):
        store.build(adapter_stage(_on_two(recipe), dataset, watch))
    left = [file.name for file in store.folder.iterdir()]
    two = store.build(adapter_stage(_on_two(recipe), dataset, Unwatched()))

    assert [name.partition("-")[0] for name in left] == [".work"]
    assert _until(lambda: not _ranks(tmp_path))
    assert two.manifest.facts["resumed_at"] >= 1
    _assert_equal(one, two)


def test_ranks_do_not_outlive_a_killed_run(dataset: Artifact, tiny_base: Path, tmp_path: Path) -> None:
    file = tmp_path / "recipe.json"
    recipe = _recipe(tiny_base, iterations=2000, save_every=1)
    file.write_text(recipe.model_dump_json(), encoding="utf-8")
    run = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "pipeline.contract.killed_run", str(file), str(dataset.folder), str(tmp_path), "0", "2"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert run.stdout is not None
    assert run.stdout.readline().strip() == READY
    begun = _until(lambda: any(tmp_path.glob(".work-adapter-*/step-*.json")))
    ranks = _ranks(tmp_path)
    run.kill()
    run.communicate()

    assert begun
    assert len(ranks) == 2
    assert _until(lambda: not _ranks(tmp_path))
    assert not any(tmp_path.glob("adapter-*"))

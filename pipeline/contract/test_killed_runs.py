"""Real runs, killed at random moments: what the last one makes is what an undisturbed run makes."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from pipeline.artifact import LATEST, Store
from pipeline.contract.killed_run import READY
from pipeline.contract.tiny import recipe_values
from pipeline.fingerprint import file_digest
from pipeline.manifest import MANIFEST, read_manifest
from pipeline.places import ROOT
from pipeline.recipe import Recipe
from pipeline.stages.dataset import dataset_stage

pytestmark = pytest.mark.slow

KILLS: Final = 20
_PATIENCE: Final = 300.0  # seconds; what no run takes
_TOUCHES: Final = 150  # of files in a whole run, about


@dataclass(frozen=True)
class Bench:
    """What all runs start from."""

    recipe: Path
    dataset: Path

    def start(self, folder: Path, touches: int = 0) -> subprocess.Popen[str]:
        """Start a run, and return when its imports are done."""
        command = [sys.executable, "-m", "pipeline.contract.killed_run"]
        process = subprocess.Popen(  # noqa: S603 - our own module
            [*command, str(self.recipe), str(self.dataset), str(folder), str(touches)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline().strip() == READY
        return process


@pytest.fixture(scope="module")
def bench(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    folder = tmp_path_factory.mktemp("bench")
    values = recipe_values(base=str(tiny_base), choose={"last": 2})
    values["train"] |= {"iterations": 24, "batch_size": 2, "save_every": 2, "evaluate_every": 8}
    recipe = Recipe.model_validate(values)
    (folder / "recipe.json").write_text(recipe.model_dump_json(), encoding="utf-8")
    dataset = Store(folder / "data", "tiny", {}).build(dataset_stage(recipe, ["Who called the plumber?"]))
    return Bench(folder / "recipe.json", dataset.folder)


@pytest.fixture(scope="module")
def whole(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], float]:
    """What an undisturbed run makes, and how many seconds it takes."""
    folder = tmp_path_factory.mktemp("whole") / "tiny"
    process = bench.start(folder)
    started = time.perf_counter()
    assert _ended(process) == 0
    return _made(folder), time.perf_counter() - started


def _made(folder: Path) -> dict[str, Any]:
    """Everything of the artifacts but times: weights by digest, losses, what was chosen, what was published."""
    found: dict[str, Any] = {"latest": json.loads((folder / LATEST).read_text(encoding="utf-8"))["model"]}
    for file in sorted(folder.glob("[!.]*/*.safetensors")):
        found[f"{file.parent.name.partition('-')[0]}/{file.name}"] = file_digest(file)
    (adapter,) = folder.glob("adapter-*")
    curves = json.loads((adapter / "losses.json").read_text(encoding="utf-8"))
    found["losses"] = [(point["iteration"], point["loss"]) for curve in curves.values() for point in curve]
    found["choice"] = json.loads((adapter / MANIFEST).read_text(encoding="utf-8"))["facts"]["choice"]
    # a stage's digest follows from the content of its parent, and losses.json holds times
    found["latest"] = found["latest"].partition("-")[0]
    return found


def _unsound(folder: Path) -> Iterator[str]:
    """Names of artifacts that claim to be whole and are not, and of a published model that is none."""
    for artifact in folder.glob("[!.]*/"):
        manifest = read_manifest(artifact)
        if manifest is None or any(
            file_digest(artifact / name) != fact.sha256 for name, fact in manifest.files.items()
        ):
            yield artifact.name
    latest = folder / LATEST
    if latest.exists() and not (folder / json.loads(latest.read_text(encoding="utf-8"))["model"] / MANIFEST).exists():
        yield LATEST


def _earlier_model(folder: Path) -> Path:
    """Put a model of an earlier build into `folder`, published."""
    model = folder / "quantized-000000000000"
    model.mkdir(parents=True)
    (model / "model.safetensors").write_bytes(b"the last good model")
    (model / MANIFEST).write_text("{}", encoding="utf-8")
    (folder / LATEST).write_text(json.dumps({"model": model.name}), encoding="utf-8")
    return model


def _ended(process: subprocess.Popen[str], seconds: float = _PATIENCE) -> int:
    """Wait so long, kill the run if it still goes on, and return its exit status: 0 or that of a kill."""
    try:
        _, errors = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        _, errors = process.communicate()
    assert process.returncode in {0, -signal.SIGKILL}, errors
    return process.returncode


def _killed(bench: Bench, folder: Path, chance: random.Random, seconds: float) -> bool:
    """Start a run and kill it, by the clock or at a touch of a file; say whether it was alive by then."""
    by_clock = chance.random() < 0.5
    process = bench.start(folder, 0 if by_clock else chance.randint(1, _TOUCHES))
    return _ended(process, chance.uniform(0, 0.7 * seconds) if by_clock else _PATIENCE) == -signal.SIGKILL


def test_killed_runs_end_as_an_undisturbed_one(
    bench: Bench, whole: tuple[dict[str, Any], float], tmp_path: Path
) -> None:
    chance, (expected, seconds) = random.Random(6), whole  # noqa: S311 - moments, no secrets
    kills = rounds = 0
    while kills < KILLS:
        rounds += 1
        folder = tmp_path / str(rounds) / "tiny"
        while _killed(bench, folder, chance, seconds):
            kills += 1
            assert list(_unsound(folder)) == []
        assert _made(folder) == expected
        assert not list(folder.glob(".work-*"))

    assert kills >= KILLS


def test_a_killed_run_leaves_the_last_good_model_and_its_name(
    bench: Bench, whole: tuple[dict[str, Any], float], tmp_path: Path
) -> None:
    folder = tmp_path / "tiny"
    model = _earlier_model(folder)
    status = _ended(bench.start(folder), whole[1] / 3)

    assert status == -signal.SIGKILL
    assert (model / "model.safetensors").read_bytes() == b"the last good model"
    assert json.loads((folder / LATEST).read_text(encoding="utf-8")) == {"model": model.name}


def test_two_runs_at_once_make_one_model(bench: Bench, whole: tuple[dict[str, Any], float], tmp_path: Path) -> None:
    folder = tmp_path / "tiny"
    runs = [bench.start(folder), bench.start(folder)]

    assert [_ended(process) for process in runs] == [0, 0]
    assert _made(folder) == whole[0]
    assert list(_unsound(folder)) == []

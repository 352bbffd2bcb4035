"""
A run of the chain in a process of its own, to be killed.

Call it with `python -m pipeline.contract.killed_run RECIPE DATASET FOLDER`. RECIPE is a file with the recipe as JSON,
DATASET a finished artifact, FOLDER where the artifacts go. A fourth argument N lets the run kill itself at its Nth
look at, or change of, a file in FOLDER; a fifth is a number of ranks to train on.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Final

from pipeline import choice
from pipeline.artifact import Artifact, Store
from pipeline.curves import Unwatched
from pipeline.distributed import DistributedPart
from pipeline.fingerprint import file_digest
from pipeline.manifest import read_manifest
from pipeline.recipe import Recipe
from pipeline.stages.adapter import WEIGHTS, adapter_stage
from pipeline.stages.fused import fused_stage
from pipeline.stages.quantized import quantized_stage
from punie.evaluation import Suite

READY: Final = "ready"
_TOUCHES: Final = frozenset({"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir"})


def main(recipe_file: str, dataset: str, folder: str, touches: str = "0", ranks: str = "1") -> None:
    """Build adapter, fused and quantized model, and publish the last."""
    recipe = Recipe.model_validate_json(Path(recipe_file).read_bytes())
    if int(ranks) > 1:
        recipe = recipe.model_copy(update={"distributed": DistributedPart(ranks=int(ranks))})
    manifest = read_manifest(Path(dataset))
    if manifest is None:
        message = f"{dataset!r} is no artifact: build it first"
        raise SystemExit(message)
    choice.passed_strictly = _count
    store = Store(Path(folder), recipe.name, {"name": recipe.system, "digest": "0"})
    if int(touches):
        _end_at(int(touches), folder)
    print(READY, flush=True)  # noqa: T201 - the test waits for it
    adapter = store.build(adapter_stage(recipe, Artifact(Path(dataset), manifest), Unwatched()))
    fused = store.build(fused_stage(recipe, adapter))
    store.publish(store.build(quantized_stage(recipe, fused)))


def _count(recipe: Recipe, suite: Suite, adapter: Path) -> int:  # noqa: ARG001 - stands for `passed_strictly`
    """Return a number that the weights alone decide."""
    return int(file_digest(adapter / WEIGHTS)[:6], 16)


def _end_at(touches: int, folder: str) -> None:
    """Kill this process at the given touch of a file below `folder`."""
    left = touches

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event in _TOUCHES and str(arguments[0]).startswith(folder):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""The checks after the last stage, kept beside the quantized model's manifest, where the gate reads them."""

from __future__ import annotations

import math
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.artifact import Artifact
from pipeline.curves import LOSSES
from pipeline.fingerprint import files_digest, value_digest
from pipeline.loss_limits import LossLimits, loss_summary, read_losses
from pipeline.manifest import write_json
from pipeline.memory import device_limit, gigabytes
from pipeline.parity import kept, parity_faults
from pipeline.parity_measure import StageMeasure, measure_stage, spread
from pipeline.places import ROOT
from pipeline.recipe import Recipe
from punie.agent.config import system_prompt
from punie.blas import ensure_fast_blas
from punie.evaluation import Criterion, Query, load_suite
from punie.evaluation.built import FILE_NAME, NAMES, BuiltChecks, read_built
from punie.evaluation.models.loading import identity_of, weight_files
from punie.training.dataset_io import read_dataset

ROWS: Final = 32
REQUESTS: Final = 16
MAX_TOKENS: Final = 128
NOT_MEASURED: Final = "not_measured"
_RANDOM_REDUCTION: Final = 0.02
_SOURCES: Final = ("parity.py", "parity_measure.py", "stage_checks.py", "loss_limits.py")


@dataclass(frozen=True)
class Stages:
    """The artifacts of a finished chain."""

    dataset: Artifact
    adapter: Artifact
    fused: Artifact
    quantized: Artifact


def check_stages(recipe: Recipe, stages: Stages, limits: LossLimits) -> BuiltChecks:
    """
    Measure what the stages made of the model, unless that was done, and keep it in the quantized model's folder.

    Args:
        recipe: what they were made by.
        stages: the artifacts.
        limits: of the losses.

    Raises:
        StageError: a model or the losses cannot be read.
    """
    key = _key(recipe, stages, limits)
    found = read_built(stages.quantized.folder)
    if found is not None and found.key == key:
        return found
    left_out = _left_out(stages)
    measures = _measure(recipe, stages, left_out)
    losses = read_losses(stages.adapter.folder / LOSSES)
    loss_faults = tuple(limits.faults(losses))
    summary = loss_summary(losses)
    checks = BuiltChecks(
        key=key,
        weights=identity_of(stages.quantized.folder)["weights"],
        criteria=(
            _criterion(NAMES[0], _seen(measures, left_out), "the adapter's own", parity_faults(measures)),
            _criterion(NAMES[1], _seen_losses(summary), limits.text, loss_faults),
        ),
        details={
            "losses": summary,
            "stages": {name: each.model_dump(mode="json") for name, each in measures.items()},
            NOT_MEASURED: left_out,
        },
    )
    write_json(stages.quantized.folder / FILE_NAME, checks.model_dump(mode="json", by_alias=True))
    return checks


def starts_random(recipe: Recipe) -> bool:
    """Whether the base is made of random weights, also when that has been made and `base` names its folder."""
    return recipe.base_model is not None and recipe.base_model.tokenizer is not None


def limits_of(recipe: Recipe) -> LossLimits:
    """Return what a run's losses must have reached; most of a random base stays random, its loss must only fall."""
    if starts_random(recipe):
        return LossLimits(final_valid=math.inf, reduction=_RANDOM_REDUCTION, final_train=math.inf)
    return LossLimits()


def requests() -> Sequence[Query]:
    """Return the requests that each stage is asked: of the development suite, those of one turn."""
    return spread([query for query in load_suite("dev").queries if not query.then], REQUESTS)


def _left_out(stages: Stages) -> dict[str, str]:
    """The float16 model with the reason why it is not measured, where it does not fit into the device's memory."""
    ensure_fast_blas()
    needed, limit = sum(file.stat().st_size for file in weight_files(stages.fused.folder)), device_limit()
    if needed <= limit:
        return {}
    return {"fused": f"it takes {gigabytes(needed)}, the device offers {gigabytes(limit)}"}


def _measure(recipe: Recipe, stages: Stages, left_out: Container[str]) -> dict[str, StageMeasure]:
    rows = spread(read_dataset(stages.dataset.folder).valid, ROWS)
    asked, system = requests(), system_prompt(recipe.system)
    places: dict[str, tuple[Path, Path | None]] = {
        "base": (recipe.base_folder, None),
        "adapter": (recipe.base_folder, stages.adapter.folder),
        "fused": (stages.fused.folder, None),
        "quantized": (stages.quantized.folder, None),
    }
    return {
        name: measure_stage(*place, rows, asked, system, MAX_TOKENS)
        for name, place in places.items()
        if name not in left_out
    }


def _key(recipe: Recipe, stages: Stages, limits: LossLimits) -> str:
    parts = {part.manifest.stage: part.manifest.content for part in vars(stages).values()}
    asked = [query.model_dump(mode="json") for query in requests()]
    sources = files_digest(ROOT / "pipeline", _SOURCES)
    base = identity_of(recipe.base_folder)
    return value_digest([parts, base, recipe.system, asked, limits.text, sources])


def _criterion(name: str, observed: str, required: str, faults: Sequence[str]) -> Criterion:
    reason = "; ".join(faults) or "reached"
    return Criterion(name=name, observed=observed, required=required, met=not faults, reason=reason)


def _seen(measures: Mapping[str, StageMeasure], left_out: Mapping[str, str]) -> str:
    losses = ", ".join(f"{name} {measure.loss:.4f}" for name, measure in measures.items())
    missing = "".join(f"; {name} is not measured: {reason}" for name, reason in left_out.items())
    return f"losses {losses}; quantized keeps {kept('quantized', measures):.2%} of the gain{missing}"


def _seen_losses(summary: Mapping[str, float]) -> str:
    names = {"valid_last": "validation", "valid_reduction": "reduction", "train_last": "training"}
    return ", ".join(f"{said} {summary[name]:g}" for name, said in names.items() if name in summary) or "none"

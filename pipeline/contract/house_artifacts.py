"""Artifacts of a few bytes and records of eval runs, for the tests of house keeping."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.artifact import Made, Stage, Store
from punie.evaluation.models.loading import identity_of
from punie.evaluation.records import Acceptance, FieldAccess, Rates, SuiteResult
from punie.evaluation.results import write_acceptance
from punie.evaluation.tally import Tally


def chain(artifacts: Path, number: int, recipe: str = "own") -> dict[str, str]:
    """Make dataset, adapter, fused and quantized model number `number`; later ones are newer. Their names by stage."""
    store = Store(artifacts / recipe, recipe, {"name": "brief", "digest": "0" * 64})
    names: dict[str, str] = {}
    parents: tuple[Any, ...] = ()
    for place, stage in enumerate(("dataset", "adapter", "fused", "quantized")):
        made = store.build(Stage(stage, {"number": number, "base": {"weights": "ba5e" * 16}}, parents, _maker(number)))
        at = 1_700_000_000 + 100 * number + place
        os.utime(made.folder / "manifest.json", (at, at))
        names[stage] = f"{recipe}/{made.folder.name}"
        parents = (made,)
    (artifacts / recipe / "latest.json").write_text(json.dumps({"model": names["quantized"].partition("/")[2]}))
    return names


def grade(artifacts: Path, model: str, decision: str, run: str = "", suite: str = "57") -> Path:
    """Write the record of an eval run on `model`, and return its folder."""
    facts: Mapping[str, Any] = identity_of(artifacts / model) | {"name": model}
    tally = Tally(total=10, asked=10, passed=9, chosen=9)
    rates = Rates.of(tally)
    record = Acceptance.model_validate(
        {
            "decision": decision,
            "reasons": (),
            "model": facts,
            "suites": {suite: SuiteResult(digest="0", queries={}, overall=rates, categories={})},
            "overall": rates,
            "categories": {},
            "field_access_rate": FieldAccess(rate=None, read=0, of=0, given_right_tool=None),
            "queries": {},
        }
    )
    return write_acceptance(record, artifacts / "runs" / (run or model.replace("/", "-"))).parent


def _maker(number: int) -> Any:  # noqa: ANN401 - a function of a folder
    def make(folder: Path) -> Made:
        for name in ("config.json", "tokenizer.json", "model.safetensors"):
            (folder / name).write_text(json.dumps({"number": number, "eos_token_id": 0}))
        return Made("mlx_lm.convert --mlx-path @out@", {"valid_last": 0.2}, 1000, {"bits_per_weight": 5.5})

    return make

"""`pytest -m pretrain`: the embedded base model, rebuilt from nothing into its folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from pipeline.base.build import read_recipe
from pipeline.base.rebuild import rebuild
from pipeline.recipe import ROOT
from punie.agent.config import system_prompt
from punie.agent.prompt_utils import load_tokenizer
from punie.evaluation import load_suite

pytestmark = pytest.mark.pretrain

TARGET: Final = ROOT / "fixtures" / "models" / "nano-base"
MAX_PARAMETERS: Final = 5_000_000
MAX_BYTES: Final = 20_000_000
MAX_BRIEF_TOKENS: Final = 200


@pytest.fixture(scope="session")
def manifest() -> dict[str, Any]:
    """The manifest of the base model, built now; an interrupted run goes on from its checkpoint."""
    suites = sorted((ROOT / "evals" / "suites").glob("*.yaml"))
    prompts = [query.prompt for path in suites for query in load_suite(path).queries]
    return rebuild(read_recipe(), prompts, ROOT / "artifacts" / "nano-base", TARGET)


def test_the_loss_fell(manifest: dict[str, Any]) -> None:
    assert manifest["losses"]["last"][1] < 0.5 * manifest["losses"]["first"][1]


def test_the_model_is_small(manifest: dict[str, Any]) -> None:
    assert manifest["parameters"] <= MAX_PARAMETERS
    assert sum(file.stat().st_size for file in TARGET.iterdir()) <= MAX_BYTES


@pytest.mark.usefixtures("manifest")
def test_the_brief_system_prompt_is_short() -> None:
    assert len(load_tokenizer(TARGET).encode(system_prompt("brief"))) <= MAX_BRIEF_TOKENS


@pytest.mark.usefixtures("manifest")
def test_mlx_lm_loads_it() -> None:
    from punie.evaluation.models.mlx import MlxModel

    [answer] = MlxModel(TARGET, max_tokens=8).answer(["<|endoftext|>"])

    assert answer.text


def test_the_manifest_lies_beside_the_weights(manifest: dict[str, Any]) -> None:
    assert json.loads(Path(TARGET, "manifest.json").read_text(encoding="utf-8")) == json.loads(json.dumps(manifest))

"""The fixtures of `pipeline.chain` for the stage items, and a look at the recipe before anything long begins."""

from __future__ import annotations

import pytest

from pipeline.chain import (
    adapter,
    build,
    chosen_recipe,
    dataset,
    findings,
    fused,
    prompts,
    quantized,
    recipe,
    rows,
    store,
)
from pipeline.errors import InputError
from pipeline.preflight import check_inputs

__all__ = ["adapter", "build", "dataset", "findings", "fused", "prompts", "quantized", "recipe", "rows", "store"]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Refuse wrong input when items of this run build a model."""
    if session.config.getoption("collectonly") or not any(item.get_closest_marker("train") for item in session.items):
        return
    try:
        check_inputs(chosen_recipe(session.config), session.config.rootpath / "artifacts")
    except InputError as error:
        raise pytest.UsageError(str(error)) from error

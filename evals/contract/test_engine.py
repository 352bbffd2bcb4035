from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from punie.evaluation.models import engine


def test_the_code_of_the_engine_is_all_that_computes_with_mlx() -> None:
    folder = Path(engine.__file__).parent
    computing = {file.name for file in folder.glob("*.py") if "import mlx" in file.read_text(encoding="utf-8")}

    assert computing == set(engine.CODE)


def test_the_versions_are_those_installed() -> None:
    found = engine.versions()

    assert (found["mlx"], found["mlx_lm"]) == (version("mlx"), version("mlx-lm"))
    assert len(found["engine"]) == 64
    assert "CPU" in found["machine"]

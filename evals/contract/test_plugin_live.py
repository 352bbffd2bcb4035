from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.replies import RecordedRun
from punie.evaluation.live import MAX_STEPS
from punie.evaluation.workspace_copy import digest_of


@pytest.mark.slow
@pytest.mark.parametrize("named", ["--punie-live=place", "--punie-live"], ids=["a folder", "the root"])
def test_a_model_is_graded_in_an_agent_loop_on_the_workspace(
    recorded_run: RecordedRun, tiny_model: Path, named: str
) -> None:
    file = recorded_run.write("place/limits.py", "LIMIT = 3\n")
    recorded_run.write("pytest.ini", "[pytest]\n")
    workspace = digest_of(file.parent if "=" in named else file.parents[1])

    options = {"suite": recorded_run.suite, "model": tiny_model, "results": recorded_run.results}
    recorded_run.run(*(f"--punie-{name}={value}" for name, value in options.items()), named, "-m", "eval")

    assert recorded_run.acceptance["model"]["max_steps"] == MAX_STEPS
    assert recorded_run.acceptance["model"]["workspace"] == workspace
    assert recorded_run.acceptance["overall"]["asked"] == 5

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.contract.bench_runs import SUITE
from evals.contract.documents import NANO
from fixtures.replies import RecordedRun
from punie.benchmarking.apart import Job, MeasuringError, measure_apart


@pytest.mark.slow
def test_a_model_that_cannot_be_loaded_is_told_by_its_process(tmp_path: Path) -> None:
    for file in NANO.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    config = json.loads((tmp_path / "config.json").read_text(encoding="utf-8")) | {"hidden_size": 64}
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")

    with pytest.raises(MeasuringError, match="is no usable model: mlx-lm cannot load it"):
        measure_apart(Job(tmp_path, (SUITE,), 1), lambda: None)


@pytest.mark.slow
def test_tools_that_cannot_be_added_are_told_by_the_process() -> None:
    with pytest.raises(MeasuringError, match="punie_tools = nowhere:TOOLS: "):
        measure_apart(Job(NANO, (SUITE,), 1, "nowhere:TOOLS"), lambda: None)


@pytest.mark.slow
def test_a_real_model_is_measured_beside_its_verdicts(recorded_run: RecordedRun) -> None:
    (recorded_run.suite.parent / "nano").symlink_to(NANO)
    rows = recorded_run.suite.read_text(encoding="utf-8").splitlines()
    suite = recorded_run.write("two.jsonl", "\n".join(rows[:2]))
    options = {"suite": suite, "model": "nano", "results": recorded_run.results}
    named = (f"--punie-{name}={value}" for name, value in options.items())
    result = recorded_run.run_apart("-m", "eval or bench", *named)
    speed = recorded_run.acceptance["speed"]
    bench = json.loads((recorded_run.results / "bench.json").read_text(encoding="utf-8"))

    assert [model["speed"] for model in bench["models"]] == [speed]
    assert speed["load_seconds"] > 0
    assert speed["first_token"]["maximum"] < speed["alone"]["maximum"]
    assert speed["prompt_tokens_per_second"] > 0
    assert speed["tokens_per_second"] > 0
    assert speed["peak_rss_bytes"] > speed["size_bytes"] > 1_000_000
    assert list(speed["peak_memory_bytes"]) == ["load", "alone", "batch"]
    assert (speed["alone"]["count"], speed["graded"]) == (2, 2)
    assert 'id="speed"' in (recorded_run.results / "report.html").read_text(encoding="utf-8")
    result.stdout.fnmatch_lines(["alone: first token, median *", "stored: *"])

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from fixtures.replies import RecordedRun
from punie.agent.config import system_prompt_digest

BUILD = """
import json, pathlib, shutil, pytest

@pytest.mark.train
def test_build():
    folder = pathlib.Path("artifacts/nano/built")
    shutil.copytree({source!r}, folder)
    (folder / "manifest.json").write_text({manifest!r})
    (folder.parent / "latest.json").write_text(json.dumps({{"model": "built"}}))
"""


def prepared(recorded_run: RecordedRun, build: str) -> list[str]:
    recorded_run.write("pipeline/recipes/nano.toml", "")
    recorded_run.write("pipeline/test_build.py", build)
    return ["-v", f"--punie-suite={recorded_run.suite}", f"--punie-results={recorded_run.results}"]


def test_after_a_failed_build_no_query_is_asked(recorded_run: RecordedRun) -> None:
    prepared(recorded_run, "import pytest\n@pytest.mark.train\ndef test_build(): assert False\n")
    result = recorded_run.grade("-v", marker="train or eval")

    result.stdout.fnmatch_lines(["*test_build FAILED*", "*facts::sky SKIPPED*building failed*", "*facts::gate FAILED*"])
    assert (recorded_run.acceptance["decision"], result.ret) == ("INCOMPLETE", 1)
    assert recorded_run.acceptance["queries"] == {}


def test_a_build_that_fails_in_a_fixture_is_a_failed_build(recorded_run: RecordedRun) -> None:
    broken = "import pytest\n@pytest.fixture\ndef stage(): assert 0\n@pytest.mark.train\ndef test_build(stage): pass\n"
    prepared(recorded_run, broken)
    recorded_run.grade(marker="train or eval")

    assert recorded_run.acceptance["obstacles"] == ["building failed: pipeline/test_build.py::test_build"]


@pytest.mark.slow
def test_the_model_that_was_just_built_is_graded(
    recorded_run: RecordedRun, pytester: pytest.Pytester, tiny_model: Path
) -> None:
    prompt = {"name": "brief", "digest": system_prompt_digest("brief")}
    manifest = json.dumps({"system_prompt": prompt})
    args = prepared(recorded_run, BUILD.format(source=str(tiny_model), manifest=manifest))
    result = pytester.runpytest_subprocess("-m", "train or eval", "-W", "error", *args)
    model = recorded_run.acceptance["model"]

    assert (recorded_run.acceptance["decision"], result.ret) == ("INVESTIGATE", 1)
    assert (model["name"], len(model["weights"]), model["truncated_replies"]) == ("built", 64, 5)
    result.stdout.fnmatch_lines(["*test_build PASSED*", "*facts::sky MISSED*", "*INVESTIGATE*"])


@pytest.mark.slow
def test_a_model_that_does_not_load_fails_one_query_and_skips_the_rest(
    recorded_run: RecordedRun, pytester: pytest.Pytester, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    folder = Path(shutil.copytree(tiny_model, pytester.path / "unloadable"))
    config = json.loads((folder / "config.json").read_text(encoding="utf-8")) | {"hidden_size": 128}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    args = [f"--punie-suite={recorded_run.suite}", f"--punie-results={recorded_run.results}"]
    result = pytester.runpytest_subprocess("-v", "-m", "eval", f"--punie-model={folder}", *args)

    result.stdout.fnmatch_lines(["*facts::sky FAILED*", "*facts::grass SKIPPED*", "*mlx-lm cannot load it*"])
    assert recorded_run.acceptance["decision"] == "INCOMPLETE"

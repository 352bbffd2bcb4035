from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fixtures.gold_replies import gold_replay
from fixtures.replies import RecordedRun

NAMES = ("25", "40")
TOLD = ("decision", "reasons", "queries", "categories", "overall", "field_access_rate")


def options(names: tuple[str, ...], replay: Path, results: Path) -> list[str]:
    suites = [f"--punie-suite={name}" for name in names]
    return [*suites, f"--punie-replay={replay}", f"--punie-results={results}", "-m", "eval"]


def verdicts(results: Path) -> bytes:
    """What a run put on record about its queries and its decision, as bytes."""
    found: dict[str, Any] = json.loads((results / "acceptance.json").read_text(encoding="utf-8"))
    return json.dumps({key: found[key] for key in TOLD}).encode()


@pytest.fixture
def mixed_replay(tmp_path: Path) -> Path:
    """Gold replies to both suites, every third of them spoiled in one of three ways."""
    lines = [line for name in NAMES for line in gold_replay(name, tmp_path / name).read_text().splitlines()]
    rows = [json.loads(line) for line in lines]
    for number, row in enumerate(rows[::3]):
        row["replies"][0] = ("", "I will look at it now.", row["replies"][0].replace("print", "len"))[number % 3]
    path = tmp_path / "mixed.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


@pytest.mark.slow
@pytest.mark.parametrize("more", [(), ("-n", "2")], ids=["one process", "two workers"])
def test_another_run_on_the_same_replies_gives_the_same_verdicts_byte_by_byte(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, mixed_replay: Path, more: tuple[str, ...]
) -> None:
    if more:
        pytest.importorskip("xdist")
    found = []
    for seed, extra in (("1", ()), ("2", more)):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        results = pytester.path / f"results-{seed}"
        pytester.runpytest_subprocess(*options(NAMES, mixed_replay, results), *extra)
        found.append(verdicts(results))

    assert found[0] == found[1]
    assert json.loads(found[0])["decision"] == "INVESTIGATE"


@pytest.mark.parametrize("name", NAMES)
def test_gold_replies_are_deployed(recorded_run: RecordedRun, tmp_path: Path, name: str) -> None:
    replay = gold_replay(name, tmp_path / "gold.jsonl")

    result = recorded_run.run(*options((name,), replay, recorded_run.results))

    assert result.ret == 0, result.stdout.str()
    assert recorded_run.acceptance["decision"] == "DEPLOY"


def test_several_rows_of_a_query_are_samples_of_which_the_worst_counts(
    recorded_run: RecordedRun, tmp_path: Path
) -> None:
    replay = gold_replay("25", tmp_path / "gold.jsonl")
    silent = json.dumps({"id": "25-iteration-01", "replies": [""]})
    replay.write_text(replay.read_text(encoding="utf-8") + silent, encoding="utf-8")

    recorded_run.run(*options(("25",), replay, recorded_run.results))

    assert recorded_run.acceptance["queries"]["25-iteration-01"]["label"] == "empty"
    assert recorded_run.acceptance["overall"]["passed"] == 24

"""Examples that an eval asks for: read from its file, drawn by tool."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from punie.evaluation.targets import Target, TargetList
from punie.training.examples import generate
from punie.training.examples.targets import read_targets, serves

SYSTEM = "You are Punie."


def write(folder: Path, content: object) -> Path:
    path = folder / "targets.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_what_an_eval_writes_is_what_the_generators_read(tmp_path: Path) -> None:
    tools = (Target(name="git_log", missed=3, of=5, examples=40), Target(name="words", missed=1, of=5, examples=10))
    other = (Target(name="x", missed=4, of=10, examples=50),)
    written = TargetList(total=50, categories=other, tools=tools, labels=other)

    assert read_targets(write(tmp_path, written.model_dump_json(by_alias=True))) == {"git_log": 40, "words": 10}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "targets.json:1:2: not JSON"),
        ({"categories": []}, "tools: Field required"),
        ({"tools": [{"name": "git_log", "examples": -1}]}, "tools.0.examples: "),
        ({"tools": [{"name": "git_blame", "examples": 1}]}, "unknown tools 'git_blame'"),
    ],
)
def test_a_broken_file_is_refused_with_what_is_wrong(tmp_path: Path, content: object, said: str) -> None:
    with pytest.raises(ValueError, match=r"targets\.json") as caught:
        read_targets(write(tmp_path, content))

    assert said in str(caught.value)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"absent.json.*cannot be read"):
        read_targets(tmp_path / "absent.json")


def test_the_rows_asked_for_are_added_and_nothing_else_changes() -> None:
    plain = generate("nano", 5, SYSTEM, size=300)
    more = generate("nano", 5, SYSTEM, size=300, targets={"git_diff": 25, "words": 10})
    added = [row.messages[-1].content for row in more.train[300:]]

    assert (more.train[:300], more.valid) == (plain.train, plain.valid)
    assert [serves(answer, "git_diff") for answer in added[:25]] == [True] * 25
    assert [serves(answer, "words") for answer in added[25:]] == [True] * 10

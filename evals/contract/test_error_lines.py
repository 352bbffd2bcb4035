from __future__ import annotations

from collections.abc import Iterator

import pytest
from syrupy.assertion import SnapshotAssertion

from fixtures.replies import RecordedRun

FILES = {
    "two_keys.yaml": "- {id: a, category: b, promt: Hi, expect: {tools: []}}\n",
    "no_tool.yaml": "- {id: a, category: b, prompt: Hi, expect: {tools: [typechek]}}\n",
    "no_json.jsonl": '{"id": "sky", "replies": [\n',
    "no_row.jsonl": '{"id": "moon", "replies": ["Round."]}\n',
    "empty/nothing.txt": "",
    "half/config.json": "{}",
    "half/tokenizer.json": "{}",
    "old/acceptance.json": "[]",
}
COMMANDS = (
    "-m eval",
    "-m eval --suite=58",
    "-m eval --suite=none.yaml",
    "-m eval --suite=two_keys.yaml",
    "-m eval --suite=no_tool.yaml",
    "-m eval --model=none",
    "-m eval --model=empty",
    "-m eval --model=half",
    "-m eval --model=empty --replay=no_row.jsonl",
    "-m eval --replay=none.jsonl",
    "-m eval --suite=facts.jsonl --replay=no_json.jsonl",
    "-m eval --suite=facts.jsonl --replay=no_row.jsonl",
    "-m eval --suite=facts.jsonl --replay=replies.jsonl --baseline=old",
    "-m eval --suite=facts.jsonl --replay=replies.jsonl --samples=0",
    "-m eval --suite=facts.jsonl --replay=replies.jsonl --samples=3",
    "-m eval --temperature=hot",
    "-m eval --live=none",
    "-m eval --recipe=giant",
    "-m data",
    "-m data --data=none",
    "-m data --data=empty",
    "-m monitor",
    "-m monitor --replay=no_json.jsonl",
    "--fix",
    "--plan",
)


def told(run: RecordedRun, command: str) -> Iterator[str]:
    result = run.run("-p", "punie.short_options", *command.split())
    yield f"$ pytest {command}"
    yield from (line.replace(f"{run.suite.parent}/", "") for line in result.errlines if line)
    yield f"-> {int(result.ret)}"


def test_wrong_input_is_one_line_each(recorded_run: RecordedRun, snapshot: SnapshotAssertion) -> None:
    recorded_run.replies()
    for name, text in FILES.items():
        recorded_run.write(name, text)
    blocks = [list(told(recorded_run, command)) for command in COMMANDS]

    assert [block for block in blocks if len(block) != 3 or block[-1] != "-> 4"] == []
    assert "\n".join(line for block in blocks for line in block) == snapshot


def test_a_short_name_where_only_long_ones_are_known_is_explained(recorded_run: RecordedRun) -> None:
    result = recorded_run.run("-m", "eval", "--model", "mine")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["*punie: --model is called --punie-model; for the short names set addopts = -p punie.short_options"]
    )


def test_a_complaint_about_another_option_says_nothing_of_ours(recorded_run: RecordedRun) -> None:
    assert "punie-" not in recorded_run.run("--modell", "mine").stderr.str()

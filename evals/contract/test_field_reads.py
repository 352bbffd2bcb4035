from __future__ import annotations

from pathlib import Path

import pytest

from punie.agent.tool_calls import emit_call
from punie.training.dataset import ChatMessage, TrainingExample
from punie.training.dataset_io import read_dataset
from punie.training.field_reads import field_share, reads_field

DATASETS = Path(__file__).parents[3] / "shared" / "datasets"


def row(*turns: str) -> TrainingExample:
    said = [message for turn in turns for message in (("user", "x"), ("assistant", turn))]
    return TrainingExample(
        messages=tuple(ChatMessage.model_validate({"role": role, "content": text}) for role, text in said)
    )


@pytest.mark.parametrize(
    "code",
    [
        "result = typecheck('.')\nprint(result.error_count)",
        "print(git_status('.').clean)",
        "found = find_references('a.py', 1, 1, 'f')\nfor r in found.references:\n    print(r.file)",
        "if (tests := pytest_run('.')).failed:\n    print('red')",
        "def look():\n    lint = ruff_check('.')\n    return lint.violations\nprint(look())",
    ],
)
def test_a_read_field_of_a_result_counts(code: str) -> None:
    assert reads_field(row(emit_call(code)))


@pytest.mark.parametrize(
    "code",
    [
        "print(typecheck('.'))",
        "result = typecheck('.')\nprint(result)",
        "result = typecheck('.')\nprint(result.colour)",
        "text = read_file('a.py')\nprint(text.upper())",
        "class A:\n    success = 1\nprint(A.success)",
        "result = typecheck('.'",
    ],
)
def test_anything_else_does_not_count(code: str) -> None:
    assert not reads_field(row(emit_call(code)))


def test_every_turn_counts_and_words_do_not() -> None:
    call = emit_call("print(git_status('.').clean)")

    assert reads_field(row(call, "It is clean."))
    assert not reads_field(row("Read result.error_count for that."))


def test_the_share_is_of_all_rows() -> None:
    call = emit_call("print(git_status('.').clean)")

    assert (field_share([row(call), row("a"), row("b"), row("c")]), field_share([])) == (0.25, 0.0)


@pytest.mark.parametrize(("name", "reading"), [("phase26_merged", 240), ("phase27_merged", 664)])
def test_the_real_sets_have_their_counted_shares(name: str, reading: int) -> None:
    if not (DATASETS / name).is_dir():
        pytest.skip(f"the real set {name} is not in {DATASETS}")
    rows = [each.example for each in read_dataset(DATASETS / name).rows()]

    assert sum(map(reads_field, rows)) == reading

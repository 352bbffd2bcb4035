"""The rules of training data on the dataset of a recipe."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.checked import check, errors_of, refuse_faulty
from pipeline.errors import StageError
from pipeline.recipe import load_recipe
from punie.agent.config import system_prompt
from punie.agent.tool_calls import emit_call
from punie.training.dataset import ChatMessage, TrainingDataset, TrainingExample
from punie.training.dataset_io import write_dataset
from punie.training.finding import Finding
from punie.training.reports import CheckReport
from punie.training.rules import RULES

QUERY = "Which files of src/app changed since yesterday?"
BRIEF = system_prompt("brief")


def _report(folder: Path, answer: str, *, system: str | None = BRIEF, prompt: str = "Who called?") -> CheckReport:
    turns = [("system", system), ("user", QUERY), ("assistant", answer)]
    messages = [ChatMessage.model_validate({"role": role, "content": text}) for role, text in turns if text is not None]
    write_dataset(TrainingDataset(name="some", train=(TrainingExample(messages=tuple(messages)),)), folder)
    return check(folder, load_recipe("nano"), [prompt])


def test_a_sound_row_has_no_error(tmp_path: Path) -> None:
    report = _report(tmp_path / "data", emit_call('print(git_status("src/app"))'))

    assert errors_of(report, RULES) == []
    refuse_faulty(report)


@pytest.mark.parametrize(
    ("answer", "system", "prompt", "rule"),
    [
        (emit_call('print(git_status("src/app"))')[:-20], BRIEF, "Who?", "unparsable_call"),
        (emit_call("print(git_status('src/app').names)"), BRIEF, "Who?", "nonexistent_field"),
        ("Nothing changed.", "Be long.", "Who?", "several_system_prompts"),
        ("Nothing changed.", None, "Who?", "no_system"),
        ("Nothing changed.", BRIEF, QUERY, "eval_overlap_exact"),
        ("Nothing changed. " * 500, BRIEF, "Who?", "truncated_row"),
    ],
)
def test_an_error_forbids_training(tmp_path: Path, answer: str, system: str | None, prompt: str, rule: str) -> None:
    report = _report(tmp_path / "data", answer, system=system, prompt=prompt)

    assert [line.split(": ")[1] for line in errors_of(report, [rule])] == [rule]
    with pytest.raises(StageError, match=r"faults in data forbid training, the first: "):
        refuse_faulty(report)


def test_a_warning_forbids_nothing() -> None:
    warning = Finding(rule="distribution", severity="warning", message="too many")
    report = CheckReport("data", (warning,), {"train": 1}, {})

    assert errors_of(report, RULES) == []
    refuse_faulty(report)

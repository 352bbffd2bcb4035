"""The rules of training data on the dataset of a recipe."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from pipeline.checked import KEPT, check, errors_of, kept_check, refuse_faulty
from pipeline.errors import StageError
from pipeline.places import ROOT
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


class Data:
    """A dataset of one row, with all that decides what is found in it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.recipe, self.prompts = folder, load_recipe("nano"), ["Who called?"]
        _report(folder, emit_call('print(git_status("src/app"))'))

    def said(self) -> str:
        """Check, and return what was said."""
        lines: list[str] = []
        report = kept_check(self.folder, self.recipe, self.prompts, lines.append)
        assert report == check(self.folder, self.recipe, self.prompts)
        return lines[0].strip()


AGAIN, KNOWN = "being checked by all rules", "checked by all rules before, nothing has changed since"


@pytest.fixture
def data(tmp_path: Path) -> Data:
    return Data(tmp_path / "data")


def test_what_was_checked_is_not_checked_again(data: Data) -> None:
    assert [data.said(), data.said()] == [AGAIN, KNOWN]


def test_a_changed_row_is_checked_again(data: Data) -> None:
    data.said()
    _report(data.folder, "Nothing changed.", system="Be long.")

    assert data.said() == AGAIN


def test_a_changed_suite_is_checked_against_again(data: Data) -> None:
    data.said()
    data.prompts.append(QUERY)

    assert data.said() == AGAIN


@pytest.mark.parametrize("change", [{"system": "full"}, {"max_tokens": 16}])
def test_a_changed_recipe_is_checked_again(data: Data, change: dict[str, Any]) -> None:
    data.said()
    train = data.recipe.train.model_copy(update={"max_tokens": change.get("max_tokens", 1024)})
    data.recipe = data.recipe.model_copy(update={"train": train, "system": change.get("system", "brief")})

    assert data.said() == AGAIN


def test_a_changed_rule_is_asked_again(data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copied = tmp_path / "copied"
    shutil.copytree(ROOT / "punie", copied / "punie", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr("pipeline.checked.ROOT", copied)
    before = [data.said(), data.said()]
    with (copied / "punie" / "training" / "checks" / "shape.py").open("a", encoding="utf-8") as stream:
        stream.write("# another rule\n")

    assert before == [AGAIN, KNOWN]
    assert data.said() == AGAIN


def test_another_version_of_a_tool_checks_again(data: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    data.said()
    monkeypatch.setattr("pipeline.checked.tool_versions", lambda _: {"tokenizers": "0"})

    assert data.said() == AGAIN


@pytest.mark.parametrize("damage", [b"", b"{", b'{"key": "1"}', b"\xff"])
def test_a_damaged_record_of_a_check_counts_as_none(data: Data, damage: bytes) -> None:
    data.said()
    (data.folder / KEPT).write_bytes(damage)

    assert [data.said(), data.said()] == [AGAIN, KNOWN]
